package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/kv"
)

// A wholeStore is a store with something of everything: cases c1 and c2, each with a
// document, links, messages, a session and a parked post of a party, and staff.
type wholeStore struct {
	*Store
	dir   string
	files map[string]string // by case
}

// wholeMarks are what stands in a whole store, about people, in the shapes in
// which it was typed and is stored.
var wholeMarks = []string{
	"Åse Sørensen", "610190-1234", "6101901234", "Æblegården ApS", "99999993", "Gartner", "12345678", "aase@example.dk",
	"27.36.00-G01-1-26", "27.36.00-g01-1-26", "2026-000001", "2026-000002",
	"mette.moeller", "Mette Møller", "Jobcenterets telefon", "dpo@kommunen.example",
	"hemmeligt-link", "ABCD-EFGH", "begrundelse med ondt i ryggen", "%PDF-1.7 bilag om ryggen", "rygskole.pdf",
}

func whole(t *testing.T, db kv.DB) *wholeStore {
	t.Helper()
	h := &wholeStore{dir: t.TempDir(), files: map[string]string{}}
	o := parts(t, h.dir)
	o.DB = db
	h.Store = with(t, o)
	for i, id := range []string{"case-1", "case-2"} {
		h.addCase(t, id, fmt.Sprintf("2026-%06d", i+1))
	}
	doUpdate(t, h.Store, func(tx *Tx) error {
		_, err := tx.NextNumber(2026)
		_, next := tx.NextNumber(2026)
		return errors.Join(err, next,
			tx.PutStaff(&Staff{ID: "s1", Username: "mette.moeller", Name: "Mette Møller", Roles: []auth.Role{auth.Issuer}}, why("add")),
			tx.PutSession(&Session{Hash: hashOf("staff token"), Actor: auth.Actor{Provider: auth.StaffAccount, Subject: "s1"}, Created: now}),
			tx.PutParked(&Parked{ID: "p9", Subject: "staff/s1", Form: map[string][]string{"x": {"begrundelse med ondt i ryggen"}}, At: now}),
			tx.enqueue(Message{To: "mette.moeller@example.dk", Data: map[string]string{"name": "Mette Møller"}, At: now}),
			tx.PutMunicipality(Municipality{Code: "0265", Contact: "Mette Møller", Phone: "Jobcenterets telefon", DPOContact: "dpo@kommunen.example"}, why("set")))
	})
	return h
}

// addCase makes a case with something of everything.
func (h *wholeStore) addCase(t *testing.T, id, number string) {
	t.Helper()
	c := aCase(id, number)
	c.Municipality = "0265"
	set(c, form.Values{"employee.phone": "12345678", "employee.email": "aase@example.dk", "job.description": "begrundelse med ondt i ryggen"})
	create(t, h.Store, c)
	data := []byte("%PDF-1.7 bilag om ryggen " + id)
	file, err := h.WriteFile(t.Context(), id, data)
	if err != nil {
		t.Fatal(err)
	}
	h.files[id] = file
	save(t, h.Store, id, func(c *flexjob.Case) {
		c.Attachments = []flexjob.Attachment{{ID: "a1", File: file, Name: "rygskole.pdf", Hash: sha256.Sum256(data), Size: len(data)}}
		c.Signatures = []flexjob.Signature{{By: flexjob.By{At: now}}}
		c.Receipts = []flexjob.Receipt{{By: flexjob.By{At: now}, On: ident.NewDate(2026, 11, 23), Expected: ident.NewDate(2026, 12, 21)}}
		c.Blad2s = []flexjob.Blad2{{ID: "b1", Values: flexjob.Sheet{"case.externalRef": {Value: "27.36.00-G01-1-26"}}}}
		c.Disqualified = []flexjob.Disqualification{{Staff: "s7"}}
	}, Message{To: "aase@example.dk", At: now, Link: "l-" + id, Data: map[string]string{"link": "hemmeligt-link", "code": "ABCD-EFGH"}})
	doUpdate(t, h.Store, func(tx *Tx) error {
		return errors.Join(
			tx.PutLink(Link{ID: "l-" + id, Case: id, Hash: auth.HashToken("hemmeligt-link" + id), CodeHash: auth.HashCode("ABCD-EFGH" + id), Address: "aase@example.dk",
				Party: flexjob.Employee, Created: now, Expires: now.AddDate(0, 0, 14)}),
			tx.PutSession(&Session{Hash: hashOf("token" + id), Actor: auth.Actor{Provider: auth.PartyLink, Subject: "l-" + id, Party: flexjob.Employee, Case: id}, Created: now}),
			tx.PutParked(&Parked{ID: "p1", Subject: "employee/" + id, Case: id, Form: map[string][]string{"employee.name": {"Åse Sørensen"}}, At: now}))
	})
}

// pairsOf returns everything in a database.
func pairsOf(t testing.TB, db kv.DB) (pairs []kv.Pair) {
	t.Helper()
	err := db.View(context.Background(), func(r kv.Reader) error {
		pairs = nil
		for pair, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			pairs = append(pairs, pair)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

// copyOf returns a copy of a database in memory.
func copyOf(t testing.TB, db kv.DB) kv.DB {
	t.Helper()
	to, pairs := kv.Mem(), pairsOf(t, db)
	if err := to.Update(context.Background(), func(w kv.Tx) error { return putAll(w, pairs) }); err != nil {
		t.Fatal(err)
	}
	return to
}

// rawPut changes one value behind the store's back; nil removes it.
func rawPut(t testing.TB, db kv.DB, key, value []byte) {
	t.Helper()
	err := db.Update(context.Background(), func(w kv.Tx) error {
		if value == nil {
			return w.Delete(key)
		}
		return w.Put(key, value)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// on returns the same store on another database.
func (h *wholeStore) on(t testing.TB, db kv.DB) *Store {
	t.Helper()
	o := h.Options
	o.DB = db
	return with(t, o)
}

// faults returns what Check finds.
func faults(t testing.TB, s *Store) (all []string) {
	t.Helper()
	err := s.Check(context.Background(), time.Now().Add(-time.Hour), func(fault string) { all = append(all, fault) })
	if err != nil {
		t.Fatal(err)
	}
	return all
}
