package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestIssueForTheEmployeeAlone: where the parties asked for no copy for the
// company, none is shown, and its address is no page.
func TestIssueForTheEmployeeAlone(t *testing.T) {
	p := filled(t)
	job := p.company.get(p.companyPlace + "/jobindhold")
	r := multipartRequest(t, p.companyPlace+"/jobindhold", map[string][]string{"old.assessment.sendToCompany": {"ja"}, "then": {"next"}})
	if got := p.company.follow(r); got.Code != http.StatusOK || job.Code != http.StatusOK {
		t.Fatalf("taking the tick away: %d", got.Code)
	}
	p.employee.press(p.employee.get(p.employeePlace+"/underskrift"), "Underskriv og send", nil)
	issuer := p.hire("Ulrik Damgaard", home, "caseworker", "issuer")
	place := "/jobcenter/sager/" + p.id
	issuer.press(issuer.get(place+"/bekraeft-identitet"), "Bekræft identiteten", nil)
	issuer.press(issuer.get(place+"/bekraeft-bevilling"), "Bekræft bevillingen", nil)
	issuer.press(issuer.press(issuer.get(place), "Begynd blad 2", nil), "Gem kladde", writtenBlad2)

	review := issuer.get(place + "/udsted")
	review.says(t, "Den ansattes eksemplar", "Parterne har ikke bedt om et eksemplar til virksomheden")
	review.hides(t, "Virksomhedens eksemplar", "I virksomhedens eksemplar")
	own := regexp.MustCompile(place + `/udsted/[0-9a-f]{64}/ansat`).FindString(review.Body.String())
	if got := issuer.send(request("GET", own, "")); got.Code != http.StatusOK {
		t.Errorf("the employee's copy: %d", got.Code)
	}
	if got := issuer.send(request("GET", strings.TrimSuffix(own, "ansat")+"virksomhed", "")); got.Code != http.StatusNotFound {
		t.Errorf("the company's copy that there is not: %d, want 404", got.Code)
	}
	issuer.press(review, "Udsted blad 2", nil).says(t, "Blad 2 er udstedt")
	other := p.company.get(p.companyPlace)
	other.says(t, "Vurderingen er klar", "vurderingen ligger hos den ansatte")
	other.hides(t, "Blad 2, kommunens vurdering", "Læs kommunens vurdering herunder")
}
