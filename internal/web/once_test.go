package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/read/readtest"
	"ab325/internal/store"
)

// Every form that posts carries a key, in every template.
func TestEveryFormHasAKey(t *testing.T) {
	forms := 0
	for name, body := range templateTexts(t) {
		for _, form := range regexp.MustCompile(`(?s)<form method="post".*?</form>`).FindAllString(body, -1) {
			forms++
			if strings.Count(form, `{{template "fds-once"}}`) != 1 {
				t.Errorf("%s: a form without its key: %.100s", name, form)
			}
		}
		if strings.Count(body, "<form") != strings.Count(body, `<form method="post"`)+strings.Count(body, `<form method="get"`) {
			t.Errorf("%s: a form that does not say first how it is sent", name)
		}
	}
	if forms < 30 {
		t.Errorf("%d forms; is the pattern right?", forms)
	}
}

func TestOnceMade(t *testing.T) {
	s, _ := newServer(t, nil)
	now := s.options.Now()
	key, err := s.newOnce()
	if err != nil {
		t.Fatal(err)
	}
	other, _ := s.newOnce()
	if key == other || len(key) != onceHour+onceRandom {
		t.Errorf("keys %q and %q", key, other)
	}
	made := func(at time.Time) string { return fmt.Sprintf("%08x", at.Unix()/3600) + key[onceHour:] }
	for _, test := range []struct {
		key string
		ok  bool
	}{
		{key, true}, {made(now), true}, {made(now.Add(-13 * 24 * time.Hour)), true},
		{made(now.Add(-14 * 24 * time.Hour)), false}, {made(now.Add(time.Hour)), false}, {"ffffffff" + key[onceHour:], false},
		{"", false}, {key[1:], false}, {key + "00", false}, {"g" + key[1:], false},
	} {
		if _, ok := s.onceMade(test.key); ok != test.ok {
			t.Errorf("onceMade(%q) = %v, want %v", test.key, ok, test.ok)
		}
	}
}

// Every post of the table of routes, sent in every way in which one comes more
// than once, changes what it changes when it comes once.
func TestEveryPostIsCarriedOutOnce(t *testing.T) {
	var plain *run
	for _, name := range []string{"once", "again", "at once", "after hanging up", "after a restart"} {
		t.Run(name, func(t *testing.T) {
			r := &run{desk: &desk{pair: &pair{site: newSite(t)}}, way: ways[name], tried: map[string]bool{}}
			r.parties()
			r.office()
			r.administration()
			if plain == nil {
				plain = r
			}
			for _, route := range allRoutes() {
				if route.method == "POST" && !r.tried[route.path] {
					t.Errorf("POST %s is not tried", route.path)
				}
			}
			if len(r.changes) != len(plain.changes) {
				t.Fatalf("%d posts, want %d", len(r.changes), len(plain.changes))
			}
			for i, got := range r.counts {
				want := plain.counts[i]
				if name == "after a restart" && slices.Contains(repeatable, r.changes[i]) {
					got.entries = want.entries
				}
				if got != want {
					t.Errorf("POST %s changes %+v, want %+v", r.changes[i], got, want)
				}
			}
		})
	}
}

// repeatable are the posts that change nothing but the log, which is told of
// each of them after a restart.
var repeatable = []string{"/adgang", "/jobcenter/log/kontrol"}

var onePDF = string(readtest.Page("et bilag"))

// parties does what the two parties can.
func (r *run) parties() {
	r.employee, r.employeePlace = r.in("ansat")
	r.id = strings.TrimPrefix(r.employeePlace, "/ansat/")
	r.companyPlace = "/virksomhed/" + r.id
	ida, firm := r.employee, r.browser()
	r.post(ida, r.employeePlace+"/adresse", "address", "aase@eksempel.example")
	invitation := r.code(ida, r.post(ida, r.employeePlace+"/inviter", "how", "link"))
	r.post(firm, "/adgang", "code", invitation)
	r.company = firm
	r.post(firm, r.companyPlace+"/adresse", "address", "maria@eksempel.example")
	r.fill(ida, r.employeePlace+"/den-ansatte", employeeFields)
	r.fill(firm, r.companyPlace+"/virksomheden", companyFields)
	r.order(order{by: firm, path: r.companyPlace + "/jobindhold", values: r.asTyped(jobFields), file: onePDF})
	for _, side := range []struct {
		by    *browser
		place string
		other string
	}{{ida, r.employeePlace, "/virksomheden"}, {firm, r.companyPlace, "/den-ansatte"}} {
		r.post(side.by, side.place+side.other, "then", "next")
		r.order(order{by: side.by, path: side.place + "/gem", json: true, values: pairs([]string{"old.job.description", r.value("job.description"), "job.description", side.place})})
		r.order(order{by: side.by, path: side.place + "/" + readFilePart, values: pairs(nil), file: filledPDF(nil)})
		r.post(side.by, side.place+"/ret/"+map[string]string{"/virksomheden": "company.name", "/den-ansatte": "employee.name"}[side.other], "comment", "Stavet forkert")
	}
	r.order(order{by: ida, path: r.employeePlace + "/jobindhold", values: pairs([]string{"then", "save"}), file: onePDF + "2"})
	r.post(ida, r.employeePlace+"/rettelse/"+r.correction(flexjob.Company)+"/luk")
	r.post(firm, r.companyPlace+"/rettelse/"+r.correction(flexjob.Employee)+"/luk")
	r.post(ida, r.employeePlace+"/samtykke", string(flexjob.Purposes()[0]), "ja", string(flexjob.Purposes()[1]), "ja")
	r.post(ida, r.employeePlace+"/samtykke/tilbage", "purpose", purposeSlugs()[flexjob.Purposes()[0]])
	way := r.code(ida, r.post(ida, r.employeePlace+"/nyt-link"))
	r.post(firm, r.companyPlace+"/nyt-link")
	r.post(r.browser(), "/adgang/nyt", "old", way)
	r.post(ida, r.employeePlace+"/underskrift", signerField, "Åse Kjærgård", "hash", inputNamed(ida.get(r.employeePlace+"/underskrift").root, "hash"))
	r.others()
}

// others does what would end the case, in cases of their own.
func (r *run) others() {
	for _, side := range []string{"ansat", "virksomhed"} {
		b, place := r.in(side)
		r.post(b, place+"/inviter", "how", "mail", "address", "anden@eksempel.example")
		r.post(b, place+"/traek-tilbage", "reason", "Alligevel ikke")
		r.post(b, place+"/log-ud")
		b, place = r.in(side)
		r.post(b, place+"/samme-skaerm")
	}
}

// fill posts the fields of a step.
func (r *run) fill(by *browser, path string, fields map[string]string) {
	r.order(order{by: by, path: path, values: r.asTyped(fields)})
}

// asTyped are the fields as a page posts them that was made before.
func (r *run) asTyped(fields map[string]string) map[string][]string {
	values := map[string][]string{"then": {"save"}}
	for id, value := range fields {
		values["old."+id], values[id] = []string{r.value(id)}, []string{value}
	}
	return values
}

// value is what stands in a field.
func (r *run) value(field string) string {
	c := r.stored(r.id)
	if b := c.Assessment(); b != nil && c.Blad1[field].Value == "" {
		return b.Values[field].Value
	}
	return c.Blad1[field].Value
}

// office does what the staff of a case can.
func (r *run) office() {
	r.place = "/jobcenter/sager/" + r.id
	r.serveAway()
	r.worker, r.leader = r.hire("Mille Nørgaard", home, auth.Caseworker, auth.Issuer), r.hire("Tove Lindskov", home, auth.TeamLeader)
	r.post(r.browser(), "/jobcenter/log-ind", "username", "mille", "password", staffPassword)
	r.post(r.worker, "/jobcenter/soeg", "soeg", "Kjærgård")
	signed := r.stored(r.id).Signed().Document.Code
	r.post(r.browser(), "/kontrol", "code", signed)
	r.post(r.worker, "/jobcenter/kontrol", "code", signed)
	given := r.post(r.worker, r.place+"/adgang/virksomhed")
	r.company = r.browser()
	r.post(r.company, "/adgang", "code", (&answer{root: parse(r.t, given)}).value("way-code"))
	r.post(r.worker, r.place+"/e-mail/virksomhed", "address", "ny@eksempel.example")
	r.act(r.worker, r.place, "/tildel", "staff", r.staffID("mille"))
	r.act(r.worker, r.place, "/udskyd", "until", "1.2.2027", "reason", "Ferie")
	r.act(r.worker, r.place, "/bekraeft-identitet")
	r.act(r.worker, r.place, "/bekraeft-bevilling")
	r.act(r.worker, r.place, "/blad2/begynd")
	r.act(r.worker, r.place, "/opgiv-blad2")
	r.act(r.worker, r.place, "/blad2/begynd")
	r.fill(r.worker, r.place+"/blad2", writtenBlad2)
	r.order(order{by: r.worker, path: r.place + "/blad2/gem", json: true, values: pairs([]string{"old.assessment.material", r.value("assessment.material"), "assessment.material", "Mere."})})
	r.post(r.worker, r.place+"/udsted", "hash", inputNamed(r.worker.get(r.place+"/udsted").root, "hash"))
	r.act(r.worker, r.place, "/aftale", "dated", "5.1.2027")
	r.act(r.leader, r.place, "/spaer", "staff", r.staffID("mille"), "reason", "Familie")
	r.act(r.leader, r.place, "/ophaev", "staff", r.staffID("mille"))
	r.act(r.worker, r.place, "/ny-vurdering", "reason", "Nye opgaver")
	r.act(r.worker, r.place, "/opgiv-blad2")
	r.post(r.employee, r.employeePlace+"/aftale", "dated", "6.1.2027")
	r.post(r.company, r.companyPlace+"/aftale", "dated", "7.1.2027")
	r.act(r.worker, r.place, "/afslut", "reason", "Aftalen er indgået")
	r.sent("/send-tilbage", "reason", "Ret titlen")
	r.sent("/henlaeg", "reason", "Ingen bevilling")
	r.sent("/inhabil", "reason", "Familie")
	r.sent("/videresend", "to", away, "reason", "Bor der")
	lars := r.hire("Lars Lund", away, auth.Caseworker)
	r.act(lars, r.place, "/modtag")
	r.sent("/tildel", "staff", r.staffID("mille"))
	r.act(r.leader, r.place, "/slet", "reason", "abandoned", "unfinished", "ja")
	r.post(lars, "/jobcenter/adgangskode", "old", staffPassword, "password", "en anden prøve med 7 ord i")
	r.post(lars, "/jobcenter/log-ud")
}

// sent makes another case that is signed, and does an act to it.
func (r *run) sent(act string, fill ...string) {
	p := r.site.signed()
	r.place = "/jobcenter/sager/" + p.id
	r.act(r.worker, r.place, act, fill...)
}

// administration does what administrators and auditors can.
func (r *run) administration() {
	admin := r.hire("Aksel Rønne", "", auth.Administrator)
	r.post(admin, "/jobcenter/indstillinger", "code", away)
	r.fillForm(admin, "/jobcenter/indstillinger/"+away, "Gem indstillinger")
	r.post(admin, "/jobcenter/brugere/ny", "username", "nina", "name", "Nina Holm", "municipality", home, "role-caseworker", "ja")
	place := "/jobcenter/brugere/" + r.staffID("nina")
	r.post(admin, place+"/roller", "role-issuer", "ja")
	r.post(admin, place+"/adgangskode")
	r.post(admin, place+"/spaer")
	r.post(admin, place+"/aaben")
	r.post(r.hire("Rita Elmelund", home, auth.Auditor), "/jobcenter/log/kontrol")
}

// fillForm posts a form as it stands.
func (r *run) fillForm(by *browser, path, button string) {
	f, _ := formWith(by.get(path).root, button)
	r.order(order{by: by, path: path, values: controls(f)})
}

// stored is the case as it is kept.
func (st *site) stored(id string) (c *flexjob.Case) {
	st.t.Helper()
	st.must(st.store.View(st.t.Context(), func(tx *store.Tx) (err error) {
		c, err = tx.Case(id)
		return err
	}))
	return c
}

// correction is the id of what a party asked the other to look at.
func (r *run) correction(by flexjob.Party) string {
	for _, k := range r.stored(r.id).Corrections {
		if k.Asked.Party == by {
			return k.ID
		}
	}
	return ""
}

// An answer goes to the session that asked, or that it began. Another's post
// with the same key and words is its own, and what was changed since is new.
func TestAnswersArePrivate(t *testing.T) {
	p := newSite(t).inCase()
	key, err := p.server.newOnce()
	p.must(err)
	post := func(b *browser, place, dated string) *httptest.ResponseRecorder {
		return b.send(request("POST", place+"/traek-tilbage", pairs([]string{"reason", dated, onceField, key}).Encode(), "Content-Type", "application/x-www-form-urlencoded"))
	}
	if got := post(p.employee, p.employeePlace, "Alligevel ikke"); got.Code != http.StatusSeeOther {
		t.Fatalf("withdrawing: %d", got.Code)
	}
	if got := post(p.browser(), p.employeePlace, "Alligevel ikke"); got.Code != http.StatusUnauthorized || got.Header().Get("Location") != "" {
		t.Errorf("a stranger with the key gets %d %v", got.Code, got.Header())
	}
	if got := post(p.employee, p.employeePlace, "Alligevel ikke"); got.Code != http.StatusSeeOther {
		t.Errorf("sent again: %d", got.Code)
	}
	if got := post(p.employee, p.employeePlace, "En anden grund"); got.Code != http.StatusConflict {
		t.Errorf("another reason, with the key of the first: %d, want 409: the case has ended", got.Code)
	}
}

// A post that was refused may be sent again; one without a key is carried out
// each time.
func TestRefusedPostsAreNotRemembered(t *testing.T) {
	p := newSite(t).inCase()
	key, err := p.server.newOnce()
	p.must(err)
	address := func(values url.Values) int {
		return p.employee.send(request("POST", p.employeePlace+"/inviter", values.Encode(), "Content-Type", "application/x-www-form-urlencoded")).Code
	}
	mail := pairs([]string{"how", "mail", "address", "", onceField, key})
	for range 2 {
		if got := address(mail); got != http.StatusUnprocessableEntity {
			t.Errorf("no address: %d", got)
		}
	}
	if got := &p.server.answers; len(got.posts) != len(got.order) {
		t.Errorf("%d posts are remembered, %d answers", len(got.posts), len(got.order))
	}
	before := p.count()
	for range 2 {
		r := request("POST", p.employeePlace+"/adresse", "address=ny%40eksempel.example", "Content-Type", "application/x-www-form-urlencoded")
		if got := p.employee.send(r).Code; got != http.StatusSeeOther {
			t.Errorf("without a key: %d", got)
		}
	}
	if got := p.count().minus(before).entries; got < 2 {
		t.Errorf("two posts without a key leave %d entries", got)
	}
}

// Answers are forgotten: by number, by size and by age.
func TestAnswersAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		n     int
		size  int
		later time.Duration // between two
		want  int
	}{
		{"few", 10, 100, time.Second, 10}, {"many", maxAnswers + 10, 1, 0, maxAnswers},
		{"big", 100, maxAnswer, 0, allAnswers / maxAnswer}, {"old", 100, 1, time.Minute, int(answersTime / time.Minute)},
	} {
		var a answers
		for i := range test.n {
			id := [16]byte{byte(i), byte(i >> 8)}
			if _, mine, err := a.begin(t.Context(), id, auth.HashToken("")); !mine || err != nil {
				t.Fatalf("%s: begin = %v, %v", test.name, mine, err)
			}
			a.end(id, &reply{at: now.Add(time.Duration(i) * test.later), body: make([]byte, test.size)})
		}
		if len(a.posts) != test.want || len(a.order) != test.want || a.bytes != test.want*test.size {
			t.Errorf("%s: %d posts, %d answers of %d bytes, want %d", test.name, len(a.posts), len(a.order), a.bytes, test.want)
		}
	}
}
