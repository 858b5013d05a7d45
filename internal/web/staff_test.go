package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/store"
)

// The password that everybody chose, and the one that they were given before.
const (
	staffPassword = "en lang prøve med 7 ord i"
	firstPassword = "den som en anden kender 3"
)

// hire makes an account whose owner chose the password, and signs it in, in a browser of its own. The user name is the
// first of the words of the name, in small letters.
func (st *site) hire(name, municipality string, roles ...auth.Role) *browser {
	st.t.Helper()
	username := strings.ToLower(strings.Fields(name)[0])
	_, err := st.accounts.AddStaff(st.t.Context(), auth.System(), accounts.NewStaff{Username: username, Name: name, Roles: roles, Municipality: municipality, Password: firstPassword})
	st.must(err)
	st.must(st.accounts.ChoosePassword(st.t.Context(), username, firstPassword, staffPassword, "test"))
	b := st.browser()
	b.press(b.get("/jobcenter/log-ind"), "Log ind", map[string]string{"username": username, "password": staffPassword})
	return b
}

// A desk is a case that was signed and sent, and the staff who get it.
type desk struct {
	*pair
	worker, issuer, leader *browser
	place                  string // of the case
}

func inOffice(t *testing.T) *desk {
	t.Helper()
	p := signed(t)
	return &desk{pair: p, place: "/jobcenter/sager/" + p.id,
		worker: p.hire("Mille Nørgaard", home, auth.Caseworker), issuer: p.hire("Ulrik Damgaard", home, auth.Caseworker, auth.Issuer), leader: p.hire("Tove Lindskov", home, auth.TeamLeader)}
}

// serveAway lets the other municipality use the service too.
func (st *site) serveAway() {
	st.t.Helper()
	st.must(st.accounts.PutSettings(st.t.Context(), auth.System(), store.Municipality{Code: away, Enabled: true, Address: "Jobcenter Langeland", Contact: "Jobcenteret",
		Phone: "87 65 43 21", Hours: "kl. 10-15", ServiceGoalDays: 28, DPOName: "Ole", DPOContact: "dpo@eksempel.example"}))
}

// writtenBlad2 are what makes a Blad 2 complete.
var writtenBlad2 = map[string]string{
	"grant.start": "1.1.2026", "grant.kind": "midlertidigt", "assessment.specialNeeds": "ingen", "assessment.hoursPerWeek": "15", "assessment.intensityPercent": "50",
	"assessment.justification": "Efter samtale med parterne.", "assessment.material": "Afgørelsen om fleksjob.", "jobcenter.phoneOrEmail": "12 34 56 78",
	"assessment.recipient": "Åse Kjærgård\nØstergade 7",
}

// confirmed does what must be done before a Blad 2 can be issued.
func (d *desk) confirmed() {
	d.t.Helper()
	d.worker.press(d.worker.get(d.place+"/bekraeft-identitet"), "Bekræft identiteten", nil)
	d.worker.press(d.worker.get(d.place+"/bekraeft-bevilling"), "Bekræft bevillingen", nil)
}

// assessed is inOffice with a complete Blad 2.
func assessed(t *testing.T) *desk {
	t.Helper()
	d := inOffice(t)
	d.confirmed()
	d.worker.press(d.worker.press(d.worker.get(d.place), "Begynd blad 2", nil), "Gem kladde", writtenBlad2)
	return d
}

// decided is assessed with the Blad 2 issued.
func decided(t *testing.T) *desk {
	t.Helper()
	d := assessed(t)
	if got := d.issuer.press(d.issuer.get(d.place+"/udsted"), "Udsted blad 2", nil); got.path != d.place+"/udstedt" {
		t.Fatalf("issuing ends on %s: %s", got.path, got.words())
	}
	return d
}

// TestWholeWayOfACase: from received to issued, replaced and closed, without a
// script.
func TestWholeWayOfACase(t *testing.T) {
	d := inOffice(t)
	list := d.worker.get("/jobcenter")
	list.says(t, "Åse Kjærgård", "Planteriget I/S", "01.12.2026", "07.12.2026", "Ny", "Nye 1", "1 sag")
	page := d.worker.get(d.place)
	page.says(t, "Sag 2026-000001", "610170-0559", "Gartner", "Ikke bekræftet identitet", "Bekræft, hvem der har underskrevet", "07.12.2026 (om 14 dage)", "Spurgt, ikke besvaret")

	page = d.worker.press(page, "Tag sagen", nil)
	page.says(t, "Sagsbehandleren er ændret", "Mille Nørgaard")
	d.worker.press(d.worker.get(d.place+"/bekraeft-identitet"), "Bekræft identiteten", nil).says(t, "Identiteten er bekræftet", "Bekræftet af Mille Nørgaard")
	d.worker.press(d.worker.get(d.place+"/bekraeft-bevilling"), "Bekræft bevillingen", nil).says(t, "Bevillingen er bekræftet")

	blad2 := d.worker.press(d.worker.get(d.place), "Begynd blad 2", nil)
	blad2.says(t, "på baggrund af en gennemsnitsbetragtning for en længere periode", "Svarer timetallet til visitationen? Hvis ikke: hvorfor?",
		"Kan arbejdsevnen udvikle sig i jobbet?", "Virksomheden kan få en kopi", "Luge og vande i væksthuset")
	short := d.worker.press(blad2, "Gem, og kontrollér", map[string]string{"assessment.hoursPerWeek": "15", "assessment.intensityPercent": "50"})
	if short.Code != http.StatusUnprocessableEntity {
		t.Errorf("going on with an unfinished Blad 2: %d", short.Code)
	}
	short.says(t, "Skriv en begrundelse for vurderingen", "15 timer × 50 % = 7 timer og 30 minutter (7,5 timer)")
	d.worker.press(short, "Gem kladde", writtenBlad2).says(t, "Kladden er gemt")

	d.worker.get(d.place+"/udsted").says(t, "Din rolle giver ikke ret til at udstede", "Ulrik Damgaard", "Tove Lindskov")
	review := d.issuer.get(d.place + "/udsted")
	review.says(t, "21. december 2026", "15 timer × 50 %", "Den ansattes eksemplar", "Virksomhedens eksemplar")
	for n := range review.root.Descendants() {
		if n.Data != "iframe" {
			continue
		}
		src, _ := attr(n, "src")
		got := d.issuer.send(request("GET", strings.Split(src, "#")[0], ""))
		if got.Code != http.StatusOK || !strings.HasPrefix(got.Body.String(), "%PDF-") || !strings.Contains(got.Header().Get("Content-Security-Policy"), "frame-ancestors 'self'") {
			t.Errorf("%s: %d %v", src, got.Code, got.Header())
		}
	}
	receipt := d.issuer.press(review, "Udsted blad 2", nil)
	receipt.says(t, "Blad 2 er udstedt", "Ulrik Damgaard", "21. december 2026")
	d.employee.get(d.employeePlace).says(t, "7 timer og 30 minutter")

	again := d.issuer.press(d.issuer.get(d.place+"/ny-vurdering"), "Begynd ny vurdering", map[string]string{"reason": "Timetallet var forkert."})
	again.says(t, "erstatter vurdering af 23. november 2026 kl. 10.00, når den bliver udstedt")
	if got := again.value("assessment.justification"); got != writtenBlad2["assessment.justification"] {
		t.Errorf("the new assessment begins with the justification %q", got)
	}
	d.issuer.press(d.issuer.get(d.place+"/opgiv-blad2"), "Opgiv kladden", nil).says(t, "Blad 2 er opgivet")
	d.worker.press(d.worker.get(d.place+"/aftale"), "Gem datoen", map[string]string{"dated": "1.11.2026"}).says(t, "Ansættelsesaftalen er fra før vurderingen")
	end := d.worker.press(d.worker.get(d.place+"/afslut"), "Afslut sagen", map[string]string{"reason": "Aftalen er indgået."})
	end.says(t, "Sagen er afsluttet", "Aftalen er indgået.", "Timetallet var forkert.", "Bortfaldet")
	d.worker.get("/jobcenter?vis=afsluttet").says(t, "Åse Kjærgård")
}

// TestStaffRoutesRefuse: every page of staff's is closed to strangers and to
// the roles that it is not for; those of a case also to another municipality's
// staff, the disqualified, and for a case that is not.
func TestStaffRoutesRefuse(t *testing.T) {
	d := assessed(t)
	d.serveAway()
	admin, auditor, elsewhere := d.hire("Aksel Rønne", home, auth.Administrator), d.hire("Rita Elmelund", home, auth.Auditor), d.hire("Lars Lund", away, auth.TeamLeader, auth.Issuer)
	d.worker.press(d.worker.get(d.place+"/inhabil"), "Jeg er inhabil i denne sag", nil)
	has := map[*browser]string{admin: "administrator", auditor: "auditor", elsewhere: "leader issuer", d.worker: "caseworker"}
	tried := 0
	for _, r := range staffRoutes {
		if r.access == public {
			continue
		}
		if got := d.browser().send(staffRequest(r, d.id)); got.Code != http.StatusSeeOther && got.Code != http.StatusUnauthorized ||
			got.Code == http.StatusSeeOther && !strings.HasPrefix(got.Header().Get("Location"), "/jobcenter/log-ind") {
			t.Errorf("%s %s as a stranger: %d %q", r.method, r.path, got.Code, got.Header().Get("Location"))
		}
		if got := withCookies(d.employee, d.employeePlace, staffPlace).send(staffRequest(r, d.id)); got.Code != http.StatusSeeOther && got.Code != http.StatusUnauthorized {
			t.Errorf("%s %s as the employee: %d", r.method, r.path, got.Code)
		}
		for b, roles := range has {
			tried++
			ofCase := strings.Contains(r.path, ":id")
			got := b.send(staffRequest(r, d.id))
			allowed := r.roles == "" || shareWord(r.roles, roles)
			if !allowed && got.Code != http.StatusForbidden {
				t.Errorf("%s %s as %s: %d, want 403", r.method, r.path, roles, got.Code)
			}
			if want := map[bool]int{true: http.StatusForbidden, false: http.StatusNotFound}[b == d.worker]; allowed && ofCase && got.Code != want {
				t.Errorf("%s %s as %s, whose case it is not: %d, want %d", r.method, r.path, roles, got.Code, want)
			}
		}
		if strings.Contains(r.path, ":id") && shareWord(r.roles, "issuer") {
			if got := d.issuer.send(staffRequest(r, "00000000000000000000000000000000")); got.Code != http.StatusNotFound {
				t.Errorf("%s %s of no case: %d", r.method, r.path, got.Code)
			}
		}
	}
	if tried < 150 {
		t.Errorf("%d tries; is the table right?", tried)
	}
}

// TestStaffRoles: what each part of the staff's site is for whom.
func TestStaffRoles(t *testing.T) {
	for _, r := range staffRoutes {
		want := ""
		switch path := r.path; {
		case strings.HasPrefix(path, "/jobcenter/sager/"), path == "/jobcenter/soeg", path == "/jobcenter/kontrol":
			want = "caseworker issuer leader"
			if strings.HasSuffix(path, "/spaer") || strings.HasSuffix(path, "/ophaev") || strings.HasSuffix(path, "/slet") {
				want = "leader"
			}
		case strings.HasPrefix(path, "/jobcenter/indstillinger"), strings.HasPrefix(path, "/jobcenter/brugere"), path == "/jobcenter/drift":
			want = "administrator"
		case strings.HasPrefix(path, "/jobcenter/log/"), path == "/jobcenter/log":
			want = "auditor"
		}
		if r.roles != want {
			t.Errorf("%s %s is for %q, want %q", r.method, r.path, r.roles, want)
		}
		if open := strings.HasPrefix(r.path, "/jobcenter/log-"); r.access != map[bool]access{true: public, false: staff}[open] {
			t.Errorf("%s %s is for %s", r.method, r.path, r.access)
		}
	}
}

func shareWord(a, b string) bool {
	for _, w := range strings.Fields(a) {
		if strings.Contains(" "+b+" ", " "+w+" ") {
			return true
		}
	}
	return false
}

// staffRequest makes a request for a route.
func staffRequest(r route, id string) *http.Request {
	path := strings.NewReplacer(":id", id, ":document", "blad1-1", ":hash", "00", ":copy", "ansat", ":party", "ansat", ":code", home, ":staff", "x").Replace(r.path)
	return request(r.method, path, "revision=1", "Content-Type", "application/x-www-form-urlencoded")
}

// TestStaffPagesLead: each GET of staff's gives a sound page, whatever has
// happened in the case, and its links and forms go to routes.
func TestStaffPagesLead(t *testing.T) {
	returned := inOffice(t)
	returned.worker.press(returned.worker.get(returned.place+"/send-tilbage"), "Send tilbage", map[string]string{"reason": "Skriv mere."})
	ended := inOffice(t)
	ended.leader.press(ended.leader.get(ended.place+"/henlaeg"), "Træf afgørelsen", map[string]string{"reason": "Ingen bevilling."})
	for name, d := range map[string]*desk{"received": inOffice(t), "assessed": assessed(t), "issued": decided(t), "returned": returned, "dismissed": ended} {
		for _, r := range staffRoutes {
			if r.method != "GET" || !strings.Contains(r.path, ":id") {
				continue
			}
			got := d.leader.follow(staffRequest(r, d.id))
			if got.Code >= 500 || got.Code == http.StatusUnauthorized {
				t.Errorf("%s: %s: %d", name, r.path, got.Code)
			}
			if got.Code == http.StatusOK && got.root != nil {
				leads(t, got)
			}
		}
		leads(t, d.leader.get("/jobcenter?vis=alle"))
	}
}

// leads fails the test where a link or form of a page is to no route.
func leads(t *testing.T, page *answer) {
	t.Helper()
	for n := range page.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		method, target := "GET", ""
		switch n.Data {
		case "a":
			target, _ = attr(n, "href")
		case "iframe":
			target, _ = attr(n, "src")
		case "form":
			target, _ = attr(n, "action")
			if m, _ := attr(n, "method"); m == "post" {
				method = "POST"
			}
		}
		target, _, _ = strings.Cut(target, "#")
		target, _, _ = strings.Cut(target, "?")
		if strings.HasPrefix(target, "/") && !isRoute(method, target) {
			t.Errorf("%s: %s %s is no route", page.path, method, target)
		}
	}
}

// A caseworker's page is nobody else's case, and says when it is late.
func TestRuleR5LateCasesStandFirst(t *testing.T) {
	d := inOffice(t)
	d.now = d.now.Add(15 * 24 * time.Hour)
	d.worker = d.hire("Nanna Holm", home, auth.Caseworker)
	d.worker.get("/jobcenter").says(t, "Over svarfristen", "15 dage siden", "Over svarfristen 1")
	d.worker.get(d.place).says(t, "Over svarfristen", "(for 1 dag siden)")
	page := d.worker.press(d.worker.get(d.place+"/udskyd"), "Giv besked om den nye dato", map[string]string{"until": "20.12.2026", "reason": "Vi venter på en samtale."})
	page.says(t, "Den nye dato er gemt", "20.12.2026", "Vi venter på en samtale.")
	page.hides(t, "Over svarfristen")
}
