package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/casework"
)

func TestReturnAndSignAgain(t *testing.T) {
	d := inOffice(t)
	form := d.worker.get(d.place + "/send-tilbage")
	empty := d.worker.press(form, "Send tilbage", nil)
	if empty.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", empty.Code)
	}
	empty.says(t, "Der er problemer", "Skriv, hvad der skal rettes")
	page := d.worker.press(empty, "Send tilbage", map[string]string{"reason": "Skriv arbejdstiden."})
	page.says(t, "Blad 1 er sendt tilbage", "Skriv arbejdstiden.", "Parterne retter det", "kan være ved at ændre det")
	d.company.press(d.company.get(d.companyPlace+"/jobindhold"), "Næste", map[string]string{"job.description": "Luge kl. 9-12."})
	d.worker.get(d.place).says(t, "Luge og vande") // what was signed, until it is signed again
	d.employee.press(d.employee.get(d.employeePlace+"/underskrift"), "Underskriv og send", nil)
	again := d.worker.get(d.place)
	again.says(t, "Luge kl. 9-12.", "Ikke bekræftet identitet", "Erstattet", "Skriv arbejdstiden.")
}

// An act that was made from a case that has changed is not done; what was
// typed stays, and pressing again does it.
func TestActConflict(t *testing.T) {
	d := inOffice(t)
	form := d.worker.get(d.place + "/send-tilbage")
	d.issuer.press(d.issuer.get(d.place), "Tag sagen", nil)
	clash := d.worker.press(form, "Send tilbage", map[string]string{"reason": "Skriv arbejdstiden."})
	if clash.Code != http.StatusConflict || clash.value("reason") != "Skriv arbejdstiden." {
		t.Errorf("%d with the reason %q, want 409 with what was typed", clash.Code, clash.value("reason"))
	}
	clash.says(t, "Sagen er ændret af en anden imens", "Se sagen, som den er nu")
	if d.worker.get(d.place).path != d.place || !strings.Contains(d.worker.get(d.place).words(), "Ny") {
		t.Error("the case was sent back all the same")
	}
	d.worker.press(clash, "Send tilbage", nil).says(t, "Blad 1 er sendt tilbage")
	if got := d.worker.press(form, "Send tilbage", map[string]string{"reason": "x"}); got.Code != http.StatusConflict {
		t.Errorf("an act that is no longer possible: %d", got.Code)
	}
}

// A reason that was posted after the session ended is there after signing in.
func TestActAfterTheSession(t *testing.T) {
	d := inOffice(t)
	form := d.worker.get(d.place + "/send-tilbage")
	d.now = d.now.Add(31 * time.Minute)
	d.worker.press(form, "Send tilbage", map[string]string{"reason": "Skriv arbejdstiden."})
	back := d.worker.press(d.worker.get("/jobcenter/log-ind"), "Log ind", map[string]string{"username": "mille", "password": staffPassword})
	if back.path != d.place+"/send-tilbage" || back.value("reason") != "Skriv arbejdstiden." {
		t.Fatalf("after signing in: %s with %q", back.path, back.value("reason"))
	}
	d.worker.press(back, "Send tilbage", nil).says(t, "Blad 1 er sendt tilbage")
}

// Each act's page comes back with what was typed where it is wrong.
func TestActsBadInput(t *testing.T) {
	d := inOffice(t)
	long := strings.Repeat("x", casework.MaxReason+1)
	for _, test := range []struct {
		path, button string
		typed        map[string]string
		at           string // the input that is wrong
	}{
		{"/udskyd", "Giv besked om den nye dato", map[string]string{"until": "31.2.2027", "reason": "Vi venter."}, "until"},
		{"/udskyd", "Giv besked om den nye dato", map[string]string{"until": "1.1.27", "reason": "Vi venter."}, "until"},
		{"/udskyd", "Giv besked om den nye dato", map[string]string{"until": "23.11.2026", "reason": "Vi venter."}, "until"},
		{"/udskyd", "Giv besked om den nye dato", map[string]string{"until": "24.12.2026"}, "reason"},
		{"/videresend", "Send sagen videre", map[string]string{"reason": "Flyttet."}, "to"},
		{"/videresend", "Send sagen videre", map[string]string{"to": "9999", "reason": "Flyttet."}, "to"},
		{"/videresend", "Send sagen videre", map[string]string{"to": away}, "reason"},
		{"/henlaeg", "Træf afgørelsen", nil, "reason"},
		{"/henlaeg", "Træf afgørelsen", map[string]string{"reason": long}, "reason"},
		{"/tildel", "Gem sagsbehandler", map[string]string{"staff": "findes-ikke"}, "staff"},
		{"/aftale", "Gem datoen", map[string]string{"dated": "snart"}, "dated"},
		{"/spaer", "Spær medarbejderen", nil, "staff"},
		{"/e-mail/ansat", "Gem e-mailadressen", map[string]string{"address": "aase@"}, "address"},
	} {
		got := d.leader.press(d.leader.get(d.place+test.path), test.button, test.typed)
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s %v: %d, want 422", test.path, test.typed, got.Code)
			continue
		}
		if !strings.Contains(got.Body.String(), `href="#`+test.at+`"`) {
			t.Errorf("%s %v: the summary has no link to %s: %s", test.path, test.typed, test.at, got.words())
		}
		for id, want := range test.typed {
			if is := got.value(id); is != want && id != "to" && id != "staff" { // a select has no room for what is not on its list
				t.Errorf("%s: %s = %q, want %q as typed", test.path, id, is, want)
			}
		}
	}
}

// R3: «hele blanketten fremsendes til jobcenteret i den ansattes
// bopælskommune»
func TestRuleR3Forward(t *testing.T) {
	d := inOffice(t)
	paper := d.worker.press(d.worker.get(d.place+"/videresend"), "Send sagen videre", map[string]string{"to": away, "reason": "Den ansatte er flyttet."})
	paper.says(t, "Skal sendes med post", "Sagen er afsluttet her", "send det med post", "Jobcenteret, Langeland Kommune", "Blad 1, underskrevet")

	d = inOffice(t)
	d.serveAway()
	form := d.worker.get(d.place + "/videresend")
	form.says(t, "Langeland – modtager sagen her")
	d.worker.press(form, "Send sagen videre", map[string]string{"to": away, "reason": "Den ansatte er flyttet."}).says(t, "Sager", "Sagen er sendt videre")
	if got := d.worker.send(request("GET", d.place, "")); got.Code != http.StatusNotFound {
		t.Errorf("the case after it was sent on: %d, want 404", got.Code)
	}
	lars := d.hire("Lars Lund", away, auth.Caseworker)
	lars.get("/jobcenter").says(t, "Skal modtages")
	lars.press(lars.get(d.place+"/modtag"), "Modtag sagen", nil).says(t, "Sagen er modtaget", "21.12.2026")
}

// R26: «begrundet afgørelse med klagevejledning»
func TestRuleR26DismissalSaysHowToComplain(t *testing.T) {
	d := inOffice(t)
	if got := d.worker.send(request("GET", d.place+"/henlaeg", "")); got.Code != http.StatusForbidden {
		t.Errorf("a caseworker who may not decide: %d", got.Code)
	}
	d.worker.get(d.place).hides(t, "/henlaeg")
	form := d.issuer.get(d.place + "/henlaeg")
	form.says(t, "senest 4 uger", "21. december 2026", "Ankestyrelsen")
	d.issuer.press(form, "Træf afgørelsen", map[string]string{"reason": "Der er ingen bevilling."}).says(t, "Sagen er afsluttet uden vurdering", "Der er ingen bevilling.", "21.12.2026")
}

func TestDisqualified(t *testing.T) {
	d := inOffice(t)
	d.worker.press(d.worker.get(d.place), "Tag sagen", nil)
	d.worker.press(d.worker.get(d.place+"/inhabil"), "Jeg er inhabil i denne sag", map[string]string{"reason": "Min søster."}).says(t, "Sager", "Du er registreret som inhabil")
	d.worker.get("/jobcenter?vis=alle").hides(t, "Åse Kjærgård")
	page := d.leader.get(d.place)
	page.says(t, "Min søster.", "Har selv sagt til", "Sagsbehandler Ingen")
	if got := d.issuer.send(request("GET", d.place+"/spaer", "")); got.Code != http.StatusForbidden {
		t.Errorf("one who is no leader blocks: %d", got.Code)
	}
	form := d.leader.get(d.place + "/spaer")
	d.leader.press(form, "Spær medarbejderen", map[string]string{"staff": d.staffID("ulrik")}).says(t, "Medarbejderen er spærret")
	if got := d.issuer.send(request("GET", d.place, "")); got.Code != http.StatusForbidden {
		t.Errorf("the blocked one opens the case: %d", got.Code)
	}
	d.leader.press(d.leader.get(d.place+"/ophaev"), "Ophæv spærringen", map[string]string{"staff": d.staffID("ulrik")}).says(t, "Spærringen er ophævet")
	d.issuer.get(d.place)
}

func (st *site) staffID(username string) string {
	st.t.Helper()
	a, err := st.accounts.StaffNamed(st.t.Context(), username)
	st.must(err)
	return a.ID
}

// A new way in is shown once, works, and ends the old one.
func TestGiveAccess(t *testing.T) {
	d := inOffice(t)
	form := d.worker.get(d.place + "/adgang/virksomhed")
	form.says(t, "Vær sikker på, hvem du taler med", "holder op med at virke")
	made := d.worker.press(form, "Lav link og kode", nil)
	made.says(t, "Vises kun denne ene gang")
	code := made.value("way-code")
	d.worker.get(d.place+"/adgang/virksomhed").hides(t, code)
	if got := d.company.follow(request("GET", d.companyPlace, "")); got.path != "/adgang" {
		t.Errorf("the company's old session still opens %s", got.path)
	}
	in := d.browser()
	if got := in.press(in.get("/adgang"), "Åbn sagen", map[string]string{"code": code}); got.path != d.companyPlace {
		t.Errorf("the new code leads to %s, want %s", got.path, d.companyPlace)
	}
	d.worker.press(d.worker.get(d.place+"/e-mail/ansat"), "Gem e-mailadressen", map[string]string{"address": "ny@eksempel.example"}).says(t, "E-mailadressen er gemt", "ny@eksempel.example")
	if got := d.worker.send(request("GET", d.place+"/adgang/kommunen", "")); got.Code != http.StatusNotFound {
		t.Errorf("access for no party: %d", got.Code)
	}
}
