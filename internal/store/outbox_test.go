package store

import (
	"context"
	"slices"
	"testing"

	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

func TestOutbox(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	save(t, s, "c1", func(*flexjob.Case) {}, Message{Kind: "a", Data: map[string]string{"secret": "x"}}, Message{Kind: "b"})
	doUpdate(t, s, func(tx *Tx) error { return tx.enqueue(Message{Kind: "c"}) })
	check := func(wantKinds []string, wantOutbox []uint64) {
		t.Helper()
		doView(t, s, func(tx *Tx) error {
			var kinds []string
			for m, err := range tx.Messages() {
				if err != nil {
					return err
				}
				kinds = append(kinds, m.Kind+" "+m.Case)
			}
			if !slices.Equal(kinds, wantKinds) {
				t.Errorf("Messages = %q, want %q", kinds, wantKinds)
			}
			ids, err := tx.Outbox(2)
			if !slices.Equal(ids, wantOutbox) {
				t.Errorf("Outbox(2) = %d, want %d", ids, wantOutbox)
			}
			return err
		})
	}
	check([]string{"c ", "b c1", "a c1"}, []uint64{1, 2})
	doUpdate(t, s, func(tx *Tx) error { return tx.MarkSent(1, now) })
	check([]string{"c ", "b c1", "a c1"}, []uint64{2, 3})
	doView(t, s, func(tx *Tx) error {
		m, err := tx.Message(1)
		if m.Data != nil || !m.Sent.Equal(now) {
			t.Errorf("message once sent = %+v, want no data", m)
		}
		return err
	})
	doView(t, s, func(tx *Tx) error {
		for id, want := range map[string][]string{"c1": {"a", "b"}, "c": nil} {
			all, err := tx.MessagesOf(id)
			if err != nil {
				return err
			}
			var kinds []string
			for _, m := range all {
				kinds = append(kinds, m.Kind)
			}
			if !slices.Equal(kinds, want) {
				t.Errorf("MessagesOf(%s) = %q, want %q", id, kinds, want)
			}
		}
		return nil
	})
	err := s.Update(context.Background(), func(tx *Tx) error { return tx.MarkSent(9, now) })
	if problem.Of(err) != problem.NotFound {
		t.Errorf("MarkSent of nothing = %v, want a not-found problem", err)
	}
}

func TestMunicipalities(t *testing.T) {
	s := mem(t)
	set := Municipality{Code: "0265", Enabled: true, Address: "Jobcenter Roskilde\nSkomagergade 1", ServiceGoalDays: 28}
	doUpdate(t, s, func(tx *Tx) error { return tx.PutMunicipality(set, why("set")) })
	doView(t, s, func(tx *Tx) error {
		for code, want := range map[string]Municipality{"0265": set, "0101": {Code: "0101"}} {
			if got, err := tx.Municipality(code); got != want || err != nil {
				t.Errorf("Municipality(%s) = %+v, %v, want %+v", code, got, err, want)
			}
		}
		n := 0
		for m, err := range tx.Municipalities() {
			if n++; err != nil || *m != set {
				t.Errorf("Municipalities yields %+v, %v, want %+v", m, err, set)
			}
		}
		if n != 1 {
			t.Errorf("Municipalities yields %d, want 1", n)
		}
		return nil
	})
}
