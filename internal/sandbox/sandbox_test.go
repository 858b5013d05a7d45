package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// child is the word that makes this test program serve a task.
const child = "serve-a-task"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == child {
		os.Exit(Serve(os.Args[2:], os.Stdin, os.Stdout, tasks()))
	}
	os.Exit(m.Run())
}

// tasks are what hostile files make a parser do.
func tasks() map[string]Task {
	return map[string]Task{
		"echo":  func(in []byte) []byte { return in },
		"panic": func(in []byte) []byte { panic(string(in)) },
		"exit":  func([]byte) []byte { os.Exit(0); return nil },
		"loop": func([]byte) []byte {
			for i := 0; ; i++ {
				_ = i
			}
		},
		"sleep": func([]byte) []byte { time.Sleep(time.Hour); return nil },
		"eat": func([]byte) []byte {
			all := [][]byte{nil}
			for len(all[0]) == 0 { // for ever
				all = append(all, bytes.Repeat([]byte{1}, 1<<20))
			}
			return all[len(all)-1]
		},
		"block":  func([]byte) []byte { return bytes.Repeat([]byte{1}, 4<<30) },
		"recur":  func(in []byte) []byte { return []byte{recur(in, 0)} },
		"talk":   func([]byte) []byte { return bytes.Repeat([]byte{'a'}, 1<<20) },
		"env":    func([]byte) []byte { return []byte(strings.Join(os.Environ(), "\n")) },
		"args":   func([]byte) []byte { return []byte(strings.Join(os.Args[2:], " ")) },
		"file":   func(in []byte) []byte { return fmt.Append(nil, os.WriteFile(string(in), []byte("kept"), 0o600)) },
		"folder": func([]byte) []byte { d, err := os.Getwd(); return fmt.Append(nil, d, err) },
	}
}

func recur(in []byte, n int) byte {
	var big [1 << 10]byte
	big[n%len(big)] = byte(n)
	if n < 0 { // never
		return 0
	}
	return recur(append(in, big[0]), n+1) + big[n%len(big)]
}

// box runs tasks in processes of this test program.
func box(t *testing.T, change func(*Options)) *Box {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Program: self, Args: []string{"ab325", child}, Memory: 200 << 20, Time: 20 * time.Second, AtOnce: 2, Wait: time.Second, Answer: 1 << 20}
	if change != nil {
		change(&o)
	}
	return New(o)
}

func TestAnswer(t *testing.T) {
	b := box(t, nil)
	for _, in := range [][]byte{nil, []byte("æøå"), bytes.Repeat([]byte("0123456789abcdef"), 1<<16)} {
		if got, err := b.Run(t.Context(), "echo", in); err != nil || !bytes.Equal(got, in) {
			t.Errorf("Run(echo, %d bytes) = %d bytes, %v; want the same bytes", len(in), len(got), err)
		}
	}
}

// TestEnds runs what does not answer: each ends by itself, and says which bound
// it met.
func TestEnds(t *testing.T) {
	patient := box(t, func(o *Options) { o.Answer = 1 << 10 })
	hasty := box(t, func(o *Options) { o.Time = 500 * time.Millisecond })
	tests := []struct {
		task string
		in   *Box
		want error
	}{
		{"panic", patient, ErrCrashed},
		{"absent", patient, ErrCrashed},
		{"loop", hasty, ErrTime},
		{"sleep", hasty, ErrTime},
		{"eat", patient, ErrMemory},
		{"block", patient, ErrMemory},
		{"recur", patient, ErrMemory},
		{"talk", patient, ErrCrashed},
	}
	const secret = "740285-0005"
	for _, tt := range tests {
		got, err := tt.in.Run(t.Context(), tt.task, []byte(secret))
		if !errors.Is(err, tt.want) || got != nil {
			t.Errorf("Run(%s) = %d bytes, %v; want %v", tt.task, len(got), err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("Run(%s): the error tells what was in the file: %v", tt.task, err)
		}
	}
	if got, err := patient.Run(t.Context(), "echo", []byte("still")); string(got) != "still" || err != nil {
		t.Errorf("Run(echo) = %q, %v after all that; want its answer", got, err)
	}
}

// TestOrphan sees that a process ends in time though nobody is there to end it.
func TestOrphan(t *testing.T) {
	b := box(t, nil)
	cmd := b.command(t.Context(), "sleep") // for an hour
	cmd.Args[len(cmd.Args)-1] = "1s"
	if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != exitTime {
		t.Errorf("a sleeping task of 1s ended with %v, want status %d", err, exitTime)
	}
}

// TestLost: an answer that could not be written is none, and no fault of the
// file.
func TestLost(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	cmd := box(t, nil).command(t.Context(), "echo")
	cmd.Stdin, cmd.Stdout = strings.NewReader("a"), full
	err = cmd.Run()
	if got := ended(err, ""); cmd.ProcessState.ExitCode() != exitLost || got == nil || errors.Is(got, ErrCrashed) {
		t.Errorf("a task that could not answer ended with %v, which means %v; want status %d, and that it did not crash", err, got, exitLost)
	}
}

func TestNothingOfOurs(t *testing.T) {
	t.Setenv("AB325_KEYRING", "wrap 1 secret")
	b := box(t, nil)
	if got, err := b.Run(t.Context(), "env", nil); err != nil || strings.Contains(string(got), "secret") {
		t.Errorf("Run(env) = %q, %v; want none of this process's", got, err)
	}
	if got, err := b.Run(t.Context(), "args", nil); err != nil || string(got) != "args 209715200 20s" {
		t.Errorf("Run(args) = %q, %v; want the task and its bounds alone", got, err)
	}
	if got, err := b.Run(t.Context(), "folder", nil); err != nil || string(got) != "/<nil>" {
		t.Errorf("Run(folder) = %q, %v; want /", got, err)
	}
}

func TestNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "left")
	got, err := box(t, nil).Run(t.Context(), "file", []byte(path))
	if err == nil && string(got) == "<nil>" {
		t.Error("a task wrote a file")
	}
	if data, err := os.ReadFile(path); err == nil && len(data) > 0 {
		t.Errorf("a task left %q on the disk", data)
	}
}

// TestBusy: where all places are taken, one waits for a while and then is told.
func TestBusy(t *testing.T) {
	b := box(t, func(o *Options) { o.AtOnce, o.Wait, o.Time = 1, 100*time.Millisecond, time.Hour })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := b.Run(ctx, "sleep", nil)
		done <- err
	}()
	for len(b.slots) == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, err := b.Run(t.Context(), "echo", nil); !errors.Is(err, ErrBusy) {
		t.Errorf("Run beside another = %v, want %v", err, ErrBusy)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run(sleep) = %v, want %v", err, context.Canceled)
	}
	if _, err := b.Run(t.Context(), "echo", nil); err != nil {
		t.Errorf("Run after the other = %v", err)
	}
}

// TestForOne: of whoever has one name a task is run at a time, and the places
// that are left are for the others.
func TestForOne(t *testing.T) {
	b := box(t, func(o *Options) { o.Wait, o.Time = 100*time.Millisecond, time.Hour })
	ctx, cancel := context.WithCancel(t.Context())
	greedy := For(ctx, "greedy")
	done := make(chan error)
	go func() {
		_, err := b.Run(greedy, "sleep", nil)
		done <- err
	}()
	for len(b.slots) == 0 {
		time.Sleep(time.Millisecond)
	}
	for range 3 {
		if _, err := b.Run(greedy, "echo", nil); !errors.Is(err, ErrBusy) {
			t.Errorf("Run of the same beside it = %v, want %v", err, ErrBusy)
		}
	}
	for name, ctx := range map[string]context.Context{"another": For(t.Context(), "modest"), "nobody in particular": t.Context()} {
		if got, err := b.Run(ctx, "echo", []byte("a")); string(got) != "a" {
			t.Errorf("Run of %s beside it = %q, %v", name, got, err)
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run(sleep) = %v, want %v", err, context.Canceled)
	}
	if _, err := b.Run(For(t.Context(), "greedy"), "echo", nil); err != nil {
		t.Errorf("Run of the same after it = %v", err)
	}
	if n := len(b.turns.of); n != 0 {
		t.Errorf("%d names are kept when nobody waits", n)
	}
}

// TestLeft: a process that would go on for an hour ends when nobody waits for
// its answer any more.
func TestLeft(t *testing.T) {
	b := box(t, func(o *Options) { o.Time = time.Hour })
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := b.Run(ctx, "loop", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Run = %v, want the context's error", err)
	}
	if len(b.slots) != 0 {
		t.Error("its place was not given back")
	}
}

func TestNoProgram(t *testing.T) {
	b := box(t, func(o *Options) { o.Program = filepath.Join(t.TempDir(), "absent") })
	if _, err := b.Run(t.Context(), "echo", nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Run of an absent program = %v, want %v", err, os.ErrNotExist)
	}
}

func TestParse(t *testing.T) {
	for _, args := range [][]string{nil, {"echo"}, {"absent", "200000000", "1s"}, {"echo", "x", "1s"}, {"echo", "1", "1s"},
		{"echo", "200000000", "x"}, {"echo", "200000000", "-1s"}, {"echo", "200000000", "1s", "more"}} {
		if _, _, _, err := parse(args, tasks()); err == nil {
			t.Errorf("parse(%q) = no error", args)
		}
	}
}

func TestInline(t *testing.T) {
	run := Inline(tasks())
	if got, err := run(t.Context(), "echo", []byte("a")); string(got) != "a" || err != nil {
		t.Errorf("echo = %q, %v, want a", got, err)
	}
	if _, err := run(t.Context(), "absent", nil); err == nil {
		t.Error("a task that is not there = no error")
	}
}
