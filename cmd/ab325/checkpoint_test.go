package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/store"
)

// A notary is an operator on data of their own, at a clock that a test moves.
type notary struct {
	*operator
	t   *testing.T
	env *environ
	dir string
	at  time.Time
}

// newNotary opens new data, whose checkpoints are kept beside them.
func newNotary(t *testing.T) *notary {
	t.Helper()
	dir := t.TempDir()
	n := &notary{t: t, dir: filepath.Join(dir, "data"), at: time.Date(2026, 11, 23, 23, 58, 0, 0, time.UTC)}
	n.env = &environ{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" },
		now: func() time.Time { return n.at }, random: rand.Reader}
	op, err := openData(n.dir, n.env, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := op.close(); err != nil {
			t.Error(err)
		}
	})
	op.mark, op.checkpoints = filepath.Join(dir, "mark"), filepath.Join(dir, "published")
	if err := os.Mkdir(op.checkpoints, 0o700); err != nil {
		t.Fatal(err)
	}
	n.operator = op
	return n
}

// log writes entries about a case.
func (n *notary) log(caseID string, actions ...string) {
	n.t.Helper()
	err := n.store.Update(n.t.Context(), func(tx *store.Tx) error {
		for _, action := range actions {
			if err := tx.Log(audit.Entry{At: n.at, Actor: "staff-1", Action: action, Case: caseID, Result: "ok"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		n.t.Fatal(err)
	}
}

// ask does a task and returns what it prints.
func (n *notary) ask(name, input string) (string, error) {
	var out strings.Builder
	err := n.tasks()[name](n.t.Context(), []byte(input), &console{Writer: &out})
	return out.String(), err
}

// sign makes a checkpoint and returns it as the mark has it.
func (n *notary) sign() []byte {
	n.t.Helper()
	if err := n.checkpoint(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	mark, err := n.readMark()
	if err != nil {
		n.t.Fatal(err)
	}
	return mark
}

// published returns what is kept in the operator's place, file by file.
func (n *notary) published() (files []string) {
	n.t.Helper()
	names, err := filepath.Glob(filepath.Join(n.checkpoints, "*"))
	if err != nil {
		n.t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			n.t.Fatal(err)
		}
		files = append(files, string(text))
	}
	return files
}

// A checkpoint is the mark and in the operator's place at once, in a file for
// each day.
func TestCheckpoint(t *testing.T) {
	n := newNotary(t)
	var want [][]byte
	for range 4 { // two before midnight
		n.log("c1", "open", "fill")
		want = append(want, n.sign())
		n.at = n.at.Add(time.Minute)
	}
	days := n.published()
	if len(days) != 2 {
		t.Fatalf("checkpoints in %d files, want 2", len(days))
	}
	var got [][]byte
	for _, day := range days {
		got = slices.AppendSeq(got, audit.Notes([]byte(day)))
	}
	if !slices.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("published %q, want %q", got, want)
	}
	c, err := n.store.LogKey().Open(want[3])
	if err != nil || c.Size != 8 || !c.Time.Equal(n.at.Add(-time.Minute)) {
		t.Errorf("the mark says %+v, %v", c, err)
	}
	info, err := os.Stat(n.mark)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mark: %v, %v", info, err)
	}
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(n.mark), ".*")); len(names) > 0 {
		t.Errorf("left beside the mark: %q", names)
	}
}

// One file takes them all, also after a part of one was left by a power cut.
func TestCheckpointsInOneFile(t *testing.T) {
	n := newNotary(t)
	n.checkpoints = filepath.Join(n.checkpoints, "all")
	first := n.sign()
	if err := appendTo(n.checkpoints, first[:40]); err != nil {
		t.Fatal(err)
	}
	last := n.sign()
	file, err := os.ReadFile(n.checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	notes := slices.Collect(audit.Notes(file))
	if !bytes.Equal(notes[0], first) || !bytes.Equal(notes[len(notes)-1], last) {
		t.Errorf("%q, want the first %q and the last %q", file, first, last)
	}
	if got, err := lastNote(n.checkpoints); !bytes.Equal(got, last) || err != nil {
		t.Errorf("lastNote = %q, %v, want %q", got, err, last)
	}
}

func appendTo(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// A place that cannot be written to is reported, and keeps neither the mark nor
// the database from having the checkpoint.
func TestCheckpointPlaceFails(t *testing.T) {
	for name, place := range map[string]string{
		"a folder that is not there": "/nowhere/checkpoints",
		"a device":                   os.DevNull,
	} {
		n := newNotary(t)
		n.checkpoints = place
		n.log("c1", "open")
		err := n.checkpoint(t.Context())
		if err == nil || !strings.Contains(err.Error(), place) {
			t.Errorf("checkpoint into %s = %v, want an error that names %s", name, err, place)
		}
		mark, err := n.readMark()
		if c, openErr := n.store.LogKey().Open(mark); err != nil || openErr != nil || c.Size != 1 {
			t.Errorf("with %s, the mark says %+v, %v, %v", name, c, err, openErr)
		}
	}
}

// Nothing is signed on data that are not those of the mark, however they came
// there.
func TestCheckpointHoldsTheMark(t *testing.T) {
	n, elsewhere := newNotary(t), newNotary(t)
	n.log("c1", "open")
	elsewhere.log("c1", "open", "fill")
	n.sign()
	foreign := elsewhere.sign()
	for _, test := range []struct {
		name string
		mark []byte
		want error
	}{
		{"of another installation", foreign, store.ErrForeign},
		{"that was changed", bytes.Replace(n.sign(), []byte("\n1\n"), []byte("\n2\n"), 1), store.ErrForeign},
		{"that is empty", []byte{}, store.ErrForeign},
	} {
		if err := os.WriteFile(n.mark, test.mark, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := n.checkpoint(t.Context()); !errors.Is(err, test.want) {
			t.Errorf("checkpoint with a mark %s = %v, want %v", test.name, err, test.want)
		}
		if _, err := n.ask(auditVerifyTask, "null"); !errors.Is(err, test.want) {
			t.Errorf("audit verify with a mark %s = %v, want %v", test.name, err, test.want)
		}
		if got, err := n.readMark(); !bytes.Equal(got, test.mark) || err != nil {
			t.Errorf("a mark %s was replaced", test.name)
		}
	}
	if err := os.Remove(n.mark); err != nil {
		t.Fatal(err)
	}
	n.sign() // which makes a new one
}

// Settle signs what a command added, once.
func TestSettle(t *testing.T) {
	n := newNotary(t)
	settle := func() []byte {
		if err := n.settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		mark, err := n.readMark()
		if err != nil {
			t.Fatal(err)
		}
		return mark
	}
	if mark := settle(); mark != nil {
		t.Errorf("settle signed an empty log: %s", mark)
	}
	n.log("c1", "open")
	first := settle()
	n.at = n.at.Add(time.Hour)
	if got := settle(); first == nil || !bytes.Equal(got, first) {
		t.Errorf("settle signed %q again: %q", first, got)
	}
}

// The mark follows what is done within a second; the operator's place gets one
// checkpoint a minute.
func TestMarkFollows(t *testing.T) {
	n := newNotary(t)
	n.log("case-1", "begin")
	published, err := os.ReadDir(n.checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	for want := uint64(1); want <= 2; want++ {
		if err := n.keepUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		kept, err := n.kept()
		if err != nil || len(kept) != 1 || uint64(kept[0].Size) != want {
			t.Fatalf("the mark has %v, %v; want %d entries", kept, err, want)
		}
		before, _ := n.readMark()
		n.at = n.at.Add(time.Second)
		if err := n.keepUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after, _ := n.readMark(); !bytes.Equal(before, after) {
			t.Error("the mark is written anew though nothing was done")
		}
		n.log("case-1", "save")
	}
	if now, _ := os.ReadDir(n.checkpoints); len(now) != len(published) {
		t.Errorf("%d files of checkpoints in the operator's place, want %d", len(now), len(published))
	}
}
