package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"
)

// testFull fills the disk under the service: whoever saves is told so
// before the disk is really full, whoever reads goes on, a case can still be
// erased, and when there is room again all is well.
func (r *rehearsal) testFull(t *testing.T) {
	t.Parallel()
	v, address := newVolume(t, "ext4"), freeAddress(t)
	home := filepath.Join(v.path, "home")
	addAdministrator(t, r.program, "-data", filepath.Join(home, "data"))
	p := newPeople("http://" + address)
	running := serves(t, r.program, home, address)
	p.must(t, "administrator signs in", "administrator chooses a password", "settings", "start", "invite", "enter", "employee writes", "company writes", "attach")

	const left = 40 << 20 // less than the reserve
	filler := v.fill(t, left)
	for _, name := range []string{"start", "job", "autosave", "attach", "ask for a correction", "settings"} {
		before := *p
		if err := p.deedNamed(name).do(); err == nil || !p.sawNoRoom() {
			t.Errorf("%q on a full disk: %v, want a page that says that there is no room", name, err)
		}
		*p = before
	}
	p.must(t, "print", "who has seen the case", "how the service is doing")
	if err := p.company.opens(p.place(p.company)); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}

	backsUp(t, r.program, home)
	const nothing = 1 << 20 // and the rest of it, so that not one file can be made
	rest := v.fill(t, nothing)
	backsUp(t, r.program, home)

	if err := errors.Join(os.Remove(filler), os.Remove(rest)); err != nil {
		t.Fatal(err)
	}
	p.must(t, "company writes", "attach", "job")
	v.fill(t, left)
	first := fmt.Sprintf("%d-000001", time.Now().Year())
	erase := exec.Command(r.program, "erase", "-data", filepath.Join(home, "data"), "-reason", "mistake", "-unfinished", first)
	if out, err := erase.CombinedOutput(); err != nil {
		t.Errorf("erasing on a full disk: %v\n%s", err, out)
	}
	running.stops()
}

// backsUp fails the test unless a backup can be made, and restored.
func backsUp(t *testing.T, program, home string) {
	t.Helper()
	dir := t.TempDir()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	secret, made := filepath.Join(dir, "secret"), filepath.Join(dir, "made.age")
	if err := os.WriteFile(secret, []byte(key.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(home, "data"+keysSuffix)
	for _, args := range [][]string{
		{"backup", "-data", filepath.Join(home, "data"), "-to", made, "-key", key.Recipient().String()},
		{"restore", "-from", made, "-keys-from", filepath.Join(dir, "made.keys.age"), "-identity", secret, "-data", filepath.Join(dir, "data"), "-keys", keys},
	} {
		if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
			t.Errorf("%s on a full disk: %v\n%s", args[0], err, out)
		}
	}
}

// must does the deeds with those names.
func (p *people) must(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := p.deedNamed(name).do(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// fill leaves so many bytes of the disk, and returns the file that takes the
// others.
func (v *volume) fill(t *testing.T, left int64) (name string) {
	t.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(v.path, &fs); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(v.path, fmt.Sprintf("filler%d", left))
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, int64(fs.Bavail)*int64(fs.Bsize)-left); err != nil {
		t.Fatal(fmt.Errorf("fill the disk: %w", err))
	}
	return name
}

// sawNoRoom reports whether the last answer that one of the people got says
// that there is no room.
func (p *people) sawNoRoom() bool {
	for _, v := range []*visitor{p.admin, p.employee, p.company} {
		if s := v.seen; s != nil && s.status == http.StatusServiceUnavailable {
			says := s.words()
			if s.root == nil {
				says = string(bytes.TrimSpace(s.body))
			}
			return strings.Contains(says, "ikke plads")
		}
	}
	return false
}
