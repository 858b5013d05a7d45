package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// calls are those that change what is on the disk. Answers are written with
// write too: a service that is killed there has done what it could not answer.
var calls = []string{"pwrite64", "write", "fsync", "fdatasync", "ftruncate", "fallocate", "renameat", "linkat", "unlinkat", "mkdirat"}

// A fault is what strace does to a service: to the n-th call of one kind, or to
// that and all that follow.
type fault struct {
	call string // the system call
	what string // "signal=KILL", "error=EIO"
	n    int
	on   bool // and to all that follow
}

func (f fault) String() string {
	text := fmt.Sprintf("%s:%s:when=%d", f.call, f.what, f.n)
	if f.on {
		text += "+"
	}
	return text
}

// A tracer is strace at a service.
type tracer struct {
	t    *testing.T
	at   *instance
	cmd  *exec.Cmd
	file string
}

// traced has strace watch the service from now on, and not the processes that
// it starts for a task: what becomes of those is no fault of its disk.
func (s *instance) traced(expressions ...string) *tracer {
	s.t.Helper()
	x := &tracer{t: s.t, at: s, file: filepath.Join(s.t.TempDir(), "trace")}
	args := []string{"-f", "-b", "execve", "-ttt", "-o", x.file, "-p", strconv.Itoa(s.cmd.Process.Pid), "-e", "signal=none"}
	for _, e := range expressions {
		args = append(args, "-e", e)
	}
	x.cmd = exec.Command("strace", args...)
	says, err := x.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := x.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	line, err := bufio.NewReader(says).ReadString('\n')
	if !strings.Contains(line, "attached") {
		s.t.Fatalf("strace: %s, %v", line, err)
	}
	return x
}

// ends lets go of the service, unless that has ended. Where the service ends at
// that very moment, strace waits for its first thread, which waits until strace
// has taken note of another: for ever, unless strace is ended, too.
func (x *tracer) ends() {
	select {
	case <-x.at.ended: // and strace ends by itself
	default:
		x.cmd.Process.Signal(syscall.SIGINT)
	}
	impatient := time.AfterFunc(15*time.Second, func() { x.cmd.Process.Kill() })
	defer impatient.Stop()
	x.cmd.Wait()
}

// lines are what strace wrote about calls that began.
func (x *tracer) lines() (lines []string) {
	x.t.Helper()
	text, err := os.ReadFile(x.file)
	if err != nil {
		x.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "(") && !strings.Contains(line, "resumed>") {
			lines = append(lines, line)
		}
	}
	return lines
}

// count returns how often each call was made.
func (x *tracer) count() map[string]int {
	n := map[string]int{}
	for _, line := range x.lines() {
		call, _, _ := strings.Cut(strings.Fields(line)[2], "(")
		n[call]++
	}
	return n
}

// fault returns when the fault came, if it did, and as which of the calls.
func (x *tracer) fault() (at time.Time, call int) {
	x.t.Helper()
	for i, line := range x.lines() {
		if strings.Contains(line, "INJECTED") || strings.Contains(line, " = ?") {
			seconds, err := strconv.ParseFloat(strings.Fields(line)[1], 64)
			if err != nil {
				x.t.Fatalf("strace wrote %q", line)
			}
			return time.UnixMicro(int64(seconds * 1e6)), i + 1
		}
	}
	return time.Time{}, 0
}

// silenced reports whether a fault also came when the service was about to say
// why it ends: strace counts the calls of each thread apart.
func (x *tracer) silenced() bool {
	return slices.ContainsFunc(x.lines(), func(line string) bool {
		return strings.Contains(line, " write(2, ") && strings.Contains(line, "INJECTED")
	})
}

// tries has people do the deed of a scene while f is done to the service, and
// checks what is then there. It reports whether the fault came.
func (r *rehearsal) tries(s scene, f fault) bool {
	r.t.Helper()
	home, address := r.scratch(), freeAddress(r.t)
	copyFolder(r.t, s.home, home)
	defer os.RemoveAll(home)
	var count answers
	people := s.people.again("http://"+address, &count)
	running := serves(r.t, r.program, home, address)
	trace := running.inject(f)
	failed := people.deedNamed(s.name).do()
	ended := r.awaits(running, f, failed)
	trace.ends()
	if !ended.IsZero() && f.what != "signal=KILL" && !trace.silenced() {
		running.leaves()
	}
	began, call := trace.fault()
	running.kill()
	name := fmt.Sprintf("%q with %v, call %d", s.name, f, call)
	if took := ended.Sub(began); call > 0 && !ended.IsZero() && took > time.Second {
		r.t.Errorf("%s: the service ended %v after the fault, want at most a second", name, took)
	}
	// A service that was killed has ended; strace may not have come to say so.
	if failed != nil && call == 0 && ended.IsZero() {
		r.t.Errorf("%s, which did not come: %v", name, failed)
	}
	if err := r.compare(home, s, count.n); err != nil {
		r.t.Errorf("%s: %v", name, err)
	}
	return call > 0
}

// inject has strace do f to the service from now on.
func (s *instance) inject(f fault) *tracer {
	s.t.Helper()
	return s.traced("trace="+f.call, "inject="+f.String())
}

// awaits waits for the end that a fault must lead to. It returns when that was,
// or zero where the fault is none that must end it: a connection that cannot be
// written to.
func (r *rehearsal) awaits(running *instance, f fault, failed error) time.Time {
	r.t.Helper()
	if failed == nil {
		return time.Time{}
	}
	select {
	case <-running.ended:
	case <-time.After(2 * time.Second):
		if f.call != "write" {
			r.t.Errorf("%v: a deed failed, %v, but the service goes on", f, failed)
		}
		return time.Time{}
	}
	return running.at
}

// leaves checks how a service that has ended took its leave, when it could not
// write: with one line why, and one what to do.
func (s *instance) leaves() {
	s.t.Helper()
	said := s.log.String()
	if code := s.cmd.ProcessState.ExitCode(); code != 1 || !clearLine.MatchString(said) {
		s.t.Errorf("the service ended with %d and said\n%s", code, s.lastWords())
	}
}

var clearLine = regexp.MustCompile(`(?m)^ab325: .*(input/output error|no space left on device).*\nhint: .*\n\z`)

// sampled are a deed of every kind, which CI tries with a few faults.
var sampled = []string{"settings", "hire a caseworker", "caseworker signs in", "start", "invite", "enter", "company writes",
	"autosave", "attach", "sign", "issue", "log off and write", "erase"}

// staleAfter is when people of a rehearsal must begin anew: before a session
// ends because nothing was done in it.
const staleAfter = 15 * time.Minute

// testCalls kills the service at its n-th write, fsync, rename and so on of each
// kind of request; and has the same calls, and those after them, fail. make
// torture does all of it.
func (r *rehearsal) testCalls(t *testing.T) {
	rnd := rand.New(rand.NewPCG(325, 3))
	came, missed := map[string]int{}, 0
	for i := range r.scenes {
		if time.Since(r.began) > staleAfter {
			r = rehearse(t)
		}
		s := r.scenes[i]
		for what, some := range map[string]int{"signal=KILL": 2, "error=EIO": i % 2, "error=ENOSPC": (i + 1) % 2} {
			all := faultsAt(s.calls, what)
			if torture() {
				some = len(all)
			}
			rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			for _, f := range all[:min(some, len(all))] {
				if r.tries(s, f) {
					came[what]++
				} else {
					missed++ // strace counts the calls of each thread apart
				}
			}
		}
	}
	if came["signal=KILL"] == 0 || came["error=EIO"] == 0 || came["error=ENOSPC"] == 0 {
		t.Error("one of them never came")
	}
	t.Logf("%v came, %d did not", came, missed)
}

// faultsAt are what a fault does at each of so many calls. A write is mostly to
// a connection, so only one fails, not those that follow.
func faultsAt(calls map[string]int, what string) (all []fault) {
	for call, times := range calls {
		for n := range times {
			all = append(all, fault{call, what, n + 1, what != "signal=KILL" && call != "write"})
		}
	}
	return all
}
