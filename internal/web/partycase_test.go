package web

import (
	"net/http"
	"strings"
	"testing"

	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// actorOf is who a browser's session at a place stands for.
func (p *pair) actorOf(b *browser, place string) auth.Actor {
	p.t.Helper()
	who, err := p.accounts.Session(p.t.Context(), b.jar[[2]string{"ab325", place}].Value)
	p.must(err)
	return who
}

// renew gives both parties sessions of now.
func (p *pair) renew() {
	p.t.Helper()
	for side, b := range map[flexjob.Party]*browser{flexjob.Employee: p.employee, flexjob.Company: p.company} {
		access, err := p.cases.GiveAccess(p.t.Context(), p.staff(auth.Caseworker), p.id, side)
		p.must(err)
		b.press(b.get("/adgang"), "Åbn sagen", map[string]string{"code": access.Code})
	}
}

// staff is a member of staff of home with a role.
func (st *site) staff(role auth.Role) auth.Actor {
	st.t.Helper()
	named := accounts.NewStaff{Username: string(role), Name: "Mille Eksempel", Roles: []auth.Role{role}, Municipality: home, Password: "en lang prøve med 7 ord i"}
	list, err := st.accounts.ListStaff(st.t.Context(), auth.System())
	st.must(err)
	id := ""
	for _, a := range list {
		if a.Username == named.Username {
			id = a.ID
		}
	}
	if id == "" {
		id, err = st.accounts.AddStaff(st.t.Context(), auth.System(), named)
		st.must(err)
	}
	return auth.Actor{Provider: auth.StaffAccount, Subject: id, Assurance: flexjob.ByPassword, Roles: []auth.Role{role}, Municipality: home}
}

// act does something as a member of staff.
func (p *pair) act(role auth.Role, act flexjob.Act) {
	p.t.Helper()
	p.must(p.cases.Do(p.t.Context(), p.staff(role), p.id, casework.Any, act))
}

var blad2Values = map[string]string{"grant.start": "1.1.2026", "grant.kind": "midlertidigt", "assessment.specialNeeds": "Ingen tunge løft.",
	"assessment.hoursPerWeek": "7:30", "assessment.intensityPercent": "67", "assessment.justification": "Opgaverne kan løses i roligt tempo.", "assessment.material": "Rehabiliteringsplanen."}

// issue issues a Blad 2 with some values.
func (p *pair) issue(reason string, values map[string]string) {
	p.t.Helper()
	worker, issuer := p.staff(auth.Caseworker), p.staff(auth.Issuer)
	if reason == "" {
		p.act(auth.Caseworker, flexjob.ConfirmIdentity{})
		p.act(auth.Caseworker, flexjob.ConfirmGrant{})
	}
	p.must(p.cases.StartBlad2(p.t.Context(), worker, p.id, casework.Any, reason))
	v, err := p.cases.Look(p.t.Context(), worker, p.id)
	p.must(err)
	var changes []flexjob.Change
	for id, value := range values {
		changes = append(changes, flexjob.Change{Field: id, Old: v.Case.Assessment().Values[id].Value, New: value})
	}
	saved, err := p.cases.Save(p.t.Context(), worker, p.id, changes)
	p.must(err)
	if len(saved.Conflicts) > 0 {
		p.t.Fatalf("conflicts %v", saved.Conflicts)
	}
	preview, err := p.cases.PreviewBlad2(p.t.Context(), issuer, p.id)
	p.must(err)
	p.must(p.cases.Issue(p.t.Context(), issuer, p.id, preview.Hash))
}

// issued is signed with a Blad 2 that was issued.
func issued(t *testing.T) *pair {
	t.Helper()
	p := signed(t)
	p.issue("", blad2Values)
	return p
}

// TestRuleR7ResultInWords: both parties read hours, intensity and the
// effective time; R8 says what they are.
func TestRuleR7ResultInWords(t *testing.T) {
	p := issued(t)
	for _, page := range []*answer{p.employee.get(p.employeePlace), p.company.get(p.companyPlace)} {
		page.says(t, "7,5 timer om ugen", "67 procent", "5 timer og 2 minutter", "gennemsnit over en længere periode",
			"Ingen tunge løft.", "Opgaverne kan løses i roligt tempo.", "Blad 2, kommunens vurdering")
	}
	for b, place := range map[*browser]string{p.employee: p.employeePlace, p.company: p.companyPlace} {
		v, err := p.cases.Look(t.Context(), p.actorOf(b, place), p.id)
		p.must(err)
		id := lastDocument(v, casework.IssuedBlad2)
		if got := b.send(request("GET", place+"/dokument/"+id, "")); got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "inline") {
			t.Errorf("%s: the document: %d", place, got.Code)
		}
	}
}

// TestRuleR21LastDayIsCountedDown: the employee is told the last day, and how
// long is left.
func TestRuleR21LastDayIsCountedDown(t *testing.T) {
	p := issued(t)
	p.employee.get(p.employeePlace).says(t, "Kommunen skal have modtaget din klage senest mandag den 21. december 2026", "Der er 28 dage tilbage", "skriftligt eller mundtligt")
	for _, test := range []struct {
		days int
		want string
	}{{27, "Der er 1 dag tilbage"}, {1, "Det er i dag"}, {1, "Fristen for at klage var mandag den 21. december 2026"}} {
		p.now = p.now.AddDate(0, 0, test.days)
		p.renew()
		p.employee.get(p.employeePlace).says(t, test.want)
	}
}

// TestRuleR25CompanyIsNotToldOfComplaints: the company cannot complain.
func TestRuleR25CompanyIsNotToldOfComplaints(t *testing.T) {
	p := issued(t)
	p.company.get(p.companyPlace).hides(t, "klage senest", "Du kan klage", "21. december 2026")
}

// TestRuleR32FewHours: 8 hours or fewer is said to both; more is not.
func TestRuleR32FewHours(t *testing.T) {
	p := issued(t)
	for _, page := range []*answer{p.employee.get(p.employeePlace), p.company.get(p.companyPlace)} {
		page.says(t, "8 timer om ugen eller mindre", "funktionærlignende vilkår")
	}
	p.issue("Flere timer er muligt", map[string]string{"assessment.hoursPerWeek": "8:15"})
	page := p.employee.get(p.employeePlace)
	page.hides(t, "funktionærlignende vilkår")
	page.says(t, "erstatter vurderingen af 23. november 2026 kl. 10.00. ", "Flere timer er muligt", "Erstattet")
	p.company.get(p.companyPlace).hides(t, "Flere timer er muligt")
}

// TestRuleR33Material: the employee sees what the assessment rests on.
func TestRuleR33Material(t *testing.T) {
	p := issued(t)
	p.employee.get(p.employeePlace).says(t, "Oplysninger, som vurderingen bygger på", "Rehabiliteringsplanen.")
	p.company.get(p.companyPlace).hides(t, "Rehabiliteringsplanen")
}

// TestRuleR41Agreement: before Blad 2 both are told to wait; its date is
// recorded after, and an early one is flagged.
func TestRuleR41Agreement(t *testing.T) {
	p := signed(t)
	for _, page := range []*answer{p.employee.get(p.employeePlace), p.company.get(p.companyPlace)} {
		page.says(t, "Vent med ansættelsesaftalen til vurderingen")
	}
	p.issue("", blad2Values)
	page := p.company.get(p.companyPlace)
	page.says(t, "Nu kan I lave ansættelsesaftalen")
	for _, bad := range []string{"", "1.12.26", "i dag"} {
		got := p.company.press(page, "Gem datoen", map[string]string{"dated": bad})
		if got.Code != http.StatusUnprocessableEntity || got.value("dated") != bad || !summaryLinks(got, "dated") {
			t.Errorf("dated %q: %d %q", bad, got.Code, got.value("dated"))
		}
	}
	early := p.company.press(page, "Gem datoen", map[string]string{"dated": "22.11.2026"})
	early.says(t, "Aftalen er dateret 22. november 2026", "Aftalen er dateret før vurderingen")
	right := p.company.press(early, "Ret datoen", map[string]string{"dated": "23.11.2026"})
	right.says(t, "Aftalen er dateret 23. november 2026")
	right.hides(t, "dateret før vurderingen")
	p.employee.get(p.employeePlace).says(t, "Aftalen er dateret 23. november 2026")
}

// TestRuleR31R49WhomToAsk: whom to ask, and who watches over data, stands on every
// page of a case.
func TestRuleR31R49WhomToAsk(t *testing.T) {
	p := signed(t)
	for _, page := range []*answer{p.employee.get(p.employeePlace), p.company.get(p.companyPlace)} {
		page.says(t, "databeskyttelsesrådgiver", "Karla Østergård", "ret til at klage til Datatilsynet", "pligt til at rådgive", "Fleksjobteamet i Ærø Kommune", "12 34 56 78")
	}
	p.employee.get(p.employeePlace+"/samtykke").says(t, "pligt til at rådgive", "Fleksjobteamet i Ærø Kommune")
}

// TestReturnedCase: what was sent back is open again, says why, and needs a
// new signature.
func TestReturnedCase(t *testing.T) {
	p := signed(t)
	p.act(auth.Caseworker, flexjob.ReturnBlad1{Reason: "Skriv, hvor tungt der løftes."})
	for _, page := range []*answer{p.employee.get(p.employeePlace), p.company.get(p.companyPlace)} {
		page.says(t, "Kommunen har sendt blad 1 tilbage", "Skriv, hvor tungt der løftes.", "skrive under igen", "Erstattet")
	}
	p.company.press(p.company.get(p.companyPlace+"/jobindhold"), "Næste", map[string]string{"job.description": "Højst 8 kilo."})
	p.employee.press(p.employee.get(p.employeePlace+"/underskrift"), "Underskriv og send", nil).says(t, "Blad 1 er underskrevet og sendt")
	p.employee.get(p.employeePlace).says(t, "Kommunen er i gang")
}

func TestDismissedCase(t *testing.T) {
	p := signed(t)
	p.must(p.cases.Dismiss(t.Context(), p.staff(auth.Issuer), p.id, casework.Any, "Der er ingen bevilling."))
	p.employee.get(p.employeePlace).says(t, "afsluttet sagen uden en vurdering", "Der er ingen bevilling.", "Du kan klage over afgørelsen", "21. december 2026")
	theirs := p.company.get(p.companyPlace)
	theirs.says(t, "afsluttet sagen uden en vurdering")
	theirs.hides(t, "Der er ingen bevilling.", "klage over afgørelsen")
}

// TestRuleR3Forwarded: the parties are told where the case went.
func TestRuleR3Forwarded(t *testing.T) {
	p := signed(t)
	p.must(p.cases.Forward(t.Context(), p.staff(auth.Caseworker), p.id, casework.Any, away, "Du er flyttet."))
	p.employee.get(p.employeePlace).says(t, "Sagen er sendt videre", "fra Ærø Kommune til Langeland Kommune", "Du er flyttet.")
	theirs := p.company.get(p.companyPlace)
	theirs.says(t, "fra Ærø Kommune til Langeland Kommune")
	theirs.hides(t, "Du er flyttet.")
}

// TestDelayedAndClosed: a new date is told in the case; after the end the case
// can still be read.
func TestDelayedAndClosed(t *testing.T) {
	p := signed(t)
	p.act(auth.Caseworker, flexjob.PostponeAnswer{Until: ident.NewDate(2027, 1, 5), Reason: "Vi venter på en oplysning om helbred."})
	p.employee.get(p.employeePlace).says(t, "senest 5. januar 2027", "Vi venter på en oplysning")
	theirs := p.company.get(p.companyPlace)
	theirs.says(t, "senest 5. januar 2027")
	theirs.hides(t, "oplysning om helbred")
	p.issue("", blad2Values)
	p.act(auth.Caseworker, flexjob.CloseCase{Reason: "Aftalen er indgået."})
	p.employee.get(p.employeePlace).says(t, "Sagen er afsluttet", "Bortfaldet", "7,5 timer om ugen", "Du kan klage over vurderingen")
	p.company.get(p.companyPlace).says(t, "Sagen er afsluttet", "7,5 timer om ugen")
}

// TestTurns: the case's page says whose turn it is at each point of Blad 1.
func TestTurns(t *testing.T) {
	p := inCase(t)
	p.employee.get(p.employeePlace).says(t, "Det er din tur", "6 felter")
	p.employee.press(p.employee.get(p.employeePlace+"/den-ansatte"), "Næste", employeeFields)
	p.employee.press(p.employee.get(p.employeePlace+"/jobindhold"), "Næste", jobFields)
	p.employee.get(p.employeePlace).says(t, "Det er virksomhedens tur", "4 felter")
	p.company.get(p.companyPlace).says(t, "Det er din tur", "4 felter")
	p.company.press(p.company.get(p.companyPlace+"/virksomheden"), "Næste", companyFields)
	p.company.get(p.companyPlace).says(t, "Det er den ansattes tur")
	p.employee.get(p.employeePlace).says(t, "Blad 1 er klar til underskrift")
}

// TestAloneInCase: before the other party is in, it is to be invited.
func TestAloneInCase(t *testing.T) {
	st := newSite(t)
	b := st.browser()
	way := b.press(b.get("/virksomhed"), "Begynd", nil)
	place := strings.TrimSuffix(way.path, "/gem-link")
	b.get(place).says(t, "Jeres sag", "Det er din tur", "Invitér den ansatte")
	b.press(b.get(place+"/virksomheden"), "Næste", companyFields)
	b.press(b.get(place+"/jobindhold"), "Næste", jobFields)
	b.press(b.get(place+"/den-ansatte"), "Næste", map[string]string{"employee.municipality": home})
	b.get(place).says(t, "Invitér den ansatte", "Nu skal den ansatte udfylde sine")
}
