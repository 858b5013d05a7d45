package sandbox

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// niceness lets requests go first where both want the processor.
const niceness = 5

// bound holds this process to so much memory and processor time, for good. It
// may write no file and open few, and leaves no core behind.
func bound(memory uint64, limit time.Duration) error {
	now, err := dataNow()
	if err != nil {
		return err
	}
	seconds := uint64((limit + time.Second - 1) / time.Second)
	for _, l := range []struct {
		resource int
		most     uint64
	}{
		{syscall.RLIMIT_DATA, now + memory}, // over what the runtime took to begin with, which is much with the race detector
		{syscall.RLIMIT_CPU, seconds},
		{syscall.RLIMIT_FSIZE, 0},
		{syscall.RLIMIT_CORE, 0},
		{syscall.RLIMIT_NOFILE, 16},
	} {
		if err := syscall.Setrlimit(l.resource, &syscall.Rlimit{Cur: l.most, Max: l.most}); err != nil {
			return fmt.Errorf("bound resource %d: %w", l.resource, err)
		}
	}
	return syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness)
}

// dataNow returns the bytes of memory that this process may write to.
func dataNow() (uint64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	const data = 5
	if len(fields) <= data {
		return 0, fmt.Errorf("/proc/self/statm is %q", text)
	}
	pages, err := strconv.ParseUint(fields[data], 10, 64)
	return pages * uint64(os.Getpagesize()), err
}

// outOfTime reports whether a process was ended for its processor time.
func outOfTime(state *os.ProcessState) bool {
	status, ok := state.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && (status.Signal() == syscall.SIGXCPU || status.Signal() == syscall.SIGKILL)
}
