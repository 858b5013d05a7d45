package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
	"ab325/internal/problem"
)

// lookedAt reads a case in a View.
func lookedAt(t *testing.T, ctx context.Context, s *Store, id string) (c *flexjob.Case) {
	t.Helper()
	err := s.View(ctx, func(tx *Tx) (err error) {
		c, err = tx.Case(id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A case that is as it was is handed on, once; each case the own.
func TestReread(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	create(t, s, aCase("c2", "2026-000002"))
	ctx := Reread(t.Context())
	one, two := lookedAt(t, ctx, s, "c1"), lookedAt(t, ctx, s, "c2")
	failed := errors.New("failed")
	for run, handed := range []bool{true, false} { // as kv.DB may run a function again
		err := s.Update(ctx, func(tx *Tx) error {
			c, err := tx.Case("c1")
			if err != nil {
				return err
			}
			if c.ID != "c1" || c.Number != "2026-000001" || c.Revision != one.Revision || (c == one) != handed {
				t.Errorf("run %d: case %s, number %s, revision %d, and it is the one that was viewed: %v, want %v", run, c.ID, c.Number, c.Revision, c == one, handed)
			}
			c.Number = "changed, and not saved"
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
	}
	doUpdate(t, s, func(tx *Tx) error { // without the context
		if c, err := tx.Case("c2"); err != nil || c == two {
			t.Errorf("another act has the case that was viewed (%v)", err)
		}
		return nil
	})
	if c := lookedAt(t, ctx, s, "c2"); c != two { // nobody had it yet
		t.Error("the case is decoded again")
	}
}

// What others do meanwhile is seen: nothing is handed on that is not stored.
func TestRereadAfterOthers(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	ctx := Reread(t.Context())
	old := lookedAt(t, ctx, s, "c1")
	save(t, s, "c1", func(c *flexjob.Case) { c.Assignee = "s1" })
	err := s.Update(ctx, func(tx *Tx) error {
		c, err := tx.Case("c1")
		if err != nil {
			return err
		}
		if c.Assignee != "s1" || c.Revision != old.Revision+1 {
			t.Errorf("the case is at revision %d with caseworker %q, want %d and s1", c.Revision, c.Assignee, old.Revision+1)
		}
		if row, err := tx.row("c1"); err != nil || row.Row.Assignee != "s1" {
			t.Errorf("the row's caseworker is %q (%v), want s1", row.Row.Assignee, err)
		}
		c.Advance()
		return tx.PutCase(c, why("read-twice"))
	})
	if err != nil {
		t.Fatal(err)
	}
	lookedAt(t, ctx, s, "c1")
	doUpdate(t, s, func(tx *Tx) error { return tx.remove(caseKeys.text("c1")) })
	doUpdate(t, s, func(tx *Tx) error { return tx.remove(rowKeys.text("c1")) })
	if err := s.Update(ctx, func(tx *Tx) error { _, err := tx.Case("c1"); return err }); problem.Of(err) != problem.NotFound {
		t.Errorf("Case of what is gone = %v, want a not-found problem", err)
	}
}

// What the service does by itself meanwhile is another act, which may keep what
// it has viewed.
func TestRereadUnclaimed(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	ctx := Unclaimed(Reread(t.Context()))
	viewed := lookedAt(t, ctx, s, "c1")
	err := s.Update(ctx, func(tx *Tx) error {
		c, err := tx.Case("c1")
		if c == viewed {
			t.Error("the case that was viewed is handed on")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An older record that is put back is found, whatever was read before.
func TestRereadFindsOlder(t *testing.T) {
	db := kv.Mem()
	s := on(t, db)
	create(t, s, aCase("c1", "2026-000001"))
	ctx := Reread(t.Context())
	lookedAt(t, ctx, s, "c1")
	var old []byte
	doView(t, s, func(tx *Tx) (err error) { old, err = tx.r.Get(caseKeys.text("c1")); return err })
	save(t, s, "c1", func(c *flexjob.Case) { c.Assignee = "s1" })
	doUpdate(t, s, func(tx *Tx) error { return tx.write(caseKeys.text("c1"), old) })
	if err := s.Update(ctx, func(tx *Tx) error { _, err := tx.Case("c1"); return err }); err == nil {
		t.Error("a case that is older than its row is handed on")
	}
}

// The keys of an act are opened once, in whatever part of it, and those of
// another act anew: there a key that was erased is gone.
func TestActKeys(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	var slot uint64
	doView(t, s, func(tx *Tx) error {
		row, err := tx.row("c1")
		slot = row.slot
		return err
	})
	act := Act(t.Context())
	looks := func(ctx context.Context) error {
		return s.View(ctx, func(tx *Tx) error { _, err := tx.Case("c1"); return err })
	}
	if err := looks(act); err != nil {
		t.Fatal(err)
	}
	if err := s.Vault.Erase(slot, "c1", time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		ctx  context.Context
		want problem.Kind
	}{
		"the act":         {act, ""},
		"a part of it":    {Reread(act), ""},
		"no act":          {t.Context(), problem.NotFound},
		"another act":     {Act(t.Context()), problem.NotFound},
		"the service":     {Unclaimed(act), problem.NotFound},
		"another reading": {Reread(t.Context()), problem.NotFound},
	} {
		if err := looks(test.ctx); problem.Of(err) != test.want {
			t.Errorf("%s reads a case whose key was erased: %v, want %q", name, err, test.want)
		}
	}
}

// What is set for a municipality is decoded once, whatever the act, unless it is
// changed.
func TestRememberMunicipality(t *testing.T) {
	s := mem(t)
	set := func(tx *Tx, contact string) error {
		return tx.PutMunicipality(Municipality{Code: "0492", Contact: contact}, why("set"))
	}
	get := func(tx *Tx) (*Municipality, error) { return municipalities.get(tx, municipalityKeys.text("0492")) }
	read := func(do func(context.Context, func(*Tx) error) error) (m *Municipality) {
		t.Helper()
		err := do(t.Context(), func(tx *Tx) (err error) {
			m, err = get(tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	doUpdate(t, s, func(tx *Tx) error { return set(tx, "Team 1") })
	first := read(s.View)
	if first != read(s.View) || first != read(s.Update) {
		t.Error("the settings are decoded again")
	}
	failed := errors.New("failed")
	err := s.Update(t.Context(), func(tx *Tx) error {
		if err := set(tx, "Team 2"); err != nil {
			return err
		}
		if m, err := get(tx); err != nil || m.Contact != "Team 2" {
			t.Errorf("the contact is %q (%v) in the transaction that changes it, want Team 2", m.Contact, err)
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if m := read(s.View); m.Contact != "Team 1" {
		t.Errorf("the contact is %q, which was not kept, want Team 1", m.Contact)
	}
	doUpdate(t, s, func(tx *Tx) error { return set(tx, "Team 3") })
	if m := read(s.Update); m.Contact != "Team 3" {
		t.Errorf("the contact is %q, which was changed, want Team 3", m.Contact)
	}
}
