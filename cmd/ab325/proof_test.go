package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
	"ab325/internal/store"
)

// What the commands print of a case can be checked by the key that they print.
func TestAuditProve(t *testing.T) {
	n := newNotary(t)
	err := n.store.Update(t.Context(), func(tx *store.Tx) error {
		c := &flexjob.Case{ID: "c1", Number: "2026-000001", Edition: "ab325/2020-03", Revision: 1, Blad1: flexjob.Sheet{}, Created: flexjob.By{At: n.at}}
		return tx.PutCase(c, audit.Entry{At: n.at, Actor: "link-1", Role: "employee", Action: "start", Result: "ok"})
	})
	if err != nil {
		t.Fatal(err)
	}
	n.log("", "search")
	n.log("c1", "open")
	key, err := n.ask(auditKeyTask, "null")
	if err != nil {
		t.Fatal(err)
	}
	byNumber, err := n.ask(auditProveTask, `"2026-000001"`)
	if err != nil {
		t.Fatal(err)
	}
	byID, err := n.ask(auditProveTask, `"c1"`)
	if err != nil {
		t.Fatal(err)
	}
	for _, proof := range []string{byNumber, byID} {
		const want = "2 entries are in the log of 3 entries, signed at 2026-11-23 23:58:00 UTC\n" +
			"       1  2026-11-23 23:58:00 UTC  start ok employee link-1\n" +
			"       3  2026-11-23 23:58:00 UTC  open ok staff-1\n"
		if got, err := n.check(proof, key); got != want || err != nil {
			t.Errorf("audit verify -proof = %q, %v, want %q", got, err, want)
		}
	}
	if _, err := n.check(strings.Replace(byID, "link-1", "link-2", 1), key); err == nil || !strings.Contains(err.Error(), "entry 1 is not what the log holds") {
		t.Errorf("audit verify of a changed proof = %v", err)
	}
	other, err := newNotary(t).ask(auditKeyTask, "null")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.check(byID, other); !errors.Is(err, audit.ErrForeign) {
		t.Errorf("audit verify with another's key = %v, want %v", err, audit.ErrForeign)
	}
}

// check does what audit verify does with a proof and a key.
func (n *notary) check(proof, key string) (string, error) {
	n.t.Helper()
	name := filepath.Join(n.t.TempDir(), "proof")
	if err := os.WriteFile(name, []byte(proof), 0o600); err != nil {
		n.t.Fatal(err)
	}
	var out strings.Builder
	env := *n.env
	env.stdout = &out
	err := verifyProof(&env, name, key)
	return out.String(), err
}

func TestAuditConsistent(t *testing.T) {
	n := newNotary(t)
	n.log("c1", "open")
	first := n.sign()
	n.log("c1", "open", "fill")
	n.at = n.at.Add(time.Minute)
	second := n.sign()
	input := func(from, to []byte, proof bool) string {
		var text strings.Builder
		if err := printJSON(&text, growthInput{from, to, proof}); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	const want = "the log of 3 entries, signed at 2026-11-23 23:59:00 UTC,\nbegins with the log of 1 entries, signed at 2026-11-23 23:58:00 UTC\n"
	if got, err := n.ask(auditConsistentTask, input(first, second, false)); got != want || err != nil {
		t.Errorf("audit consistent = %q, %v, want %q", got, err, want)
	}
	proof, err := n.ask(auditConsistentTask, input(first, second, true))
	if err != nil {
		t.Fatal(err)
	}
	key, err := n.ask(auditKeyTask, "null")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := n.check(proof, key); got != want || err != nil {
		t.Errorf("audit verify of the proof = %q, %v, want %q", got, err, want)
	}
	if _, err := n.ask(auditConsistentTask, input(second, first, false)); !errors.Is(err, audit.ErrInconsistent) {
		t.Errorf("audit consistent backwards = %v, want %v", err, audit.ErrInconsistent)
	}
}

// The checkpoints that the operator kept are compared with the data, each of
// them, by the command.
func TestCompareCheckpoints(t *testing.T) {
	n := newNotary(t)
	n.checkpoints = filepath.Join(n.checkpoints, "all")
	for range 3 {
		n.log("c1", "open")
		n.sign()
		n.at = n.at.Add(time.Minute)
	}
	var out strings.Builder
	env := *n.env
	env.stdout = &out
	dir := service(t, taskHandler(n.tasks()))
	if err := compareCheckpoints(t.Context(), &env, place{data: dir}, n.checkpoints); err != nil {
		t.Error(err)
	}
	if want := fmt.Sprintf("the log holds the 3 checkpoints in %s\n", n.checkpoints); out.String() != want {
		t.Errorf("printed %q, want %q", &out, want)
	}
	file, err := os.ReadFile(n.checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{bytes.Index(file, []byte("time ")) + 8, len(file) / 2, len(file) - 9} {
		forged := bytes.Clone(file)
		forged[i] ^= 1
		name := filepath.Join(t.TempDir(), "forged")
		if err := os.WriteFile(name, forged, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := compareCheckpoints(t.Context(), &env, place{data: dir}, name); err == nil {
			t.Errorf("byte %d of the checkpoints was changed, and not found", i)
		}
	}
}
