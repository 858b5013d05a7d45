package casework_test

import (
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// closed is assessed with the Blad 2 issued, the case closed, and the time to
// complain over.
func (o *office) closed() (employee, company auth.Actor, id string) {
	o.t.Helper()
	employee, company, id = o.assessed()
	o.issue(id)
	o.must(o.Do(o.t.Context(), o.leader, id, casework.Any, flexjob.CloseCase{Reason: "Aftalen er indgået"}))
	o.now = o.now.Add(40 * 24 * time.Hour)
	return employee, company, id
}

// Nothing is erased while anything is unfinished, unless a leader decides it,
// with a reason; nobody else may.
func TestRuleR30EraseRefuses(t *testing.T) {
	o := open(t)
	employee, company, id := o.sent()
	for _, test := range []struct {
		name string
		who  auth.Actor
		e    casework.Erasure
		want problem.Kind
	}{
		{"a caseworker", o.caseworker, casework.Erasure{Reason: casework.ReasonAbandoned, Unfinished: true}, problem.Forbidden},
		{"an issuer", o.issuer, casework.Erasure{Reason: casework.ReasonAbandoned, Unfinished: true}, problem.Forbidden},
		{"the employee", employee, casework.Erasure{Reason: casework.ReasonRight, Unfinished: true}, problem.Forbidden},
		{"the company", company, casework.Erasure{Reason: casework.ReasonRight, Unfinished: true}, problem.Forbidden},
		{"another's leader", o.another, casework.Erasure{Reason: casework.ReasonAbandoned, Unfinished: true}, problem.NotFound},
		{"unfinished", o.leader, casework.Erasure{Reason: casework.ReasonRetention}, problem.Invalid},
		{"no reason", o.leader, casework.Erasure{Unfinished: true}, problem.Invalid},
		{"a reason in words", o.leader, casework.Erasure{Reason: "Åse har sagt det", Unfinished: true}, problem.Invalid},
	} {
		if err := o.Erase(t.Context(), test.who, id, casework.Any, test.e); problem.Of(err) != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
	if err := o.Erase(t.Context(), o.leader, id, 1, casework.Erasure{Reason: casework.ReasonAbandoned, Unfinished: true}); problem.Of(err) != problem.Conflict {
		t.Errorf("as it was before: %v, want Conflict", err)
	}
	forgotten := 0
	o.WhenErased(func() { forgotten++ })
	o.must(o.Erase(t.Context(), o.leader, id, casework.Any, casework.Erasure{Reason: casework.ReasonAbandoned, Unfinished: true}))
	if err := o.Erase(t.Context(), o.leader, id, casework.Any, casework.Erasure{Reason: casework.ReasonAbandoned, Unfinished: true}); problem.Of(err) != problem.NotFound || forgotten != 1 {
		t.Errorf("erased again: %v; what is kept in memory is forgotten %d times, want once", err, forgotten)
	}
}

// After it is erased nobody gets in or finds anything; the log says who and
// why, and no more.
func TestRuleR53ErasedIsGone(t *testing.T) {
	o := open(t)
	employee, company, id := o.closed()
	_, _, kept := o.sent()
	back, err := o.Renew(t.Context(), employee, id)
	o.must(err)
	documents := o.look(employee, id).Documents
	if len(documents) < 2 {
		t.Fatalf("%d documents, want some to erase", len(documents))
	}
	o.must(o.Erase(t.Context(), o.leader, id, casework.Any, casework.Erasure{Reason: casework.ReasonRetention}))

	for name, who := range map[string]auth.Actor{"the employee": back.Actor, "the company": company, "a caseworker": o.caseworker, "the leader": o.leader} {
		if _, err := o.Open(t.Context(), who, id); problem.Of(err) != problem.NotFound {
			t.Errorf("%s opens it: %v, want NotFound", name, err)
		}
		if _, err := o.Fetch(t.Context(), who, id, documents[0].ID); problem.Of(err) != problem.NotFound {
			t.Errorf("%s fetches a document of it: %v, want NotFound", name, err)
		}
	}
	if _, err := o.Enter(t.Context(), back.Access.Code, "c1"); problem.Of(err) != problem.NotFound {
		t.Errorf("the way back: %v, want NotFound", err)
	}
	for _, by := range []struct {
		how   store.Lookup
		value string
	}{{store.ByCPR, "610190-1234"}, {store.ByNumber, "2026-000001"}} {
		o.must(o.store.View(t.Context(), func(tx *store.Tx) error {
			ids, err := tx.Find(by.how, by.value)
			for _, found := range ids {
				if found == id {
					t.Errorf("found by %s", by.how)
				}
			}
			return err
		}))
	}
	o.must(o.store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.AuditOf(id) {
			if err != nil {
				return err
			}
			if e.ErasedBy.IsZero() && (e.Action != "erase" || e.Object != "retention" || e.Actor != o.leader.Subject) {
				t.Errorf("the log still says %+v", e.Entry)
			}
		}
		for m, err := range tx.Messages() {
			if err != nil {
				return err
			}
			if m.Case == id {
				t.Errorf("a %s message is left", m.Kind)
			}
		}
		return nil
	}))
	if _, err := o.Open(t.Context(), o.leader, kept); err != nil {
		t.Errorf("another case: %v", err)
	}
}
