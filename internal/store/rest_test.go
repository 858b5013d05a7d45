package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"ab325/internal/kv"
)

// A long look asks for a rest at every pair that it reads, and ends with it.
func TestWithRest(t *testing.T) {
	h := whole(t, kv.Mem())
	number(t, h.Store)
	checkpoint(t, h.Store)
	pairs := len(pairsOf(t, h.DB))
	for _, test := range []struct {
		name  string
		least int
		look  func(context.Context) error
	}{
		{"Check", pairs, func(ctx context.Context) error {
			return h.Check(ctx, now, func(fault string) { t.Errorf("Check finds %q", fault) })
		}},
		{"VerifyLog", 11, func(ctx context.Context) error { _, err := h.VerifyLog(ctx); return err }},
	} {
		rests := 0
		if err := test.look(WithRest(t.Context(), func() error { rests++; return nil })); err != nil || rests < test.least {
			t.Errorf("%s = %v with %d rests, want at least %d", test.name, err, rests, test.least)
		}
		enough := errors.New("enough")
		for _, after := range []int{1, rests / 2, rests} {
			n := 0
			err := test.look(WithRest(t.Context(), func() error {
				if n++; n == after {
					return enough
				}
				return nil
			}))
			if !errors.Is(err, enough) || n != after {
				t.Errorf("%s = %v after %d rests, want %v after %d", test.name, err, n, enough, after)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		err := test.look(WithRest(ctx, func() error { cancel(); return nil }))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %v when nobody waits any more, want %v", test.name, err, context.Canceled)
		}
	}
}
