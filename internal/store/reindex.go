package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
)

// reindexAtOnce is how many cases Reindex moves in a transaction: others wait
// for it.
const reindexAtOnce = 50

// Reindex moves every case to the first index key, from the others of the
// keyring, while the store is in use. It may be stopped at any point, and then
// begins anew with what is left. When it returns nil no record needs the other
// keys any more, and they can be destroyed. It returns how many cases it moved.
func (s *Store) Reindex(ctx context.Context) (n int, err error) {
	// Whoever writes with the keys of before has written when this returns.
	if err := s.DB.Update(ctx, func(kv.Tx) error { return nil }); err != nil {
		return 0, fmt.Errorf("reindex: %w", unavailable(err))
	}
	ids, err := s.indexedOtherwise(ctx)
	if err != nil {
		return 0, fmt.Errorf("reindex: %w", err)
	}
	for some := range slices.Chunk(ids, reindexAtOnce) {
		if err := ctx.Err(); err != nil {
			return n, fmt.Errorf("reindex: %w", err)
		}
		err := s.Update(ctx, func(t *Tx) error {
			for _, id := range some {
				if err := t.reindex(id); err != nil {
					return fmt.Errorf("case %s: %w", id, err)
				}
			}
			return nil
		})
		if err != nil {
			return n, fmt.Errorf("reindex: %w", err)
		}
		n += len(some)
	}
	return n, nil
}

// indexedOtherwise returns the cases that are not found by the first index key.
func (s *Store) indexedOtherwise(ctx context.Context) (ids []string, err error) {
	err = s.View(ctx, func(t *Tx) error {
		ids = nil
		for e, err := range rowTable.all(t) {
			if err := errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			if e.Index != t.indexes[0].ID {
				ids = append(ids, e.Row.ID)
			}
		}
		return nil
	})
	return ids, err
}

// reindex moves a case to the first index key. The case and the revision of
// its row stay as they are. One that is gone is left out.
func (t *Tx) reindex(id string) error {
	row, err := t.row(id)
	if errors.Is(err, errNone) || err == nil && row.Index == t.indexes[0].ID {
		return nil
	} else if err != nil {
		return err
	}
	c, err := get[flexjob.Case](t, caseKind, caseKeys.text(id))
	if err != nil {
		return err
	}
	now := row
	now.Index, now.Find = t.indexes[0].ID, findable(t.indexes[0], c)
	return t.putRow(now, row.entry)
}
