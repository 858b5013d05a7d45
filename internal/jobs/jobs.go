// Package jobs runs what the program does by itself, again and again: each job
// in a goroutine of its own, never twice at once, until it is told to stop.
//
// A job that fails or panics is reported and tried again; the others do not
// notice. How each is doing can be asked for at any time, so that a job that
// has failed for days is seen by somebody.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Job is one thing to do again and again.
type Job struct {
	Name  string        // one word, by which it is reported; no two share it
	Every time.Duration // from the beginning of a run to that of the next
	First time.Duration // before the first run
	Retry time.Duration // instead of Every, after a run that failed; 0: Every

	// Run does it once. When ctx ends it is to end soon, half done or not.
	Run func(ctx context.Context) error
}

// A State is how a job is doing. A zero time is never.
type State struct {
	Name    string
	Every   time.Duration
	Running bool
	Started time.Time // the beginning of the last run, ended or not
	Success time.Time // the end of the last run that went well
	Failure time.Time // the end of the last that did not
	Err     error     // why that one did not
	Next    time.Time // the beginning of the next, as far as it is known
}

// Failing reports whether the last run that ended did not go well.
func (s State) Failing() bool { return s.Failure.After(s.Success) }

// A Runner runs jobs. It is safe for concurrent use.
type Runner struct {
	now    func() time.Time
	report func(name string, err error)
	all    []*running
}

// running is a job and how it is doing.
type running struct {
	Job
	soon chan struct{} // has room for one wish to run now

	mu       sync.Mutex
	state    State
	reported time.Time // when its failure was reported last
}

// New returns a runner of jobs. Report is told of a run that failed, of one
// that fails for another reason, of one that goes on failing once an hour, and,
// with a nil error, of the first that goes well again. It may be called by
// several jobs at once.
func New(now func() time.Time, report func(name string, err error), all ...Job) *Runner {
	r := &Runner{now: now, report: report}
	for _, j := range all {
		r.all = append(r.all, &running{Job: j, soon: make(chan struct{}, 1),
			state: State{Name: j.Name, Every: j.Every, Next: now().Add(j.First)}})
	}
	return r
}

// Run runs the jobs until ctx ends, and then waits for those that run, but no
// longer than patience: it returns the names of those that did not end, which
// may hang on a disk or a network that does not answer.
func (r *Runner) Run(ctx context.Context, patience time.Duration) (hanging []string) {
	ended := make(chan string, len(r.all))
	left := map[string]bool{}
	for _, j := range r.all {
		left[j.Name] = true
		go func() {
			r.repeat(ctx, j)
			ended <- j.Name
		}()
	}
	<-ctx.Done()
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for len(left) > 0 {
		select {
		case name := <-ended:
			delete(left, name)
		case <-enough.C:
			for _, j := range r.all {
				if left[j.Name] {
					hanging = append(hanging, j.Name)
				}
			}
			return hanging
		}
	}
	return nil
}

// Soon makes the named job run now or, where it runs, once more after that.
func (r *Runner) Soon(name string) {
	for _, j := range r.all {
		if j.Name == name {
			select {
			case j.soon <- struct{}{}:
			default: // it was wished for already
			}
		}
	}
}

// States returns how every job is doing, in the order in which New got them.
func (r *Runner) States() []State {
	states := make([]State, 0, len(r.all))
	for _, j := range r.all {
		j.mu.Lock()
		states = append(states, j.state)
		j.mu.Unlock()
	}
	return slices.Clip(states)
}

// repeat runs a job until ctx ends.
func (r *Runner) repeat(ctx context.Context, j *running) {
	for wait := j.First; ; {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-j.soon:
			timer.Stop()
		case <-timer.C:
		}
		wait = r.once(ctx, j)
	}
}

// once runs a job once and returns how long to wait for the next run.
func (r *Runner) once(ctx context.Context, j *running) time.Duration {
	began := r.now()
	j.mu.Lock()
	j.state.Running, j.state.Started = true, began
	j.mu.Unlock()

	err := caught(ctx, j.Run)
	ended := r.now()
	every := j.Every
	if err != nil && j.Retry > 0 {
		every = j.Retry
	}
	wait := max(0, every-ended.Sub(began))

	j.mu.Lock()
	defer j.mu.Unlock()
	j.state.Running, j.state.Next = false, ended.Add(wait)
	if err != nil && ctx.Err() != nil {
		return wait // told to stop, which is no failure
	}
	r.note(j, err, ended)
	return wait
}

// reportAgain is how often a failure that does not change is reported.
const reportAgain = time.Hour

// note keeps how a run went, and reports it where that is news.
func (r *Runner) note(j *running, err error, ended time.Time) {
	s := &j.state
	was := s.Failing()
	if err == nil {
		s.Success = ended
		if was {
			r.report(s.Name, nil)
		}
		return
	}
	news := !was || reason(s.Err) != reason(err) || ended.Sub(j.reported) >= reportAgain
	s.Failure, s.Err = ended, err
	if !ended.After(s.Success) { // a clock that was set back does not hide it
		s.Success = ended.Add(-1)
	}
	if news {
		j.reported = ended
		r.report(s.Name, err)
	}
}

// reason returns the first line of what err says: below it is where a panic
// came from, with addresses that differ from run to run.
func reason(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// caught does what run does, and makes an error of a panic: one job must not
// end the others, nor the service.
func caught(ctx context.Context, run func(context.Context) error) (err error) {
	returned := false
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		} else if !returned {
			err = errors.New("the job's goroutine was ended")
		}
	}()
	err = run(ctx)
	returned = true
	return err
}
