package web

import (
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"ab325/internal/flexjob"
	"ab325/internal/pdf/pdftest"
)

// TestRuleR2SignedAsShown: what is signed is the document that was shown. One
// that changed meanwhile is shown anew, and nothing is signed.
func TestRuleR2SignedAsShown(t *testing.T) {
	p := filled(t)
	page := p.employee.get(p.employeePlace + "/underskrift")
	before := inputNamed(page.root, "hash")
	p.company.press(p.company.get(p.companyPlace+"/jobindhold"), "Gem kladde", map[string]string{"job.title": "Altmuligmand"})
	if got := p.employee.send(request("GET", p.employeePlace+"/underskrift/"+before, "")); got.Code != http.StatusConflict {
		t.Errorf("the old document: %d, want 409", got.Code)
	}
	got := p.employee.press(page, "Underskriv og send", nil)
	if got.Code != http.StatusConflict || inputNamed(got.root, "hash") == before {
		t.Fatalf("%d with hash %s", got.Code, inputNamed(got.root, "hash"))
	}
	got.says(t, "Blad 1 ser anderledes ud nu", "Du har ikke underskrevet")
	shown := p.employee.send(request("GET", p.employeePlace+"/underskrift/"+inputNamed(got.root, "hash"), "")).Body.String()
	p.employee.press(got, "Underskriv og send", nil).says(t, "Blad 1 er underskrevet og sendt")
	kept := p.employee.send(request("GET", p.employeePlace+"/dokument/blad1-1", "")).Body.String()
	record := p.stored(p.id).Signed().Document.Size // the seal is behind it
	said, code := pdftest.Transcript([]byte(kept[:min(record, len(kept))])), regexp.MustCompile(`(?m)^.*Kontrolkode: .*\n`)
	if code.ReplaceAllString(said, "") != pdftest.Transcript([]byte(shown)) || !code.MatchString(said) || len(kept) <= record {
		t.Error("the document that is kept is not the one that was shown, with a code")
	}
}

// TestSignerName: the name that is signed with stands in the document.
func TestSignerName(t *testing.T) {
	p := filled(t)
	page := p.employee.get(p.employeePlace + "/underskrift")
	for _, bad := range []string{" ", strings.Repeat("Å", 141), "Åse 漢"} {
		got := p.employee.press(page, "Underskriv og send", map[string]string{signerField: bad})
		if got.Code != http.StatusUnprocessableEntity || !summaryLinks(got, signerField) || got.value(signerField) != strings.TrimSpace(bad) {
			t.Errorf("signing as %.20q: %d, shown %.20q", bad, got.Code, got.value(signerField))
		}
	}
	other := p.employee.press(page, "Underskriv og send", map[string]string{signerField: "Åse K. Kjærgård"})
	if other.Code != http.StatusConflict || other.value(signerField) != "Åse K. Kjærgård" {
		t.Fatalf("another name: %d %q", other.Code, other.value(signerField))
	}
	p.employee.press(other, "Underskriv og send", nil).says(t, "Blad 1 er underskrevet og sendt")
	v, err := p.cases.Look(t.Context(), p.actorOf(p.employee, p.employeePlace), p.id)
	p.must(err)
	if got := v.Case.Signed().Name; got != "Åse K. Kjærgård" {
		t.Errorf("signed by %q", got)
	}
}

// TestUnfinishedIsNotSigned: with something missing, the summary says what.
func TestUnfinishedIsNotSigned(t *testing.T) {
	p := inCase(t)
	p.employee.press(p.employee.get(p.employeePlace+"/den-ansatte"), "Næste", employeeFields)
	got := p.employee.get(p.employeePlace + "/underskrift")
	if got.below(p.employeePlace) != "/opsummering" {
		t.Fatalf("on %s", got.path)
	}
	got.says(t, "Der mangler noget", "Indtast stillingsbetegnelse", "Virksomheden skal udfylde eller rette", "CVR-nummer")
	hash := hex.EncodeToString(make([]byte, 32))
	post := p.employee.follow(request("POST", p.employeePlace+"/underskrift", "hash="+hash+"&signature.name=%C3%85se+Kj%C3%A6rg%C3%A5rd", "Content-Type", "application/x-www-form-urlencoded"))
	if post.below(p.employeePlace) != "/opsummering" {
		t.Errorf("signing all the same ends on %s", post.path)
	}
	if got := p.employee.follow(request("GET", p.employeePlace+"/kvittering", "")); got.Code != http.StatusConflict {
		t.Errorf("a receipt of nothing: %d, want 409", got.Code)
	}
}

// TestRuleR34AnswerIsExpectedAndLate: the receipt says when an answer is to be
// expected; later the page says that it is late.
func TestRuleR34AnswerIsExpectedAndLate(t *testing.T) {
	p := signed(t)
	p.employee.get(p.employeePlace+"/kvittering").says(t, "Du kan vente svar senest 7. december 2026")
	p.company.get(p.companyPlace).says(t, "I kan vente svar senest 7. december 2026")
	p.now = p.now.AddDate(0, 0, 14)
	p.renew()
	p.employee.get(p.employeePlace).hides(t, "Det er forsinket")
	p.now = p.now.AddDate(0, 0, 1)
	p.renew()
	p.employee.get(p.employeePlace).says(t, "Svaret skulle være kommet senest 7. december 2026", "Det er forsinket")
}

// TestRuleR4CompanySignsNothing: no page of the company's leads to a signature.
func TestRuleR4CompanySignsNothing(t *testing.T) {
	p := filled(t)
	for _, path := range []string{"", "/opsummering", "/virksomheden"} {
		page := p.company.get(p.companyPlace + path)
		page.says(t, map[string]string{"": "Virksomheden skal ikke underskrive", "/opsummering": "Virksomheden skal ikke underskrive", "/virksomheden": "Virksomheden skal ikke underskrive blad 1"}[path])
		page.hides(t, "/underskrift")
	}
	if steps[len(steps)-1].party != flexjob.Employee {
		t.Error("the company has the step for signing")
	}
}
