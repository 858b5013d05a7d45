package web

import (
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/pdf/seal"
)

// A document that waits for its seal is valid, and everybody is told so in their
// own words; when it is sealed, by whom. A demonstration's seal says that it is
// one wherever it is shown.
func TestSealOnPages(t *testing.T) {
	st := newSite(t)
	sealer := st.cases.Sealer
	st.cases.Sealer = nil
	p := st.signed()
	leader := st.hire("Tove Eksempel", home, auth.TeamLeader)
	place := casePath(p.id)
	list := leader.get(staffPlace)
	list.says(t, "Ikke forseglet")
	list.hides(t, "venter på kommunens segl") // a moment is nothing to tell of
	leader.get(place).says(t, "Underskrevet, ikke forseglet", "Dokumentet er gyldigt", "Tjenesten prøver igen hvert minut")
	p.employee.get(p.employeePlace).says(t, "Gyldigt nu. Kommunens segl bliver sat på senere")
	p.company.get(p.companyPlace).hides(t, "segl") // its copy has none
	st.now = st.now.Add(20 * time.Minute)
	list = leader.get(staffPlace)
	list.says(t, "1 sag venter på kommunens segl", "Den første har ventet 20 minutter")
	if !strings.Contains(list.Body.String(), `<a href="`+place+`">Sag 2026-`) {
		t.Errorf("the list does not lead to the case:\n%s", list.Body)
	}

	st.cases.Sealer = sealer
	st.must(st.cases.SealWaiting(t.Context()))
	leader.get(staffPlace).hides(t, "Ikke forseglet", "venter på kommunens segl")
	leader.get(place).hides(t, "ikke forseglet")
	for name, page := range map[string]*answer{"the jobcenter's": leader.get(place), "the employee's": p.employee.get(p.employeePlace)} {
		if !strings.Contains(page.words(), "Forseglet til demonstration: "+seal.DemoName) {
			t.Errorf("%s page does not say that the seal is a demonstration's:\n%s", name, page.words())
		}
	}
}
