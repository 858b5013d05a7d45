package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
)

func actions(t *testing.T, entries iter.Seq2[audit.Entry, error]) (list []string) {
	t.Helper()
	for e, err := range entries {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprint(e.Seq, " ", e.Action, " ", e.Case))
	}
	return list
}

func TestAudit(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	create(t, s, aCase("c10", "2026-000010")) // begins as c1 does
	save(t, s, "c1", func(*flexjob.Case) {})
	doUpdate(t, s, func(tx *Tx) error { return tx.Log(why("search")) })
	doView(t, s, func(tx *Tx) error {
		for _, test := range []struct {
			name    string
			entries iter.Seq2[audit.Entry, error]
			want    []string
		}{
			{"Audit(1)", tx.Audit(1), []string{"1 start c1", "2 start c10", "3 fill c1", "4 search "}},
			{"Audit(3)", tx.Audit(3), []string{"3 fill c1", "4 search "}},
			{"Audit(5)", tx.Audit(5), nil},
			{"AuditBack(0)", tx.AuditBack(0), []string{"4 search ", "3 fill c1", "2 start c10", "1 start c1"}},
			{"AuditBack(3)", tx.AuditBack(3), []string{"2 start c10", "1 start c1"}},
			{"AuditBack(1)", tx.AuditBack(1), nil},
			{"AuditOf(c1)", tx.AuditOf("c1"), []string{"1 start c1", "3 fill c1"}},
			{"AuditOf(c2)", tx.AuditOf("c2"), nil},
		} {
			if got := actions(t, test.entries); !slices.Equal(got, test.want) {
				t.Errorf("%s = %q, want %q", test.name, got, test.want)
			}
		}
		if n, last, err := audit.Verify(tx.Audit(1)); n != 4 || last.Action != "search" || err != nil {
			t.Errorf("Verify = %d, %v, %v, want 4 entries in order", n, last, err)
		}
		return nil
	})
}

// An entry that somebody changed in the database is found.
func TestAuditTampered(t *testing.T) {
	s := mem(t)
	for _, action := range []string{"open", "search", "open"} {
		doUpdate(t, s, func(tx *Tx) error { return tx.Log(why(action)) })
	}
	doUpdate(t, s, func(tx *Tx) error {
		e, err := get[audit.Entry](tx, auditKind, auditKeys.number(2))
		if err != nil {
			return err
		}
		e.Action = "nothing"
		return tx.put(auditKind, auditKeys.number(2), e)
	})
	err := s.View(context.Background(), func(tx *Tx) error {
		n, _, err := audit.Verify(tx.Audit(1))
		if n != 1 {
			t.Errorf("Verify found %d entries in order, want 1", n)
		}
		return err
	})
	if err == nil {
		t.Error("Verify of a changed entry has no error")
	}
}
