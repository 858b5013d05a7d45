package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/problem"
)

// The leader is told what goes and that it cannot be undone, and has to choose
// why; what is not finished is named, and ticked.
func TestRuleR30ErasePage(t *testing.T) {
	d := inOffice(t)
	if body := d.worker.get(d.place).Body.String(); strings.Contains(body, d.place+"/slet") {
		t.Error("a caseworker is led to erasing")
	}
	if body := d.leader.get(d.place).Body.String(); !strings.Contains(body, `href="`+d.place+`/slet"`) {
		t.Error("the leader is not led to erasing")
	}
	page := d.leader.get(d.place + "/slet")
	page.says(t, "Det kan ikke fortrydes", "Alle dokumenter og vedhæftede filer", "Det her er ikke færdigt", "Sagen er ikke afsluttet")
	bad := d.leader.press(page, "Slet sagen for altid", nil)
	bad.says(t, "Vælg, hvorfor sagen skal slettes", "Sæt kryds, hvis den skal slettes alligevel")
	if bad.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing chosen: %d", bad.Code)
	}
	bad = d.leader.press(page, "Slet sagen for altid", map[string]string{"reason": "retention"})
	if bad.Code != http.StatusUnprocessableEntity || !strings.Contains(bad.Body.String(), `value="retention" class="form-radio" checked`) {
		t.Errorf("not ticked: %d, or the reason is forgotten", bad.Code)
	}
	d.worker.press(d.worker.get(d.place), "Tag sagen", nil)
	if got := d.leader.press(page, "Slet sagen for altid", map[string]string{"reason": "abandoned", "unfinished": "ja"}); got.Code != http.StatusConflict || !strings.Contains(got.words(), "Sagen er ændret af en anden imens") {
		t.Errorf("a case that changed meanwhile: %d", got.Code)
	}
	d.leader.press(d.leader.get(d.place+"/slet"), "Slet sagen for altid", map[string]string{"reason": "abandoned", "unfinished": "ja"}).says(t, "Sagen er slettet")
}

// Where the backups' copy of the keys does not follow in time, the leader is told
// that it will, and where to see it; the page waits for it before it answers.
func TestErasePageWaitsForTheCopyOfKeys(t *testing.T) {
	for _, follows := range []bool{true, false} {
		d := inOffice(t)
		asked := 0
		d.server.options.KeysFollowed = func(ctx context.Context) bool {
			if _, err := d.cases.Open(ctx, auth.System(), d.id); problem.Of(err) != problem.NotFound {
				t.Errorf("asked before the case is erased: %v", err)
			}
			asked++
			return follows
		}
		page := d.leader.press(d.leader.get(d.place+"/slet"), "Slet sagen for altid", map[string]string{"reason": "abandoned", "unfinished": "ja"})
		if told := strings.Contains(page.words(), "sikkerhedskopien har stadig dens nøgle"); told == follows || asked != 1 {
			t.Errorf("a copy that follows: %v; it was asked for %d times, and the page says: %v", follows, asked, told)
		}
		page.says(t, "Sagen er slettet")
	}
}

// Afterwards nobody gets in: not by link, session, list, search or document.
func TestRuleR53NobodyGetsIn(t *testing.T) {
	d := inOffice(t)
	way := d.employee.press(d.employee.get(d.employeePlace), "Lav et nyt link og en ny kode", nil)
	document := d.place + "/dokument/blad1-1"
	if got := d.worker.send(request("GET", document, "")); got.Code != http.StatusOK {
		t.Fatalf("a document before: %d", got.Code)
	}
	d.worker.get("/jobcenter").says(t, "Åse Kjærgård")
	d.leader.press(d.leader.get(d.place+"/slet"), "Slet sagen for altid", map[string]string{"reason": "abandoned", "unfinished": "ja"})
	d.now = d.now.Add(time.Second)

	d.worker.get("/jobcenter").hides(t, "Åse Kjærgård", "2026-000001")
	for _, text := range []string{"Kjærgård", "610170-0559", "99990007", "2026-000001", "Planteriget"} {
		found := d.worker.press(d.worker.get("/jobcenter"), "Søg", map[string]string{"soeg": text})
		if strings.Contains(found.Body.String(), d.id) {
			t.Errorf("found by %q", text)
		}
	}
	for _, path := range []string{d.place, document, d.place + "/slet", d.place + "/udsted"} {
		if got := d.leader.send(request("GET", path, "")); got.Code != http.StatusNotFound {
			t.Errorf("the leader gets %s: %d, want 404", path, got.Code)
		}
	}
	gone := d.leader.follow(request("GET", d.place, ""))
	gone.says(t, "Sagen findes ikke længere, eller du har ikke adgang til den", "Find sagen på listen", "Er den slettet, kan den ikke hentes tilbage")
	if gone.hides(t, "dit link", "i en mail"); !strings.Contains(gone.Body.String(), `href="/jobcenter">Gå til jobcenterets sider`) {
		t.Error("the leader is not led back to the jobcenter's pages")
	}
	for _, place := range []struct {
		by   *browser
		path string
	}{{d.employee, d.employeePlace}, {d.company, d.companyPlace}} {
		for _, path := range []string{"", "/dokument/blad1-1", "/indsigt", "/udskrift"} {
			if got := place.by.send(request("GET", place.path+path, "")); path == "/indsigt" && place.by == d.company {
				continue
			} else if got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/adgang") {
				t.Errorf("a session gets %s%s: %d", place.path, path, got.Code)
			}
		}
	}
	in := d.browser()
	if got := in.press(in.get("/adgang"), "Åbn sagen", map[string]string{"code": way.value("way-code")}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("the code lets in: %d %s", got.Code, got.path)
	}
}

// Answers that are remembered, and may show some of the case, go with it, also
// when a command erased it, and when they were being written meanwhile.
func TestRuleR53AnswersAreForgotten(t *testing.T) {
	d := inOffice(t)
	d.employee.press(d.employee.get(d.employeePlace), "Lav et nyt link og en ny kode", nil)
	answers := &d.server.answers
	if len(answers.order) == 0 {
		t.Fatal("no answer is remembered before")
	}
	for i, id := range [][16]byte{{1}, {2}} {
		if _, mine, err := answers.begin(t.Context(), id, audit.Hash{}); !mine || err != nil {
			t.Fatalf("begin %d: %v, %v", i, mine, err)
		}
	}
	d.must(d.cases.Erase(t.Context(), auth.System(), d.id, casework.Any, casework.Erasure{Reason: casework.ReasonAbandoned, Unfinished: true}))
	if len(answers.order) != 0 || len(answers.posts) != 2 {
		t.Errorf("%d answers are remembered and %d posts under way, want 0 and 2", len(answers.order), len(answers.posts))
	}
	answers.end([16]byte{1}, &reply{at: d.now, status: http.StatusOK, body: []byte("Åse Kjærgård")})
	answers.end([16]byte{2}, &reply{at: d.now, status: http.StatusSeeOther})
	if len(answers.order) != 1 || answers.order[0].id != [16]byte{2} || len(answers.posts) != 1 {
		t.Errorf("%d answers that ended afterwards are remembered, want the one that shows nothing", len(answers.order))
	}
}
