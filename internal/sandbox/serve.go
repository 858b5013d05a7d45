package sandbox

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"time"
)

// Exit statuses of a process that has no answer.
const (
	exitCrash = 70
	exitTime  = 71
	exitLost  = 72 // it could not read the file or write the answer
)

// Serve is what the process of a task does: args are the task's name and its
// bounds, as [Box.Run] passes them on. It sets the bounds before it reads a
// byte, and returns the status to exit with.
func Serve(args []string, in io.Reader, out io.Writer, tasks map[string]Task) (status int) {
	do, memory, limit, err := parse(args, tasks)
	if err != nil {
		return exitCrash
	}
	if err := bound(memory, limit); err != nil {
		return exitCrash
	}
	// Whoever started this process ends it in time. If they are gone, it ends
	// all the same.
	time.AfterFunc(limit, func() { os.Exit(exitTime) })
	debug.SetMemoryLimit(int64(memory / 4 * 3)) // collects rather than dies
	debug.SetMaxStack(int(memory / 8))
	defer func() {
		// The task is other people's code on strangers' files: a panic in it is
		// an answer that is not there. Its text may hold a part of the file.
		if recover() != nil {
			status = exitCrash
		}
	}()
	file, err := io.ReadAll(in)
	if err != nil {
		return exitLost
	}
	if _, err := out.Write(do(file)); err != nil {
		return exitLost
	}
	return 0
}

// parse reads the arguments of a task's process.
func parse(args []string, tasks map[string]Task) (do Task, memory uint64, limit time.Duration, err error) {
	const least = 64 << 20 // the runtime's own
	if len(args) != 3 {
		return nil, 0, 0, errors.New("a task has a name and two bounds")
	}
	do, ok := tasks[args[0]]
	if !ok {
		return nil, 0, 0, fmt.Errorf("%q is not a task", args[0])
	}
	if memory, err = strconv.ParseUint(args[1], 10, 40); err != nil || memory < least {
		return nil, 0, 0, fmt.Errorf("%q is not a bound of memory", args[1])
	}
	if limit, err = time.ParseDuration(args[2]); err != nil || limit <= 0 {
		return nil, 0, 0, fmt.Errorf("%q is not a bound of time", args[2])
	}
	return do, memory, limit, nil
}
