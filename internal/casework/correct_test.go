package casework_test

import (
	"testing"

	"ab325/internal/problem"
)

// What may be asked for again: the other's own fields of Blad 1 that one sees.
// Nobody may press for a consent (R10), nor ask about what one does not see.
func TestAskCorrection(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	for field, want := range map[string]problem.Kind{
		"employee.name": "", "employee.cpr": "",
		"consent.agreementToUnion": problem.NotFound, "consent.agreementToJobcenter": problem.NotFound, "signature.name": problem.NotFound,
		"employee.address": problem.NotFound, "employee.addressProtected": problem.NotFound,
		"company.name": problem.NotFound, "job.title": problem.NotFound, "assessment.justification": problem.NotFound, "x": problem.NotFound,
	} {
		if got := problem.Of(o.AskCorrection(t.Context(), company, id, field, "Se efter igen")); got != want {
			t.Errorf("the company asks about %s: %q, want %q", field, got, want)
		}
	}
	if err := o.AskCorrection(t.Context(), employee, id, "company.email", "Se efter igen"); err != nil {
		t.Errorf("the employee asks about company.email: %v", err)
	}
}

// Wishes do not fill a case without end.
func TestCorrectionsAreBounded(t *testing.T) {
	o := open(t)
	_, company, id := o.parties()
	for i := range 1000 {
		err := o.AskCorrection(t.Context(), company, id, "employee.name", "Se efter igen")
		if problem.Of(err) == problem.NotNow && i >= 100 {
			return
		}
		o.must(err)
	}
	t.Error("1000 wishes in one case")
}
