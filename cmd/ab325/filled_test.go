package main

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/kv"
)

// What is filled by way of a staging is what the store would have put into the
// file itself: the same keys, and the same values but for what is random or
// sealed, which the store's own checks read.
func TestStaging(t *testing.T) {
	const n = 300
	ways := [2]map[string]string{}
	now := world().now()
	for i, fill := range []func(*operator) error{
		func(op *operator) error { return stageCases(t.Context(), op, t.TempDir(), n, now, 1000) },
		func(op *operator) (err error) {
			for i := 0; i < n && err == nil; {
				i, err = putCases(t.Context(), op.store, i, n, now)
			}
			_, numberErr := op.store.Number(t.Context(), n)
			return errors.Join(err, numberErr)
		},
	} {
		op, err := openData(t.TempDir(), world(), true)
		if err != nil {
			t.Fatal(err)
		}
		if err := fill(op); err != nil {
			t.Fatal(err)
		}
		wholeCases(t, op, n)
		ways[i] = plain(t, op)
		if err := op.close(); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(ways[0], ways[1]); diff != "" {
		t.Errorf("what is staged, and what is not:\n%s", diff)
	}
}

// wholeCases has the store check that there are n cases, and all that belongs
// to them.
func wholeCases(t *testing.T, op *operator, n int) {
	t.Helper()
	if err := op.store.Check(t.Context(), op.now(), func(fault string) { t.Error(fault) }); err != nil {
		t.Fatal(err)
	}
	if report, err := op.store.VerifyLog(t.Context()); err != nil || report.Entries != uint64(n) || report.Pending != 0 {
		t.Errorf("VerifyLog = %+v, %v, want %d entries", report, err, n)
	}
}

// plain returns all pairs, without the values that differ between two fills and
// without the hashes in keys, which only the same keyring makes alike.
func plain(t *testing.T, op *operator) map[string]string {
	t.Helper()
	pairs := map[string]string{}
	err := op.store.Dump(t.Context(), func(chunk []kv.Pair) error {
		for _, p := range chunk {
			beginning, _, _ := bytes.Cut(p.Key, []byte("/"))
			switch name := string(beginning); name {
			case "find":
				pairs["find/"] += "."
			case "case", "row", "row-version", "log", "tile", "checkpoint":
				pairs[string(p.Key)] = ""
			default:
				pairs[string(p.Key)] = string(p.Value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}
