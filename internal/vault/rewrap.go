package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// A copied is the file that Rewrap writes: slots of it are there already.
type copied struct {
	*table
	slots uint64
}

// step is how many slots Rewrap does before others may change some: well
// under a millisecond.
const step = 512

// Rewrap wraps every key anew with the first wrapping key of ring, and uses
// ring from then on. It must have every wrapping key that is in use, else that
// is ErrWrapped and nothing is changed. All else goes on meanwhile, but CopyTo
// and another Rewrap wait. When it returns nil the old wrapping keys open
// nothing any more, and the file that they opened is overwritten. If it stops
// early, all is as before, except that new keys may be wrapped with ring's
// first already. A damaged key stops it, and the error says which: once that is
// put back from a copy, or erased, Rewrap goes on.
func (v *Vault) Rewrap(ctx context.Context, ring *Keyring) error {
	if err := v.hold(ctx); err != nil {
		return err
	}
	defer v.letGo()
	if err := v.rewrap(ctx, ring); err != nil {
		return fmt.Errorf("vault: wrap the keys anew: %w", err)
	}
	return nil
}

func (v *Vault) rewrap(ctx context.Context, ring *Keyring) error {
	if _, err := v.wrapped(ctx, ring); err != nil { // before anything is changed
		return err
	}
	if err := v.use(ring); err != nil {
		return err
	}
	done, err := v.wrapped(ctx, ring)
	if err != nil {
		return err
	}
	if !done {
		if err := v.replace(ctx, ring); err != nil {
			return err
		}
	}
	v.setTable(&table{v.table.file, ring})
	return nil
}

// use makes new keys be wrapped with ring's first, and keeps what opens the
// others.
func (v *Vault) use(ring *Keyring) error {
	if !ring.has(v.table.ring.wraps[0].id) { // by which a key may have been made since
		return ErrWrapped
	}
	both := *ring
	both.wraps = append([]wrapKey(nil), ring.wraps...)
	for _, w := range v.table.ring.wraps {
		if !both.has(w.id) {
			both.wraps = append(both.wraps, w)
		}
	}
	v.setTable(&table{v.table.file, &both})
	return nil
}

// setTable makes t what keys are read from, when nobody reads the one before.
func (v *Vault) setTable(t *table) {
	v.change.Lock()
	defer v.change.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.table = t
}

// wrapped reports whether all keys are wrapped with ring's first. It is an
// error if one is wrapped with none of them.
func (v *Vault) wrapped(ctx context.Context, ring *Keyring) (done bool, err error) {
	if ring.instance != v.table.ring.instance {
		return false, ErrForeign
	}
	done = true
	total := v.slots.Load()
	for first := uint64(0); first < total; first += step {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		slots, err := v.table.run(first, min(step, total-first))
		if err != nil {
			return false, err
		}
		for i := range slots {
			s := &slots[i]
			id := keyID(s[:4])
			if !id.reserved() && !ring.has(id) {
				return false, fmt.Errorf("key %d: %w: %s", first+uint64(i), ErrWrapped, id)
			}
			done = done && (s.erased() || id == ring.wraps[0].id)
		}
	}
	return done, nil
}

func (k *Keyring) has(id keyID) bool {
	for i := range k.wraps {
		if k.wraps[i].id == id {
			return true
		}
	}
	return false
}

// replace writes a new file of keys beside the one in use and puts it in its
// place.
func (v *Vault) replace(ctx context.Context, ring *Keyring) error {
	next, err := openTable(v.path(newName), ring, os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	v.setCopied(&copied{next, 0})
	old, err := v.copyAll(ctx)
	v.setCopied(nil)
	if err != nil {
		return errors.Join(err, next.file.Close(), v.discard())
	}
	if err := errors.Join(old.Close(), v.discard()); err != nil {
		return v.fail(err)
	}
	return nil
}

func (v *Vault) setCopied(c *copied) {
	v.change.Lock()
	defer v.change.Unlock()
	v.copied = c
}

// copyAll copies the slots, puts the new file in the place of the old, and
// returns the old.
func (v *Vault) copyAll(ctx context.Context) (old *os.File, err error) {
	for more := true; more; {
		v.change.Lock()
		more, err = v.copySome(ctx)
		v.change.Unlock()
		if err != nil {
			return nil, err
		}
	}
	// Most of it becomes durable now, so that others wait for the rest only.
	if err := v.disk.sync(v.copied.file); err != nil {
		return nil, v.fail(err)
	}
	v.change.Lock()
	defer v.change.Unlock()
	for more := true; more; {
		if more, err = v.copySome(ctx); err != nil {
			return nil, err
		}
	}
	return v.swap()
}

// copySome copies the next slots and reports whether there are more.
func (v *Vault) copySome(ctx context.Context) (more bool, err error) {
	if err := errors.Join(ctx.Err(), v.Err()); err != nil {
		return false, err
	}
	first := v.copied.slots
	slots, err := v.table.run(first, min(step, v.head.slots-first))
	if err != nil {
		return false, err
	}
	b := make([]byte, 0, len(slots)*slotSize)
	for i := range slots {
		s, number := &slots[i], first+uint64(i)
		key, err := v.table.ring.unwrap(number, s)
		if err == nil {
			*s = v.copied.ring.wrap(number, key)
		} else if !errors.Is(err, ErrErased) {
			return false, fmt.Errorf("key %d: %w", number, err)
		}
		b = append(b, s[:]...)
	}
	if err := v.write(v.copied.file, b, offset(first)); err != nil {
		return false, err
	}
	v.copied.slots += uint64(len(slots))
	return v.copied.slots < v.head.slots, nil
}

// swap makes the new file, which is complete, the one in use. The old one
// keeps a name, by which a crash cannot hide it from being overwritten.
func (v *Vault) swap() (old *os.File, err error) {
	next := v.copied.table
	h := v.head.encode(next.ring.instance)
	if err := v.write(next.file, append(h, h...), 0); err != nil {
		return nil, err
	}
	if err := v.disk.sync(next.file); err != nil {
		return nil, v.fail(err)
	}
	err = os.Link(v.path(keysName), v.path(oldName))
	if err == nil {
		err = os.Rename(v.path(newName), v.path(keysName))
	}
	if err := errors.Join(err, v.disk.syncDir(v.dir)); err != nil {
		return nil, v.fail(err)
	}
	v.mu.Lock() // nobody reads the old file any more
	defer v.mu.Unlock()
	old = v.table.file
	v.table = next
	return old, nil
}

// discard removes the files that a Rewrap leaves: keys in them are wrapped with
// a key that may be known, or are erased since.
func (v *Vault) discard() error {
	keys, err := os.Stat(v.path(keysName))
	if err != nil {
		return err
	}
	return discard(v.disk, keys, v.path(newName), v.path(oldName))
}
