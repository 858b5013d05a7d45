package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
	"ab325/internal/vault"
)

// The index key is changed while cases are saved and looked up: every case is
// found all the time, and at the end by the new key alone.
func TestReindex(t *testing.T) {
	dir := t.TempDir()
	db, err := boltkv.Open(filepath.Join(dir, "ab325.db"), boltkv.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o := parts(t, dir)
	o.DB = db
	s := with(t, o)
	const cases = 3 * reindexAtOnce
	doUpdate(t, s, func(tx *Tx) error {
		for i := range cases {
			number, err := tx.NextNumber(2026)
			if err != nil {
				return err
			}
			c := aCase(fmt.Sprintf("case-%03d", i), number)
			c.Revision = 1
			if err := tx.PutCase(c, why("start")); err != nil {
				return err
			}
		}
		return nil
	})
	ring, err := o.Keyring.WithNewIndex(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	done := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() { lookUntil(t, s, done, cases) })
	all.Go(func() { saveUntil(t, s, done) })
	s.UseIndexes(ring)
	n, err := s.Reindex(t.Context())
	close(done)
	all.Wait()
	if n == 0 || n > cases || err != nil {
		t.Errorf("Reindex = %d, %v, want up to %d", n, err, cases)
	}
	if n, err := s.Reindex(t.Context()); n != 0 || err != nil {
		t.Errorf("Reindex again = %d, %v, want 0", n, err)
	}

	o.Keyring = ring.WithoutOldIndexes()
	after := with(t, o)
	if got := find(t, after, ByCPR, "610190-1234"); len(got) != cases {
		t.Errorf("%d cases are found by the new key, want %d", len(got), cases)
	}
	if got := faults(t, after); len(got) > 0 {
		t.Errorf("Check with the new key finds %q", got)
	}
}

func lookUntil(t *testing.T, s *Store, done <-chan struct{}, want int) {
	for {
		err := s.View(context.Background(), func(tx *Tx) error {
			ids, err := tx.Find(ByCPR, "610190-1234")
			if len(ids) != want {
				t.Errorf("%d cases are found while the key is changed, want %d", len(ids), want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}

func saveUntil(t *testing.T, s *Store, done <-chan struct{}) {
	for i := 0; ; i++ {
		select {
		case <-done:
			return
		default:
		}
		err := s.Update(context.Background(), func(tx *Tx) error {
			c, err := tx.Case(fmt.Sprintf("case-%03d", i%(3*reindexAtOnce)))
			if err != nil {
				return err
			}
			set(c, form.Values{"job.title": fmt.Sprint("Gartner ", i)})
			c.Revision++
			return tx.PutCase(c, why("fill"))
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// A change of the index key that is stopped goes on with what is left.
func TestReindexStopped(t *testing.T) {
	o := parts(t, t.TempDir())
	o.DB = kv.Mem()
	s := with(t, o)
	const cases = 2*reindexAtOnce + 1
	for i := range cases {
		create(t, s, aCase(fmt.Sprintf("case-%03d", i), fmt.Sprintf("2026-%06d", i)))
	}
	ring, err := o.Keyring.WithNewIndex(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o.Keyring = ring
	stopped := o
	stopped.DB = &stopping{DB: o.DB, left: 2}
	if n, err := with(t, stopped).Reindex(t.Context()); n != reindexAtOnce || err == nil {
		t.Errorf("Reindex that is stopped = %d, %v, want %d", n, err, reindexAtOnce)
	}
	if got := find(t, with(t, o), ByCVR, "99999993"); len(got) != cases {
		t.Errorf("%d cases are found half-way, want %d", len(got), cases)
	}
	if n, err := with(t, o).Reindex(t.Context()); n != cases-reindexAtOnce || err != nil {
		t.Errorf("Reindex = %d, %v, want %d", n, err, cases-reindexAtOnce)
	}
}

// New wrapping keys change nothing that is stored, and nothing is lost on the
// way: before, between and after.
func TestRewrap(t *testing.T) {
	h := whole(t, kv.Mem())
	before := pairsOf(t, h.DB)
	ring, err := h.Keyring.WithNewWrap(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Vault.Rewrap(t.Context(), ring); err != nil {
		t.Fatal(err)
	}
	if got := faults(t, h.Store); len(got) > 0 {
		t.Errorf("Check after new wrapping keys finds %q", got)
	}
	same := func(a, b kv.Pair) bool { return string(a.Key) == string(b.Key) && string(a.Value) == string(b.Value) }
	if !slices.EqualFunc(before, pairsOf(t, h.DB), same) {
		t.Error("new wrapping keys change the database")
	}
}

// A case that would be saved by a transaction of its own must be there: what is
// of it must not outlive it.
func TestNothingOfNoCase(t *testing.T) {
	s := mem(t)
	for name, put := range map[string]func(*Tx) error{
		"link":    func(tx *Tx) error { return tx.PutLink(aLink("l1", "one", "1")) },
		"message": func(tx *Tx) error { return tx.enqueue(Message{Case: "c1"}) },
		"parked":  func(tx *Tx) error { return tx.PutParked(&Parked{ID: "p1", Case: "c1"}) },
	} {
		if err := s.Update(t.Context(), put); err == nil {
			t.Errorf("a %s of a case that there is not is saved", name)
		}
	}
	if got := keysOf(t, s.DB); len(got) > 0 {
		t.Errorf("what was refused leaves %q", got)
	}
	doUpdate(t, s, func(tx *Tx) error { // with the case, in whatever order
		c := &flexjob.Case{ID: "c1", Revision: 1}
		return errors.Join(tx.PutLink(aLink("l1", "one", "1")), tx.PutCase(c, why("start")))
	})
}

// Cases get keys of their own, also where the vault has to make more, and where
// a transaction fails.
func TestSlots(t *testing.T) {
	s := mem(t)
	n := int(s.Vault.Len()) + 10
	seen := map[uint64]bool{}
	for i := range n {
		id := fmt.Sprintf("case-%03d", i)
		oops := errors.New("oops")
		for _, want := range []error{oops, nil} {
			err := s.Update(t.Context(), func(tx *Tx) error {
				if err := tx.PutCase(&flexjob.Case{ID: id, Revision: 1}, why("start")); err != nil {
					return err
				}
				return want
			})
			if !errors.Is(err, want) {
				t.Fatal(err)
			}
		}
		_, row := theCase(t, s, id)
		if seen[row.slot] || row.slot == vault.House || row.slot != uint64(i+1) {
			t.Fatalf("case %d has key %d", i, row.slot)
		}
		seen[row.slot] = true
	}
	if err := s.Vault.Erase(uint64(n+1), "lost", now); err != nil { // of a case that this database never had
		t.Fatal(err)
	}
	create(t, s, &flexjob.Case{ID: "another"})
	if _, row := theCase(t, s, "another"); row.slot != uint64(n+2) {
		t.Errorf("the case after an erased key has key %d, want %d", row.slot, n+2)
	}
}
