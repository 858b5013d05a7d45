package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An instance is the real program while it runs.
type instance struct {
	t     *testing.T
	cmd   *exec.Cmd
	log   bytes.Buffer  // complete once it has ended
	ended chan struct{} // closed then
	at    time.Time     // when that was
}

// serves starts the program on the data in home and waits until it answers.
func serves(t *testing.T, program, home, address string) *instance {
	t.Helper()
	s := &instance{t: t, cmd: exec.Command(program, serveArgs(t, filepath.Join(home, "data"), address)...), ended: make(chan struct{})}
	s.cmd.Stderr = &s.log
	// The order of its calls is the same each time, as far as that is possible.
	s.cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		s.cmd.Wait()
		s.at = time.Now()
		close(s.ended)
	}()
	t.Cleanup(s.kill)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for range 10_000 {
		resp, err := client.Get("http://" + address + "/health")
		if err == nil {
			resp.Body.Close()
			return s
		}
		select {
		case <-s.ended:
			t.Fatalf("the service has ended: %s", s.lastWords())
		case <-time.After(3 * time.Millisecond):
		}
	}
	t.Fatal("the service does not answer")
	return nil
}

// frozen does do while the service stands still. What it does by itself would
// otherwise come between two reads of a copy, which is then none of any moment.
func (s *instance) frozen(do func()) {
	s.t.Helper()
	s.signal(syscall.SIGSTOP)
	defer s.signal(syscall.SIGCONT)
	for range 10_000 {
		if s.still() {
			do()
			return
		}
		time.Sleep(time.Millisecond)
	}
	s.t.Fatal("the service does not stand still")
}

func (s *instance) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// still reports whether all threads of the service are stopped.
func (s *instance) still() bool {
	s.t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", s.cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		s.t.Fatalf("the threads of the service: %d, %v", len(threads), err)
	}
	for _, name := range threads {
		stat, err := os.ReadFile(name)
		if err != nil { // it has just ended
			return false
		}
		// 1234 (ab325) T …; t is a stopped thread that strace watches.
		_, state, _ := strings.Cut(string(stat), ") ")
		if state == "" || !strings.Contains("Tt", state[:1]) {
			return false
		}
	}
	return true
}

// stops tells the service to stop and waits until it has.
func (s *instance) stops() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	<-s.ended
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		s.t.Fatalf("told to stop the service ended with %d and said %s", code, s.lastWords())
	}
}

// lastWords are the last lines of a service that has ended.
func (s *instance) lastWords() string {
	lines := strings.SplitAfter(s.log.String(), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], "")
}
