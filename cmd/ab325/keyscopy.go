package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ab325/internal/backup"
	"ab325/internal/kv"
)

// A case is erased for good when the copy of the keys beside the backups does
// not have its key either. The service makes that copy anew after each erasure,
// and who erases is told whether it has followed.

// keysPatience is how long an erasure waits for the copy of the keys.
const keysPatience = 30 * time.Second

// keysFollowed has the copy of the keys follow an erasure at once, and reports
// whether it did while somebody could wait. It follows later where it did not.
func (op *operator) keysFollowed(ctx context.Context) bool {
	if op.duty == nil || op.backups.config.to == "" {
		return true // there are no backups
	}
	ctx, cancel := context.WithTimeout(ctx, keysPatience)
	defer cancel()
	return op.backups.followed(ctx, func() { op.duty.jobs.Soon(keysJob) })
}

// followed waits until a copy of the keys knows every erasure of now, or a try
// to make one fails, or ctx ends. It calls soon to have one made.
func (b *backups) followed(ctx context.Context, soon func()) bool {
	erased := b.op.store.Vault.ErasureBytes()
	copied, tried, _ := b.keysState()
	for asked := false; copied < erased; asked = true {
		if !asked {
			soon()
		}
		select {
		case <-tried:
		case <-ctx.Done():
			return false
		}
		var err error
		if copied, tried, err = b.keysState(); err != nil {
			return copied >= erased
		}
	}
	return true
}

// keysState returns what the last copy of the keys knew of the log of erasures,
// in bytes, a channel that is closed after the next try, and why the last one
// failed.
func (b *backups) keysState() (copied uint64, tried <-chan struct{}, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.copied, b.tried, b.keysErr
}

// keysLack reports whether a case was erased whose key the last copy of the keys
// has.
func (b *backups) keysLack() bool {
	copied, _, _ := b.keysState()
	return b.config.to != "" && copied < b.op.store.Vault.ErasureBytes()
}

// keysTried tells who waits what became of a try to copy the keys, which knew so
// much of the log of erasures. That is noted for the next start, if it is news; a
// full disk, which has no room for it, makes no copy a bad one: the next start
// then makes one more.
func (b *backups) keysTried(ctx context.Context, known uint64, err error) error {
	if copied, _, _ := b.keysState(); err == nil && known > copied {
		if err = b.op.store.NoteCopied(ctx, known); errors.Is(err, kv.ErrFull) {
			err = nil
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.keysErr = err; err == nil {
		b.copied = max(b.copied, known)
	}
	close(b.tried)
	b.tried = make(chan struct{})
	return err
}

// recall learns what the last copy of the keys knew, before this start. One that
// knew more than there is was of another vault.
func (b *backups) recall(ctx context.Context) error {
	copied, err := b.op.store.ErasuresCopied(ctx)
	if err != nil {
		return err
	}
	if copied > b.op.store.Vault.ErasureBytes() {
		copied = 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.copied = copied
	return nil
}

// keysIfErased makes a copy of the keys when a case was erased since the last
// one, so that the older copies, which have its key, begin to go.
func (b *backups) keysIfErased(ctx context.Context) error {
	if !b.keysLack() {
		return nil
	}
	return b.keys(ctx)
}

// keys makes a copy of the keys alone, where the service has a place for it.
func (b *backups) keys(ctx context.Context) error {
	if b.config.to == "" {
		return nil // example data, or a command while no service runs
	}
	known, err := b.keysTo(ctx, b.config.to, b.config.key, new(console))
	return b.keysTried(ctx, known, err)
}

// keysTo makes a copy of the keys alone, and returns how much it knows of the
// log of erasures.
func (b *backups) keysTo(ctx context.Context, to, key string, out *console) (known uint64, err error) {
	t, err := openTarget(to, key, b.config.keep)
	if err != nil {
		return 0, err
	}
	if err := b.begin(ctx, out); err != nil {
		return 0, err
	}
	defer b.end()
	known = b.op.store.Vault.ErasureBytes() // the keys in these are destroyed
	if err := backup.MakeKeys(ctx, b.options(t, out)); err != nil {
		return 0, err
	}
	return known, t.place.PruneKeys(b.op.store.Keyring.Instance(), b.op.now())
}

// lastCopies has the copy of the keys follow what a command has erased while no
// service runs, where it is told of a place for that, and else says what is so.
func (op *operator) lastCopies(ctx context.Context, to, key string, out *console) error {
	if to == "" || key == "" {
		_, err := fmt.Fprintln(out, "where there are backups, they have its key until the service runs, and has copied the keys anew")
		return err
	}
	if _, err := op.backups.keysTo(ctx, to, key, out); err != nil {
		return hinted(fmt.Errorf("the case is erased; but the backups in %s have its key, since the keys were not copied anew: %w", to, err),
			"the service copies them when it runs; or do it now: ab325 backup")
	}
	_, err := fmt.Fprintf(out, "the copy of the keys in %s has followed\n", to)
	return err
}
