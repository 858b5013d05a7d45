package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/problem"
)

func hashOf(s string) audit.Hash { return sha256.Sum256([]byte(s)) }

func TestStaff(t *testing.T) {
	s := mem(t)
	put := func(staff Staff) error {
		return s.Update(context.Background(), func(tx *Tx) error { return tx.PutStaff(&staff, why("set")) })
	}
	named := func(name string) (id string) {
		doView(t, s, func(tx *Tx) error {
			switch a, err := tx.StaffNamed(name); {
			case err == nil:
				id = a.ID
			case problem.Of(err) != problem.NotFound:
				return err
			}
			return nil
		})
		return id
	}
	for _, test := range []struct {
		staff Staff
		want  problem.Kind
	}{
		{Staff{ID: "s1", Username: "Mette", Roles: []auth.Role{auth.Issuer}}, ""},
		{Staff{ID: "s2", Username: "mETTE"}, problem.Conflict},
		{Staff{ID: "s2", Username: "øjvind"}, ""},
		{Staff{ID: "s3", Username: "ØJVIND"}, problem.Conflict},
		{Staff{ID: "s1", Username: "mette.m"}, ""}, // renamed
		{Staff{ID: "s3", Username: "mette"}, ""},   // so the name is free
	} {
		if err := put(test.staff); problem.Of(err) != test.want || (err == nil) != (test.want == "") {
			t.Errorf("PutStaff(%s, %s) = %v, want %q", test.staff.ID, test.staff.Username, err, test.want)
		}
	}
	for name, want := range map[string]string{"METTE.M": "s1", "mette": "s3", "øjvind": "s2", "bo": ""} {
		if got := named(name); got != want {
			t.Errorf("StaffNamed(%q) = %q, want %q", name, got, want)
		}
	}
	var ids []string
	doView(t, s, func(tx *Tx) error {
		for a, err := range tx.AllStaff() {
			if err != nil {
				return err
			}
			ids = append(ids, a.ID)
		}
		return nil
	})
	if want := []string{"s1", "s2", "s3"}; !slices.Equal(ids, want) {
		t.Errorf("AllStaff = %q, want %q", ids, want)
	}
}

func TestSessions(t *testing.T) {
	s := mem(t)
	doUpdate(t, s, func(tx *Tx) error {
		return tx.PutSession(&Session{Hash: hashOf("a"), Actor: auth.Actor{Subject: "s1"}, Ends: now.Add(time.Hour)})
	})
	get := func(token string) (session *Session, err error) {
		err = s.View(context.Background(), func(tx *Tx) error { session, err = tx.Session(hashOf(token)); return err })
		return session, err
	}
	if session, err := get("a"); err != nil || session.Actor.Subject != "s1" || !session.Ends.Equal(now.Add(time.Hour)) {
		t.Errorf("Session(a) = %+v, %v", session, err)
	}
	if _, err := get("b"); problem.Of(err) != problem.Unknown {
		t.Errorf("Session(b) = %v, want an unknown problem", err)
	}
	doUpdate(t, s, func(tx *Tx) error { return tx.ForgetSession(hashOf("a")) })
	if _, err := get("a"); problem.Of(err) != problem.Unknown {
		t.Errorf("Session(a) once forgotten = %v, want an unknown problem", err)
	}
}

// Each subject has posts of its own.
func TestParked(t *testing.T) {
	s := mem(t)
	for _, p := range []Parked{{ID: "p1", Subject: "s1", Form: map[string][]string{"a": {"1", "2"}}}, {ID: "p2", Subject: "s1"}, {ID: "p1", Subject: "s10"}} {
		doUpdate(t, s, func(tx *Tx) error { return tx.PutParked(&p) })
	}
	get := func(subject string) (p *Parked, err error) {
		err = s.View(context.Background(), func(tx *Tx) error { p, err = tx.Parked(subject, "p1"); return err })
		return p, err
	}
	count := func(list func(*Tx) iter.Seq2[*Parked, error]) (n int) {
		doView(t, s, func(tx *Tx) error {
			for _, err := range list(tx) {
				if err != nil {
					return err
				}
				n++
			}
			return nil
		})
		return n
	}
	if p, err := get("s1"); err != nil || p.Subject != "s1" || !slices.Equal(p.Form["a"], []string{"1", "2"}) {
		t.Errorf("Parked = %+v, %v", p, err)
	}
	if _, err := get("s2"); problem.Of(err) != problem.NotFound {
		t.Errorf("Parked of somebody else = %v, want a not-found problem", err)
	}
	doUpdate(t, s, func(tx *Tx) error { return tx.ForgetParked("s1", "p1") })
	if _, err := get("s1"); problem.Of(err) != problem.NotFound {
		t.Errorf("Parked once forgotten = %v, want a not-found problem", err)
	}
	of := func(tx *Tx) iter.Seq2[*Parked, error] { return tx.ParkedOf("s1") }
	if one, all := count(of), count((*Tx).AllParked); one != 1 || all != 2 {
		t.Errorf("ParkedOf yields %d, AllParked %d, want 1, 2", one, all)
	}
}

// secretOf returns the id of the link that a secret opens, or "".
func secretOf(t *testing.T, s *Store, secret string) (id string) {
	t.Helper()
	doView(t, s, func(tx *Tx) error {
		switch l, err := tx.LinkBySecret(secret); {
		case err == nil:
			id = l.ID
		case problem.Of(err) != problem.NotFound:
			return err
		}
		return nil
	})
	return id
}

func aLink(id, secret, code string) Link {
	return Link{ID: id, Hash: auth.HashToken(secret), CodeHash: auth.HashCode(code), Case: "c1",
		Party: flexjob.Company, Kind: LinkInvitation, Created: now, Expires: now.Add(time.Hour)}
}

func TestLinks(t *testing.T) {
	db := kv.Mem()
	s := on(t, db)
	create(t, s, aCase("c1", "2026-000001"))
	const first, second, third = "ABCD-EFGH", "JKLM-NPQR", "STUV-WXYZ"
	doUpdate(t, s, func(tx *Tx) error { return tx.PutLink(aLink("l1", "one", first)) })
	doUpdate(t, s, func(tx *Tx) error { return tx.PutLink(aLink("l2", "two", second)) })
	err := s.Update(context.Background(), func(tx *Tx) error { return tx.PutLink(aLink("l3", "three", first)) })
	if problem.Of(err) != problem.Conflict {
		t.Errorf("PutLink with a code that is taken = %v, want a conflict", err)
	}
	doUpdate(t, s, func(tx *Tx) error { // a saved link keeps its code, or gets the new one
		l, err := tx.LinkBySecret("one")
		if err != nil {
			return err
		}
		l.Used = now
		if err := tx.PutLink(l); err != nil {
			return err
		}
		m, err := tx.LinkBySecret(second)
		m.CodeHash = auth.HashCode(third)
		return errors.Join(err, tx.PutLink(m))
	})
	for secret, want := range map[string]string{"one": "l1", first: "l1", "two": "l2", third: "l2", second: "", "three": "", "": ""} {
		if got := secretOf(t, s, secret); got != want {
			t.Errorf("LinkBySecret(%q) = %q, want %q", secret, got, want)
		}
	}
}

// Ending one party's links leaves the other's, and those of other cases.
func TestEndLinks(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	create(t, s, aCase("c10", "2026-000010"))
	other, elsewhere := aLink("l3", "three", "3"), aLink("l4", "four", "4")
	other.Party, elsewhere.Case = flexjob.Employee, "c10"
	for _, l := range []Link{aLink("l1", "one", "1"), aLink("l2", "two", "2"), other, elsewhere} {
		doUpdate(t, s, func(tx *Tx) error { return tx.PutLink(l) })
	}
	doUpdate(t, s, func(tx *Tx) error { return tx.EndLinks("c1", flexjob.Company, "l2") })
	for secret, want := range map[string]bool{"one": true, "two": false, "three": false, "four": false} {
		doView(t, s, func(tx *Tx) error {
			l, err := tx.LinkBySecret(secret)
			if l.Ended() != want || want == l.Expires.After(now) {
				t.Errorf("link %q: ended %v, expires %v, want ended %v", secret, l.Ended(), l.Expires, want)
			}
			return err
		})
	}
}

// Of an account of the first version nobody knows who chose the password.
func TestStaffOfTheFirstVersion(t *testing.T) {
	var s Staff
	if err := decode(staffKind, mustRead(t, golden(staffKind, 1)), &s); err != nil || s.PasswordOwn {
		t.Errorf("an account of the first version has a password of its own: %v, %v", s.PasswordOwn, err)
	}
}
