package store

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"ab325/internal/kv"
)

// A Waiting is a case with documents that wait for their seal.
type Waiting struct {
	Case  string // id
	Since time.Time
}

// unsealedKey leads to the row of a case with documents that wait.
func unsealedKey(r *Row) kv.Key {
	return append(unsealedKeys.text(r.Municipality), listEnd(unsealedList, r)...)
}

// Unsealed yields the cases of a municipality with documents that wait for
// their seal, those first that have waited longest, but for those that a member
// of staff is disqualified from. With "" it yields those of every municipality,
// one after the other, for everybody.
func (t *Tx) Unsealed(municipality, staff string) iter.Seq2[Waiting, error] {
	at := unsealedKeys
	if municipality != "" {
		at = unsealedKeys.under(municipality)
	}
	return func(yield func(Waiting, error) bool) {
		barred, err := t.barred(municipality, staff)
		if err != nil {
			yield(Waiting{}, err)
			return
		}
		for pair, err := range t.r.Scan(kv.Range(at.key())) {
			if err != nil {
				yield(Waiting{}, fmt.Errorf("unsealed documents: %w", err))
				return
			}
			parts := kv.Split(pair.Key, unsealedKeys.key())
			parts.Text()
			w := Waiting{Since: time.Unix(int64(parts.Uint()), 0).UTC(), Case: parts.Text()}
			if err := parts.End(); err != nil {
				yield(Waiting{}, fmt.Errorf("unsealed documents: key %q: %w", pair.Key, err))
				return
			}
			if slices.Contains(barred, w.Case) {
				continue
			}
			if !yield(w, nil) {
				return
			}
		}
	}
}
