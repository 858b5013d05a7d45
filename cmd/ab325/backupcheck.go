package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"ab325/internal/backup"
	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
	"ab325/internal/store"
	"ab325/internal/vault"
)

// check opens every record and document that was read back from the target, and
// verifies the log: in a database of its own, which is how a restore would find
// it.
func (b *backups) check(ctx context.Context, r *backup.Reader) error {
	scratch, end, err := b.scratch()
	if err != nil {
		return err
	}
	defer end()
	v := store.NewVerifier(b.op.store.Vault)
	db, err := boltkv.Open(filepath.Join(scratch, databaseName), boltkv.Options{Create: true})
	if err != nil {
		return err
	}
	err = store.Load(ctx, db, func(yield func([]kv.Pair, error) bool) {
		for pairs, err := range r.Records() {
			began := b.op.now()
			if err == nil {
				err = v.Pairs(pairs)
			}
			log := store.LogPairs(pairs)
			if (err != nil || len(log) > 0) && !yield(log, err) || err != nil {
				return
			}
			if err := rest(ctx, b.op.now().Sub(began)); err != nil {
				yield(nil, err)
				return
			}
		}
	})
	if err == nil {
		err = b.op.checkLog(ctx, db, r.Mark)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	for d, err := range r.Documents() {
		if err == nil {
			err = v.Document(d.ID, d.Data)
		}
		if err != nil {
			return err
		}
	}
	return v.End()
}

// checkKeys opens every key that was read back.
func (b *backups) checkKeys(ctx context.Context, r io.Reader) error {
	scratch, end, err := b.scratch()
	if err != nil {
		return err
	}
	defer end()
	dir := filepath.Join(scratch, vaultName)
	if err := vault.Load(dir, r); err != nil {
		return err
	}
	ring, err := readKeyring(b.op.at.keys, b.op.env) // as it is now: it may just be changing
	if err != nil {
		return err
	}
	v, err := vault.Open(dir, ring, b.op.random)
	if err != nil {
		return err
	}
	for n := range v.Len() {
		if _, err = v.Key(n); err != nil && !errors.Is(err, vault.ErrErased) {
			break
		}
		err = ctx.Err()
	}
	return errors.Join(err, v.Close())
}

// scratch makes an empty folder, which end removes.
func (b *backups) scratch() (dir string, end func(), err error) {
	dir = filepath.Join(b.dir, scratchName)
	if err := errors.Join(b.sweep(), os.Mkdir(dir, 0o700)); err != nil {
		return "", nil, fmt.Errorf("a folder to try the backup in: %w", err)
	}
	return dir, func() { b.sweep() }, nil // else the next one does
}

// sweep removes what a backup was tried out in. The keys there are overwritten
// first: one of them may be erased tomorrow.
func (b *backups) sweep() error {
	dir := filepath.Join(b.dir, scratchName)
	keys, err := filepath.Glob(filepath.Join(dir, vaultName, "*"))
	if err != nil {
		return err // unreachable: the pattern is right
	}
	for _, name := range keys {
		if err := blank(name); err != nil {
			return err
		}
	}
	return os.RemoveAll(dir)
}

// blank overwrites a file with zeros, durably.
func blank(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.CopyN(f, zeros{}, info.Size())
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// zeros is as many zeros as are asked for.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// checkLog verifies the log in a database that holds a copy of the records, and
// that it has all that the mark had.
func (op *operator) checkLog(ctx context.Context, db kv.DB, mark []byte) error {
	o := op.store.Options
	o.DB = db
	s, err := store.New(o)
	if err != nil {
		return err
	}
	if _, err := s.VerifyLog(ctx); err != nil {
		return fmt.Errorf("the log: %w", err)
	}
	return s.Holds(ctx, mark)
}

// rest waits for d, but no longer than what leaves others half of the disk and
// the processor, unless ctx ends.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(min(d, 100*time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}
