package main

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A volume is a disk of its own, whose power can be cut: a file system in a
// file. What it was not told to make durable is then gone.
type volume struct {
	t     *testing.T
	kind  string // "ext4", "xfs"
	image string
	path  string // where it is mounted
}

// newVolume makes a disk with nothing on it, and skips the test where this
// process may not.
func newVolume(t *testing.T, kind string) *volume {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may mount")
	}
	v := &volume{t, kind, filepath.Join(t.TempDir(), "image"), filepath.Join(t.TempDir(), "disk")}
	if err := errors.Join(os.WriteFile(v.image, nil, 0o600), os.Truncate(v.image, 512<<20), os.Mkdir(v.path, 0o700)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mkfs."+kind, "-q", v.image).CombinedOutput(); err != nil {
		t.Fatalf("mkfs.%s: %v\n%s", kind, err, out)
	}
	if out, err := v.command("mount"); err != nil {
		t.Skipf("this machine does not let us mount: %s", out)
	}
	t.Cleanup(func() {
		if out, err := v.unmount(); err != nil {
			t.Errorf("the disk stays mounted: %v\n%s", err, out)
		}
	})
	return v
}

func (v *volume) command(name string) (string, error) {
	cmd := exec.Command("umount", v.path)
	if name == "mount" {
		options := "loop"
		if v.kind == "ext4" {
			options += ",commit=60" // seconds: what is not synced is not there by itself so soon
		}
		cmd = exec.Command("mount", "-t", v.kind, "-o", options, v.image, v.path)
	}
	out, err := cmd.CombinedOutput()
	return string(bytes.TrimSpace(out)), err
}

// cut cuts the power. What the file system itself was about to write down, it
// may still.
func (v *volume) cut(lastWords bool) {
	v.t.Helper()
	order := "shutdown"
	if lastWords {
		order += " -f"
	}
	if out, err := exec.Command("xfs_io", "-x", "-c", order, v.path).CombinedOutput(); err != nil {
		v.t.Fatalf("cut the power: %v\n%s", err, out)
	}
}

// again switches the power on after a cut.
func (v *volume) again() {
	v.t.Helper()
	out, err := v.unmount()
	if err == nil {
		out, err = v.command("mount")
	}
	if err != nil {
		v.t.Fatalf("switch the power on again: %v\n%s", err, out)
	}
}

// unmount waits for programs that other tests start just now, which have our
// files open until they begin.
func (v *volume) unmount() (out string, err error) {
	for range 40 {
		if out, err = v.command("umount"); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return out, err
}

// A cut is one cut of the power.
type cut struct {
	scene     scene // what is under way
	after     time.Duration
	lastWords bool
	unsynced  bool // the service's calls to make things durable do nothing
	waits     bool // the service is left to end by itself
}

// cuts has people and writers at work on the volume, cuts the power, and
// returns how what is then there differs from what was answered. It counts the
// saves of the writers that were.
func (r *rehearsal) cuts(v *volume, c cut) (saves int, err error) {
	v.t.Helper()
	home, address := filepath.Join(v.path, "home"), freeAddress(v.t)
	if err := os.RemoveAll(home); err != nil {
		v.t.Fatal(err)
	}
	copyFolder(v.t, c.scene.home, home)
	if out, err := exec.Command("sync", "-f", v.path).CombinedOutput(); err != nil {
		v.t.Fatalf("sync: %v\n%s", err, out)
	}
	running := serves(v.t, r.program, home, address)
	end := func() {}
	if c.unsynced {
		end = running.traced("trace=fsync,fdatasync", "inject=fsync,fdatasync:retval=0").ends
	}
	var count answers
	people, writers := c.scene.people.again("http://"+address, &count), r.writersAt("http://"+address)
	var all sync.WaitGroup
	for _, w := range writers {
		all.Go(w.saveUntilRefused)
	}
	all.Go(func() { people.goOn(c.scene.name) })
	time.Sleep(c.after)
	v.cut(c.lastWords)
	if c.waits {
		running.endsByItself()
	}
	running.kill()
	end()
	all.Wait()
	v.again()
	for _, w := range writers {
		saves += w.acknowledged
	}
	return saves, errors.Join(r.compare(home, c.scene, count.n), kept(home, writers))
}

// kept returns an error if a save of one of the writers is missing.
func kept(home string, writers []*writer) error {
	op, err := openData(filepath.Join(home, "data"), world(), false)
	if err != nil {
		return err
	}
	for _, w := range writers {
		err = errors.Join(err, w.kept(context.Background(), op.store))
	}
	return errors.Join(err, op.close())
}

// endsByItself waits for a service that cannot write any more to end, and
// checks how.
func (s *instance) endsByItself() {
	s.t.Helper()
	select {
	case <-s.ended:
		s.leaves()
	case <-time.After(3 * time.Second):
		s.t.Error("the service goes on without a disk")
	}
}

// goOn does the deeds from the named one on, until one fails.
func (p *people) goOn(from string) {
	begun := false
	for _, d := range p.deeds() {
		begun = begun || d.name == from
		if begun && d.do() != nil {
			return
		}
	}
}

// writersAt returns the writers as they were at first, at a service at base.
func (r *rehearsal) writersAt(base string) (writers []*writer) {
	for _, w := range r.writers {
		writers = append(writers, &writer{
			client: &http.Client{Transport: &http.Transport{}}, id: w.id, cookie: w.cookie,
			url: base + w.url[strings.Index(w.url, "/ansat/"):],
		})
	}
	return writers
}

// testPower cuts the power of the disk that the service runs on, again and
// again: 50 times, or 1 000 times by make torture.
func (r *rehearsal) testPower(t *testing.T) {
	t.Parallel()
	times := 25
	if torture() {
		times = 500
	}
	for i, kind := range []string{"ext4", "xfs"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			v, rnd, saves := newVolume(t, kind), rand.New(rand.NewPCG(325, uint64(i))), 0
			for n := range times {
				c := cut{scene: r.scenes[rnd.IntN(len(r.scenes))], after: time.Duration(rnd.IntN(400)) * time.Millisecond, lastWords: n%2 == 0, waits: n%5 == 0}
				some, err := r.cuts(v, c)
				if err != nil {
					t.Errorf("the power was cut %v into %q (log flushed: %t): %v", c.after, c.scene.name, c.lastWords, err)
				}
				saves += some
			}
			if saves < times {
				t.Errorf("%d saves: too few to show anything", saves)
			}
			t.Logf("%d cuts, %d saves beside what people did", times, saves)
		})
	}
	for i, kind := range []string{"ext4", "xfs"} {
		t.Run(kind+" unsynced", func(t *testing.T) {
			t.Parallel()
			r.unsynced(newVolume(t, kind), rand.New(rand.NewPCG(325, uint64(i))), max(3, times/25))
		})
	}
}

// unsynced cuts the power of a service that makes nothing durable, so many
// times, and fails the test where that is not found out.
func (r *rehearsal) unsynced(v *volume, rnd *rand.Rand, times int) {
	v.t.Helper()
	found := 0
	for try := 0; found < times && try < 20*times; try++ {
		c := cut{scene: r.scenes[rnd.IntN(len(r.scenes)-10)], after: 400 * time.Millisecond, lastWords: rnd.IntN(2) == 0, unsynced: true}
		switch saves, err := r.cuts(v, c); {
		case saves == 0: // a slow machine: nothing could be lost
		case err == nil:
			v.t.Errorf("a service that makes nothing durable lost none of %d saves", saves)
		default:
			found++
		}
	}
	if found == 0 {
		v.t.Error("nothing was saved in time: this shows nothing")
	}
}
