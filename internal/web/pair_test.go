package web

import (
	"strings"
	"testing"
)

// A pair is two parties of one case, each in a browser of their own.
type pair struct {
	*site
	employee, company           *browser
	id                          string
	employeePlace, companyPlace string
}

// inCase begins a case in which both parties are.
func inCase(t *testing.T) *pair {
	t.Helper()
	return newSite(t).inCase()
}

func (st *site) inCase() *pair {
	st.t.Helper()
	p := &pair{site: st, employee: st.browser(), company: st.browser()}
	way := p.employee.press(p.employee.get("/ansat"), "Begynd", map[string]string{"address": "aase@eksempel.example"})
	p.employeePlace = strings.TrimSuffix(way.path, "/gem-link")
	p.id = strings.TrimPrefix(p.employeePlace, "/ansat/")
	p.companyPlace = "/virksomhed/" + p.id
	invitation := p.employee.press(p.employee.get(p.employeePlace+"/inviter"), "Lav et link og en kode", nil)
	p.company.press(p.company.get("/adgang"), "Åbn sagen", map[string]string{"code": invitation.value("way-code")})
	return p
}

var (
	employeeFields = map[string]string{"employee.municipality": home, "employee.name": "Åse Kjærgård", "employee.cpr": "610170-0559"}
	companyFields  = map[string]string{"company.name": "Planteriget I/S", "company.cvr": "99990007", "company.contactPerson": "Maria Vest", "company.phone": "12345678"}
	jobFields      = map[string]string{"job.title": "Gartner", "job.startDate": "1.12.2026", "job.description": "Luge og vande i væksthuset."}
)

// filled is inCase with a Blad 1 that can be signed.
func filled(t *testing.T) *pair {
	t.Helper()
	return newSite(t).filled()
}

func (st *site) filled() *pair {
	st.t.Helper()
	p := st.inCase()
	p.employee.press(p.employee.get(p.employeePlace+"/den-ansatte"), "Næste", employeeFields)
	p.company.press(p.company.get(p.companyPlace+"/virksomheden"), "Næste", companyFields)
	p.company.press(p.company.get(p.companyPlace+"/jobindhold"), "Næste", jobFields)
	return p
}

// signed is filled with a Blad 1 that was signed and sent.
func signed(t *testing.T) *pair {
	t.Helper()
	return newSite(t).signed()
}

func (st *site) signed() *pair {
	st.t.Helper()
	p := st.filled()
	if got := p.employee.press(p.employee.get(p.employeePlace+"/underskrift"), "Underskriv og send", nil); got.below(p.employeePlace) != "/kvittering" {
		st.t.Fatalf("signing ends on %s: %s", got.path, got.words())
	}
	return p
}
