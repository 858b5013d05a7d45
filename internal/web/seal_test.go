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
	waiting := leader.get(list.link(t, "Vis de sager, der mangler segl"))
	waiting.says(t, "Mangler segl 1", "1 sag ", "Sorteret efter, hvor længe sagerne har ventet på seglet")
	leader.get(staffPlace+"?vis=uforseglet&ledige=1&over=1&efter=nummer").says(t, "Mangler segl 1", "1 sag ", "Sorteret efter, hvor længe")
	if !strings.Contains(waiting.Body.String(), `<a href="`+place+`">`) {
		t.Errorf("the list of those that wait does not lead to the case:\n%s", waiting.Body)
	}

	st.cases.Sealer = sealer
	st.must(st.cases.SealWaiting(t.Context()))
	leader.get(staffPlace).hides(t, "Ikke forseglet", "venter på kommunens segl", "Mangler segl")
	leader.get(staffPlace+"?vis=uforseglet").says(t, "Mangler segl 0", "Der er ingen sager her")
	leader.get(place).hides(t, "ikke forseglet")
	for name, page := range map[string]*answer{"the jobcenter's": leader.get(place), "the employee's": p.employee.get(p.employeePlace)} {
		if !strings.Contains(page.words(), "Forseglet til demonstration: "+seal.DemoName) {
			t.Errorf("%s page does not say that the seal is a demonstration's:\n%s", name, page.words())
		}
	}
}
