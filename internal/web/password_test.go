package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ab325/internal/accounts"
	"ab325/internal/auth"
)

func TestChangePassword(t *testing.T) {
	st := newSite(t)
	b := st.hire("Mille Nørgaard", home, auth.Caseworker)
	page := b.get("/jobcenter/adgangskode")
	for _, test := range []struct{ old, password, at string }{
		{"forkert kode her", "en helt ny adgangskode 9", "old"},
		{staffPassword, "kort", "password"},
		{staffPassword, "password1234", "password"},
		{staffPassword, staffPassword, "password"},
	} {
		got := b.press(page, "Skift adgangskode", map[string]string{"old": test.old, "password": test.password})
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `href="#`+test.at+`"`) {
			t.Errorf("%q to %q: %d, want 422 and a link to %s", test.old, test.password, got.Code, test.at)
		}
		got.hides(t, test.password)
	}
	b.press(page, "Skift adgangskode", map[string]string{"old": staffPassword, "password": "en helt ny adgangskode 9"}).says(t, "Din adgangskode er ændret")
	again := st.browser()
	again.press(again.get("/jobcenter/log-ind"), "Log ind", map[string]string{"username": "mille", "password": "en helt ny adgangskode 9"}).says(t, "Sager")
}

// newcomer makes an account as an administrator does, and returns what its owner
// sees who signed in to come to a page.
func (st *site) newcomer(to string) (*browser, *answer) {
	st.t.Helper()
	_, err := st.accounts.AddStaff(st.t.Context(), auth.System(), accounts.NewStaff{Username: "nina", Name: "Nina Holst", Roles: auth.Roles(), Municipality: home, Password: firstPassword})
	st.must(err)
	b := st.browser()
	return b, b.press(b.follow(request("GET", to, "")), "Log ind", map[string]string{"username": "nina", "password": firstPassword})
}

// Who signs in with a password that somebody else gave comes to the page for
// choosing one, and from there to where they wanted to go.
func TestGivenPassword(t *testing.T) {
	d := inOffice(t)
	b, page := d.newcomer(d.place)
	page.says(t, "Vælg din egen adgangskode", "har du fået af en anden")
	if page.path != passwordPath || strings.Contains(page.Body.String(), "/jobcenter/indstillinger") {
		t.Fatalf("signed in on %s, with the menu:\n%s", page.path, page.words())
	}
	wrong := b.press(page, "Gem adgangskoden", map[string]string{"old": firstPassword, "password": firstPassword})
	if wrong.Code != http.StatusUnprocessableEntity {
		t.Errorf("the same again: %d", wrong.Code)
	}
	wrong.says(t, "Vælg din egen adgangskode", "Vælg en anden adgangskode end den, du har nu")
	b.get("/jobcenter/sager/"+d.id).says(t, "Vælg din egen adgangskode")

	in := b.press(wrong, "Gem adgangskoden", map[string]string{"old": firstPassword, "password": staffPassword})
	in.says(t, "Din adgangskode er ændret")
	if in.path != d.place {
		t.Errorf("after choosing: %s, want the page that was asked for", in.path)
	}
	b.press(b.get("/jobcenter"), "Log af", nil)
	if again := b.press(b.get("/jobcenter/log-ind"), "Log ind", map[string]string{"username": "nina", "password": staffPassword}); again.path != "/jobcenter" {
		t.Errorf("the next sign-in leads to %s", again.path)
	}
}

// Until then no page of the staff's opens, and nothing can be done, but to choose
// and to sign out.
func TestGivenPasswordOpensNothing(t *testing.T) {
	st := newSite(t)
	b, _ := st.newcomer("/jobcenter")
	tried := 0
	for _, r := range allRoutes() {
		if r.access != staff || r.path == passwordPath {
			continue
		}
		tried++
		path := "/" + strings.Join(strings.FieldsFunc(r.path, func(c rune) bool { return c == '/' || c == ':' }), "/")
		if got := b.send(request(r.method, path, "")); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), passwordPath) {
			t.Errorf("%s %s: %d to %q, want to be led to the password", r.method, path, got.Code, got.Header().Get("Location"))
		}
		if got := b.send(request(r.method, path, "", "Accept", "application/json")); got.Code != http.StatusForbidden || !strings.Contains(got.Body.String(), "Vælg først din egen") {
			t.Errorf("%s %s by a script: %d %s", r.method, path, got.Code, got.Body)
		}
	}
	if tried < 40 {
		t.Errorf("%d routes were tried", tried)
	}
	b.press(b.get(passwordPath), "Log af", nil).says(t, "Du er logget af")
}

// What somebody typed before they had to choose a password is there afterwards: a
// session can be older than the program that asks.
func TestGivenPasswordLosesNothing(t *testing.T) {
	d := inOffice(t)
	b, page := d.newcomer("/jobcenter")
	d.accounts.KeepGiven = true
	blad2 := b.press(b.get(d.place), "Begynd blad 2", nil)
	d.accounts.KeepGiven = false
	b.press(blad2, "Gem kladde", map[string]string{"assessment.justification": "Roligt tempo"}).says(t, "Vælg din egen adgangskode")
	back := b.press(page, "Gem adgangskoden", map[string]string{"old": firstPassword, "password": staffPassword})
	if back.path != d.place+"/blad2" || back.value("assessment.justification") != "Roligt tempo" {
		t.Errorf("back on %s with %q", back.path, back.value("assessment.justification"))
	}
	back.says(t, "Det, du skrev, er her stadig")
}

// Nor is that lost which somebody types while another gives them a password.
func TestGivenPasswordMeanwhile(t *testing.T) {
	d := inOffice(t)
	blad2 := d.worker.press(d.worker.get(d.place), "Begynd blad 2", nil)
	d.now = d.now.Add(time.Second)
	d.must(d.accounts.SetPassword(t.Context(), auth.System(), d.staffID("mille"), firstPassword))
	d.worker.press(blad2, "Gem kladde", map[string]string{"assessment.justification": "Roligt tempo"}).says(t, "Det, du skrev, er ikke tabt: du ser det igen, når du har logget ind. Log ind. Det, du har gemt, er der stadig.")
	page := d.worker.press(d.worker.get("/jobcenter/log-ind"), "Log ind", map[string]string{"username": "mille", "password": firstPassword})
	page.says(t, "Vælg din egen adgangskode")
	back := d.worker.press(page, "Gem adgangskoden", map[string]string{"old": firstPassword, "password": staffPassword})
	if back.path != d.place+"/blad2" || back.value("assessment.justification") != "Roligt tempo" {
		t.Errorf("back on %s with %q", back.path, back.value("assessment.justification"))
	}
}

// Whoever is led on from the first page sees what was said there.
func TestNoticeIsLedOn(t *testing.T) {
	st := newSite(t)
	admin := st.hire("Aksel Rønne", home, auth.Administrator)
	admin.get("/jobcenter?nyt=gentaget").says(t, "har vi modtaget én gang")
	if got := admin.send(request("GET", "/jobcenter?nyt=%0d%0aandet", "")); got.Header().Get("Location") != "/jobcenter/indstillinger" {
		t.Errorf("an unknown notice leads to %q", got.Header().Get("Location"))
	}
}
