package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"

	"ab325/internal/kv"
)

// A table is one kind of sealed record: where it stands, and the index keys
// that lead to it, which are derived from it alone. So saving a record moves
// them, removing it removes them, and a check can derive them again.
type table[T any] struct {
	kind
	at    prefix
	index func(v *T, rev int) []kv.Pair // nil: none
}

// get reads the record at key, or fails with errNone.
func (tb *table[T]) get(t *Tx, key kv.Key) (*T, error) { return get[T](t, tb.kind, key) }

// all yields every record, in the order of the keys.
func (tb *table[T]) all(t *Tx) iter.Seq2[*T, error] { return all[T](t, tb.kind, tb.at) }

// save writes v at key, sealed with the key in slot, as the next revision of
// what stands there.
func (tb *table[T]) save(t *Tx, key kv.Key, slot uint64, v *T) error {
	_, err := tb.advance(t, key, slot, v)
	return err
}

// advance is save, and returns the revision.
func (tb *table[T]) advance(t *Tx, key kv.Key, slot uint64, v *T) (rev int, err error) {
	if t.w == nil {
		return 0, errReadOnly
	}
	old, h, err := load[T](t, tb.kind, key)
	if err != nil && !errors.Is(err, errNone) {
		return 0, err
	}
	rev = h.Revision + 1
	if err := t.putSealed(tb.kind, key, slot, rev, v); err != nil {
		return 0, err
	}
	return rev, t.point(tb.leads(old, h.Revision), tb.leads(v, rev))
}

// forget removes the record at key, if there is one, and what leads to it.
func (tb *table[T]) forget(t *Tx, key kv.Key) error {
	if t.w == nil {
		return errReadOnly
	}
	old, h, err := load[T](t, tb.kind, key)
	if errors.Is(err, errNone) {
		return nil
	} else if err != nil {
		return err
	}
	if err := t.remove(key); err != nil {
		return err
	}
	return t.point(tb.leads(old, h.Revision), nil)
}

// leads returns what leads to v, which may be nil.
func (tb *table[T]) leads(v *T, rev int) []kv.Pair {
	if v == nil || tb.index == nil {
		return nil
	}
	return tb.index(v, rev)
}

// point makes the index keys those of now instead of was.
func (t *Tx) point(was, now []kv.Pair) error {
	for _, p := range was {
		if at(now, p.Key) < 0 {
			if err := t.remove(p.Key); err != nil {
				return fmt.Errorf("index: %w", err)
			}
		}
	}
	for _, p := range now {
		if i := at(was, p.Key); i >= 0 && bytes.Equal(was[i].Value, p.Value) {
			continue
		}
		if err := t.write(p.Key, p.Value); err != nil {
			return fmt.Errorf("index: %w", err)
		}
	}
	return nil
}

// at returns the place of key among pairs, or -1.
func at(pairs []kv.Pair, key []byte) int {
	return slices.IndexFunc(pairs, func(p kv.Pair) bool { return bytes.Equal(p.Key, key) })
}
