package boltkv

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A kill before any of the calls that write, in a stream of saves during which
// the file is compacted, loses nothing acknowledged: the old file is whole, or
// the new one.
func TestKillAtCalls(t *testing.T) {
	if _, err := exec.LookPath("strace"); err != nil {
		if _, ci := os.LookupEnv("CI"); ci {
			t.Fatal("strace is missing; .ci/packages installs it")
		}
		t.Skip("strace is missing")
	}
	if out, err := exec.Command("strace", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("this machine does not let us trace: %s", out)
	}
	most := 4
	if os.Getenv("AB325_TORTURE") != "" {
		most = 60
	}
	for _, call := range []string{"renameat", "unlinkat", "fsync", "fdatasync", "ftruncate", "pwrite64"} {
		for n := 1; n <= most; n++ {
			path := filepath.Join(t.TempDir(), "db")
			saveOne(t, path)
			fault := fmt.Sprintf("%s:signal=KILL:when=%d", call, n)
			lines := child(t, "compact", path, func(p *os.Process) {
				time.AfterFunc(5*time.Second, func() { p.Kill() })
			}, "strace", "-f", "-o", os.DevNull, "-e", "trace="+call, "-e", "inject="+fault)
			if err := verify(t, path, saved(lines)); err != nil {
				t.Errorf("%s, after %d saves: %v", fault, len(lines), err)
			}
		}
	}
}

// saveOne makes a file with something in it.
func saveOne(t *testing.T, path string) {
	t.Helper()
	db, err := Open(path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	save(t, db, "k", "v")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
