// Package sandbox runs tasks on what strangers send in processes of their own,
// with bounded memory and time.
//
// The program starts itself again for each task, hands it the file on its
// standard input and takes the answer from its standard output. A task that
// uses up its memory, loops or crashes ends that process alone. The process
// gets no arguments but the task's name and its bounds, nothing of the
// environment, where keys may be, and may write no file. Of those who are named,
// see [For], one task each is run at a time.
package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Task turns what a stranger sent into an answer. It does no input or output
// of its own; what is wrong with the file is part of the answer.
type Task func(in []byte) []byte

// A Runner runs the task of a name on in and returns its answer. It is safe
// for concurrent use, and ends when ctx does.
type Runner func(ctx context.Context, task string, in []byte) ([]byte, error)

// What became of a task that has no answer.
var (
	ErrBusy    = errors.New("as many tasks as may be are being run, of everybody or of one")
	ErrTime    = errors.New("the task took too long")
	ErrMemory  = errors.New("the task needed too much memory")
	ErrCrashed = errors.New("the task crashed")
)

// Options say how a Box runs tasks. All of them must be set.
type Options struct {
	Program string        // this program's file
	Args    []string      // its name and the words that make it call Serve
	Memory  uint64        // the bytes that a task may have
	Time    time.Duration // how long it may run
	AtOnce  int           // how many run at a time
	Wait    time.Duration // how long one waits until it may
	Answer  int           // the bytes that an answer may have
}

// A Box runs tasks in processes of their own. It is safe for concurrent use.
type Box struct {
	o     Options
	slots chan struct{}
	turns turns
}

// New returns a Box.
func New(o Options) *Box { return &Box{o: o, slots: make(chan struct{}, o.AtOnce)} }

// Run runs the task of that name on in and returns its answer; it is a Runner.
// It returns within Options.Wait and Options.Time, together. The error is one
// of this package's, ctx's, or that no process could be started or be handed
// its file.
func (b *Box) Run(ctx context.Context, task string, in []byte) ([]byte, error) {
	leave, err := b.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	answer, err := b.run(ctx, task, in)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err() // nobody waits any longer: the process was ended
	}
	return answer, err
}

func (b *Box) run(ctx context.Context, task string, in []byte) ([]byte, error) {
	timed, cancel := context.WithTimeout(ctx, b.o.Time)
	defer cancel()
	out, complaint := &room{most: b.o.Answer, full: cancel}, &room{most: 4 << 10}
	cmd := b.command(timed, task)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), out, complaint
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a process for a task: %w", err)
	}
	err := cmd.Wait()
	switch {
	case out.over:
		return nil, fmt.Errorf("%w: it answers with more than %d bytes", ErrCrashed, b.o.Answer)
	case timed.Err() != nil && err != nil:
		return nil, ErrTime
	case err != nil:
		return nil, ended(err, complaint.buf.String())
	}
	return out.buf.Bytes(), nil
}

// command returns the process of a task, which is not started yet.
func (b *Box) command(ctx context.Context, task string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.o.Program)
	cmd.Args = append(slices.Clone(b.o.Args), task, strconv.FormatUint(b.o.Memory, 10), b.o.Time.String())
	// Nothing of ours, and not more than one processor. With the race detector,
	// a process would sleep for a second before it ends.
	cmd.Env = []string{"GOTRACEBACK=none", "GOMAXPROCS=1", "GORACE=atexit_sleep_ms=0"}
	cmd.Dir = "/"
	cmd.WaitDelay = time.Second
	return cmd
}

// ended says why a process ended. What it complained of is not passed on,
// since a part of the file may be in it.
func ended(err error, complaint string) error {
	failed, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case strings.Contains(complaint, "out of memory"), strings.Contains(complaint, "cannot allocate memory"),
		strings.Contains(complaint, "stack overflow"), strings.Contains(complaint, "failed to create new OS thread"),
		strings.Contains(complaint, "failed to allocate"): // the race detector's words
		return ErrMemory
	case !ok:
		return fmt.Errorf("hand a process its file: %w", err)
	case failed.ExitCode() == exitLost:
		return errors.New("a process could not read its file or write its answer")
	case outOfTime(failed.ProcessState), failed.ExitCode() == exitTime:
		return ErrTime
	}
	return fmt.Errorf("%w: %s", ErrCrashed, failed.ProcessState)
}

// room takes so many bytes and drops what comes after them.
type room struct {
	buf  bytes.Buffer
	most int
	over bool
	full func() // called when it is over, or nil
}

// Write takes what there is room for, and claims to have taken all of it: a
// writer that were refused would not be read from any more.
func (r *room) Write(p []byte) (int, error) {
	n := min(len(p), r.most-r.buf.Len())
	r.buf.Write(p[:n])
	if n < len(p) && !r.over {
		if r.over = true; r.full != nil {
			r.full()
		}
	}
	return len(p), nil
}

// Inline returns a Runner of tasks in this process, with no bounds: for tests
// of what is above.
func Inline(tasks map[string]Task) Runner {
	return func(_ context.Context, task string, in []byte) ([]byte, error) {
		do, ok := tasks[task]
		if !ok {
			return nil, fmt.Errorf("%q is not a task", task)
		}
		return do(in), nil
	}
}
