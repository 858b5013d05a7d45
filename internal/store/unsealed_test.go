package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ab325/internal/flexjob"
)

// unsealed returns the cases of a municipality that wait for a seal.
func unsealed(t *testing.T, s *Store, municipality string) (ids []string) {
	t.Helper()
	doView(t, s, func(tx *Tx) error {
		ids = nil
		var before time.Time
		for w, err := range tx.Unsealed(municipality, "") {
			if err != nil {
				return err
			}
			if municipality != "" && w.Since.Before(before) {
				t.Errorf("case %s has waited longer than the one before it", w.Case)
			}
			ids, before = append(ids, w.Case), w.Since
		}
		return nil
	})
	return ids
}

// A case is listed while a document of it waits, under the municipality that has
// it, those first that have waited longest.
func TestUnsealed(t *testing.T) {
	s := mem(t)
	for i, c := range []struct{ id, municipality string }{{"c1", "0492"}, {"c2", "0492"}, {"c3", "0101"}} {
		create(t, s, aCase(c.id, "2026-00000"+c.id[1:]))
		save(t, s, c.id, func(k *flexjob.Case) {
			k.Municipality = c.municipality
			k.Signatures = []flexjob.Signature{{By: flexjob.By{At: now.Add(-time.Duration(i) * time.Hour)}, Document: flexjob.Document{File: "file-" + c.id}}}
		})
	}
	create(t, s, aCase("c4", "2026-000004")) // has no document
	check := func(when string, here, there, all []string) {
		t.Helper()
		for _, of := range []struct {
			municipality string
			want         []string
		}{{"0492", here}, {"0101", there}, {"", all}, {"049", nil}} {
			if got := unsealed(t, s, of.municipality); !slices.Equal(got, of.want) {
				t.Errorf("%s, %q waits for the seals of %q, want %q", when, of.municipality, got, of.want)
			}
		}
	}
	check("signed", []string{"c2", "c1"}, []string{"c3"}, []string{"c3", "c2", "c1"})
	save(t, s, "c1", func(k *flexjob.Case) { k.Municipality = "0101" })
	check("forwarded", []string{"c2"}, []string{"c3", "c1"}, []string{"c3", "c1", "c2"})
	doUpdate(t, s, func(tx *Tx) error {
		c, err := tx.Case("c2")
		if err != nil {
			return err
		}
		c.Seal("file-c2", flexjob.Seal{File: "seal-c2"})
		return tx.PutCase(c, why("seal"))
	})
	check("sealed", nil, []string{"c3", "c1"}, []string{"c3", "c1"})
	doUpdate(t, s, func(tx *Tx) error { return tx.Erase("c3", why("erase")) })
	check("erased", nil, []string{"c1"}, []string{"c1"})
}

// The list of those that wait is paged like the others, from its own keys, and
// is without those that the reader is disqualified from.
func TestListUnsealed(t *testing.T) {
	s := mem(t)
	var want []string
	for i := range 7 {
		c := aCase(fmt.Sprintf("c%d", i), fmt.Sprintf("2026-00000%d", i))
		create(t, s, c)
		save(t, s, c.ID, func(k *flexjob.Case) {
			k.Municipality = "0492"
			k.Signatures = []flexjob.Signature{{By: flexjob.By{At: now.Add(time.Duration(i*5%7) * time.Hour)}, Document: flexjob.Document{File: "file-" + c.ID}}}
			k.Receipts = []flexjob.Receipt{{Municipality: "0492", By: flexjob.By{At: now}}}
			if i == 3 {
				k.Disqualified = []flexjob.Disqualification{{Staff: "staff-1", By: flexjob.By{At: now}}}
			}
		})
	}
	for _, i := range []int{0, 3, 6, 2, 5, 1, 4} { // by i*5%7
		want = append(want, fmt.Sprintf("c%d", i))
	}
	create(t, s, aCase("sealed", "2026-000009"))
	without := slices.DeleteFunc(slices.Clone(want), func(id string) bool { return id == "c3" })
	for _, test := range []struct {
		staff string
		want  []string
	}{{"", want}, {"staff-2", want}, {"staff-1", without}} {
		q := ListQuery{Municipality: "0492", For: test.staff, Unsealed: true, Order: OrderByNumber, Limit: 2}
		all, back := pages(t, s, q)
		slices.Reverse(back)
		if !slices.Equal(all, test.want) || !slices.Equal(back, test.want) {
			t.Errorf("for %q, the list is %q and backwards %q, want %q", test.staff, all, back, test.want)
		}
		doView(t, s, func(tx *Tx) error {
			rows, err := tx.RowsOf([]string{"sealed", "c6", "c5", "c4", "c3", "c2", "c1", "c0"})
			rows = slices.DeleteFunc(rows, func(r Row) bool { return !q.Lists(&r) })
			q.Sort(rows)
			if !slices.EqualFunc(rows, test.want, func(r Row, id string) bool { return r.ID == id }) {
				t.Errorf("for %q, rows are sorted as %v, want %q", test.staff, rows, test.want)
			}
			n := 0
			for range tx.Unsealed("0492", test.staff) {
				n++
			}
			if n != len(test.want) {
				t.Errorf("for %q, %d wait, want %d", test.staff, n, len(test.want))
			}
			return err
		})
	}
}

// pages reads a list forwards to its end, and backwards from there.
func pages(t *testing.T, s *Store, q ListQuery) (all, back []string) {
	t.Helper()
	doView(t, s, func(tx *Tx) error {
		for q.From = ""; ; {
			p, err := tx.List(q)
			if err != nil {
				return err
			}
			for _, r := range p.Rows {
				all = append(all, r.ID)
			}
			if q.From = p.Next; p.Next == "" {
				break
			}
		}
		for q.From = LastPage; ; {
			p, err := tx.List(q)
			if err != nil {
				return err
			}
			for _, r := range slices.Backward(p.Rows) {
				back = append(back, r.ID)
			}
			if q.From = p.Previous; p.Previous == "" {
				return nil
			}
			if len(back) > 2*len(all) {
				t.Fatal("the pages go round")
			}
		}
	})
	// A page from the beginning holds all that is before it, so some stand twice.
	return all, slices.Compact(back)
}
