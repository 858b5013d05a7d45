package web

import (
	"net/http"
	"strings"
	"testing"
)

// TestGetUsesNothingUp: opening the page of a link, as mail scanners do, does
// not use it up; using an invitation does, and a way back can be used again.
func TestGetUsesNothingUp(t *testing.T) {
	st := newSite(t)
	ida := st.browser()
	way := ida.press(ida.get("/ansat"), "Begynd", nil)
	place := strings.TrimSuffix(way.path, "/gem-link")
	invitation := ida.press(ida.get(place+"/inviter"), "Lav et link og en kode", nil)
	for range 3 {
		st.browser().get("/adgang")
	}
	firm := st.browser()
	in := firm.press(firm.get("/adgang"), "Åbn sagen", map[string]string{"code": strings.ToLower(strings.ReplaceAll(invitation.value("way-code"), "-", " "))})
	in.says(t, "Gem dit link og din kode")

	again := st.browser()
	used := again.press(again.get("/adgang"), "Åbn sagen", map[string]string{"code": invitation.value("way-link")})
	if used.Code != http.StatusGone {
		t.Errorf("an invitation used again: %d, want 410", used.Code)
	}
	used.says(t, "Linket er brugt", "Få et nyt link sendt")
	if !strings.Contains(used.value("old"), "") || used.value("old") == "" {
		t.Error("the old link is not filled in for a new one")
	}
	for range 2 {
		b := st.browser()
		if got := b.press(b.get("/adgang"), "Åbn sagen", map[string]string{"code": way.value("way-link")}); got.path != place {
			t.Errorf("the way back leads to %s", got.path)
		}
	}
}

func TestWrongCode(t *testing.T) {
	st := newSite(t)
	b := st.browser()
	for _, test := range []struct {
		code string
		want int
	}{{"", 422}, {"ABCD-EFGH-JKLM", 422}, {"<b>x", 422}} {
		got := b.press(b.get("/adgang"), "Åbn sagen", map[string]string{"code": test.code})
		if got.Code != test.want || got.value("code") != test.code || !summaryLinks(got, "code") {
			t.Errorf("code %q: %d, shown as %q", test.code, got.Code, got.value("code"))
		}
	}
	for range 20 {
		b.press(b.get("/adgang"), "Åbn sagen", map[string]string{"code": "ABCD-EFGH-JKLM"})
	}
	if got := b.press(b.get("/adgang"), "Åbn sagen", map[string]string{"code": "ABCD-EFGH-JKLM"}); got.Code != http.StatusServiceUnavailable {
		t.Errorf("guessing on and on: %d, want 503", got.Code)
	}
}

// TestResendTellsNothing: the answer is the same for a link that is known and
// for one that is not; a mail goes to the registered address alone.
func TestResendTellsNothing(t *testing.T) {
	p := inCase(t)
	way := p.employee.press(p.employee.get(p.employeePlace), "Lav et nyt link og en ny kode", nil)
	b := p.browser()
	known := b.press(b.get("/adgang"), "Send et nyt link", map[string]string{"old": way.value("way-link")})
	unknown := b.press(b.get("/adgang"), "Send et nyt link", map[string]string{"old": "ABCD-EFGH-JKLM"})
	if known.Code != unknown.Code || known.words() != unknown.words() {
		t.Errorf("known: %d %s\nunknown: %d %s", known.Code, known.words(), unknown.Code, unknown.words())
	}
	if got := b.press(b.get("/adgang"), "Send et nyt link", nil); got.Code != http.StatusUnprocessableEntity || !summaryLinks(got, "old") {
		t.Errorf("nothing typed: %d", got.Code)
	}
	messages, err := p.cases.Mailbox(t.Context(), 50)
	p.must(err)
	sent := 0
	for _, m := range messages {
		if m.Kind == "access" {
			sent++
			if m.To != "aase@eksempel.example" {
				t.Errorf("sent to %q", m.To)
			}
		}
	}
	if sent != 1 {
		t.Errorf("%d links sent, want 1", sent)
	}
}

func TestStartWithWrongAddress(t *testing.T) {
	st := newSite(t)
	for _, path := range []string{"/ansat", "/virksomhed"} {
		b := st.browser()
		got := b.press(b.get(path), "Begynd", map[string]string{"address": "ikke en adresse"})
		if got.Code != http.StatusUnprocessableEntity || got.value("address") != "ikke en adresse" || !summaryLinks(got, "address") {
			t.Errorf("%s: %d, address %q", path, got.Code, got.value("address"))
		}
	}
}

// TestLinkIsShownToItsOwnerOnly: the cookie between the POST and the page goes
// to that page alone, and not to scripts.
func TestLinkIsShownOnItsPageOnly(t *testing.T) {
	st := newSite(t)
	b := st.browser()
	way := b.press(b.get("/ansat"), "Begynd", nil)
	found := false
	for key, cookie := range b.jar {
		if strings.HasSuffix(key[0], wayCookie) {
			found = true
			if key[1] != way.path || !cookie.HttpOnly || cookie.MaxAge != int(wayTime.Seconds()) {
				t.Errorf("cookie %+v", cookie)
			}
		}
	}
	if !found {
		t.Error("no cookie carries the link to its page")
	}
	b.get(way.path).says(t, "Vi kan ikke vise dem igen") // a reload shows it still
	b.jar = map[[2]string]*http.Cookie{{"ab325", strings.TrimSuffix(way.path, "/gem-link")}: b.jar[[2]string{"ab325", strings.TrimSuffix(way.path, "/gem-link")}]}
	b.get(way.path).says(t, "allerede vist", "Lav et nyt link og en ny kode")
}

// TestInvite: an invitation can be sent and mended; once the other party is in
// there is none.
func TestInvite(t *testing.T) {
	st := newSite(t)
	ida := st.browser()
	way := ida.press(ida.get("/ansat"), "Begynd", nil)
	place := strings.TrimSuffix(way.path, "/gem-link")
	for _, address := range []string{"", "ikke en adresse"} {
		got := ida.press(ida.get(place+"/inviter"), "Send invitationen", map[string]string{"address": address})
		if got.Code != http.StatusUnprocessableEntity || got.value("address") != address || !summaryLinks(got, "address") {
			t.Errorf("address %q: %d", address, got.Code)
		}
	}
	ida.press(ida.get(place+"/inviter"), "Send invitationen", map[string]string{"address": "forkert@eksempel.example"}).says(t, "Invitationen er sendt")
	ida.press(ida.get(place+"/inviter"), "Send invitationen", map[string]string{"address": "maria@eksempel.example"})
	messages, err := st.cases.Mailbox(t.Context(), 50)
	st.must(err)
	if len(messages) != 2 {
		t.Fatalf("%d messages, want 2", len(messages))
	}
	first := st.browser()
	if got := first.press(first.get("/adgang"), "Åbn sagen", map[string]string{"code": messages[1].Data["code"]}); got.Code != http.StatusGone {
		t.Errorf("the invitation to the wrong address: %d, want 410", got.Code)
	}
	second := st.browser()
	second.press(second.get("/adgang"), "Åbn sagen", map[string]string{"code": messages[0].Data["code"]}).says(t, "Er det din e-mailadresse?")
	ida.get(place+"/inviter").says(t, "er allerede inde i sagen", "Du kan ikke lave et")
	if got := ida.follow(request("POST", place+"/inviter", "how=link", "Content-Type", "application/x-www-form-urlencoded")); got.Code != http.StatusConflict {
		t.Errorf("inviting who is in: %d, want 409", got.Code)
	}
}

// TestSameScreen: the other party takes the screen over; the first is signed
// out and comes back with its own code.
func TestSameScreen(t *testing.T) {
	st := newSite(t)
	b := st.browser()
	way := b.press(b.get("/ansat"), "Begynd", nil)
	place := strings.TrimSuffix(way.path, "/gem-link")
	over := b.press(b.get(place+"/inviter"), "Log mig ud, og lad virksomheden fortsætte", nil)
	if !strings.HasPrefix(over.path, "/virksomhed/") || over.value("way-code") == way.value("way-code") {
		t.Fatalf("on %s", over.path)
	}
	if got := b.follow(request("GET", place, "")); got.path != "/adgang" {
		t.Errorf("the first party is still in: %s", got.path)
	}
	b.press(b.get(strings.TrimSuffix(over.path, "/gem-link")+"/virksomheden"), "Næste", companyFields)
	if back := b.press(b.get("/adgang"), "Åbn sagen", map[string]string{"code": way.value("way-code")}); back.path != place {
		t.Errorf("back on %s", back.path)
	}
}

func TestSignOut(t *testing.T) {
	p := inCase(t)
	kept := withCookies(p.employee, p.employeePlace, p.employeePlace)
	p.employee.press(p.employee.get(p.employeePlace), "Log af", nil).says(t, "Du er logget ud")
	if got := kept.follow(request("GET", p.employeePlace, "")); got.path != "/adgang" {
		t.Error("the token still works after signing out")
	}
}

func TestOwnAddress(t *testing.T) {
	p := inCase(t)
	bad := p.company.press(p.company.get(p.companyPlace), "Gem adressen", map[string]string{"address": "maria@"})
	if bad.Code != http.StatusUnprocessableEntity || bad.value("address") != "maria@" || !summaryLinks(bad, "address") {
		t.Errorf("a wrong address: %d %q", bad.Code, bad.value("address"))
	}
	got := p.company.press(p.company.get(p.companyPlace), "Gem adressen", map[string]string{"address": "maria@eksempel.example"})
	got.says(t, "Din e-mailadresse er gemt")
	if got.value("address") != "maria@eksempel.example" {
		t.Errorf("address %q", got.value("address"))
	}
	p.employee.get(p.employeePlace).hides(t, "maria@eksempel.example")
}

func TestMailbox(t *testing.T) {
	st := newSite(t)
	b := st.browser()
	b.get("/demo/postkasse").says(t, "Postkassen er tom")
	way := b.press(b.get("/ansat"), "Begynd", nil)
	b.press(b.get(strings.TrimSuffix(way.path, "/gem-link")+"/inviter"), "Send invitationen", map[string]string{"address": "maria@eksempel.example"})
	b.get("/demo/postkasse").says(t, "maria@eksempel.example", "Du er inviteret", "Kode:")
	st.server.options.Demo = false
	if got := b.follow(request("GET", "/demo/postkasse", "")); got.Code != http.StatusNotFound {
		t.Errorf("the mailbox outside a demonstration: %d, want 404", got.Code)
	}
}

// TestWithoutMail: where nothing can be sent, no page asks for an address or
// offers to send a link.
func TestWithoutMail(t *testing.T) {
	st := newSite(t)
	st.cases.Delivers = false
	b := st.browser()
	b.get("/adgang").hides(t, "Send et nyt link")
	for _, path := range []string{"/ansat", "/virksomhed"} {
		b.get(path).hides(t, `id="address"`)
	}
	way := b.press(b.get("/ansat"), "Begynd", nil)
	place := strings.TrimSuffix(way.path, "/gem-link")
	b.get(place).hides(t, `id="address"`)
	b.get(place+"/inviter").hides(t, `id="address"`, "Send invitationen")
	b.press(b.get(place+"/inviter"), "Lav et link og en kode", nil).says(t, "Giv linket eller koden til virksomheden")
}

// TestInvitedAddressIsAskedAbout: the address that an invitation went to was
// written by the other party, so nothing goes there before the one who came in
// has said whose it is.
func TestInvitedAddressIsAskedAbout(t *testing.T) {
	st := newSite(t)
	company := st.browser()
	place := strings.TrimSuffix(company.press(company.get("/virksomhed"), "Begynd", nil).path, "/gem-link")
	company.press(company.get(place+"/inviter"), "Send invitationen", map[string]string{"address": "chefen@eksempel.example"})
	messages, err := st.cases.Mailbox(t.Context(), 1)
	st.must(err)
	employee := st.browser()
	way := employee.press(employee.get("/adgang"), "Åbn sagen", map[string]string{"code": messages[0].Data["code"]})
	way.says(t, "Er det din e-mailadresse?")
	own := strings.TrimSuffix(way.path, "/gem-link")
	if page := employee.get(own); page.value("address") != "" {
		t.Errorf("the address %q is registered before anybody said whose it is", page.value("address"))
	}
	if way.value("address") != "chefen@eksempel.example" {
		t.Errorf("the page asks about %q", way.value("address"))
	}
	employee.press(way, "Ja, send nye links hertil", map[string]string{"address": "ase@eksempel.example"})
	if page := employee.get(own); page.value("address") != "ase@eksempel.example" {
		t.Errorf("%q is registered", page.value("address"))
	}
	employee.get(way.path).hides(t, "Er det din e-mailadresse?")
}

// TestStartsAreBounded: nobody begins cases without end, and others go on.
func TestStartsAreBounded(t *testing.T) {
	st := newSite(t)
	start := func(from string) int {
		r := request("POST", "/ansat/start", "", "Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = from
		return do(st.handler, r).Code
	}
	for i := range startsAtOnce {
		if got := start("127.0.0.1:4"); got != http.StatusSeeOther {
			t.Fatalf("case %d: %d", i+1, got)
		}
	}
	if got := start("127.0.0.1:4"); got != http.StatusServiceUnavailable {
		t.Errorf("a case too many: %d, want 503", got)
	}
	if got := start("127.0.0.2:4"); got != http.StatusSeeOther {
		t.Errorf("a case from elsewhere: %d", got)
	}
	st.now = st.now.Add(startsEvery)
	if got := start("127.0.0.1:4"); got != http.StatusSeeOther {
		t.Errorf("a case after a while: %d", got)
	}
}
