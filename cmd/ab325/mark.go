package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/store"
)

// Every change has an entry in the audit log, so data whose log lacks entries
// that the mark had are not the newest.

// errNotMark means that the file is no mark.
var errNotMark = errors.New("it is no mark, or was changed")

// checkMark refuses data that do not hold the mark. Where older ones are
// accepted, the log says so, and the mark is made anew.
func (op *operator) checkMark(ctx context.Context, o opening) error {
	mark, err := op.readMark()
	if err != nil {
		return err
	}
	database := filepath.Join(op.at.data, databaseName)
	if mark == nil { // which parts.missing lets pass only where it is accepted
		if err := op.ours(ctx); err != nil {
			return hinted(fmt.Errorf("%s is of another installation than the keyring: %w", database, err), "see that -data and -keys name the folders of one installation")
		}
		return op.acceptOlder(ctx)
	}
	err = op.store.Holds(ctx, mark)
	switch {
	case errors.Is(err, store.ErrOlder) && o.acceptOlder:
		return op.acceptOlder(ctx)
	case errors.Is(err, store.ErrOlder):
		return hinted(fmt.Errorf("%s is older than the mark in %s: entries of its log are missing, and with them what was done", database, op.mark),
			"put the newest data back. If there are no newer ones, because these were restored from a backup, ab325 serve -accept-older starts on them, and the log records it")
	case errors.Is(err, audit.ErrForged), err != nil && len(mark) == 0:
		return hinted(fmt.Errorf("%s: %w", op.mark, errNotMark), "put it back from where its copy is kept; if there is none, remove it and start with -accept-older")
	case errors.Is(err, store.ErrForeign):
		return hinted(fmt.Errorf("%s and the mark in %s are of two installations", database, op.mark), "see that -data and -keys name the folders of one installation")
	case errors.Is(err, store.ErrChanged):
		return hinted(fmt.Errorf("the log in %s has other entries than it had at the mark in %s: the data were changed from outside, or are a copy that has gone on by itself", database, op.mark),
			"keep both folders as they are, and restore the newest backup: ab325 restore -h. If these data are right all the same, remove the mark and start with -accept-older")
	}
	return err
}

// ours reports data of another installation than the keyring's, where there is
// no mark to tell.
func (op *operator) ours(ctx context.Context) error {
	return op.store.View(ctx, func(tx *store.Tx) error {
		_, _, err := tx.LastCheckpoint()
		return err
	})
}

// acceptOlder records that older data were accepted, keeps the mark that knew
// more, and makes a new one. Interrupted, it has to be accepted once more.
func (op *operator) acceptOlder(ctx context.Context) error {
	err := op.store.Update(ctx, func(tx *store.Tx) error { return tx.Log(op.entry("accept-older")) })
	if err != nil {
		return err
	}
	aside := op.mark + "-until-" + op.now().UTC().Format("20060102T150405Z")
	if err := os.Rename(op.mark, aside); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("keep the mark that knew more: %w", err)
	}
	op.older = true
	return op.checkpoint(ctx)
}

// signed signs what the log is now, and returns that; where the disk has no room
// for a signature, the last one.
func (op *operator) signed(ctx context.Context) (signed []byte, err error) {
	if err = op.number(ctx); err == nil {
		_, err = op.sign(ctx)
	}
	if err != nil && !errors.Is(err, kv.ErrFull) {
		return nil, err
	}
	err = op.store.View(ctx, func(tx *store.Tx) (err error) {
		signed, _, err = tx.LastCheckpoint()
		return err
	})
	return signed, err
}

// entry returns an audit entry of something that the program did to the data as
// a whole.
func (op *operator) entry(action string) audit.Entry {
	return audit.Entry{At: op.now().UTC(), Actor: auth.System().Subject, Role: string(flexjob.System), Action: action, Purpose: "AB325", Result: "ok"}
}
