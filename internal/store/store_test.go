package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/files"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/kv"
	"ab325/internal/problem"
	"ab325/internal/vault"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// why returns an audit entry for a change.
func why(action string) audit.Entry {
	return audit.Entry{At: now, Actor: "staff-1", Action: action, Result: "ok"}
}

func mem(t testing.TB) *Store {
	t.Helper()
	return on(t, kv.Mem())
}

// on returns a store in db with new keys.
func on(t testing.TB, db kv.DB) *Store {
	t.Helper()
	o := parts(t, t.TempDir())
	o.DB = db
	return with(t, o)
}

// with returns the store that o makes.
func with(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parts makes all of a store but the database in a folder: its keys in keys,
// its documents in documents.
func parts(t testing.TB, dir string) Options {
	t.Helper()
	ring, err := vault.NewKeyring(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := vault.Create(filepath.Join(dir, "keys"), ring, rand.Reader); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(filepath.Join(dir, "keys"), ring, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := files.Open(filepath.Join(dir, "documents"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(v.Close(), kept.Close()); err != nil {
			t.Error(err)
		}
	})
	return Options{Vault: v, Files: kept, Keyring: ring, Rand: rand.Reader}
}

func doUpdate(t testing.TB, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func doView(t *testing.T, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.View(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// aCase returns a draft as the employee has begun it.
func aCase(id, number string) *flexjob.Case {
	c := &flexjob.Case{ID: id, Number: number, Edition: "ab325/2020-03", Blad1: flexjob.Sheet{}, Created: flexjob.By{At: now}}
	set(c, form.Values{
		"employee.name": "Åse Sørensen", "employee.cpr": "610190-1234",
		"company.name": "Æblegården ApS", "company.cvr": "99999993",
		"job.title": "Gartner", "job.startDate": "01.12.2026",
	})
	return c
}

func set(c *flexjob.Case, v form.Values) {
	for id, value := range v {
		c.Blad1[id] = flexjob.Entry{Value: value}
	}
}

// save reads the case, lets fn change it, and saves it with the next revision.
func save(t *testing.T, s *Store, id string, fn func(*flexjob.Case), msgs ...Message) {
	t.Helper()
	doUpdate(t, s, func(tx *Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		fn(c)
		c.Revision++
		return tx.PutCase(c, why("fill"), msgs...)
	})
}

func create(t testing.TB, s *Store, c *flexjob.Case) {
	t.Helper()
	doUpdate(t, s, func(tx *Tx) error {
		c.Revision = 1
		return tx.PutCase(c, why("start"))
	})
}

// keysOf returns every key of a database.
func keysOf(t *testing.T, db kv.DB) (keys [][]byte) {
	t.Helper()
	err := db.View(context.Background(), func(r kv.Reader) error {
		for pair, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			keys = append(keys, pair.Key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// A view cannot write, whatever the method.
func TestViewWritesNothing(t *testing.T) {
	s := mem(t)
	for name, write := range map[string]func(*Tx) error{
		"PutCase":         func(tx *Tx) error { return tx.PutCase(&flexjob.Case{ID: "c1", Revision: 1}, why("start")) },
		"Log":             func(tx *Tx) error { return tx.Log(why("open")) },
		"NextNumber":      func(tx *Tx) error { _, err := tx.NextNumber(2026); return err },
		"PutStaff":        func(tx *Tx) error { return tx.PutStaff(&Staff{ID: "s1"}, why("add")) },
		"PutSession":      func(tx *Tx) error { return tx.PutSession(&Session{}) },
		"ForgetSession":   func(tx *Tx) error { return tx.ForgetSession(audit.Hash{}) },
		"PutLink":         func(tx *Tx) error { return tx.PutLink(Link{ID: "l1"}) },
		"PutParked":       func(tx *Tx) error { return tx.PutParked(&Parked{ID: "p1"}) },
		"enqueue":         func(tx *Tx) error { return tx.enqueue(Message{}) },
		"PutMunicipality": func(tx *Tx) error { return tx.PutMunicipality(Municipality{Code: "0265"}, why("set")) },
	} {
		if err := s.View(context.Background(), write); !errors.Is(err, errReadOnly) {
			t.Errorf("%s in a view = %v, want %v", name, err, errReadOnly)
		}
	}
}

// broken is a database that answers every transaction with err.
type broken struct {
	kv.DB
	err error
}

func (b broken) View(context.Context, func(kv.Reader) error) error { return b.err }
func (b broken) Update(context.Context, func(kv.Tx) error) error   { return b.err }

func TestUnavailable(t *testing.T) {
	for _, test := range []struct {
		err  error
		want problem.Kind
	}{
		{fmt.Errorf("update: %w", kv.ErrBusy), problem.Unavailable},
		{kv.ErrFailed, problem.Unavailable},
		{fmt.Errorf("update: %w", kv.ErrFull), problem.Unavailable},
		{kv.ErrClosed, problem.Unavailable},
		{context.Canceled, ""},
		{problem.New(problem.NotFound, ""), problem.NotFound},
	} {
		s := on(t, broken{err: test.err})
		for name, err := range map[string]error{
			"View":   s.View(context.Background(), nil),
			"Update": s.Update(context.Background(), nil),
		} {
			if got := problem.Of(err); got != test.want || !errors.Is(err, test.err) {
				t.Errorf("%s of a database that says %v = %v, a %q, want a %q", name, test.err, err, got, test.want)
			}
		}
	}
}

// Personal data stand in no key, whatever is stored.
func TestNoPersonalDataInKeys(t *testing.T) {
	db := kv.Mem()
	s := on(t, db)
	c := aCase("c1", "2026-000001")
	set(c, form.Values{"employee.phone": "12345678", "employee.email": "aase@example.dk"})
	c.Blad2s = []flexjob.Blad2{{ID: "b1", Values: flexjob.Sheet{"case.externalRef": {Value: "27.36.00-G01-1-26"}}}}
	create(t, s, c)
	doUpdate(t, s, func(tx *Tx) error {
		return errors.Join(
			tx.PutStaff(&Staff{ID: "s1", Username: "mette", Name: "Mette Møller"}, why("add")),
			tx.PutLink(Link{ID: "l1", Case: "c1", Hash: hashOf("secret"), CodeHash: hashOf("code"), Address: "aase@example.dk"}),
			tx.PutParked(&Parked{ID: "p1", Subject: "s1", Form: map[string][]string{"employee.name": {"Åse Sørensen"}}}),
			tx.enqueue(Message{To: "aase@example.dk", Data: map[string]string{"name": "Åse"}}),
			tx.PutSession(&Session{Hash: hashOf("token")}),
			tx.PutMunicipality(Municipality{Code: "0265", Contact: "Mette Møller"}, why("set")),
		)
	})
	marks := []string{"Åse", "Sørensen", "sørensen", "610190", "6101901234", "99999993", "Æble", "æble", "Gartner",
		"12345678", "aase", "mette", "Mette", "Møller", "27.36.00", "27.36.00-g01-1-26", "2026-000001"}
	for _, k := range keysOf(t, db) {
		for _, mark := range marks {
			if bytes.Contains(k, []byte(mark)) {
				t.Errorf("key %q has %q in it", k, mark)
			}
		}
	}
}

// The moments at which a row changes by itself are the mornings after.
func TestRowOf(t *testing.T) {
	c := aCase("c1", "2026-000001")
	row := RowOf(c)
	if row.Employee != "Åse Sørensen" || row.Company != "Æblegården ApS" || row.JobTitle != "Gartner" ||
		row.Start != ident.NewDate(2026, 12, 1) || row.Status != flexjob.Draft || row.Reached || !row.Changes(now).IsZero() {
		t.Errorf("RowOf(draft) = %+v", row)
	}
	set(c, form.Values{"job.startDate": "snart"})
	if row := RowOf(c); !row.Start.IsZero() {
		t.Errorf("RowOf(no date).Start = %v, want none", row.Start)
	}

	c.Signatures = []flexjob.Signature{{By: flexjob.By{At: now}}}
	c.Receipts = []flexjob.Receipt{{By: flexjob.By{At: now}, On: ident.NewDate(2026, 11, 23), Expected: ident.NewDate(2026, 12, 21)}}
	c.Disqualified = []flexjob.Disqualification{{Staff: "s1"}, {Staff: "s2", Lifted: &flexjob.By{}}}
	row = RowOf(c)
	if row.Status != flexjob.Received || !row.Reached || row.Received != ident.NewDate(2026, 11, 23) || !slices.Equal(row.Disqualified, []string{"s1"}) {
		t.Errorf("RowOf(received) = %+v", row)
	}
	turn := time.Date(2026, 12, 22, 0, 0, 0, 0, ident.Copenhagen())
	for _, test := range []struct {
		now     time.Time
		overdue bool
		changes time.Time
	}{
		{now, false, turn},
		{turn.Add(-time.Second), false, turn},
		{turn, true, time.Time{}},
	} {
		if got := row.Overdue(ident.DateOf(test.now)); got != test.overdue {
			t.Errorf("at %v: Overdue = %v, want %v", test.now, got, test.overdue)
		}
		if got := row.Changes(test.now); !got.Equal(test.changes) {
			t.Errorf("Changes(%v) = %v, want %v", test.now, got, test.changes)
		}
	}

	c.Blad2s = []flexjob.Blad2{{ID: "b1", Issue: &flexjob.Issue{Complaint: flexjob.Complaint{LastDay: ident.NewDate(2027, 1, 4)}}}}
	row = RowOf(c)
	if want := time.Date(2027, 1, 5, 0, 0, 0, 0, ident.Copenhagen()); row.ComplainBy != ident.NewDate(2027, 1, 4) ||
		!row.Changes(now).Equal(want) || row.Overdue(ident.NewDate(2027, 1, 1)) {
		t.Errorf("RowOf(issued) = %+v, changing at %v, want %v", row, row.Changes(now), want)
	}
}

// Each row is the one that its case gives.
func TestRows(t *testing.T) {
	s := mem(t)
	for _, id := range []string{"c1", "c2", "c3"} {
		create(t, s, aCase(id, "2026-00000"+id[1:]))
	}
	save(t, s, "c2", func(c *flexjob.Case) { set(c, form.Values{"employee.name": "Bo Berg"}) })
	got := map[string]string{}
	doView(t, s, func(tx *Tx) error {
		for row, err := range tx.Rows() {
			if err != nil {
				return err
			}
			got[row.ID] = fmt.Sprint(row.Number, " ", row.Revision, " ", row.Employee)
		}
		return nil
	})
	want := map[string]string{"c1": "2026-000001 1 Åse Sørensen", "c2": "2026-000002 2 Bo Berg", "c3": "2026-000003 1 Åse Sørensen"}
	if !maps.Equal(got, want) {
		t.Errorf("rows = %v, want %v", got, want)
	}
}

// again returns a store with the same keys as s on another database.
func again(t testing.TB, s *Store, db kv.DB) *Store {
	t.Helper()
	o := s.Options
	o.DB = db
	return with(t, o)
}
