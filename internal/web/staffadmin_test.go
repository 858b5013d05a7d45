package web

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/store"
)

func TestSettings(t *testing.T) {
	st := newSite(t)
	admin := st.hire("Aksel Rønne", home, auth.Administrator)
	page := admin.get("/jobcenter/indstillinger")
	page.says(t, "Indstillinger for Ærø Kommune")
	for _, test := range []struct {
		typed map[string]string
		at    string
	}{
		{map[string]string{"serviceGoalDays": "mange"}, "serviceGoalDays"}, {map[string]string{"serviceGoalDays": "0"}, "serviceGoalDays"}, {map[string]string{"serviceGoalDays": "366"}, "serviceGoalDays"},
		{map[string]string{"address": ""}, "address"}, {map[string]string{"contact": ""}, "contact"}, {map[string]string{"phone": "12"}, "phone"}, {map[string]string{"email": "a@"}, "email"},
		{map[string]string{"hours": ""}, "hours"}, {map[string]string{"dpoName": ""}, "dpoName"}, {map[string]string{"dpoContact": strings.Repeat("x", 141)}, "dpoContact"},
		{map[string]string{"deadlineMode": "aldrig"}, "deadlineMode"},
	} {
		got := admin.press(page, "Gem indstillinger", test.typed)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `href="#`+test.at+`"`) {
			t.Errorf("%v: %d, want 422 and a link to %s", test.typed, got.Code, test.at)
		}
		for id, want := range test.typed {
			if is := got.value(id); is != want && id != "deadlineMode" {
				t.Errorf("%s = %q, want %q as typed", id, is, want)
			}
		}
	}
	both := admin.press(page, "Gem indstillinger", map[string]string{"serviceGoalDays": "x", "dpoName": ""})
	both.says(t, "Indtast servicemålet", "Indtast navnet på kommunens databeskyttelsesrådgiver")
	saved := admin.press(page, "Gem indstillinger", map[string]string{"serviceGoalDays": "21", "deadlineMode": "strict", "phone": "87654321"})
	saved.says(t, "Indstillingerne er gemt")
	if saved.value("serviceGoalDays") != "21" || saved.value("phone") != "87 65 43 21" {
		t.Errorf("saved %q days, phone %q", saved.value("serviceGoalDays"), saved.value("phone"))
	}
	for path, want := range map[string]int{"/jobcenter/indstillinger/" + away: http.StatusForbidden, "/jobcenter/indstillinger/9999": http.StatusNotFound} {
		if got := admin.send(request("GET", path, "")); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
}

// An administrator of the whole installation turns municipalities on.
func TestSettingsOfAll(t *testing.T) {
	st := newSite(t)
	admin := st.hire("Aksel Rønne", "", auth.Administrator)
	page := admin.get("/jobcenter/indstillinger")
	page.says(t, "Ærø Kommune", "Langeland")
	if got := admin.press(page, "Gå videre", nil); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("no municipality chosen: %d", got.Code)
	}
	one := admin.press(page, "Gå videre", map[string]string{"code": away})
	one.says(t, "Indstillinger for Langeland Kommune")
	if got := admin.press(one, "Gem indstillinger", map[string]string{"enabled": "ja"}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("turned on with nothing said: %d", got.Code)
	}
	admin.press(one, "Gem indstillinger", map[string]string{"enabled": "ja", "address": "Jobcenter Langeland", "contact": "Jobcenteret", "phone": "87654321", "hours": "kl. 10-15",
		"serviceGoalDays": "28", "dpoName": "Ole", "dpoContact": "dpo@eksempel.example"}).says(t, "Indstillingerne er gemt")
	if served, err := st.accounts.Served(t.Context(), away); err != nil || !served {
		t.Errorf("served %v, %v", served, err)
	}
}

func TestAccounts(t *testing.T) {
	st := newSite(t)
	admin := st.hire("Aksel Rønne", home, auth.Administrator)
	form := admin.get("/jobcenter/brugere/ny")
	bad := admin.press(form, "Lav bruger", map[string]string{"username": "m", "name": "Mille"})
	if bad.Code != http.StatusUnprocessableEntity || bad.value("name") != "Mille" {
		t.Errorf("%d, name %q", bad.Code, bad.value("name"))
	}
	bad.says(t, "Brugernavnet skal være på 2-60 tegn", "Vælg mindst én rolle")
	if got := admin.press(form, "Lav bruger", map[string]string{"username": "AKSEL", "name": "Mille", "role-caseworker": "ja"}); got.Code != http.StatusConflict || !strings.Contains(got.words(), "Vælg et andet brugernavn") {
		t.Errorf("a user name that is taken: %d %s", got.Code, got.words())
	}
	made := admin.press(form, "Lav bruger", map[string]string{"username": "mille", "name": "Mille Nørgaard", "role-caseworker": "ja"})
	made.says(t, "Vises kun denne ene gang")
	password := made.value("kode")
	mille := st.browser()
	place := "/jobcenter/brugere/" + st.staffID("mille")
	page := admin.get(place)
	page.hides(t, password)
	page.says(t, "Givet af en anden")
	choose := mille.press(mille.get("/jobcenter/log-ind"), "Log ind", map[string]string{"username": "mille", "password": password})
	mille.press(choose, "Gem adgangskoden", map[string]string{"old": password, "password": staffPassword}).says(t, "Mille Nørgaard, sagsbehandler", "Sager")
	admin.get(place).hides(t, "Givet af en anden")
	if got := admin.press(page, "Gem roller", map[string]string{"role-caseworker": ""}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("no roles: %d", got.Code)
	}
	admin.press(page, "Gem roller", map[string]string{"role-issuer": "ja"}).says(t, "Rollerne er gemt")
	mille.get("/jobcenter").says(t, "sagsbehandler, udsteder")
	st.now = st.now.Add(time.Second)
	next := admin.press(page, "Lav ny adgangskode", nil).value("kode")
	admin.get(place).says(t, "Givet af en anden")
	if got := mille.follow(request("GET", "/jobcenter", "")); got.path != "/jobcenter/log-ind" || next == password {
		t.Errorf("after a new password: %s", got.path)
	}
	admin.press(admin.get(place), "Spær brugeren", nil).says(t, "Brugeren er spærret")
	if got := mille.press(mille.get("/jobcenter/log-ind"), "Log ind", map[string]string{"username": "mille", "password": next}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("a disabled account signs in: %d", got.Code)
	}
	admin.press(admin.get(place), "Åbn brugeren igen", nil).says(t, "Brugeren er åbnet igen")
	admin.get("/jobcenter/brugere").says(t, "mille", "aksel", "Ærø Kommune")

	self := "/jobcenter/brugere/" + st.staffID("aksel")
	admin.get(self).hides(t, "Spær brugeren")
	if got := admin.send(request("POST", self+"/spaer", "")); got.Code != http.StatusForbidden {
		t.Errorf("disabling oneself: %d", got.Code)
	}
	st.hire("Lars Lund", away, auth.Caseworker)
	for _, path := range []string{"", "/roller", "/adgangskode", "/spaer", "/aaben"} {
		method := map[bool]string{true: "GET", false: "POST"}[path == ""]
		if got := admin.send(request(method, "/jobcenter/brugere/"+st.staffID("lars")+path, "")); got.Code != http.StatusForbidden && got.Code != http.StatusNotFound {
			t.Errorf("%s of another municipality's account: %d", path, got.Code)
		}
	}
}

func TestLogPage(t *testing.T) {
	d := inOffice(t)
	d.worker.get(d.place)
	d.worker.send(request("GET", d.place+"/henlaeg", "")) // not for her role
	d.worker.press(d.worker.get("/jobcenter"), "Søg", map[string]string{"soeg": "610170-0559"})
	auditor := d.hire("Rita Elmelund", home, auth.Auditor)
	page := auditor.get("/jobcenter/log")
	page.says(t, "Ikke kontrolleret endnu", "Så sagen", "Mille Nørgaard", "2026-000001", "Søgte")
	page.hides(t, "610170", "Kjærgård", "Planteriget") // ids are random and may hold any four digits
	auditor.press(page, "Kontrollér hele loggen", nil).says(t, "poster er i orden")
	auditor.get("/jobcenter/log?sag=2026-000001&fra=23.11.2026&til=23.11.2026").says(t, "Underskrev og sendte blad 1")
	auditor.get("/jobcenter/log?sag=2026-999999").says(t, "Der er ingen poster")
	bad := auditor.follow(request("GET", "/jobcenter/log?fra=i+g%C3%A5r", ""))
	if bad.Code != http.StatusUnprocessableEntity || bad.value("fra") != "i går" {
		t.Errorf("a wrong date: %d %q", bad.Code, bad.value("fra"))
	}
}

// Who asks for a check of the log while one runs is told so, on the page that
// shows what became of it.
func TestLogIsCheckedOnceAtATime(t *testing.T) {
	st := newSite(t)
	first, second := st.hire("Rita Elmelund", home, auth.Auditor), st.hire("Ib Ravn", home, auth.Auditor)
	page, own := second.get("/jobcenter/log"), first.get("/jobcenter/log")
	asked := false
	st.asked = func() {
		caller, _, _, _ := runtime.Caller(2)
		if asked || !strings.HasSuffix(runtime.FuncForPC(caller).Name(), ".CheckLog") {
			return
		}
		asked = true
		got := second.press(page, "Kontrollér hele loggen", nil)
		got.says(t, "Loggen bliver kontrolleret lige nu", "Åbn loggen igen om et øjeblik")
		page = got
	}
	first.press(own, "Kontrollér hele loggen", nil).says(t, "poster er i orden")
	if !asked {
		t.Fatal("nobody asked while the first check ran")
	}
	second.press(page, "Kontrollér hele loggen", nil).says(t, "poster er i orden")
}

// Every word that the service writes in the log has words for people.
func TestLogWords(t *testing.T) {
	d := decided(t)
	d.hire("Rita Elmelund", home, auth.Auditor).get("/jobcenter/log")
	seen := map[string]bool{}
	d.must(d.store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit(audit.ID{}) {
			if err != nil {
				return err
			}
			seen[e.Action] = true
		}
		return nil
	}))
	for _, name := range flexjob.ActNames() {
		seen[string(name)] = true
	}
	for action := range seen {
		if logActions[action] == "" {
			t.Errorf("the log's %q has no words in Danish", action)
		}
	}
	if len(seen) < 30 {
		t.Errorf("%d words, want all of the acts and more", len(seen))
	}
	if logResult("refused").Badge == nil || logResult("ok").Badge != nil {
		t.Error("a refusal looks like the rest")
	}
}
