package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ab325/internal/web"
)

// The tests of faults run the real program on a folder, have people use it,
// do something to it or to its disk in the middle, and compare what the next
// start finds with what was answered.
//
// People do the same deeds in the same order each time, so a rehearsal without
// faults tells what a folder holds after each answer. After a fault it must
// hold what it did after the last answer, or after the one that was under way:
// nothing else, so nothing half.

// TestTorture is all of them, on one rehearsal: a sample of each, or everything
// by make torture.
func TestTorture(t *testing.T) {
	needs(t, "strace", "xfs_io", "mkfs.ext4", "mkfs.xfs")
	r := rehearse(t)
	t.Run("calls", r.testCalls)
	t.Run("first start", r.testFirst)
	t.Run("full disk", r.testFull)
	t.Run("power", r.testPower)
}

// torture reports whether the long tests are asked for: make torture.
func torture() bool { return os.Getenv("AB325_TORTURE") != "" }

// needs skips the test where it cannot be run, which CI says is a failure.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	_, ci := os.LookupEnv("CI")
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			if ci {
				t.Fatalf("%s is missing; .ci/packages installs it", program)
			}
			t.Skipf("%s is missing", program)
		}
	}
	if !web.AssetsBuilt() {
		t.Skip("the pages' design is not built in; make test does that")
	}
	if out, err := exec.Command("strace", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("this machine does not let us trace: %s", out)
	}
}

func (s *instance) kill() {
	s.cmd.Process.Kill() // it may have ended
	<-s.ended
}

// copyFolder copies the folders of data and of keys.
func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if out, err := exec.Command("cp", "-a", "--sparse=always", filepath.Join(from, e.Name()), to).CombinedOutput(); err != nil {
			t.Fatalf("copy: %v\n%s", err, out)
		}
	}
}

// answers counts what a service has answered. An answer that it cannot do
// something is none.
type answers struct {
	n    int
	each func() // called after each, if it is not nil
}

func (a *answers) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err == nil && resp.StatusCode < 500 {
		a.n++
		if a.each != nil {
			a.each()
		}
	}
	return resp, err
}

// A jar keeps cookies and remembers how it got them, so that another can be
// filled alike.
type jar struct {
	http.CookieJar
	got []func(http.CookieJar)
}

func newJar() *jar {
	kept, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // unreachable: there are no options
	}
	return &jar{CookieJar: kept}
}

func (j *jar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.got = append(j.got, func(other http.CookieJar) { other.SetCookies(u, cookies) })
	j.CookieJar.SetCookies(u, cookies)
}

// again returns people who are where p are, at a service at base, whose answers
// are counted.
func (p *people) again(base string, count *answers) *people {
	q := *p
	q.base, q.ways = base, maps.Clone(p.ways)
	for _, v := range []**visitor{&q.admin, &q.worker, &q.leader, &q.employee, &q.company} {
		filled := newJar()
		if old, ok := (*v).client.Jar.(*jar); ok {
			for _, fill := range old.got {
				fill(filled)
			}
		}
		*v = &visitor{base: base, seen: (*v).seen, client: &http.Client{Transport: count, Jar: filled}}
	}
	return &q
}

// deeds are all that people do, in their order.
func (p *people) deeds() []deed {
	return slices.Concat(p.office(), p.blad1(), p.blad2(), p.afterwards())
}

// deedNamed is the deed with that name.
func (p *people) deedNamed(name string) deed {
	all := p.deeds()
	return all[slices.IndexFunc(all, func(d deed) bool { return d.name == name })]
}

// A rehearsal is what people do without faults.
type rehearsal struct {
	t       *testing.T
	began   time.Time
	program string
	dir     string // for folders
	made    int    // in it
	scenes  []scene
	facts   []facts   // before the first answer, and after each
	writers []*writer // others, who do nothing meanwhile
}

// A scene is the beginning of one deed.
type scene struct {
	name   string
	home   string // a copy of the folder; nothing runs on it
	people *people
	first  int            // answers before it
	calls  map[string]int // how often the service makes each call in it
}

// rehearse has people do all that they do, and keeps every step.
func rehearse(t *testing.T) *rehearsal {
	t.Helper()
	r := &rehearsal{t: t, began: time.Now(), program: buildProgram(t), dir: memory(t)}
	home, address := r.scratch(), freeAddress(t)
	addAdministrator(t, r.program, "-data", filepath.Join(home, "data"))
	r.writers = prepareWriters(t, filepath.Join(home, "data"), "http://"+address)
	r.facts = []facts{r.look(home)}
	running := serves(t, r.program, home, address)
	count := &answers{each: func() { running.frozen(func() { r.facts = append(r.facts, r.look(home)) }) }}
	p := newPeople("http://"+address).again("http://"+address, count)
	for _, d := range p.deeds() {
		s := scene{name: d.name, home: r.scratch(), people: p.again(p.base, nil), first: count.n}
		running.frozen(func() { copyFolder(t, home, s.home) })
		var trace *tracer
		if torture() || slices.Contains(sampled, d.name) {
			trace = running.traced("trace=" + strings.Join(calls, ","))
		}
		if err := d.do(); err != nil {
			t.Fatalf("%s: %v", d.name, err)
		}
		if trace != nil {
			trace.ends()
			s.calls = trace.count()
		}
		r.scenes = append(r.scenes, s)
	}
	running.stops()
	return r
}

// scratch returns a name for a folder.
func (r *rehearsal) scratch() string {
	r.made++
	return filepath.Join(r.dir, strconv.Itoa(r.made))
}

// memory returns a folder in memory, if there is enough: it makes copies
// quickly, and what a fault does is the same there.
func memory(t *testing.T) string {
	t.Helper()
	const enough = 2 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &fs); err != nil || int64(fs.Bavail)*int64(fs.Bsize) < enough {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "ab325-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// look returns the facts of a folder that nothing changes meanwhile.
func (r *rehearsal) look(home string) facts {
	r.t.Helper()
	copied := r.scratch()
	copyFolder(r.t, home, copied)
	defer os.RemoveAll(copied)
	f, err := r.factsOf(copied)
	if err != nil {
		r.t.Fatalf("the data of a service without faults: %v", err)
	}
	return f
}

// factsOf returns what the data in home hold, but for the writers' cases.
func (r *rehearsal) factsOf(home string) (facts, error) {
	var others []string
	for _, w := range r.writers {
		others = append(others, w.id)
	}
	return factsOf(home, others)
}

// compare returns how what home holds differs from what it may, when so many
// answers of a scene have come.
func (r *rehearsal) compare(home string, s scene, answered int) error {
	got, err := r.factsOf(home)
	if err != nil {
		return fmt.Errorf("the next start finds: %w", err)
	}
	last := s.first + answered
	if diff := got.among(r.facts[last], r.facts[min(last+1, len(r.facts)-1)]); diff != "" {
		return fmt.Errorf("%d answers came; the next start finds neither that nor that and the next:\n%s", answered, diff)
	}
	return nil
}
