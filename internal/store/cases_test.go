package store

import (
	"context"
	"errors"
	"slices"
	"testing"

	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/kv"
	"ab325/internal/problem"
)

func find(t *testing.T, s *Store, by Lookup, value string) (ids []string) {
	t.Helper()
	doView(t, s, func(tx *Tx) (err error) {
		ids, err = tx.Find(by, value)
		return err
	})
	return ids
}

func TestFind(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	create(t, s, aCase("c2", "2026-000002"))
	save(t, s, "c2", func(c *flexjob.Case) {
		c.Blad2s = []flexjob.Blad2{{ID: "b1", Values: flexjob.Sheet{"case.externalRef": {Value: "27.36.00-G01-1-26"}}}}
	})
	for _, test := range []struct {
		by    Lookup
		value string
		want  []string
	}{
		{ByCPR, "610190-1234", []string{"c1", "c2"}},
		{ByCPR, " 6101901234", []string{"c1", "c2"}},
		{ByCPR, "610190-1235", nil},
		{ByCPR, "Åse", nil},
		{ByCPR, "", nil},
		{ByCVR, "DK 99 99 99 93", []string{"c1", "c2"}},
		{ByCVR, "610190-1234", nil},
		{ByNumber, "2026-000002 ", []string{"c2"}},
		{ByNumber, "2026-00000", nil},
		{ByReference, "27.36.00-g01-1-26", []string{"c2"}},
		{ByReference, "2026-000002", nil},
		{ByReference, "", nil},
	} {
		if got := find(t, s, test.by, test.value); !slices.Equal(got, test.want) {
			t.Errorf("Find(%s, %q) = %q, want %q", test.by, test.value, got, test.want)
		}
	}
	if got := find(t, on(t, s.DB), ByCPR, "610190-1234"); got != nil {
		t.Errorf("Find with another index key = %q, want none", got)
	}
}

// What a case no longer says does not find it, and leaves no key behind.
func TestFindForgets(t *testing.T) {
	db := kv.Mem()
	s := on(t, db)
	create(t, s, aCase("c1", "2026-000001"))
	before := len(keysOf(t, db))
	save(t, s, "c1", func(c *flexjob.Case) {
		set(c, form.Values{"employee.cpr": "610190-4321", "company.cvr": "99999"})
	})
	// One key fewer for the CVR number, three more for the audit entry.
	if got, want := len(keysOf(t, db)), before-1+3; got != want {
		t.Errorf("%d keys after a change, want %d", got, want)
	}
	for _, test := range []struct {
		by    Lookup
		value string
		want  int
	}{{ByCPR, "610190-1234", 0}, {ByCPR, "610190-4321", 1}, {ByCVR, "99999993", 0}, {ByNumber, "2026-000001", 1}} {
		if got := find(t, s, test.by, test.value); len(got) != test.want {
			t.Errorf("Find(%s, %q) = %q, want %d", test.by, test.value, got, test.want)
		}
	}
}

func TestCaseNotFound(t *testing.T) {
	err := mem(t).View(context.Background(), func(tx *Tx) error { _, err := tx.Case("c1"); return err })
	if problem.Of(err) != problem.NotFound {
		t.Errorf("Case of nothing = %v, want a not-found problem", err)
	}
}

// A case is saved only on top of what was read in the same transaction.
func TestPutCaseConflict(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	stale := new(flexjob.Case)
	doView(t, s, func(tx *Tx) error {
		c, err := tx.Case("c1")
		*stale = *c
		return err
	})
	for name, fn := range map[string]func(*Tx) error{
		"not read here": func(tx *Tx) error {
			stale.Revision = 2
			return tx.PutCase(stale, why("fill"))
		},
		"not counted up": func(tx *Tx) error {
			c, err := tx.Case("c1")
			return errors.Join(err, tx.PutCase(c, why("fill")))
		},
		"counted up twice": func(tx *Tx) error {
			c, err := tx.Case("c1")
			c.Revision += 2
			return errors.Join(err, tx.PutCase(c, why("fill")))
		},
		"new, as one that exists": func(tx *Tx) error {
			c := aCase("c1", "2026-000009")
			c.Revision = 1
			return tx.PutCase(c, why("start"))
		},
		"new, with a revision": func(tx *Tx) error {
			c := aCase("c9", "2026-000009")
			c.Revision = 5
			return tx.PutCase(c, why("start"))
		},
	} {
		if err := s.Update(context.Background(), fn); problem.Of(err) != problem.Conflict {
			t.Errorf("%s: %v, want a conflict", name, err)
		}
	}
	doUpdate(t, s, func(tx *Tx) error { // twice in one transaction
		c, err := tx.Case("c1")
		if err != nil {
			return err
		}
		for range 2 {
			c.Revision++
			if err := tx.PutCase(c, why("fill")); err != nil {
				return err
			}
		}
		return nil
	})
}

// Case, row, entry and messages are kept together or not at all.
func TestPutCaseIsOne(t *testing.T) {
	db := kv.Mem()
	s := on(t, db)
	oops := errors.New("oops")
	err := s.Update(context.Background(), func(tx *Tx) error {
		c := aCase("c1", "2026-000001")
		c.Revision = 1
		if err := tx.PutCase(c, why("start"), Message{Kind: "welcome"}); err != nil {
			return err
		}
		return oops
	})
	if keys := keysOf(t, db); !errors.Is(err, oops) || len(keys) > 0 {
		t.Errorf("a failed update leaves %q, %v", keys, err)
	}
	bad := why("start")
	bad.Actor = "Åse Sørensen" // refused by the log
	err = s.Update(context.Background(), func(tx *Tx) error {
		c := aCase("c1", "2026-000001")
		c.Revision = 1
		return tx.PutCase(c, bad)
	})
	if keys := keysOf(t, db); err == nil || len(keys) > 0 {
		t.Errorf("a case whose entry is refused leaves %q, %v", keys, err)
	}
}

func TestNextNumber(t *testing.T) {
	s := mem(t)
	var got []string
	for _, year := range []int{2026, 2026, 2027, 2026} {
		doUpdate(t, s, func(tx *Tx) error {
			n, err := tx.NextNumber(year)
			got = append(got, n)
			return err
		})
	}
	if want := []string{"2026-000001", "2026-000002", "2027-000001", "2026-000003"}; !slices.Equal(got, want) {
		t.Errorf("NextNumber = %q, want %q", got, want)
	}
}

// BenchmarkFindHash is what it takes somebody who has an index key to try one
// CPR number.
func BenchmarkFindHash(b *testing.B) {
	key := (*mem(b).indexes.Load())[0]
	for b.Loop() {
		hashed(key, ByCPR, "6101901234")
	}
}
