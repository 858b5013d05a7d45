package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestTortureFull fills the disk under the service: whoever saves is told so
// before the disk is really full, whoever reads goes on, and when there is room
// again all is well.
func TestTortureFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may mount")
	}
	needs(t, "strace", "mkfs.ext4")
	v, address := newVolume(t, "ext4"), freeAddress(t)
	home := filepath.Join(v.path, "home")
	program := buildProgram(t)
	addAdministrator(t, program, "-data", filepath.Join(home, "data"))
	p := newPeople("http://" + address)
	running := serves(t, program, home, address)
	do := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := p.deedNamed(name).do(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	do("administrator signs in", "settings", "start", "invite", "enter", "employee writes", "company writes", "attach")

	filler := v.fill(t, 40<<20) // half a reserve is left
	for _, name := range []string{"start", "job", "autosave", "attach", "ask for a correction", "settings"} {
		before := *p
		err := p.deedNamed(name).do()
		if err == nil {
			t.Errorf("%q was saved on a full disk", name)
		}
		if !p.sawNoRoom() {
			t.Errorf("%q on a full disk: %v, want a page that says that there is no room", name, err)
		}
		*p = before
	}
	do("print")
	if err := p.company.opens(p.place(p.company)); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}
	if err := p.admin.opens("/jobcenter/brugere"); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}

	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	do("company writes", "attach", "job")
	running.stops()
}

// fill leaves so many bytes of the disk, and returns the file that takes the
// others.
func (v *volume) fill(t *testing.T, left int64) (name string) {
	t.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(v.path, &fs); err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(v.path, "filler")
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
