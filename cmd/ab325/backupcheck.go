package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"ab325/internal/backup"
	"ab325/internal/kv"
	"ab325/internal/store"
	"ab325/internal/vault"
)

// check opens every record and document that was read back from the target, and
// verifies the log, all of it where it lies: beside the data nothing is written.
func (b *backups) check(ctx context.Context, r *backup.Reader) error {
	v := store.NewVerifier(b.op.store.Vault)
	for pairs, err := range r.Records() {
		began := b.op.now()
		if err == nil {
			err = v.Pairs(pairs)
		}
		if err == nil {
			err = rest(ctx, b.op.now().Sub(began))
		}
		if err != nil {
			return err
		}
	}
	records, err := r.Again()
	if err != nil {
		return err
	}
	if err := b.op.checkLog(ctx, records, r.Mark); err != nil {
		return err
	}
	v.DocumentsOf(records)
	for d, err := range r.Documents() {
		if err == nil {
			err = v.Document(ctx, d.ID, d.Data)
		}
		if err != nil {
			return err
		}
	}
	return v.End(ctx)
}

// checkKeys opens every key that was read back.
func (b *backups) checkKeys(_ context.Context, r io.Reader) error {
	ring, err := readKeyring(b.op.at.keys, b.op.env) // as it is now: it may just be changing
	if err != nil {
		return err
	}
	return vault.Verify(r, ring)
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
