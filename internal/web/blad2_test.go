package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
)

// TestBlad2BadInput: bad input of every kind in every field is stored as it
// was typed, comes back with 422, and the summary links to it.
func TestBlad2BadInput(t *testing.T) {
	d := inOffice(t)
	d.worker.press(d.worker.get(d.place), "Begynd blad 2", nil)
	bad := map[form.Kind][]string{
		form.Text: {strings.Repeat("x", 141)}, form.Lines: {strings.Repeat("x", 1001)}, form.Long: {strings.Repeat("x", 20001), "Et 漢 tegn"},
		form.Date: {"31.2.2026", "1.1.26", "i morgen"}, form.Hours: {"0", "37,5", "7:60", "7,333", "mange"}, form.Percent: {"0", "101", "12,5", "halv"}, form.Choice: {"måske"},
	}
	for _, f := range blad2Fields(edition().Form) {
		if len(bad[f.Kind]) == 0 && f.Kind != form.Tick {
			t.Errorf("no bad input of kind %s, of %s", f.Kind, f.ID)
		}
		for _, typed := range bad[f.Kind] {
			got := d.worker.press(d.worker.get(d.place+"/blad2"), "Gem kladde", map[string]string{f.ID: typed})
			if got.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s = %.20q: %d, want 422", f.ID, typed, got.Code)
				continue
			}
			if !strings.Contains(got.Body.String(), `href="#`+f.ID+`"`) {
				t.Errorf("%s = %.20q: the summary has no link to it", f.ID, typed)
			}
			if is := got.value(f.ID); is != typed && f.Kind != form.Choice {
				t.Errorf("%s = %.20q, want %.20q as typed", f.ID, is, typed)
			}
			if is := d.worker.get(d.place + "/blad2").value(f.ID); is != typed && f.Kind != form.Choice {
				t.Errorf("%s = %.20q when the page is opened again, want %.20q", f.ID, is, typed)
			}
		}
		d.worker.press(d.worker.get(d.place+"/blad2"), "Gem kladde", map[string]string{f.ID: ""})
	}
}

// TestBlad2TwoWindows: two caseworkers who change the same field are shown
// both texts; what only one changed is kept.
func TestBlad2TwoWindows(t *testing.T) {
	d := assessed(t)
	mine, theirs := d.worker.get(d.place+"/blad2"), d.issuer.get(d.place+"/blad2")
	d.issuer.press(theirs, "Gem kladde", map[string]string{"assessment.justification": "Ulriks tekst", "assessment.hoursPerWeek": "20"})
	clash := d.worker.press(mine, "Gem kladde", map[string]string{"assessment.justification": "Milles tekst", "assessment.specialNeeds": "Faste pauser"})
	if clash.Code != http.StatusConflict || clash.value("assessment.justification") != "Milles tekst" || clash.value("assessment.hoursPerWeek") != "20" {
		t.Errorf("%d: %q, %q hours", clash.Code, clash.value("assessment.justification"), clash.value("assessment.hoursPerWeek"))
	}
	clash.says(t, "I har begge ændret «Begrundelse»", "Ulriks tekst", "Ulrik Damgaard")
	if got := d.issuer.get(d.place + "/blad2"); got.value("assessment.justification") != "Ulriks tekst" || got.value("assessment.specialNeeds") != "Faste pauser" {
		t.Errorf("stored: %q, %q", got.value("assessment.justification"), got.value("assessment.specialNeeds"))
	}
	if got := d.worker.press(clash, "Gem kladde", nil); got.Code != http.StatusOK || got.value("assessment.justification") != "Milles tekst" {
		t.Errorf("saving again with both in view: %d %q", got.Code, got.value("assessment.justification"))
	}
}

func TestBlad2Autosave(t *testing.T) {
	d := assessed(t)
	save := func(b *browser, values url.Values) (int, Saved) {
		w := b.send(request("POST", d.place+"/blad2/gem", values.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"))
		var saved Saved
		if w.Code == http.StatusOK {
			if err := json.Unmarshal(w.Body.Bytes(), &saved); err != nil {
				t.Fatalf("%s: %v", w.Body, err)
			}
		}
		return w.Code, saved
	}
	change := func(field, old, value string) url.Values { return url.Values{"old." + field: {old}, field: {value}} }

	_, saved := save(d.worker, change(flexjob.HoursField, "15", "12.50"))
	if f := saved.Fields[flexjob.HoursField]; f.Old != "12,5" || f.Error != "" || saved.At != "Gemt kl. 10.00" {
		t.Errorf("saved %+v, want the normal form as the new old value", saved)
	}
	_, saved = save(d.issuer, change(flexjob.HoursField, "15", "20"))
	if f := saved.Fields[flexjob.HoursField]; f.Conflict == nil || *f.Conflict != "12,5" || f.By != "Mille Nørgaard" {
		t.Errorf("a stale save: %+v, want a conflict with what Mille wrote", f)
	}
	_, saved = save(d.worker, change(flexjob.HoursField, "11", "20"))
	if f := saved.Fields[flexjob.HoursField]; f.By != "du i et andet vindue" {
		t.Errorf("one's own other window is %q", f.By)
	}
	_, saved = save(d.worker, change(flexjob.IntensityField, "50", "120"))
	if f := saved.Fields[flexjob.IntensityField]; f.Old != "120" || f.Error == "" {
		t.Errorf("a wrong value: %+v, want it stored with an error", f)
	}
	if code, _ := save(d.worker, change("employee.name", "Åse Kjærgård", "Ole")); code != http.StatusOK || strings.Contains(d.worker.get(d.place).words(), "Ole") {
		t.Errorf("a field of Blad 1: %d", code)
	}
	d.issuer.press(d.issuer.get(d.place+"/opgiv-blad2"), "Opgiv kladden", nil)
	if code, _ := save(d.worker, change(flexjob.HoursField, "12,5", "20")); code != http.StatusConflict {
		t.Errorf("after the draft was given up: %d, want 409", code)
	}
}

// What was posted after the session ended is shown after signing in, unsaved.
func TestBlad2AfterTheSession(t *testing.T) {
	d := assessed(t)
	page := d.worker.get(d.place + "/blad2")
	d.now = d.now.Add(31 * time.Minute)
	out := d.worker.press(page, "Gem kladde", map[string]string{"assessment.justification": "Skrevet for længe siden"})
	if out.Code != http.StatusUnauthorized {
		t.Fatalf("a post after the session: %d", out.Code)
	}
	back := d.worker.press(d.worker.get("/jobcenter/log-ind"), "Log ind", map[string]string{"username": "mille", "password": staffPassword})
	if back.path != d.place+"/blad2" || back.value("assessment.justification") != "Skrevet for længe siden" {
		t.Fatalf("after signing in: %s with %q", back.path, back.value("assessment.justification"))
	}
	back.says(t, "Det, du skrev, er her stadig", "ikke gemt endnu")
	if got := d.worker.get(d.place + "/blad2").value("assessment.justification"); got != writtenBlad2["assessment.justification"] {
		t.Errorf("it was saved without being asked: %q", got)
	}
	if got := d.worker.press(back, "Gem kladde", nil); got.value("assessment.justification") != "Skrevet for længe siden" {
		t.Errorf("saved: %q", got.value("assessment.justification"))
	}
}

// What was typed while the case was sent back is shown, so that it can be
// copied.
func TestBlad2TooLate(t *testing.T) {
	d := assessed(t)
	page := d.worker.get(d.place + "/blad2")
	d.issuer.press(d.issuer.get(d.place+"/udsted"), "Udsted blad 2", nil)
	late := d.worker.press(page, "Gem kladde", map[string]string{"assessment.justification": "For sent"})
	if late.Code != http.StatusConflict {
		t.Errorf("%d, want 409", late.Code)
	}
	late.says(t, "Det, du skrev, er ikke gemt", "For sent")
}

// R6: a difference from the visitation is said in words and asks for its
// reason. R32 and what else does not stop anybody is said too.
func TestRuleR6Blad2SaysWhatStandsOut(t *testing.T) {
	d := assessed(t)
	for _, test := range []struct {
		values map[string]string
		want   string
	}{
		{map[string]string{"visitation.hours": "20", "visitation.intensity": "50"}, "Timetallet er nu 5 timer lavere. Skriv hvorfor"},
		{map[string]string{"visitation.hours": "15", "visitation.intensity": "40"}, "Intensiteten er nu 10 procentpoint højere."},
		{map[string]string{"visitation.hours": "15", "visitation.intensity": "50"}, "Vurderingen er den samme."},
		{map[string]string{"assessment.hoursPerWeek": "37", "assessment.intensityPercent": "100"}, "fuld arbejdsevne"},
		{map[string]string{"assessment.hoursPerWeek": "1", "assessment.intensityPercent": "50"}, "under en time om ugen"},
		{map[string]string{"assessment.hoursPerWeek": "8"}, "funktionærlignende vilkår"},
	} {
		d.worker.press(d.worker.get(d.place+"/blad2"), "Gem kladde", test.values).says(t, test.want)
	}
	d.now = d.now.Add(10 * 24 * time.Hour)
	d.hire("Nanna Holm", home, auth.Caseworker).get(d.place+"/blad2").says(t, "er allerede passeret")
}

// What is issued is what was shown: a change meanwhile shows it anew.
func TestIssueConflict(t *testing.T) {
	d := assessed(t)
	review := d.issuer.get(d.place + "/udsted")
	d.worker.press(d.worker.get(d.place+"/blad2"), "Gem kladde", map[string]string{"assessment.hoursPerWeek": "20"})
	again := d.issuer.press(review, "Udsted blad 2", nil)
	if again.Code != http.StatusConflict {
		t.Errorf("%d, want 409", again.Code)
	}
	again.says(t, "Blad 2 er ikke udstedt", "20 timer × 50 %")
	old := d.issuer.send(request("GET", d.place+"/udsted/"+inputNamed(review.root, "hash")+"/ansat", ""))
	if old.Code != http.StatusConflict {
		t.Errorf("the document that was shown first: %d, want 409", old.Code)
	}
	d.issuer.press(again, "Udsted blad 2", nil).says(t, "Blad 2 er udstedt")
	if got := d.issuer.press(review, "Udsted blad 2", nil); got.Code != http.StatusConflict {
		t.Errorf("issuing twice: %d", got.Code)
	}
}

// Issuing waits for what is missing, and leads to it.
func TestIssueMissing(t *testing.T) {
	d := inOffice(t)
	d.issuer.press(d.issuer.get(d.place), "Begynd blad 2", nil)
	page := d.issuer.get(d.place + "/udsted")
	page.says(t, "Blad 2 kan ikke udstedes endnu", "Bekræft, hvem der har underskrevet blad 1", "Skriv en begrundelse for vurderingen")
	for _, href := range []string{"/bekraeft-identitet", "/bekraeft-bevilling", "/blad2#assessment.justification"} {
		if !strings.Contains(page.Body.String(), `href="`+d.place+href+`"`) {
			t.Errorf("no link to %s", href)
		}
	}
	if formNode, _ := formWith(page.root, "Udsted blad 2"); formNode != nil {
		t.Error("an unfinished Blad 2 can be issued")
	}
	w := d.issuer.send(request("POST", d.place+"/udsted", "hash=00", "Content-Type", "application/x-www-form-urlencoded"))
	if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusConflict {
		t.Errorf("issuing it all the same: %d", w.Code)
	}
}
