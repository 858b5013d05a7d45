package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"ab325/internal/kv"
)

// What was read can be read again, as from any other database.
func TestAgain(t *testing.T) {
	s, _, o := prepared(t)
	s = big(s)
	o.Source = s.source()
	mem := kv.Mem()
	err := mem.Update(t.Context(), func(w kv.Tx) error {
		for _, p := range s.pairs {
			if err := w.Put(p.Key, p.Value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Check = func(ctx context.Context, r *Reader) error {
		if _, _, err := drain(r); err != nil {
			return err
		}
		db, err := r.Again()
		if err != nil {
			return err
		}
		if n := len(db.(*table).pieces); n < 15 {
			t.Errorf("%d pieces: too few to show anything", n)
		}
		if err := db.Update(ctx, func(kv.Tx) error { return nil }); !errors.Is(err, errReadOnly) {
			t.Errorf("Update of a backup = %v, want that it cannot", err)
		}
		return db.View(ctx, func(got kv.Reader) error {
			return mem.View(ctx, func(want kv.Reader) error { return alike(t, got, want, s.pairs) })
		})
	}
	if _, err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// alike compares what two readers say of any key and any range.
func alike(t *testing.T, got, want kv.Reader, pairs []kv.Pair) error {
	random := rand.New(rand.NewPCG(3, 25))
	key := func() []byte {
		k := pairs[random.IntN(len(pairs))].Key
		switch random.IntN(5) {
		case 0:
			return append(k[:len(k):len(k)], 0) // comes behind it
		case 1:
			return k[:len(k)-1] // and before
		case 2:
			return nil
		}
		return k
	}
	for range 60 {
		a, b := key(), key()
		for name, scan := range map[string]func(kv.Reader) iter.Seq2[kv.Pair, error]{
			"Scan":     func(r kv.Reader) iter.Seq2[kv.Pair, error] { return r.Scan(a, b) },
			"ScanBack": func(r kv.Reader) iter.Seq2[kv.Pair, error] { return r.ScanBack(a, b) },
		} {
			// Far enough to come into the next piece, and into the one after.
			want, got := first(t, scan(want), 3500), first(t, scan(got), 3500)
			if !slices.Equal(got, want) {
				t.Fatalf("%s(%q, %q) gives %d pairs, want %d, or others", name, a, b, len(got), len(want))
			}
		}
	}
	var keys [][]byte
	for range 200 {
		keys = append(keys, append([]byte("k"), key()...), key())
	}
	inMem, err := want.GetMany(keys)
	if err != nil {
		return err
	}
	inFile, err := got.GetMany(keys)
	if !slices.EqualFunc(inFile, inMem, func(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }) {
		t.Error("GetMany gives other values than the database's")
	}
	if _, err := got.Get([]byte("zzz")); !errors.Is(err, kv.ErrNotFound) {
		t.Errorf("Get of no key = %v, want that it is not found", err)
	}
	return err
}

// first returns the first pairs of a scan, with their values' lengths alone.
func first(t *testing.T, scan iter.Seq2[kv.Pair, error], n int) (some []string) {
	t.Helper()
	for p, err := range scan {
		if err != nil {
			t.Fatal(err)
		}
		if some = append(some, fmt.Sprintf("%s %d", p.Key, len(p.Value))); len(some) == n {
			break
		}
	}
	return some
}

// A backup of nothing has nothing.
func TestAgainOfNothing(t *testing.T) {
	s, _, o := prepared(t)
	s.pairs = nil
	o.Check = func(ctx context.Context, r *Reader) error {
		if _, _, err := drain(r); err != nil {
			return err
		}
		db, err := r.Again()
		if err != nil {
			return err
		}
		return db.View(ctx, func(r kv.Reader) error {
			if _, err := r.Get([]byte("a")); !errors.Is(err, kv.ErrNotFound) {
				t.Errorf("Get = %v, want that it is not found", err)
			}
			if some := append(first(t, r.Scan(nil, nil), 1), first(t, r.ScanBack(nil, nil), 1)...); some != nil {
				t.Errorf("it has %q", some)
			}
			return nil
		})
	}
	if _, err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}
