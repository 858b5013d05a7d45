package main

import (
	"log/slog"
	"path/filepath"
	"testing"

	"ab325/internal/web"
)

// Administrators see whether the place for checkpoints takes them, and whether
// the keys are being changed.
func TestOperations(t *testing.T) {
	y := newYard(t)
	y.op.duty = &duty{since: y.op.now(), jobs: newJobs(y.op, slog.New(slog.DiscardHandler), true)}
	look := func() web.Operations {
		t.Helper()
		o, err := y.op.operations(t.Context())
		y.must(err)
		return o
	}
	if o := look(); o.Checkpoint.Target || !o.Checkpoint.Taken.IsZero() || o.Changing || len(o.Jobs) < 5 {
		t.Errorf("operations at the beginning = %+v, want no place, no change of keys and some jobs", o)
	}
	y.op.checkpoints = filepath.Join(t.TempDir(), "none", "checkpoints.txt")
	if err := y.op.checkpoint(t.Context()); err == nil {
		t.Fatal("a place that is not there took a checkpoint")
	}
	if o := look(); !o.Checkpoint.Target || !o.Checkpoint.Taken.IsZero() {
		t.Errorf("with a place that takes nothing: %+v", o.Checkpoint)
	}
	y.op.checkpoints = t.TempDir()
	y.must(y.op.checkpoint(t.Context()))
	if o := look(); o.Checkpoint.Taken.IsZero() || o.Checkpoint.Taken.Before(o.Checkpoint.Last) {
		t.Errorf("with a place that took one: %+v", o.Checkpoint)
	}
	next, err := y.op.keys.ring.WithNewWrap(y.op.random)
	y.must(err)
	y.op.keys.ring = next
	if !look().Changing {
		t.Error("a change of keys that waits to be finished is not told")
	}
	y.op.keys.mu.Lock()
	y.op.keys.ring = next.WithoutOldWraps()
	if !look().Changing {
		t.Error("a change of keys that is under way is not told")
	}
	y.op.keys.mu.Unlock()
	if look().Changing {
		t.Error("a change of keys that ended is told")
	}
}
