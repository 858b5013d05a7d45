package boltkv

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ab325/internal/kv"
)

// childEnv, set to what the child is to do and the path of the file, makes
// TestChild run in a process of its own.
const childEnv = "BOLTKV_TEST_CHILD"

// TestChild is the child process of the tests below, not a test.
func TestChild(t *testing.T) {
	do, path, ok := strings.Cut(os.Getenv(childEnv), " ")
	if !ok {
		t.Skip("runs in a process of its own only")
	}
	if do == "full" { // the file cannot grow beyond 8 MiB
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 8 << 20, Max: 8 << 20}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := os.Stat(path)
	db, err := Open(path, Options{Create: errors.Is(err, fs.ErrNotExist)})
	if err != nil {
		t.Fatal(err)
	}
	if do == "compact" {
		compactAlways(t, db)
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() { fmt.Printf("end: %v\n", stream(t, db, worker)) })
	}
	wg.Wait()
	select {
	case <-db.Failed():
		fmt.Printf("failed: %v\n", db.Close())
	default:
	}
}

// stream saves pairs of keys until it cannot, and prints a line for each that
// was acknowledged. A line is one write, which a kill does not tear. Each save
// also deletes an earlier pair, so that pages are freed and used again.
func stream(t *testing.T, db *DB, worker int) error {
	value := []byte(strings.Repeat("v", 2000+worker))
	for i := 0; ; i++ {
		key := fmt.Sprintf("%d/%d/%06d", os.Getpid(), worker, i)
		err := db.Update(t.Context(), func(tx kv.Tx) error {
			old := fmt.Sprintf("%d/%d/%06d", os.Getpid(), worker, i-50)
			return errors.Join(
				tx.Put([]byte("a/"+key), value), tx.Put([]byte("b/"+key), value),
				tx.Delete([]byte("a/"+old)), tx.Delete([]byte("b/"+old)))
		})
		if err != nil {
			return err
		}
		fmt.Printf("saved %s\n", key)
	}
}

// child starts this test's program as a child, calls started once it has saved
// something, and returns the lines it printed until it ended. Another program
// may run it.
func child(t *testing.T, do, path string, started func(*os.Process), by ...string) (lines []string) {
	t.Helper()
	args := append(by, os.Args[0], "-test.run=^TestChild$")
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), childEnv+"="+do+" "+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if lines = append(lines, strings.TrimSpace(line)); len(lines) == 1 {
			started(cmd.Process)
		}
	}
	cmd.Wait() // killed, or done
	return lines
}

// saved returns the keys of the lines, and those which a later save of the same
// worker has not been asked to delete.
func saved(lines []string) (live []string) {
	last := map[string]int{}
	for _, line := range lines {
		var pid, worker, i int
		if n, _ := fmt.Sscanf(line, "saved %d/%d/%d", &pid, &worker, &i); n == 3 {
			last[fmt.Sprintf("%d/%d", pid, worker)] = i
		}
	}
	for who, n := range last {
		// The save that was under way may have been kept too: it deletes n-49.
		for i := max(0, n-48); i <= n; i++ {
			live = append(live, fmt.Sprintf("%s/%06d", who, i))
		}
	}
	return live
}

// verify opens the file that a process has left and returns an error if
// anything of live is missing, half a save is there, or the file is damaged.
func verify(t *testing.T, path string, live []string) error {
	db, err := Open(path, Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	return errors.Join(db.Check(), db.View(t.Context(), func(r kv.Reader) error {
		for _, key := range live {
			if _, err := r.Get([]byte("a/" + key)); err != nil {
				return fmt.Errorf("%s was acknowledged: %w", key, err)
			}
		}
		var halves [2]int
		for p, err := range r.Scan(kv.Range([]byte("a/"))) {
			if err != nil {
				return err
			}
			halves[0]++
			if _, err := r.Get(append([]byte("b"), p.Key[1:]...)); err != nil {
				return fmt.Errorf("half of a save is there, %s: %w", p.Key, err)
			}
		}
		for _, err := range r.Scan(kv.Range([]byte("b/"))) {
			if err != nil {
				return err
			}
			halves[1]++
		}
		if halves[0] != halves[1] {
			return fmt.Errorf("%d halves of a save and %d others are there", halves[0], halves[1])
		}
		return nil
	}))
}

// Kill -9 at any moment of a stream of saves loses nothing acknowledged,
// whether the file is compacted meanwhile or not.
func TestKill(t *testing.T) {
	times := 200
	if testing.Short() {
		times = 20
	}
	rnd := rand.New(rand.NewPCG(325, 9))
	path := ""
	total, halves := 0, 0
	for n := range times {
		if n%20 == 0 { // go on with the same file a while, then begin anew
			path = filepath.Join(t.TempDir(), "db")
		}
		pause := time.Duration(rnd.IntN(8000)) * time.Microsecond
		lines := child(t, []string{"run", "compact"}[n%2], path, func(p *os.Process) {
			time.Sleep(pause)
			if err := p.Kill(); err != nil {
				t.Error(err)
			}
		})
		live := saved(lines)
		if len(live) == 0 {
			t.Fatalf("kill %d: the child saved nothing: %q", n, lines)
		}
		if _, err := os.Stat(path + compactSuffix); err == nil {
			halves++
		}
		if err := verify(t, path, live); err != nil {
			t.Fatalf("kill %d after %v and %d saves: %v", n, pause, len(lines), err)
		}
		total += len(lines)
	}
	if halves == 0 {
		t.Error("no kill was in the middle of a compaction")
	}
	t.Logf("%d kills, %d in the middle of a compaction, %d saves acknowledged", times, halves, total)
}

// A file that cannot grow fails the database, and loses nothing acknowledged.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	lines := child(t, "full", path, func(*os.Process) {})
	ends := 0
	for _, line := range lines {
		if strings.HasPrefix(line, "end: ") && strings.Contains(line, kv.ErrFailed.Error()) && strings.Contains(line, "file too large") {
			ends++
		}
	}
	if ends != 8 || lines[len(lines)-2] != "failed: <nil>" && lines[len(lines)-1] != "failed: <nil>" {
		t.Errorf("%d of 8 workers ended with ErrFailed and the cause; the last lines are %q", ends, lines[max(0, len(lines)-12):])
	}
	if err := verify(t, path, saved(lines)); err != nil {
		t.Error(err)
	}
}
