package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"ab325/internal/vault"
)

// A keyChange changes the keys of the keyring while the data are in use: new
// ones are put first in the keyring, everything is moved to them, and the old
// ones are destroyed. What is to do stands in the keyring, so that a change
// that was interrupted goes on by finish at the next start.
type keyChange struct {
	place  ringPlace
	vault  *vault.Vault
	random io.Reader

	// indexes makes the store find and write by the index keys of a ring.
	indexes func(*vault.Keyring)
	// reindex moves what is found by the old index keys to the first.
	reindex func(context.Context) (int, error)
	// backup makes a copy of the vault's keys, when they are wrapped anew and
	// before the old key is destroyed: without it, the copies that there are
	// would open with nothing.
	backup func(context.Context) error

	mu   sync.Mutex // held while a change runs
	ring *vault.Keyring
}

// errChanging means that another change of keys is under way.
var errChanging = errors.New("a change of keys is under way already")

// begin changes the wrapping and the index key.
func (k *keyChange) begin(ctx context.Context) error {
	if !k.mu.TryLock() {
		return errChanging
	}
	defer k.mu.Unlock()
	if k.place.given() {
		return hinted(fmt.Errorf("the keyring is %s, which the service cannot change", k.place.name),
			"ab325 key new -from RING prints one with new keys; give the service that, and restart it")
	}
	if oldKeys(k.ring) == nil { // else one is to be finished
		next, err := k.ring.WithNewWrap(k.random)
		if err != nil {
			return err
		}
		if next, err = next.WithNewIndex(k.random); err != nil {
			return err
		}
		// Durable before anything is sealed with it.
		if err := next.Replace(k.place.path); err != nil {
			return fmt.Errorf("add new keys to %s: %w", k.place.name, err)
		}
		k.ring = next
	}
	_, err := k.move(ctx)
	return err
}

// finish goes on with a change that was interrupted, or that the service
// manager began by giving another keyring. It returns the names of keys that
// nothing needs any more and that only the service manager can remove.
func (k *keyChange) finish(ctx context.Context) (unused []string, err error) {
	if !k.mu.TryLock() {
		return nil, errChanging
	}
	defer k.mu.Unlock()
	if !k.place.given() {
		if err := vault.Settle(k.place.path); err != nil {
			return nil, fmt.Errorf("finish a change of %s: %w", k.place.name, err)
		}
	}
	return k.move(ctx)
}

// move moves everything to the first keys of the ring, and destroys the
// others where that is ours to do.
func (k *keyChange) move(ctx context.Context) (unused []string, err error) {
	k.indexes(k.ring)
	if err := k.vault.Rewrap(ctx, k.ring); err != nil {
		return nil, err
	}
	if len(k.ring.Index()) > 1 {
		if _, err := k.reindex(ctx); err != nil {
			return nil, err
		}
	}
	unused = oldKeys(k.ring)
	if len(unused) == 0 {
		return nil, nil
	}
	if err := k.backup(ctx); err != nil {
		return nil, fmt.Errorf("copy the keys before the old wrapping key is destroyed: %w", err)
	}
	if k.place.given() {
		return unused, nil
	}
	less := k.ring.WithoutOldWraps().WithoutOldIndexes()
	if err := less.Replace(k.place.path); err != nil {
		return nil, fmt.Errorf("remove the old keys from %s: %w", k.place.name, err)
	}
	k.ring = less
	k.indexes(less)
	return nil, k.vault.Rewrap(ctx, less) // which forgets the old
}

// changing reports whether a change is under way, or waits to be finished here.
func (k *keyChange) changing() bool {
	if !k.mu.TryLock() {
		return true
	}
	defer k.mu.Unlock()
	return !k.place.given() && oldKeys(k.ring) != nil
}

// oldKeys returns the names of the keys behind the first of their kind.
func oldKeys(ring *vault.Keyring) (names []string) {
	for _, id := range ring.Wraps()[1:] {
		names = append(names, "wrap "+id)
	}
	for _, key := range ring.Index()[1:] {
		names = append(names, "index "+key.ID)
	}
	return names
}

// unusedText says what finish returned, for the log.
func unusedText(place ringPlace, unused []string) string {
	return fmt.Sprintf("nothing needs %s in %s any more: ab325 key trim -from RING prints it without them; give the service that, and destroy the old one",
		strings.Join(unused, ", "), place.name)
}
