package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ab325/internal/casework"
	"ab325/internal/jobs"
	"ab325/internal/store"
)

// erases has a service with a place for backups erase a case, and returns what
// it says.
func (y *yard) erases(id string) string {
	y.t.Helper()
	var number string
	y.must(y.op.store.View(y.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err == nil {
			number = c.Number
		}
		return err
	}))
	input, err := json.Marshal(eraseInput{Number: number, Reason: casework.ReasonAbandoned, Unfinished: true})
	y.must(err)
	var out bytes.Buffer
	y.must(y.op.eraseCase(y.t.Context(), input, &console{Writer: &out}))
	return strings.ReplaceAll(out.String(), number, "N")
}

// following is a yard whose service copies keys, in the folder returned.
func following(t *testing.T) (*yard, string) {
	t.Helper()
	y := newYard(t)
	y.fill()
	dir := filepath.Join(filepath.Dir(y.at.data), "backups")
	y.must(y.op.backups.serve(backupConfig{to: dir, key: publicKey, every: time.Hour, keep: 3}))
	y.op.duty = &duty{since: y.op.now(), jobs: jobs.New(y.op.now, func(string, error) {},
		jobs.Job{Name: keysJob, Every: time.Hour, First: time.Hour, Run: y.op.backups.keysIfErased})}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { y.op.duty.jobs.Run(ctx, time.Minute); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	return y, dir
}

func keyCopies(t *testing.T, dir string) int {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.keys.age"))
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

// «Erased» is said when the copy of the keys has followed; where it cannot, it
// is said that it will, and health and the page of administrators say so while
// it has not.
func TestEraseWaitsForTheCopyOfKeys(t *testing.T) {
	y, dir := following(t)
	ids := caseIDs(t, y.op.store)
	const follows = "erased case N\nthe copy of the keys in the backups still has its key: a new one follows by itself, and ab325 health tells while it has not\n"
	if out := y.erases(ids[0]); out != "erased case N\n" || keyCopies(t, dir) != 1 || y.op.backups.keysLack() {
		t.Errorf("erase says %q, and there are %d copies of the keys", out, keyCopies(t, dir))
	}

	y.must(os.Rename(dir, dir+"-away")) // as a target that is not mounted
	if out := y.erases(ids[1]); out != follows {
		t.Errorf("erase without a target says %q", out)
	}
	var health strings.Builder
	y.must(y.op.checkpoint(t.Context()))
	if err := y.op.reportKept(t.Context(), &console{Writer: &health}); err != nil || !strings.Contains(health.String(), "still has those of erased cases") {
		t.Errorf("health = %q, %v", &health, err)
	}
	if o, err := y.op.operations(t.Context()); err != nil || !o.Backup.KeysLack {
		t.Errorf("operations = %+v, %v", o.Backup, err)
	}
	again := newBackups(y.op) // as after another start
	y.must(os.Rename(dir+"-away", dir))
	y.must(again.serve(y.op.backups.config))
	if !again.keysLack() {
		t.Error("another start has forgotten that the copy of the keys is to follow")
	}
	y.must(again.keysIfErased(t.Context()))
	third := newBackups(y.op)
	y.must(third.serve(y.op.backups.config))
	if third.keysLack() || keyCopies(t, dir) != 2 {
		t.Errorf("when it has followed, the next start thinks that it has not, or there are %d copies", keyCopies(t, dir))
	}
}

// A copy that takes long is not waited for, and not given up.
func TestEraseWaitsNotForLong(t *testing.T) {
	y, dir := following(t)
	y.must(y.op.backups.begin(t.Context(), new(console))) // a backup of everything is under way
	id := caseIDs(t, y.op.store)[0]
	y.must(y.op.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Erase(id, y.op.entry("erase")) }))
	y.must(y.op.finishErasures(t.Context()))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	soon := func() { y.op.duty.jobs.Soon(keysJob) }
	if y.op.backups.followed(ctx, soon) || !y.op.backups.keysLack() {
		t.Error("the copy has followed while a backup is under way")
	}
	y.op.backups.end()
	if !y.op.backups.followed(t.Context(), soon) || keyCopies(t, dir) != 1 {
		t.Errorf("the copy has not followed after the backup: there are %d", keyCopies(t, dir))
	}
}

// A backup of everything has a copy of the keys, too.
func TestBackupIsACopyOfKeys(t *testing.T) {
	y, _ := following(t)
	id := caseIDs(t, y.op.store)[0]
	y.must(y.op.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Erase(id, y.op.entry("erase")) }))
	y.must(y.op.finishErasures(t.Context()))
	y.backUp() // elsewhere, as far as the service knows: see own
	y.must(y.op.backups.regular(t.Context()))
	if y.op.backups.keysLack() {
		t.Error("the copy of the keys is still to follow after a backup")
	}
}

// While no service runs, the copy goes where the environment says.
func TestEraseWithoutAService(t *testing.T) {
	y := newYard(t)
	y.fill()
	dir := t.TempDir()
	for _, test := range []struct {
		to, key, want string
		err           bool
	}{
		{"", "", "where there are backups, they have its key until", false},
		{dir, publicKey, "the copy of the keys in " + dir + " has followed", false},
		{dir + "/absent", publicKey, "", true},
	} {
		var out bytes.Buffer
		err := y.op.sayErased(t.Context(), eraseInput{Number: "2026-000001", To: test.to, Key: test.key}, &console{Writer: &out})
		if !strings.HasPrefix(out.String(), "erased case 2026-000001\n"+test.want) || (err != nil) != test.err {
			t.Errorf("to %q: erase says %q, %v", test.to, &out, err)
		}
	}
	if n := keyCopies(t, dir); n != 1 {
		t.Errorf("there are %d copies of the keys, want 1", n)
	}
}
