package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPeople has the people of a case do everything that they do, at the real
// program as a municipality would start it.
func TestPeople(t *testing.T) {
	program, dir, address := buildProgram(t), filepath.Join(t.TempDir(), "data"), freeAddress(t)
	addAdministrator(t, program, "-data", dir)
	service := startService(t, program, dir, address)
	t.Cleanup(func() { service.Process.Kill() })
	p := newPeople("http://" + address)
	for _, part := range [][]deed{p.office(), p.blad1(), p.blad2()} {
		for _, d := range part {
			if err := d.do(); err != nil {
				t.Fatalf("%s: %v", d.name, err)
			}
		}
	}
	if err := p.employee.opens(p.place(p.employee)); err != nil || !strings.Contains(p.employee.seen.words(), "Du kan klage over vurderingen") {
		t.Errorf("in the end the employee sees (%v)\n%s", err, p.employee.seen.words())
	}
}
