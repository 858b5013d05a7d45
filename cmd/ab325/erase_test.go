package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// The command erases what no jobcenter can open, such as a draft, beside a
// service that runs and without one; what is not settled it names first.
func TestErase(t *testing.T) {
	for _, running := range []bool{false, true} {
		op, err := openData(filepath.Join(t.TempDir(), "data"), world(), true)
		if err != nil {
			t.Fatal(err)
		}
		options, err := caseOptions(op, &config{})
		if err != nil {
			t.Fatal(err)
		}
		cases, err := casework.New(options)
		if err != nil {
			t.Fatal(err)
		}
		forgotten := 0
		cases.WhenErased(func() { forgotten++ })
		if running {
			op.cases, op.duty = cases, &duty{}
		}
		begun, err := cases.Start(t.Context(), flexjob.Employee, "")
		if err != nil {
			t.Fatal(err)
		}
		v, err := cases.Open(t.Context(), begun.Actor, begun.Actor.Case)
		if err != nil {
			t.Fatal(err)
		}
		erase := func(unfinished bool) (string, error) {
			input, err := json.Marshal(eraseInput{Number: v.Case.Number, Reason: casework.ReasonAbandoned, Unfinished: unfinished})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err = op.eraseCase(t.Context(), input, &console{Writer: &out})
			return out.String(), err
		}
		if _, err := erase(false); err == nil || !strings.Contains(err.Error(), "is not settled: it has not ended") {
			t.Errorf("a draft without -unfinished: %v", err)
		}
		want := "erased case " + v.Case.Number + "\n"
		if !running {
			want += "where there are backups, they have its key until the service runs, and has copied the keys anew\n"
		}
		if out, err := erase(true); err != nil || out != want {
			t.Errorf("erase = %q, %v", out, err)
		}
		if running != (forgotten == 1) {
			t.Errorf("what the service keeps in memory is forgotten %d times; it runs: %v", forgotten, running)
		}
		if _, err := cases.Open(t.Context(), begun.Actor, begun.Actor.Case); problem.Of(err) != problem.NotFound {
			t.Errorf("afterwards the employee opens it: %v", err)
		}
		if err := op.store.View(t.Context(), isErased(begun.Actor.Case, auth.System().Subject)); err != nil {
			t.Error(err)
		}
		if err := op.close(); err != nil {
			t.Fatal(err)
		}
	}
}

// isErased returns a check that the log says of a case that somebody erased it,
// and nothing else.
func isErased(caseID, by string) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		said := 0
		for e, err := range tx.AuditOf(caseID) {
			switch {
			case err != nil:
				return err
			case e.ErasedBy.IsZero() && e.Action == audit.Erased && e.Actor == by && e.Object == string(casework.ReasonAbandoned):
				said++
			case e.ErasedBy.IsZero():
				return fmt.Errorf("the log still says %+v", e.Entry)
			}
		}
		if said != 1 {
			return fmt.Errorf("%d entries say that it is erased, want 1", said)
		}
		return nil
	}
}
