package auth

import (
	"slices"
	"strings"

	"ab325/internal/flexjob"
)

// A Fact is a kind of thing that a case holds.
type Fact string

// The facts of a case, as far as who sees them differs.
const (
	FactBlad1         Fact = "blad1"          // its values, but the CPR number
	FactCPR           Fact = "cpr"            // the whole CPR number
	FactEmployeeData  Fact = "employee-data"  // the employee's address, e-mail, phone
	FactCompanyData   Fact = "company-data"   // the company's address and e-mail
	FactBlad2         Fact = "blad2"          // an issued Blad 2
	FactBlad2Draft    Fact = "blad2-draft"    // one being written
	FactMaterial      Fact = "material"       // what the assessment rests on, grant, visitation
	FactConsentState  Fact = "consent-state"  // where each consent stands
	FactConsentLedger Fact = "consent-ledger" // who answered what, when, to which words
	FactComplaint     Fact = "complaint"      // the last day to complain; complaints
	FactCorrections   Fact = "corrections"    // what the parties ask of each other
	FactAttachments   Fact = "attachments"    // the job's description
	FactSignature     Fact = "signature"      // when it was signed, and how surely
	FactReturnReason  Fact = "return-reason"  // what the jobcenter wants corrected
	FactEndReason     Fact = "end-reason"     // why a case ended without assessment
	FactDisqualified  Fact = "disqualified"   // who must not touch the case
	FactTimeline      Fact = "timeline"       // what happened, when
	FactLog           Fact = "log"            // who looked, and when
)

// A Viewer is who the table of visibility tells apart.
type Viewer string

// The viewers.
const (
	EmployeeView      Viewer = "employee"
	CompanyView       Viewer = "company"
	CaseworkerView    Viewer = "caseworker"
	LeaderView        Viewer = "leader"
	AdministratorView Viewer = "administrator"
	AuditorView       Viewer = "auditor"
)

var (
	both = []Viewer{EmployeeView, CompanyView}
	desk = []Viewer{CaseworkerView, LeaderView}
	all  = append(slices.Clone(both), desk...)
)

// sees is the table of who sees what. The company sees Blad 1, its copy of
// Blad 2, the two consents' state and joint requests; never a complaint, a
// report of changes, notes, or the full CPR number.
var sees = map[Fact][]Viewer{
	FactBlad1:        all,
	FactCPR:          append([]Viewer{EmployeeView}, desk...),
	FactEmployeeData: append([]Viewer{EmployeeView}, desk...),
	FactCompanyData:  all,
	FactBlad2:        all,
	FactBlad2Draft:   desk,
	// «hvilke oplysninger og argumenter» (R33)
	FactMaterial:      append([]Viewer{EmployeeView}, desk...),
	FactConsentState:  all,
	FactConsentLedger: append([]Viewer{EmployeeView}, desk...),
	// «Den ansatte har mulighed for at klage over vurderingen» (R25); the company has not.
	FactComplaint:    append([]Viewer{EmployeeView}, desk...),
	FactCorrections:  both,
	FactAttachments:  all,
	FactSignature:    all,
	FactReturnReason: all,
	FactEndReason:    append([]Viewer{EmployeeView}, desk...),
	FactDisqualified: desk,
	FactTimeline:     all,
	FactLog:          {EmployeeView, AuditorView}, // of the own case: «hvilke oplysninger kommunen har om dig» (R27)
}

// Facts returns every fact of the table, sorted.
func Facts() []Fact {
	facts := make([]Fact, 0, len(sees))
	for f := range sees {
		facts = append(facts, f)
	}
	slices.Sort(facts)
	return facts
}

// Viewers returns every viewer.
func Viewers() []Viewer {
	return []Viewer{EmployeeView, CompanyView, CaseworkerView, LeaderView, AdministratorView, AuditorView}
}

// Sees reports whether the actor sees the fact in a case that it may open.
func (a Actor) Sees(f Fact) bool {
	return slices.ContainsFunc(a.views(), func(v Viewer) bool { return slices.Contains(sees[f], v) })
}

// views returns the columns of the table that the actor has.
func (a Actor) views() []Viewer {
	switch {
	case a.Provider == PartyLink && a.Party == flexjob.Employee:
		return []Viewer{EmployeeView}
	case a.Provider == PartyLink && a.Party == flexjob.Company:
		return []Viewer{CompanyView}
	}
	var v []Viewer
	if a.Has(Caseworker, Issuer) {
		v = append(v, CaseworkerView)
	}
	if a.Has(TeamLeader) {
		v = append(v, LeaderView)
	}
	if a.Has(Administrator) {
		v = append(v, AdministratorView)
	}
	if a.Has(Auditor) {
		v = append(v, AuditorView)
	}
	return v
}

// FieldFact returns the fact that a field of the form belongs to.
func FieldFact(id string) Fact {
	switch prefix, _, _ := strings.Cut(id, "."); {
	case id == "employee.cpr":
		return FactCPR
	case slices.Contains([]string{"employee.address", "employee.email", "employee.phone", "employee.digitalPostExempt", "employee.addressProtected"}, id):
		return FactEmployeeData
	case id == "assessment.recipient": // the company's copy is addressed to the company
		return FactEmployeeData
	case id == "company.address" || id == "company.email":
		return FactCompanyData
	case prefix == "grant" || prefix == "visitation" || id == "assessment.material":
		return FactMaterial
	case strings.HasPrefix(id, "assessment.sendTo"):
		return FactBlad1
	case prefix == "assessment" || id == "jobcenter.contactPerson" || id == "jobcenter.phoneOrEmail":
		return FactBlad2
	case prefix == "consent":
		return FactConsentState
	}
	return FactBlad1
}
