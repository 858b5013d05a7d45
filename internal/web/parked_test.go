package web

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestParkedPost: what is posted after the session ended is kept, and shown to
// the same party, unsaved, once it is back.
func TestParkedPost(t *testing.T) {
	p := inCase(t)
	page := p.employee.get(p.employeePlace + "/jobindhold")
	way := p.employee.press(p.employee.get(p.employeePlace), "Lav et nyt link og en ny kode", nil)
	code := way.value("way-code")

	p.now = p.now.Add(14*24*time.Hour - time.Minute)
	fresh := p.browser()
	in := fresh.press(fresh.get("/adgang"), "Åbn sagen", map[string]string{"code": code})
	if in.path != p.employeePlace {
		t.Fatalf("the code leads to %s", in.path)
	}
	way = fresh.press(in, "Lav et nyt link og en ny kode", nil) // ends the sessions of the old link

	p.now = p.now.Add(time.Hour)
	got := p.employee.press(page, "Næste", map[string]string{"job.title": "Gartner", "job.description": "Linje et\nLinje to"})
	if got.Code != http.StatusUnauthorized {
		t.Fatalf("after the session: %d", got.Code)
	}
	got.says(t, "Det, du skrev, er ikke tabt")
	if v := fresh.get(p.employeePlace + "/jobindhold").value("job.title"); v != "" {
		t.Errorf("%q was saved without a session", v)
	}
	back := p.employee.press(p.employee.get("/adgang"), "Åbn sagen", map[string]string{"code": way.value("way-code")})
	if back.below(p.employeePlace) != "/jobindhold" || back.value("job.title") != "Gartner" || back.value("job.description") != "Linje et\nLinje to" {
		t.Fatalf("back on %s with %q", back.path, back.value("job.title"))
	}
	back.says(t, "Det, du skrev, er her stadig", "ikke gemt endnu")
	saved := p.employee.press(back, "Gem kladde", nil)
	if saved.value("job.title") != "Gartner" || saved.Code != http.StatusOK {
		t.Errorf("saved: %d %q", saved.Code, saved.value("job.title"))
	}
	if strings.Contains(p.employee.get(p.employeePlace+"/jobindhold").words(), "her stadig") {
		t.Error("it is still shown as not saved")
	}
}

// TestParkedPostAfterSigningOut: who signs out in one window loses nothing that
// stands typed in another.
func TestParkedPostAfterSigningOut(t *testing.T) {
	p := inCase(t)
	page := p.employee.get(p.employeePlace + "/jobindhold")
	way := p.employee.press(p.employee.get(p.employeePlace), "Lav et nyt link og en ny kode", nil)
	p.employee.press(p.employee.get(p.employeePlace), "Log af", nil)
	p.employee.press(page, "Næste", map[string]string{"job.title": "Gartner"}).says(t, "Det, du skrev, er ikke tabt")
	back := p.employee.press(p.employee.get("/adgang"), "Åbn sagen", map[string]string{"code": way.value("way-code")})
	if back.below(p.employeePlace) != "/jobindhold" || back.value("job.title") != "Gartner" {
		t.Errorf("back on %s with %q", back.path, back.value("job.title"))
	}
}

// TestParkedPostKnowsWhatItSaw: what the other party wrote in between is not
// overwritten by what was kept.
func TestParkedPostKnowsWhatItSaw(t *testing.T) {
	p := inCase(t)
	way := p.employee.press(p.employee.get(p.employeePlace), "Lav et nyt link og en ny kode", nil)
	page := p.employee.get(p.employeePlace + "/jobindhold")
	held := withCookies(p.employee, p.employeePlace, p.employeePlace)
	p.employee.press(p.employee.get(p.employeePlace), "Log af", nil)
	held.press(page, "Næste", map[string]string{"job.title": "Gartner"})
	p.company.press(p.company.get(p.companyPlace+"/jobindhold"), "Gem kladde", map[string]string{"job.title": "Altmuligmand"})
	back := held.press(held.get("/adgang"), "Åbn sagen", map[string]string{"code": way.value("way-code")})
	if got := held.press(back, "Gem kladde", nil); got.Code != http.StatusConflict || got.value("job.title") != "Gartner" {
		t.Errorf("%d %q, want both texts", got.Code, got.value("job.title"))
	}
}

// TestParkedPostIsPrivate: another party does not get what was kept.
func TestParkedPostIsPrivate(t *testing.T) {
	p := inCase(t)
	page := p.employee.get(p.employeePlace + "/jobindhold")
	saved := withCookies(p.employee, p.employeePlace, p.employeePlace) // the session, before it is ended
	p.employee.press(p.employee.get(p.employeePlace), "Log af", nil)
	if got := saved.press(page, "Næste", map[string]string{"job.title": "Hemmelig"}); got.Code != http.StatusUnauthorized {
		t.Fatalf("%d", got.Code)
	}
	id := saved.jar[[2]string{"ab325-parked", "/"}].Value
	got := p.company.get(p.companyPlace + "/jobindhold?afbrudt=" + id)
	got.hides(t, "Hemmelig")
}
