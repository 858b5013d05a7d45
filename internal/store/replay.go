package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"ab325/internal/audit"
	"ab325/internal/kv"
)

// replayAtOnce is how many keys ReplayErasures removes in a transaction.
const replayAtOnce = 500

// ReplayErasures removes from a database that was restored what it still has of
// cases that were erased since: the vault's log of erasures, which is kept
// apart and restored at its newest, knows them. Nothing of them opens any more,
// so what leads to them is found by its own keys. It is to be called at every
// start, before anything is shown, and costs next to nothing where there is
// nothing to do; else it reads the whole database. Why is the entry that the
// audit log gets for each case. It returns how many they were.
//
// It may be interrupted, and goes on when it is called again. A vault that is
// older than the database is ErrVaultOlder: nothing was done.
func (s *Store) ReplayErasures(ctx context.Context, why audit.Entry) (n int, err error) {
	if err := s.View(ctx, (*Tx).vaultHolds); err != nil {
		return 0, fmt.Errorf("replay erasures: %w", err)
	}
	r := &replay{store: s, slots: map[uint64]bool{}, schema: newSchema()}
	left, err := r.prepare(ctx)
	if err != nil {
		return 0, fmt.Errorf("replay erasures: %w", err)
	}
	if !left {
		return 0, nil
	}
	for _, step := range []func(context.Context) error{
		r.mark, // so that the next start goes on, should this be interrupted
		func(ctx context.Context) error { return r.eraseCases(ctx, why) },
		func(ctx context.Context) error { return r.sweep(ctx, r.sealed) },
		func(ctx context.Context) error { return r.sweep(ctx, r.stray) },
		func(ctx context.Context) error { return s.Update(kv.WithReserve(ctx), (*Tx).tallyAnew) },
		r.unmark,
	} {
		if err := step(ctx); err != nil {
			return 0, fmt.Errorf("replay erasures: %w", err)
		}
	}
	return len(r.cases), nil
}

// A replay is one run of ReplayErasures.
type replay struct {
	store  *Store
	schema schema
	slots  map[uint64]bool // whose keys were erased
	cases  []string        // that were erased, and that the database has
	files  []string        // of those
}

// prepare reads the log of erasures, and reports whether the database may have
// something of the cases.
func (r *replay) prepare(ctx context.Context) (left bool, err error) {
	var all []string
	for e, err := range r.store.Vault.Erasures() {
		if err != nil {
			return false, err
		}
		r.slots[e.Slot] = true
		all = append(all, e.Case)
	}
	err = r.store.DB.View(ctx, func(reader kv.Reader) error {
		r.cases = nil
		for _, id := range all {
			values, err := reader.GetMany([][]byte{rowKeys.text(id), caseKeys.text(id)})
			if err != nil {
				return err
			}
			if values[0] != nil || values[1] != nil {
				r.cases = append(r.cases, id)
			}
		}
		_, err := reader.Get(restoredKey.key())
		left = err == nil || len(r.cases) > 0
		if errors.Is(err, kv.ErrNotFound) {
			err = nil
		}
		return err
	})
	return left, err
}

// mark makes the next start go on with this, should it be interrupted. The
// slots that later cases may have had, which the database does not know, are
// not given again.
func (r *replay) mark(ctx context.Context) error {
	return r.store.Update(ctx, func(t *Tx) error {
		known, err := t.counter(slotCount.key())
		if err != nil {
			return err
		}
		if last := r.store.Vault.Len() - 1; last > known {
			if err := t.write(slotCount.key(), kv.Key(nil).Uint(last)); err != nil {
				return err
			}
			if err := t.write(slotLostKeys.number(known+1), kv.Key(nil).Uint(last)); err != nil {
				return err
			}
		}
		return t.write(restoredKey.key(), nil)
	})
}

func (r *replay) unmark(ctx context.Context) error {
	for _, file := range r.files {
		if err := r.store.Files.Remove(file); err != nil {
			return err
		}
	}
	return r.store.Update(kv.WithReserve(ctx), func(t *Tx) error {
		return errors.Join(t.remove(restoredKey.key()), t.noteErased())
	})
}

// sweep removes the pairs for which is says so.
func (r *replay) sweep(ctx context.Context, is func(kv.Reader, kv.Pair) (bool, error)) error {
	var keys [][]byte
	err := r.store.DB.View(ctx, func(reader kv.Reader) error {
		keys = nil
		for p, err := range reader.Scan(nil, nil) {
			if err := errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			remove, err := is(reader, p)
			if err != nil {
				return fmt.Errorf("at %q: %w", p.Key, err)
			}
			if remove {
				keys = append(keys, p.Key)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(keys, replayAtOnce) {
		err := r.store.DB.Update(ctx, func(w kv.Tx) error {
			for _, key := range some {
				if err := w.Delete(key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseCases removes the cases themselves, and what the audit log says of them.
func (r *replay) eraseCases(ctx context.Context, why audit.Entry) error {
	for _, id := range r.cases {
		err := r.store.Update(ctx, func(t *Tx) error {
			return errors.Join(t.eraseLog(id, why), t.remove(caseKeys.text(id)), t.remove(rowKeys.text(id)))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sealed reports whether p is a record that is sealed with a key that was
// erased.
func (r *replay) sealed(_ kv.Reader, p kv.Pair) (bool, error) {
	sec, err := r.schema.of(p.Key)
	if err != nil || sec.new == nil || sec.kind.open {
		return false, err
	}
	h, _, _, err := sec.kind.split(p.Value)
	return err == nil && h.Slot != nil && r.slots[*h.Slot], err
}

// stray reports whether p is an index key that leads to nothing. It notes the
// documents.
func (r *replay) stray(reader kv.Reader, p kv.Pair) (bool, error) {
	sec, err := r.schema.of(p.Key)
	if err != nil || sec.to == nil {
		return false, err
	}
	key, err := sec.to(p)
	if err != nil {
		return false, err
	}
	values, err := reader.GetMany([][]byte{key})
	if err != nil || values[0] != nil {
		return false, err
	}
	if sec.at == fileKeys {
		r.files = append(r.files, kv.Split(p.Key, sec.at.key()).Text())
	}
	return true, nil
}

// tallyAnew derives the counters of the lists from the rows of all cases.
func (t *Tx) tallyAnew() error {
	want := map[string]int{}
	for row, err := range t.Rows() {
		if err != nil {
			return err
		}
		for _, key := range tallies(&row) {
			want[string(key)]++
		}
	}
	for _, p := range []prefix{countKeys, dueKeys} {
		var stale []kv.Key
		for pair, err := range t.r.Scan(kv.Range(p.key())) {
			if err != nil {
				return err
			}
			if want[string(pair.Key)] == 0 {
				stale = append(stale, pair.Key)
			}
		}
		for _, key := range stale {
			if err := t.remove(key); err != nil {
				return err
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if err := t.write(kv.Key(key), kv.Key(nil).Uint(uint64(want[key]))); err != nil {
			return err
		}
	}
	return nil
}
