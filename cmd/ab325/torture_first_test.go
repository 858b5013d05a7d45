package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// testFirst kills the first command of all, which makes the data, at
// each call that writes, and at each that opens a file. The next one makes them,
// or has them whole.
func (r *rehearsal) testFirst(t *testing.T) {
	t.Parallel()
	some, last := append([]string{"openat"}, calls...), 400
	if !torture() {
		some, last = []string{"write", "fsync", "renameat", "linkat"}, 3
	}
	for _, call := range some {
		came := true
		for n := 1; n <= last && came; n++ {
			args := []string{"user", "add", "-data", filepath.Join(t.TempDir(), "home", "data"), "-name", "Karla Nørby", "-roles", "administrator", "karla"}
			add := func(name string, args ...string) (string, error) {
				cmd := exec.Command(name, args...)
				cmd.Stdin = strings.NewReader(firstPassword + "\n")
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			fault := fmt.Sprintf("%s:signal=KILL:when=%d", call, n)
			traced := []string{"-f", "-o", os.DevNull, "-e", "trace=" + call, "-e", "inject=" + fault, r.program}
			_, err := add("strace", append(traced, args...)...)
			came = err != nil
			// The first may have added the account, and not come to say so.
			if says, err := add(r.program, args...); err != nil && !strings.Contains(says, "et andet brugernavn") {
				t.Errorf("%s, and then: %s", fault, says)
			}
		}
	}
}
