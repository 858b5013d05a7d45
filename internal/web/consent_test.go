package web

import (
	"net/http"
	"strings"
	"testing"

	"ab325/internal/flexjob"
)

// TestRuleR9ConsentIsAskedAndRecorded: two questions, none answered before;
// what was shown and answered is in the ledger.
func TestRuleR9ConsentIsAskedAndRecorded(t *testing.T) {
	p := filled(t)
	page := p.employee.get(p.employeePlace + "/samtykke")
	for n := range page.root.Descendants() {
		if _, checked := attr(n, "checked"); checked {
			t.Error("an answer is chosen beforehand")
		}
	}
	var wordings []string
	for _, purpose := range flexjob.Purposes() {
		f, _ := edition().Form.Field(string(purpose))
		page.says(t, f.Label)
		wordings = append(wordings, f.Label)
	}
	p.employee.get(p.employeePlace + "/samtykke")
	p.employee.press(page, "Næste", map[string]string{string(flexjob.CopyToJobcenter): "ja"})
	v, err := p.cases.Look(t.Context(), p.actorOf(p.employee, p.employeePlace), p.id)
	p.must(err)
	var got []string
	for i, e := range v.Case.Consents {
		got = append(got, string(e.State))
		if e.Wording == "" || !strings.Contains(e.Wording, consentTerms) || !strings.HasPrefix(e.Wording, wordings[i%2]) {
			t.Errorf("event %d was recorded with %q", i, e.Wording)
		}
	}
	if want := "requested requested given"; strings.Join(got, " ") != want {
		t.Errorf("ledger %q, want %q", got, want)
	}
	if page := p.employee.get(p.employeePlace + "/samtykke"); !strings.Contains(page.Body.String(), "checked") {
		t.Error("the answer is not shown as chosen")
	}
}

// TestRuleR10NothingDependsOnConsent: without any answer the employee goes on
// and signs.
func TestRuleR10NothingDependsOnConsent(t *testing.T) {
	p := filled(t)
	page := p.employee.get(p.employeePlace + "/samtykke")
	page.says(t, "Det er ikke en betingelse", "dit svar har ingen betydning for vurderingen")
	next := p.employee.press(page, "Næste", nil)
	if next.below(p.employeePlace) != "/opsummering" {
		t.Errorf("without an answer one comes to %s", next.path)
	}
	p.employee.press(p.employee.get(p.employeePlace+"/underskrift"), "Underskriv og send", nil).says(t, "Blad 1 er underskrevet og sendt")
}

// TestRuleR11WithdrawInOneStep: one press on the case's page, then a receipt;
// the company is told not to send.
func TestRuleR11WithdrawInOneStep(t *testing.T) {
	p := signed(t)
	p.employee.press(p.employee.get(p.employeePlace+"/samtykke"), "Gem svar",
		map[string]string{string(flexjob.CopyToJobcenter): "ja", string(flexjob.CopyToUnion): "ja"})
	p.company.get(p.companyPlace).says(t, "I må sende en kopi, når aftalen er underskrevet")
	receipt := p.employee.press(p.employee.get(p.employeePlace), "Træk samtykket tilbage: Kopi af ansættelsesaftalen til kommunen", nil)
	receipt.says(t, "Kvittering", "Dit samtykke er trukket tilbage", "23. november 2026 kl. 10.00", "Der står ikke i sagen, at der er sendt en kopi")
	theirs := p.company.get(p.companyPlace)
	theirs.says(t, "Samtykket er trukket tilbage. Send ikke en kopi fra nu af.", "I må sende en kopi, når aftalen er underskrevet")
	theirs.hides(t, "Du gav samtykke")
	if got := p.employee.follow(request("GET", p.employeePlace+"/samtykke/kvittering/faglig-organisation", "")); got.Code != http.StatusNotFound {
		t.Errorf("a receipt of what stands: %d, want 404", got.Code)
	}
	// It can be given again.
	p.employee.press(p.employee.get(p.employeePlace+"/samtykke"), "Gem svar", map[string]string{string(flexjob.CopyToJobcenter): "ja"}).says(t, "Dit svar er gemt")
}

func TestConsentRefused(t *testing.T) {
	p := signed(t)
	p.employee.press(p.employee.get(p.employeePlace+"/samtykke"), "Gem svar", map[string]string{string(flexjob.CopyToUnion): "nej"})
	p.company.get(p.companyPlace+"/samtykke").says(t, "Ikke givet", "Send ikke en kopi", "Bed ikke den ansatte om et bestemt svar")
	for _, body := range []string{"", "purpose=alt", "purpose=consent.agreementToUnion"} {
		got := p.employee.follow(request("POST", p.employeePlace+"/samtykke/tilbage", body, "Content-Type", "application/x-www-form-urlencoded"))
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("withdrawing %q: %d, want 422", body, got.Code)
		}
	}
}

// TestRuleR54UnionIsTheAgreements: membership is not asked.
func TestRuleR54UnionIsTheAgreements(t *testing.T) {
	p := filled(t)
	p.company.press(p.company.get(p.companyPlace+"/jobindhold"), "Gem kladde", map[string]string{"union.name": "Fagforbundet Prøve"})
	p.employee.get(p.employeePlace+"/samtykke").says(t, "har overenskomsten på arbejdspladsen: Fagforbundet Prøve", "Det handler ikke om, hvorvidt du selv er medlem")
}
