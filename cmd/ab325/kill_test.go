package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/store"
	"ab325/internal/web"
)

// TestKill kills the service with SIGKILL in the middle of a stream of saves,
// again and again on the same data. Every save that a client was told of is
// there afterwards, and the log of what happened is whole.
func TestKill(t *testing.T) {
	times := 20
	if _, ci := os.LookupEnv("CI"); ci {
		times = 200
	} else if !web.AssetsBuilt() {
		t.Skip("the pages' design is not built in; make test does that")
	}
	dir, program := t.TempDir(), buildProgram(t)
	address := freeAddress(t)
	writers := prepareWriters(t, dir, "http://"+address)
	for n := range times {
		service := startService(t, program, dir, address)
		var all sync.WaitGroup
		for _, w := range writers {
			all.Go(w.saveUntilRefused)
		}
		time.Sleep(time.Duration(40+n*7%60) * time.Millisecond)
		if err := service.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		all.Wait()
		if err := service.Wait(); err == nil {
			t.Fatal("the service ended by itself")
		}
		for _, w := range writers {
			w.client.CloseIdleConnections()
		}
		checkSaved(t, dir, writers)
		if t.Failed() {
			t.Fatalf("after %d kills", n+1)
		}
	}
	saved := 0
	for _, w := range writers {
		saved += w.acknowledged
	}
	if saved < times {
		t.Errorf("%d saves in %d runs: too few to show anything", saved, times)
	}
	t.Logf("%d saves in %d runs", saved, times)
}

// saveUntilRefused saves as fast as it is answered.
func (w *writer) saveUntilRefused() {
	for w.save() == nil {
		w.acknowledged = w.saves
	}
}

// prepareWriters begins a case with a session for each of some clients.
func prepareWriters(t *testing.T, dir, base string) []*writer {
	t.Helper()
	op, err := openData(dir, world(), true)
	if err != nil {
		t.Fatal(err)
	}
	options, err := caseOptions(op, &config{data: dir, baseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	cases, err := casework.New(options)
	if err != nil {
		t.Fatal(err)
	}
	var writers []*writer
	for range 4 {
		entered, err := cases.Start(t.Context(), flexjob.Employee, "")
		if err != nil {
			t.Fatal(err)
		}
		session, err := op.accounts.StartSession(t.Context(), entered.Actor)
		if err != nil {
			t.Fatal(err)
		}
		id := entered.Actor.Case
		writers = append(writers, &writer{client: &http.Client{Transport: &http.Transport{}}, id: id, url: base + "/ansat/" + id + "/gem", cookie: "ab325=" + session.Token})
	}
	if err := op.close(); err != nil {
		t.Fatal(err)
	}
	return writers
}

// checkSaved opens the data as the next start does and looks for each writer's
// last acknowledged save.
func checkSaved(t *testing.T, dir string, writers []*writer) {
	t.Helper()
	op, err := openData(dir, world(), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := op.db.Check(); err != nil {
		t.Errorf("the database: %v", err)
	}
	for _, w := range writers {
		if err := w.kept(t.Context(), op.store); err != nil {
			t.Error(err)
		}
	}
	if err := op.close(); err != nil {
		t.Fatal(err)
	}
}

// kept returns an error if the writer's last acknowledged save is missing. A
// later one may be there too, that the answer to was lost: the writer goes on
// from it.
func (w *writer) kept(ctx context.Context, s *store.Store) error {
	err := s.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(w.id)
		if err != nil {
			return err
		}
		w.old = c.Blad1["job.description"].Value
		return nil
	})
	if err != nil {
		return err
	}
	kept := 0
	if at := strings.LastIndexByte(w.old, ' '); at >= 0 {
		if kept, err = strconv.Atoi(w.old[at+1:]); err != nil {
			return fmt.Errorf("a writer's field holds %q", w.old)
		}
	}
	if kept < w.acknowledged {
		return fmt.Errorf("save %d of a writer is missing: its field holds number %d", w.acknowledged, kept)
	}
	return nil
}

// startService starts the program on the data and waits until it answers.
func startService(t *testing.T, program, dir, address string) *exec.Cmd {
	t.Helper()
	var log strings.Builder
	cmd := exec.Command(program, serveArgs(t, dir, address)...)
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !reachable(address) {
		t.Fatalf("the service does not answer:\n%s", log.String())
	}
	return cmd
}

// reachable waits until a service answers at the address, and reports whether
// one did.
func reachable(address string) bool {
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(2 * time.Millisecond) {
		resp, err := http.Get("http://" + address + "/health")
		if err == nil {
			resp.Body.Close()
			return true
		}
	}
	return false
}

// publicKey is of age; the secret one is in testdata/backup.txtar.
const publicKey = "age1w3a62vu7lz2rjw9dgjxpyxhjserqtksekt8gu2h8e75fzh84ce0s87q0a7"

// serveArgs returns how the service is started for real people, with a folder of
// its own for backups, and a seal.
func serveArgs(t testing.TB, dir, address string) []string {
	return []string{"serve", "-addr", address, "-data", dir, "-base-url", "http://" + address, "-backup-to", t.TempDir(), "-backup-key", publicKey, "-seal", sealFile(t)}
}

// buildProgram builds the program, without the race detector.
func buildProgram(t testing.TB) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "ab325")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// freeAddress returns an address of this machine that nothing listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr())
}
