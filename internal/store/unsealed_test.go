package store

import (
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
		for w, err := range tx.Unsealed(municipality) {
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
