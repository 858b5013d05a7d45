package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
)

// TestSearch: by number and by name, and neither stands in an address.
func TestSearch(t *testing.T) {
	d := inOffice(t)
	for _, test := range []struct {
		text string
		want bool
	}{
		{"610170-0559", true}, {"6101700559", true}, {"99990007", true}, {"2026-000001", true}, {"kjærg", true}, {"plante", true},
		{"610170-0567", false}, {"Ole", false}, {"2026-999999", false},
	} {
		post := request("POST", "/jobcenter/soeg", url.Values{"soeg": {test.text}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		w := d.worker.send(post)
		to := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther || strings.Contains(to, test.text) || strings.Contains(to, "0559") {
			t.Errorf("searching for %q: %d to %q", test.text, w.Code, to)
			continue
		}
		got := d.worker.get(to)
		if found := strings.Contains(got.words(), "Åse Kjærgård"); found != test.want {
			t.Errorf("searching for %q finds the case: %v, want %v", test.text, found, test.want)
		}
		got.says(t, "Du har søgt efter «"+test.text+"»")
		for n := range got.root.Descendants() {
			if href, _ := attr(n, "href"); strings.Contains(href, "0559") || strings.Contains(href, "610170") {
				t.Errorf("searching for %q: an address is %s", test.text, href)
			}
		}
		d.issuer.get(to).says(t, "Søgningen gælder ikke længere") // another's search
	}
	if strings.Contains(d.log.String(), "0559") || strings.Contains(d.log.String(), "jærg") {
		t.Error("the log holds what was searched for")
	}
	d.worker.press(d.worker.get("/jobcenter"), "Søg", map[string]string{"soeg": "  "}).says(t, "1 sag")
}

func TestSearchesAreForgotten(t *testing.T) {
	var k searches
	now := time.Unix(1_800_000_000, 0)
	first, err := k.keep(rand.Reader, searched{"s1", "åse", now})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, id, subject string
		at                time.Time
		want              bool
	}{
		{"one's own", first, "s1", now, true}, {"another's", first, "s2", now, false}, {"none", "x", "s1", now, false},
		{"at the end of the day", first, "s1", now.Add(searchTime), true}, {"the day after", first, "s1", now.Add(searchTime + 1), false},
	} {
		if got, ok := k.text(test.id, test.subject, test.at); ok != test.want || ok && got != "åse" {
			t.Errorf("%s: %q %v, want %v", test.name, got, ok, test.want)
		}
	}
	for i := range maxSearches {
		if _, err := k.keep(rand.Reader, searched{"s1", fmt.Sprint(i), now}); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := k.text(first, "s1", now); ok || len(k.byID) != maxSearches || len(k.ids) != maxSearches {
		t.Errorf("the first of %d searches is kept: %v; %d are", maxSearches+1, ok, len(k.byID))
	}
}

func TestListFilters(t *testing.T) {
	d := inOffice(t)
	d.worker.press(d.worker.get(d.place), "Tag sagen", nil)
	for _, test := range []struct {
		b    *browser
		path string
		want bool
	}{
		{d.worker, "/jobcenter", true}, {d.worker, "/jobcenter?vis=nye", true}, {d.worker, "/jobcenter?vis=vurderes", false}, {d.worker, "/jobcenter?vis=retur", false},
		{d.worker, "/jobcenter?vis=udstedt", false}, {d.worker, "/jobcenter?vis=afsluttet", false}, {d.worker, "/jobcenter?vis=alle", true},
		{d.worker, "/jobcenter?mine=1", true}, {d.issuer, "/jobcenter?mine=1", false}, {d.worker, "/jobcenter?ledige=1", false}, {d.worker, "/jobcenter?over=1", false},
		{d.worker, "/jobcenter?efter=navn&side=7", true}, {d.worker, "/jobcenter?vis=vrøvl&efter=vrøvl&side=-1", true},
	} {
		if got := strings.Contains(test.b.get(test.path).words(), "Åse Kjærgård"); got != test.want {
			t.Errorf("%s lists the case: %v, want %v", test.path, got, test.want)
		}
	}
}

// Those who work on no cases are led to their part.
func TestListLeadsOthersOn(t *testing.T) {
	st := newSite(t)
	for _, test := range []struct {
		role auth.Role
		want string
	}{
		{auth.Administrator, "/jobcenter/indstillinger/" + home}, {auth.Auditor, "/jobcenter/log"},
	} {
		if got := st.hire(string(test.role)+" Holm", home, test.role).get("/jobcenter"); got.path != test.want {
			t.Errorf("%s: the list leads to %s, want %s", test.role, got.path, test.want)
		}
	}
}
