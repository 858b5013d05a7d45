package store

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
)

// ageRow makes the row of a case what the first version of the program made it:
// it knew neither of seals nor of documents to find a case by.
func ageRow(t *testing.T, s *Store, id string) {
	t.Helper()
	doUpdate(t, s, func(tx *Tx) error {
		row, err := tx.row(id)
		if err != nil {
			return err
		}
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		was := row.entry
		c.Signatures = nil
		was.Row.Unsealed, was.Find = RowOf(c).Unsealed, findable(tx.indexes[0], c)
		delete(tx.rows, id)
		if err := tx.putSealed(kind{name: rowKind.name}, rowKeys.text(id), row.slot, row.Row.Revision, was); err != nil {
			return err
		}
		return tx.point(row.index(), was.index())
	})
}

// A case that cannot be read keeps no other from being found.
func TestRenewRowsPastABrokenCase(t *testing.T) {
	s := mem(t)
	for _, id := range []string{"c1", "c2", "c3"} {
		c := aCase(id, "2026-00000"+id[1:])
		c.Signatures = []flexjob.Signature{{By: flexjob.By{At: now}, Document: flexjob.Document{File: "file-" + id, Code: "ABCD-EFGH"}}}
		create(t, s, c)
		ageRow(t, s, id)
	}
	doUpdate(t, s, func(tx *Tx) error { return tx.write(caseKeys.text("c2"), []byte("broken")) })
	for _, want := range []int{2, 0} {
		if n, err := s.RenewRows(t.Context()); n != want || err == nil || !strings.Contains(err.Error(), "case c2") {
			t.Errorf("RenewRows = %d, %v, want %d and what is wrong with case c2", n, err, want)
		}
	}
	if got := find(t, s, ByCode, "abcdefgh"); !slices.Equal(got, []string{"c1", "c3"}) {
		t.Errorf("%q are found, want c1 and c3", got)
	}
}

// TestRenewRows: what an earlier version of the program wrote is found by what
// it did not know when its rows are derived anew, however often that is stopped,
// and only then is it taken as done.
func TestRenewRows(t *testing.T) {
	o := parts(t, t.TempDir())
	o.DB = kv.Mem()
	s := with(t, o)
	const cases = reindexAtOnce + 2
	hash := [32]byte{3, 25}
	var ids []string
	for i := range cases {
		c := aCase(fmt.Sprintf("case-%03d", i), "")
		doUpdate(t, s, func(tx *Tx) (err error) { c.Number, err = tx.NextNumber(2026); return err })
		c.Signatures = []flexjob.Signature{{By: flexjob.By{At: now}, Document: flexjob.Document{File: "file-" + c.ID, Code: "ABCD-EFGH", Hash: hash}}}
		create(t, s, c)
		ids = append(ids, c.ID)
	}
	for _, id := range ids {
		ageRow(t, s, id)
	}
	check := func(when string, want int) {
		t.Helper()
		for by, value := range map[Lookup]string{ByDocument: hex.EncodeToString(hash[:]), ByCode: "abcdefgh"} {
			if got := find(t, s, by, value); len(got) != want {
				t.Errorf("%s, %d cases are found by %s, want %d", when, len(got), by, want)
			}
		}
		if got := unsealed(t, s, ""); len(got) != want {
			t.Errorf("%s, %d cases wait for a seal, want %d", when, len(got), want)
		}
		for _, f := range faults(t, s) {
			if !strings.Contains(f, "document file-") { // which there is none of
				t.Errorf("%s, Check finds that %s", when, f)
			}
		}
	}
	check("at first", 0)
	stopped := o
	stopped.DB = &stopping{DB: o.DB, left: 2}
	if n, err := with(t, stopped).RenewRows(t.Context()); n != reindexAtOnce || err == nil {
		t.Errorf("RenewRows that is stopped = %d, %v, want %d and an error", n, err, reindexAtOnce)
	}
	check("half-way", reindexAtOnce)
	if n, err := s.RenewRows(t.Context()); n != cases-reindexAtOnce || err != nil {
		t.Errorf("RenewRows = %d, %v, want %d", n, err, cases-reindexAtOnce)
	}
	check("in the end", cases)
	ageRow(t, s, ids[0])
	if n, err := s.RenewRows(t.Context()); n != 0 || err != nil {
		t.Errorf("RenewRows again = %d, %v, want 0: it is done once", n, err)
	}
	if !slices.ContainsFunc(faults(t, s), func(f string) bool { return strings.Contains(f, "the row of case "+ids[0]) }) {
		t.Error("a row of before that is put back is no fault")
	}
}
