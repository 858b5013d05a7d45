package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/kv"
)

// logOf returns a store whose log has n entries with numbers.
func logOf(t testing.TB, n int) (*Store, kv.DB) {
	t.Helper()
	db := kv.Mem()
	s := on(t, db)
	write(t, s, 0, n)
	number(t, s)
	return s, db
}

// write logs the entries from number first on.
func write(t testing.TB, s *Store, first, n int) {
	t.Helper()
	err := s.Update(context.Background(), func(tx *Tx) error {
		for i := first; i < first+n; i++ {
			e := whyAt("open", time.Duration(i)*time.Minute)
			e.Case = fmt.Sprint("c", i%7)
			if err := tx.Log(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkpoint(t testing.TB, s *Store) []byte {
	t.Helper()
	signed, err := s.Checkpoint(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestHolds(t *testing.T) {
	s, db := logOf(t, 300)
	first := checkpoint(t, s)
	earlier := pairsOf(t, db)
	write(t, s, 300, 10)
	number(t, s)
	second := checkpoint(t, s)

	older := again(t, s, restore(t, earlier))
	write(t, older, 400, 10) // it went on by itself
	number(t, older)
	foreign := on(t, db)
	signedAbroad, err := mem(t).Checkpoint(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		s      *Store
		signed []byte
		want   error
	}{
		{"the last", s, second, nil},
		{"an earlier one", s, first, nil},
		{"the same of older data", again(t, s, restore(t, earlier)), first, nil},
		{"a later one than the data", again(t, s, restore(t, earlier)), second, ErrOlder},
		{"an empty database", again(t, s, kv.Mem()), first, ErrOlder},
		{"older data that went on", older, second, ErrChanged},
		{"another installation's checkpoint", s, signedAbroad, ErrForeign},
		{"another installation's key", foreign, second, ErrForeign},
		{"what is no checkpoint", s, []byte("hello"), ErrForeign},
		{"nothing", s, nil, ErrForeign},
	} {
		if err := test.s.Holds(t.Context(), test.signed); !errors.Is(err, test.want) {
			t.Errorf("Holds(%s) = %v, want %v", test.name, err, test.want)
		}
	}
	mine, err := foreign.signer.Sign(audit.Nothing())
	if err != nil {
		t.Fatal(err)
	}
	if err := foreign.Holds(t.Context(), mine); !errors.Is(err, ErrForeign) {
		t.Errorf("Holds of a foreign database = %v, want %v", err, ErrForeign)
	}
}

// Nothing is signed that does not continue what was signed before.
func TestCheckpointContinues(t *testing.T) {
	s, db := logOf(t, 300)
	checkpoint(t, s)
	change(t, db, tileKey(0, 1), func(v []byte) []byte { v[0] ^= 1; return v })
	if _, err := s.Checkpoint(t.Context(), now); !errors.Is(err, ErrChanged) {
		t.Errorf("Checkpoint of a changed tree = %v, want %v", err, ErrChanged)
	}
	change(t, db, tileKey(0, 1), func(v []byte) []byte { return v[:32] })
	if _, err := s.Checkpoint(t.Context(), now); !errors.Is(err, ErrOlder) {
		t.Errorf("Checkpoint of a tree cut off = %v, want %v", err, ErrOlder)
	}
}
