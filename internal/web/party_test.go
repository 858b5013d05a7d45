package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ab325/internal/flexjob"
)

// TestWholeWayWithoutScript: the employee starts and invites, the company
// fills in, both change a field at once, and the employee signs.
func TestWholeWayWithoutScript(t *testing.T) {
	st := newSite(t)
	ida, firm := st.browser(), st.browser()

	way := ida.press(ida.get("/ansat"), "Begynd", nil)
	way.says(t, "Gem dit link og din kode")
	place := strings.TrimSuffix(way.path, "/gem-link")
	if link := way.value("way-link"); !strings.HasPrefix(link, "http://127.0.0.1:8325/adgang#") || len(way.value("way-code")) < 12 {
		t.Errorf("link %q, code %q", link, way.value("way-code"))
	}

	step := ida.get(place + "/den-ansatte")
	job := ida.press(ida.press(step, "Næste", employeeFields), "Næste", nil)
	if job.below(place) != "/jobindhold" {
		t.Fatalf("the company's step, where the employee has nothing to do, leads to %s", job.path)
	}

	invitation := ida.press(ida.get(place+"/inviter"), "Lav et link og en kode", nil)
	secret := invitation.value("way-link")[strings.Index(invitation.value("way-link"), "#")+1:]
	in := firm.press(firm.get("/adgang"), "Åbn sagen", map[string]string{"token": secret})
	in.says(t, "Gem dit link og din kode", "Giv dem ikke til den ansatte")
	theirs := strings.TrimSuffix(in.path, "/gem-link")
	firm.press(firm.get(theirs+"/virksomheden"), "Næste", companyFields)

	// Both have the step open, and both change the title.
	mine, other := ida.get(place+"/jobindhold"), firm.get(theirs+"/jobindhold")
	firm.press(other, "Næste", jobFields)
	clash := ida.press(mine, "Næste", map[string]string{"job.title": "Altmuligmand", "job.startDate": "1.12.2026"})
	if clash.Code != http.StatusConflict || clash.value("job.title") != "Altmuligmand" || clash.value("job.description") != jobFields["job.description"] {
		t.Errorf("%d, title %q, description %q", clash.Code, clash.value("job.title"), clash.value("job.description"))
	}
	clash.says(t, "I har begge ændret «Stillingsbetegnelse»", "Gartner", "virksomheden", "Brug den andens tekst")
	if again := ida.press(clash, "Brug den andens tekst", nil); again.value("job.title") != "Gartner" || again.Code != http.StatusOK {
		t.Errorf("the other's text: %d %q", again.Code, again.value("job.title"))
	}

	signAndRead(t, ida, firm, place, theirs)
}

// signAndRead is the end of the way: the employee reads, signs and gets a
// receipt, and the company sees that it was sent.
func signAndRead(t *testing.T, ida, firm *browser, place, theirs string) {
	t.Helper()
	summary := ida.get(place + "/opsummering")
	summary.says(t, "Åse Kjærgård", "610170-0559", "Planteriget I/S", "01.12.2026", "Gå til underskrift")
	sign := ida.get(place + "/underskrift")
	sign.says(t, "Det her er det, du skriver under på, ord for ord", "Det eneste, vi føjer til, er en kontrolkode", "Ærø Kommune")
	unsigned := ida.send(request("GET", place+"/underskrift/"+inputNamed(sign.root, "hash"), ""))
	if unsigned.Code != http.StatusOK || !strings.HasPrefix(unsigned.Body.String(), "%PDF-") || !strings.Contains(unsigned.Header().Get("Content-Security-Policy"), "frame-ancestors 'self'") {
		t.Errorf("the document to sign: %d %v", unsigned.Code, unsigned.Header())
	}
	receipt := ida.press(sign, "Underskriv og send", nil)
	receipt.says(t, "Blad 1 er underskrevet og sendt", "Ærø Kommune", "7. december 2026", "Vent med ansættelsesaftalen")

	page := firm.get(theirs)
	page.says(t, "Kommunen er i gang", "7. december 2026", "Den ansatte underskrev og sendte blad 1")
	page.hides(t, "610170-0559", "0559")
}

// inputNamed is the value of the first input of that name.
func inputNamed(root *html.Node, name string) string {
	for n := range root.Descendants() {
		if got, _ := attr(n, "name"); got == name {
			value, _ := attr(n, "value")
			return value
		}
	}
	return ""
}

// TestPartyRoutesRefuse: every page of a party's case is closed to strangers,
// the other party, the party of another case, and for a case that is not.
func TestPartyRoutesRefuse(t *testing.T) {
	p := signed(t)
	elsewhere := p.browser()
	way := elsewhere.press(elsewhere.get("/ansat"), "Begynd", nil)
	stranger := p.browser()
	hands := map[string]map[string]*browser{
		"/ansat/":      {"a stranger": stranger, "the company": withCookies(p.company, p.companyPlace, p.employeePlace), "another's employee": withCookies(elsewhere, strings.TrimSuffix(way.path, "/gem-link"), p.employeePlace)},
		"/virksomhed/": {"a stranger": stranger, "the employee": withCookies(p.employee, p.employeePlace, p.companyPlace)},
	}
	tried := 0
	for _, r := range partyRoutes {
		for _, one := range r.expand() {
			if one.access == public || one.access == demo {
				continue
			}
			side := one.path[:strings.Index(one.path[1:], "/")+2]
			for name, b := range hands[side] {
				tried++
				got := b.send(tryRoute(one, p.id, name == "a stranger"))
				switch {
				case one.method == "GET" && (got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/adgang"):
					t.Errorf("%s %s as %s: %d %q", one.method, one.path, name, got.Code, got.Header().Get("Location"))
				case one.method == "POST" && got.Code != http.StatusUnauthorized:
					t.Errorf("%s %s as %s: %d", one.method, one.path, name, got.Code)
				}
			}
			missing := withCookies(p.employee, p.employeePlace, "/ansat/00000000000000000000000000000000")
			if got := missing.send(tryRoute(one, "00000000000000000000000000000000", false)); got.Code != http.StatusSeeOther && got.Code != http.StatusUnauthorized {
				t.Errorf("%s %s of no case: %d", one.method, one.path, got.Code)
			}
		}
	}
	if tried < 100 {
		t.Errorf("%d tries; is the table right?", tried)
	}
}

// tryRoute makes a request for a route.
func tryRoute(r route, id string, bare bool) *http.Request {
	path := strings.NewReplacer(":id", id, ":field", "employee.name", ":correction", "1", ":document", "blad1-1", ":hash", "00", ":purpose", "kommunen").Replace(r.path)
	body := "old.employee.name=&employee.name=Ole"
	if bare {
		body = ""
	}
	return request(r.method, path, body, "Content-Type", "application/x-www-form-urlencoded")
}

// withCookies returns a browser that sends the cookies of one place to another.
func withCookies(b *browser, from, to string) *browser {
	forged := b.browser()
	for key, cookie := range b.jar {
		if key[1] == from {
			forged.jar[[2]string{key[0], to}] = cookie
		}
	}
	return forged
}

// TestEveryPartyPageAnswers: each GET of a party's case gives a sound page or
// document to the party, before and after signing.
func TestEveryPartyPageAnswers(t *testing.T) {
	for _, p := range []*pair{inCase(t), filled(t), signed(t)} {
		for _, r := range partyRoutes {
			for _, one := range r.expand() {
				b := map[access]*browser{employee: p.employee, company: p.company}[one.access]
				if one.method != "GET" || b == nil {
					continue
				}
				got := b.follow(tryRoute(one, p.id, true))
				if got.Code >= 500 || got.Code == http.StatusUnauthorized {
					t.Errorf("%s: %d", one.path, got.Code)
				}
			}
		}
	}
}

// TestPartyLinksLead: links and forms on the parties' pages go to routes.
func TestPartyLinksLead(t *testing.T) {
	p := signed(t)
	draft := filled(t)
	for _, page := range []*answer{
		p.employee.get(p.employeePlace), p.company.get(p.companyPlace), p.employee.get(p.employeePlace + "/kvittering"), p.employee.get(p.employeePlace + "/traek-tilbage"),
		draft.employee.get(draft.employeePlace), draft.company.get(draft.companyPlace), draft.employee.get(draft.employeePlace + "/virksomheden"),
		draft.company.get(draft.companyPlace + "/den-ansatte"), draft.employee.get(draft.employeePlace + "/opsummering"), draft.employee.get(draft.employeePlace + "/inviter"),
		draft.company.get(draft.companyPlace + "/samtykke"), draft.employee.get(draft.employeePlace + "/underskrift"), draft.employee.get(draft.employeePlace + "/samtykke"),
	} {
		for n := range page.root.Descendants() {
			method, target := "GET", ""
			switch {
			case n.Type != html.ElementNode:
				continue
			case n.Data == "a", n.Data == "iframe":
				target, _ = attr(n, "href")
				if n.Data == "iframe" {
					target, _ = attr(n, "src")
				}
			case n.Data == "form":
				method = "POST"
				target, _ = attr(n, "action")
			}
			target, _, _ = strings.Cut(target, "#")
			if !strings.HasPrefix(target, "/") {
				continue
			}
			if !isRoute(method, target) {
				t.Errorf("%s: %s %s is no route", page.path, method, target)
			}
		}
	}
}

func isRoute(method, path string) bool {
	for _, r := range allRoutes() {
		want, got := strings.Split(r.path, "/"), strings.Split(path, "/")
		if r.method != method || len(want) != len(got) {
			continue
		}
		same := true
		for i := range want {
			same = same && (want[i] == got[i] || strings.HasPrefix(want[i], ":"))
		}
		if same {
			return true
		}
	}
	return false
}

// serial is the last part of the employee's number, and not four digits of a
// random id.
var serial = regexp.MustCompile(`(^|[^0-9a-f])(610170)?0559([^0-9a-f]|$)`)

// TestCompanySeesNoMore: no page of the company's holds the employee's number,
// own data, or the way to complain.
func TestCompanySeesNoMore(t *testing.T) {
	p := filled(t)
	p.employee.press(p.employee.get(p.employeePlace+"/den-ansatte"), "Gem kladde",
		map[string]string{"employee.address": "Vestergade 7", "employee.email": "aase@eksempel.example", "employee.phone": "87654321"})
	p.employee.press(p.employee.get(p.employeePlace+"/underskrift"), "Underskriv og send", nil)
	for _, r := range partyRoutes {
		for _, one := range r.expand() {
			if one.method != "GET" || one.access != company {
				continue
			}
			got := p.company.follow(tryRoute(one, p.id, true))
			if got.root == nil {
				if serial.MatchString(got.Body.String()) {
					t.Errorf("%s: the document has the whole number", one.path)
				}
				continue
			}
			if serial.MatchString(got.Body.String()) {
				t.Errorf("%s says the employee's number", one.path)
			}
			got.hides(t, "Vestergade 7", "aase@eksempel.example", "87 65 43 21", "Du kan klage")
		}
	}
}

func TestAddressesAreNotPersonal(t *testing.T) {
	p := signed(t)
	for _, banned := range []string{"Kjærgård", "610170", "Planteriget", "aase@", url.QueryEscape("Kjærgård")} {
		if strings.Contains(p.log.String(), banned) {
			t.Errorf("the log has %q", banned)
		}
	}
}

// TestTooLate: what was typed on a page of a Blad 1 that was signed meanwhile
// is not lost.
func TestTooLate(t *testing.T) {
	p := filled(t)
	page := p.company.get(p.companyPlace + "/jobindhold")
	p.employee.press(p.employee.get(p.employeePlace+"/underskrift"), "Underskriv og send", nil)
	got := p.company.press(page, "Næste", map[string]string{"job.description": "En helt ny beskrivelse"})
	if got.Code != http.StatusConflict {
		t.Errorf("%d, want 409", got.Code)
	}
	got.says(t, "Det, du skrev, er ikke gemt", "En helt ny beskrivelse")
}

func TestCorrections(t *testing.T) {
	p := filled(t)
	ask := p.employee.get(p.employeePlace + "/ret/company.name")
	empty := p.employee.press(ask, "Bed om rettelsen", nil)
	if empty.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a comment: %d", empty.Code)
	}
	p.employee.press(ask, "Bed om rettelsen", map[string]string{"comment": "Det hedder ApS"}).says(t, "Du har bedt om en rettelse", "Det hedder ApS")
	p.company.get(p.companyPlace).says(t, "den ansatte beder dig om en rettelse", "Det hedder ApS")
	p.company.get(p.companyPlace+"/virksomheden").says(t, "Der er bedt om en rettelse", "Det hedder ApS")
	closed := p.company.press(p.company.get(p.companyPlace), "Intet skal rettes", nil)
	closed.says(t, "Ønsket om en rettelse er lukket")
	if strings.Contains(closed.words(), "Det hedder ApS") {
		t.Error("the wish is still open")
	}
	for _, field := range []string{"employee.name", "job.title", "assessment.justification", "nothing"} {
		if got := p.employee.follow(request("GET", p.employeePlace+"/ret/"+field, "")); got.Code != http.StatusNotFound {
			t.Errorf("asking to correct %s: %d, want 404", field, got.Code)
		}
	}
	// The employee's address is not the company's to ask about.
	if got := p.company.follow(request("GET", p.companyPlace+"/ret/employee.address", "")); got.Code != http.StatusNotFound {
		t.Errorf("asking about what one does not see: %d, want 404", got.Code)
	}
}

// TestUnservedMunicipality: where the municipality does not use the service,
// the page says so and Blad 1 is printed.
func TestUnservedMunicipality(t *testing.T) {
	p := filled(t)
	page := p.employee.press(p.employee.get(p.employeePlace+"/den-ansatte"), "Gem kladde", map[string]string{"employee.municipality": away})
	page.says(t, "Langeland Kommune bruger ikke tjenesten her", "Hent blad 1 til print")
	p.employee.get(p.employeePlace+"/underskrift").says(t, "Langeland Kommune bruger ikke tjenesten her")
	got := p.employee.send(request("GET", p.employeePlace+"/udskrift", ""))
	if got.Code != http.StatusOK || !strings.HasPrefix(got.Body.String(), "%PDF-") {
		t.Errorf("the print: %d", got.Code)
	}
}

// TestStepsOfASide: the company has no page to sign on (R4).
func TestStepsOfASide(t *testing.T) {
	p := inCase(t)
	for _, test := range []struct {
		b     *browser
		place string
		want  int
	}{{p.employee, p.employeePlace, 6}, {p.company, p.companyPlace, 5}} {
		titles := map[string]bool{}
		for n := range test.b.get(test.place + "/jobindhold").root.Descendants() {
			if class, _ := attr(n, "class"); class == "step-title" {
				titles[text(n)] = true
			}
		}
		if len(titles) != test.want {
			t.Errorf("%s: steps %v, want %d", test.place, titles, test.want)
		}
	}
	if p.company.follow(request("GET", p.companyPlace+"/underskrift", "")).Code != http.StatusNotFound {
		t.Error("the company has a page to sign on")
	}
	if statuses := len(flexjob.Statuses()); len(partyStatus) != statuses {
		t.Errorf("%d words for %d statuses", len(partyStatus), statuses)
	}
}
