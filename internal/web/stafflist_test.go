package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/caselist"
	"ab325/internal/flexjob"
	"ab325/internal/store"
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

// many stores n received cases of the office.
func (d *desk) many(n int) {
	d.t.Helper()
	d.must(d.store.Update(d.t.Context(), func(tx *store.Tx) error {
		for range n {
			number, err := tx.NextNumber(2026)
			if err != nil {
				return err
			}
			by := flexjob.By{Actor: "x", At: d.now}
			c := &flexjob.Case{ID: "c-" + number, Number: number, Revision: 1, Edition: "ab325/2020-03", Municipality: home, Created: by,
				Blad1:      flexjob.Sheet{"employee.name": {Value: "Ida Holm " + number}},
				Signatures: []flexjob.Signature{{By: by}}, Receipts: []flexjob.Receipt{{By: by}}}
			if err := tx.PutCase(c, audit.Entry{At: d.now, Actor: "x", Action: "start", Result: "ok"}); err != nil {
				return err
			}
			d.cases.Directory.Put(store.RowOf(c))
		}
		return nil
	}))
}

// to follows the link with the given name.
func (d *desk) to(on *answer, name string) *answer {
	d.t.Helper()
	for n := range on.root.Descendants() {
		if label, _ := attr(n, "aria-label"); label == name {
			href, _ := attr(n, "href")
			return d.worker.get(href)
		}
	}
	d.t.Fatalf("%s has no link %q:\n%s", on.path, name, on.words())
	return nil
}

// A list is read page by page, forwards and back, and so is what was found;
// no address of a page says anything about anybody.
func TestListPages(t *testing.T) {
	d := inOffice(t)
	d.many(119)
	list := d.worker.get("/jobcenter")
	search := d.worker.press(list, "Søg", map[string]string{"soeg": "a"})
	for name, first := range map[string]*answer{"list": list, "search": search} {
		first.says(t, "120 sager")
		second := d.to(first, "Næste side")
		third := d.to(second, "Næste side")
		if again := d.to(first, "Sidste side"); strings.Contains(again.words(), "Næste") || !strings.Contains(again.words(), "Forrige") {
			t.Errorf("%s: the last page leads on, or not back", name)
		}
		seen := map[string]int{}
		for _, page := range []*answer{first, second, third} {
			for n := range page.root.Descendants() {
				if href, _ := attr(n, "href"); strings.HasPrefix(href, "/jobcenter/sager/") {
					seen[href]++
				} else if strings.Contains(strings.ToLower(href), "holm") || strings.Contains(href, "jærg") {
					t.Errorf("%s: an address is %s", name, href)
				}
			}
		}
		if len(seen) != 120 {
			t.Errorf("%s: three pages show %d cases, want 120", name, len(seen))
		}
		if back := d.to(second, "Forrige side"); back.words() != first.words() {
			t.Errorf("%s: the way back leads to another page", name)
		}
		if back := d.to(third, "Første side"); back.words() != first.words() {
			t.Errorf("%s: the way to the beginning leads to another page", name)
		}
	}
}

// Of too many that are found the page says how many, and what to do; and
// while names are read, that numbers can be searched.
func TestListSaysWhatSearchingCannot(t *testing.T) {
	d := inOffice(t)
	d.many(230)
	search := func(text string) *answer {
		return d.worker.press(d.worker.get("/jobcenter"), "Søg", map[string]string{"soeg": text})
	}
	search("holm").says(t, "230 sager. Her er 200 af dem. Skriv mere af navnet")
	d.cases.Directory = caselist.New()
	search("holm").says(t, "Navnene i sagerne er ved at blive læst ind")
	search("610170-0559").says(t, "Åse Kjærgård")
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
