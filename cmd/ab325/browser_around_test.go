package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// looksAround opens every page that links lead to from start on, below the
// given path, and checks it. Of pages that differ in their numbers alone it
// looks at a few.
func (p *person) looksAround(start, below string) (seen []string) {
	p.t.Helper()
	const few = 3
	alike, known := map[string]int{}, []string{start}
	for i := 0; i < len(known); i++ {
		kind := numbers.ReplaceAllString(known[i], "…")
		if alike[kind]++; alike[kind] > few {
			continue
		}
		p.opens(known[i])
		p.checks()
		seen = append(seen, known[i])
		for _, path := range p.links() {
			if !slices.Contains(known, path) && strings.HasPrefix(path, below) && !documents.MatchString(path) {
				known = append(known, path)
			}
		}
	}
	return seen
}

var (
	numbers   = regexp.MustCompile(`[0-9a-f]{32}|\d{4}$`)
	documents = regexp.MustCompile(`/dokument/|/udskrift$|/underskrift/|/udsted/|/log\.json$|\.pdf$`)
)

// testPublicPages opens every page that a visitor can reach, with scripts and
// without.
func testPublicPages(t *testing.T, l *lab) {
	for _, js := range []bool{true, false} {
		visitor := l.newRoom(t, js).person("the visitor")
		if seen := visitor.looksAround("/", "/"); len(seen) < 13 {
			t.Errorf("links lead from the front page to %d pages only: %s", len(seen), strings.Join(seen, " "))
		}
		visitor.opensExpecting(404, "/findes-ikke")
		visitor.sees("Siden findes ikke")
		visitor.checks()
	}
}

// testStaffPages opens every page that a caseworker's team leader and the
// administrator can reach.
func testStaffPages(t *testing.T, l *lab) {
	for username, least := range map[string]int{"tove": 30, "admin": 8, "revisor": 3} {
		p := l.newRoom(t, true).person(username)
		p.opens("/jobcenter")
		p.signsIn(username)
		if seen := p.looksAround("/jobcenter", "/jobcenter"); len(seen) < least {
			t.Errorf("links lead %s to %d pages only: %s", username, len(seen), strings.Join(seen, " "))
		}
	}
}

// testDoors opens the addresses that the program prints side by side in one
// browser, and looks around behind the parties'.
func testDoors(t *testing.T, l *lab) {
	room := l.newRoom(t, true)
	employee, company, caseworker := room.person("the employee"), room.person("the company"), room.person("the caseworker")
	for p, door := range map[*person]string{employee: l.site.employee, company: l.site.company, caseworker: l.site.caseworker} {
		p.opens(door)
		p.sees("Dit link er klar")
		p.presses("Åbn sagen")
	}
	for p, own := range map[*person]string{employee: "Din sag", company: "Jeres sag", caseworker: "Sager"} {
		p.opens(p.path())
		if p != caseworker {
			p.presses("Sagen")
		}
		p.sees(own)
	}
	if *pictures {
		employee.pictures("employee")
		company.pictures("company")
		caseworker.pictures("caseworker")
	}
	for _, p := range []*person{employee, company} {
		if seen := p.looksAround(p.path(), p.path()); len(seen) < 8 {
			t.Errorf("links lead %s to %d pages only: %s", p.name, len(seen), strings.Join(seen, " "))
		}
	}
}
