package read

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"ab325/internal/problem"
	"ab325/internal/sandbox"
)

// child is the word that makes this test program serve a task.
const child = "serve-a-task"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == child {
		os.Exit(sandbox.Serve(os.Args[2:], os.Stdin, os.Stdout, Tasks()))
	}
	os.Exit(m.Run())
}

// apart returns a Reader that reads in processes of their own, with the bounds
// that the program has but for a shorter time.
func apart(t *testing.T) *Reader {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return New(sandbox.New(sandbox.Options{Program: self, Args: []string{"ab325", child}, Memory: 400 << 20,
		Time: time.Second, AtOnce: 2, Wait: time.Minute, Answer: 8 << 20}).Run)
}

// TestHostile reads files that are made to do harm, for their values or as
// attachments; under torture, both. Each is answered in time, by an answer or
// by a text for the person who sent it, and nothing is left.
func TestHostile(t *testing.T) {
	t.Parallel()
	r := apart(t)
	var group sync.WaitGroup
	places := make(chan struct{}, 2)
	_, both := os.LookupEnv("AB325_TORTURE")
	files := slices.Concat(loops(), floods())
	if both {
		files = slices.Concat(files, bombs())
	}
	for i, h := range files {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			file := h.file()
			if both || i%2 == 0 {
				answered(t, h.title+", its values", func() error { _, err := r.Form(t.Context(), file); return err })
			}
			if both || i%2 == 1 {
				answered(t, h.title+", as an attachment", func() error { return r.Inspect(t.Context(), file) })
			}
		})
	}
	group.Wait()
	for _, dir := range []string{os.TempDir(), "/"} {
		if left, _ := filepath.Glob(filepath.Join(dir, "pdfcpu*")); left != nil {
			t.Errorf("%q is left on the disk", left)
		}
	}
}

func answered(t *testing.T, title string, ask func() error) {
	t.Helper()
	start := time.Now()
	err := ask() // which package sandbox ends in time
	if _, ok := problem.As(err); err != nil && !ok {
		t.Errorf("%s: %v, want a text for a person", title, err)
	}
	if testing.Verbose() {
		t.Logf("%-60s %6d ms  %v", title, time.Since(start).Milliseconds(), err)
	}
}

// TestBombs: what becomes too large is refused as an attachment, whatever it
// was made small with.
func TestBombs(t *testing.T) {
	t.Parallel()
	r := apart(t)
	for _, h := range bombs() {
		err := r.Inspect(t.Context(), h.file())
		if p, ok := problem.As(err); !ok || p.Kind != problem.Invalid {
			t.Errorf("%s: %v, want it refused", h.title, err)
		}
	}
}

// TestServiceMemory: what a file does to the process that reads it, it does
// not do to this one.
func TestServiceMemory(t *testing.T) {
	r := apart(t)
	file := tableStream(64<<20, 0)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 2 {
		if err := r.Inspect(t.Context(), file); err == nil {
			t.Error("a bomb was taken")
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.TotalAlloc - before.TotalAlloc); grown > 8<<20 {
		t.Errorf("two bombs took %d KB of this process", grown>>10)
	}
}

// TestCrash: what the process says when it dies never reaches a person or a log.
func TestCrash(t *testing.T) {
	for _, cause := range []error{sandbox.ErrBusy, sandbox.ErrTime, sandbox.ErrMemory, sandbox.ErrCrashed} {
		r := New(func(context.Context, string, []byte) ([]byte, error) { return nil, cause })
		if p, ok := problem.As(r.Inspect(t.Context(), paper("").bytes())); !ok || !errors.Is(p.Err, cause) {
			t.Errorf("%v: %+v, want a text for a person with that cause", cause, p)
		}
	}
	r := New(func(context.Context, string, []byte) ([]byte, error) { return []byte("no answer"), nil })
	if err := r.Inspect(t.Context(), paper("").bytes()); err == nil || problem.Of(err) != "" {
		t.Errorf("an answer that is none = %v, want an error of ours", err)
	}
}
