package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/vault"
)

// reindexAtOnce is how many cases Reindex moves in a transaction: others wait
// for it.
const reindexAtOnce = 50

// Reindex moves every case to the first index key, from the others of the
// keyring, and derives anew the rows that an earlier version of the program
// derived, while the store is in use. It may be stopped at any point, and then
// begins anew with what is left. When it returns nil no record needs the other
// keys any more, and they can be destroyed. It returns how many cases it moved.
func (s *Store) Reindex(ctx context.Context) (n int, err error) {
	first := (*s.indexes.Load())[0].ID
	// Whoever writes with the keys of before has written when this returns.
	if err := s.DB.Update(ctx, func(kv.Tx) error { return nil }); err != nil {
		return 0, fmt.Errorf("reindex: %w", unavailable(err))
	}
	n, err = s.derive(ctx, func(e *entry, version int) bool { return e.Index != first || version < rowKind.version() })
	if err == nil {
		err = s.Update(ctx, func(t *Tx) error { return t.write(rowsVersion.key(), rowsMark(first)) })
	}
	if err != nil {
		return n, fmt.Errorf("reindex: %w", err)
	}
	return n, nil
}

// rowsMark stands where all rows are of this version and index key.
func rowsMark(index string) kv.Key { return kv.Key(nil).Uint(uint64(rowKind.version())).Text(index) }

// RenewRows does what Reindex does, where it is needed: an earlier version of the
// program derived rows, and did not know all that cases are found by now; or a
// backup was restored from before the index key was changed. It is to be called
// after every start, and costs one read where there is nothing to do.
func (s *Store) RenewRows(ctx context.Context) (n int, err error) {
	done := false
	err = s.View(ctx, func(t *Tx) (err error) {
		done, err = t.renewed()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("reindex: %w", err)
	}
	if done {
		return 0, nil
	}
	return s.Reindex(ctx)
}

// renewed reports whether all rows are of this version and the first index key.
func (t *Tx) renewed() (bool, error) {
	mark, err := t.r.Get(rowsVersion.key())
	if err != nil && !errors.Is(err, kv.ErrNotFound) {
		return false, fmt.Errorf("version of the rows: %w", err)
	}
	return bytes.Equal(mark, rowsMark(t.indexes[0].ID)), nil
}

// derive derives the rows that old is true of, some at a time, and returns how
// many they were. Where a case cannot be read it goes on with the others, and
// returns why in the end.
func (s *Store) derive(ctx context.Context, old func(e *entry, version int) bool) (n int, err error) {
	ids, err := s.rowsWhere(ctx, old)
	if err != nil {
		return 0, err
	}
	var unread error
	for some := range slices.Chunk(ids, reindexAtOnce) {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		done, fault := 0, error(nil)
		err := s.Update(ctx, func(t *Tx) (err error) {
			done, fault, err = t.derive(some)
			return err
		})
		if err != nil {
			return n, err
		}
		n, unread = n+done, cmp.Or(unread, fault)
	}
	return n, unread
}

// rowsWhere returns the cases whose rows are wanted. One that was erased has none.
func (s *Store) rowsWhere(ctx context.Context, wanted func(e *entry, version int) bool) (ids []string, err error) {
	err = s.View(ctx, func(t *Tx) error {
		ids = nil
		for p, err := range t.r.Scan(kv.Range(rowKeys.key())) {
			if err := errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			var e entry
			h, err := t.keys.decode(rowKind, p.Key, p.Value, &e)
			if errors.Is(err, vault.ErrErased) {
				continue
			} else if err != nil {
				return err
			}
			if wanted(&e, h.Version) {
				ids = append(ids, e.Row.ID)
			}
		}
		return nil
	})
	return ids, err
}

// derive derives the rows of cases anew, with the first index key, and returns
// how many it could, and why it could not read the first that it could not. The
// cases and the revisions stay as they are.
func (t *Tx) derive(ids []string) (done int, unread, err error) {
	for _, id := range ids {
		now, old, fault := t.derived(id)
		if fault != nil {
			unread = cmp.Or(unread, fmt.Errorf("case %s: %w", id, fault))
			continue
		}
		if now.Row.ID != "" {
			if err := t.putRow(now, old); err != nil {
				return 0, nil, fmt.Errorf("case %s: %w", id, err)
			}
		}
		done++
	}
	return done, unread, nil
}

// derived returns the row that a case gives now, and the one that it has. A case
// that is gone, or whose row needs nothing, has none.
func (t *Tx) derived(id string) (now place, old entry, err error) {
	row, err := t.row(id)
	if errors.Is(err, errNone) || err == nil && row.Index == t.indexes[0].ID && row.version == rowKind.version() {
		return place{}, entry{}, nil
	} else if err != nil {
		return place{}, entry{}, err
	}
	c, err := get[flexjob.Case](t, caseKind, caseKeys.text(id))
	if err != nil {
		return place{}, entry{}, err
	}
	now = place{entry: t.entryOf(c), slot: row.slot}
	now.Row.Revision = row.Row.Revision // where the case has another, one of them was put back
	return now, row.entry, nil
}
