package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
)

func TestSignIn(t *testing.T) {
	st := newSite(t)
	st.hire("Mille Nørgaard", home, auth.Caseworker)
	b := st.browser()
	page := b.get("/jobcenter/log-ind")
	var answers []string
	for _, try := range []map[string]string{
		{"username": "mille", "password": "en anden adgangskode"}, {"username": "findes-ikke", "password": staffPassword}, {"username": "mille"}, {},
	} {
		got := b.press(page, "Log ind", try)
		if got.Code != http.StatusUnprocessableEntity || got.value("username") != try["username"] || got.value("password") != "" {
			t.Errorf("%v: %d, user name %q, password %q", try, got.Code, got.value("username"), got.value("password"))
		}
		answers = append(answers, got.words())
	}
	for _, a := range answers[1:] {
		if a != answers[0] {
			t.Errorf("answers differ:\n%s\n%s", answers[0], a)
		}
	}
	in := b.press(page, "Log ind", map[string]string{"username": "Mille", "password": staffPassword})
	in.says(t, "Mille Nørgaard, sagsbehandler", "Sager")
	if body := in.Body.String(); !strings.Contains(body, `data-session-ends="1800"`) {
		t.Error("the page does not say when the session ends")
	}
	out := b.press(in, "Log af", nil)
	out.says(t, "Du er logget af")
	if got := b.follow(request("GET", "/jobcenter", "")); got.path != "/jobcenter/log-ind" {
		t.Errorf("after signing out, the list is at %s", got.path)
	}
}

func TestSignInIsSlowedDown(t *testing.T) {
	st := newSite(t)
	st.hire("Mille Nørgaard", home, auth.Caseworker)
	b := st.browser()
	page := b.get("/jobcenter/log-ind")
	for range 30 {
		got := b.press(page, "Log ind", map[string]string{"username": "mille", "password": "gæt på gæt på gæt"})
		if got.Code == http.StatusServiceUnavailable {
			got.says(t, "Der er prøvet for mange gange. Vent", "Log ind")
			return
		}
	}
	t.Error("thirty guesses were not slowed down")
}

// After signing in, people come to where they wanted to go, on this site alone.
func TestSignInLeadsOn(t *testing.T) {
	d := inOffice(t)
	stranger := d.browser()
	page := stranger.follow(request("GET", d.place+"/blad2", ""))
	if page.path != "/jobcenter/log-ind" {
		t.Fatalf("a stranger comes to %s", page.path)
	}
	got := stranger.press(page, "Log ind", map[string]string{"username": "mille", "password": staffPassword})
	if got.path != d.place+"/blad2" {
		t.Errorf("signed in on %s, want %s/blad2", got.path, d.place)
	}
	for _, test := range []struct{ to, want string }{
		{"/jobcenter/log", "/jobcenter/log"}, {"/jobcenter", "/jobcenter"}, {"https://ond.example/", ""}, {"//ond.example", ""}, {"/jobcenter//ond.example", ""},
		{"/jobcenter/../ansat", ""}, {"/jobcenterx", ""}, {"/ansat/1", ""}, {`/jobcenter/\ond.example`, ""}, {"/jobcenter/log?x", ""}, {"/jobcenter/log-ud", ""},
		{"/jobcenter/log-ind", ""}, {"", ""}, {"/jobcenter/a\r\nb", ""}, {"/jobcenter/%2e%2e/x", ""},
	} {
		if got := staffPath(test.to); got != test.want {
			t.Errorf("staffPath(%q) = %q, want %q", test.to, got, test.want)
		}
	}
}

func TestIdleSessionEnds(t *testing.T) {
	st := newSite(t)
	b := st.hire("Mille Nørgaard", home, auth.Caseworker)
	for range 3 {
		st.now = st.now.Add(29 * time.Minute)
		b.get("/jobcenter")
	}
	st.now = st.now.Add(31 * time.Minute)
	if got := b.follow(request("GET", "/jobcenter", "")); got.path != "/jobcenter/log-ind" {
		t.Errorf("half an hour later: %s", got.path)
	}
}
