package auth

import (
	"slices"
	"testing"

	"ab325/internal/flexjob"
	"ab325/internal/form"
)

// viewers returns one actor for each column of the table.
func viewers() map[Viewer]Actor {
	staff := func(r Role) Actor {
		return Actor{Provider: StaffAccount, Subject: "s1", Roles: []Role{r}, Municipality: "0265"}
	}
	link := func(p flexjob.Party) Actor { return Actor{Provider: PartyLink, Subject: "l1", Party: p, Case: "c1"} }
	return map[Viewer]Actor{
		EmployeeView: link(flexjob.Employee), CompanyView: link(flexjob.Company), CaseworkerView: staff(Caseworker),
		LeaderView: staff(TeamLeader), AdministratorView: staff(Administrator), AuditorView: staff(Auditor),
	}
}

// Every cell of the table, written out apart from it: employee, company,
// caseworker, leader, administrator, auditor; x sees, - does not.
func TestVisibility(t *testing.T) {
	want := map[Fact]string{
		FactBlad1:         "xxxx--",
		FactCPR:           "x-xx--",
		FactEmployeeData:  "x-xx--",
		FactCompanyData:   "xxxx--",
		FactBlad2:         "xxxx--",
		FactBlad2Draft:    "--xx--",
		FactMaterial:      "x-xx--",
		FactConsentState:  "xxxx--",
		FactConsentLedger: "x-xx--",
		FactComplaint:     "x-xx--",
		FactCorrections:   "xx----",
		FactAttachments:   "xxxx--",
		FactSignature:     "xxxx--",
		FactReturnReason:  "xxxx--",
		FactEndReason:     "x-xx--",
		FactDisqualified:  "--xx--",
		FactTimeline:      "xxxx--",
		FactLog:           "x----x",
	}
	for _, f := range Facts() {
		cells, ok := want[f]
		if !ok {
			t.Errorf("%s is not in the test's table", f)
			continue
		}
		for i, v := range Viewers() {
			if got, want := viewers()[v].Sees(f), cells[i] == 'x'; got != want {
				t.Errorf("%s sees %s = %v, want %v", v, f, got, want)
			}
		}
	}
	if got, want := len(Facts()), len(want); got != want {
		t.Errorf("%d facts, want %d", got, want)
	}
}

func TestStrangersSeeNothing(t *testing.T) {
	for _, who := range []Actor{{}, {Provider: StaffAccount, Roles: Roles()}, {Provider: PartyLink}, System()} {
		for _, f := range Facts() {
			if who.Sees(f) {
				t.Errorf("%+v sees %s", who, f)
			}
		}
	}
}

func TestFieldFact(t *testing.T) {
	for id, want := range map[string]Fact{
		"employee.name": FactBlad1, "employee.cpr": FactCPR, "employee.address": FactEmployeeData, "employee.phone": FactEmployeeData, "assessment.recipient": FactEmployeeData,
		"company.name": FactBlad1, "company.email": FactCompanyData, "job.description": FactBlad1, "consent.agreementToUnion": FactConsentState,
		"assessment.sendTo": FactBlad1, "assessment.hoursPerWeek": FactBlad2, "assessment.material": FactMaterial,
		"visitation.difference": FactMaterial, "grant.kind": FactMaterial,
	} {
		if got := FieldFact(id); got != want {
			t.Errorf("FieldFact(%s) = %s, want %s", id, got, want)
		}
	}
}

func received(municipality string) *flexjob.Case {
	return &flexjob.Case{
		ID: "c1", Municipality: municipality,
		Members:    map[flexjob.Party]*flexjob.Member{flexjob.Employee: {}, flexjob.Company: {}},
		Signatures: []flexjob.Signature{{Values: form.Values{}}},
		Receipts:   []flexjob.Receipt{{Municipality: municipality}},
	}
}

func TestOpen(t *testing.T) {
	c, draft := received("0265"), &flexjob.Case{ID: "c1", Municipality: "0265", Members: received("").Members}
	kept := received("0265")
	kept.Disqualified = []flexjob.Disqualification{{Staff: "s1"}}
	for v, who := range viewers() {
		parties := slices.Contains([]Viewer{EmployeeView, CompanyView}, v)
		desk := slices.Contains([]Viewer{CaseworkerView, LeaderView}, v)
		for _, test := range []struct {
			what string
			c    *flexjob.Case
			want bool
		}{
			{"a received case", c, parties || desk},
			{"a draft", draft, parties},
			{"another municipality's case", received("0101"), parties},
			{"another case", &flexjob.Case{ID: "c2", Municipality: "0265", Members: c.Members, Receipts: c.Receipts}, desk},
			{"a case it is kept from", kept, parties},
			{"a case it is not in yet", &flexjob.Case{ID: "c1"}, false},
		} {
			if got := who.Open(test.c) == nil; got != test.want {
				t.Errorf("%s opens %s = %v, want %v", v, test.what, got, test.want)
			}
		}
	}
}

// Who may do what among staff, written out apart from the table: caseworker,
// issuer, leader.
func TestWork(t *testing.T) {
	want := map[flexjob.ActName]string{
		flexjob.RegisterAddressName: "xxx", flexjob.ReceiveName: "xxx", flexjob.ReturnName: "xxx", flexjob.DismissName: "-xx",
		flexjob.ForwardName: "xxx", flexjob.DelayName: "xxx", flexjob.AssignName: "xxx", flexjob.ConfirmIdentityName: "xxx",
		flexjob.ConfirmGrantName: "xxx", flexjob.AssessName: "xxx", flexjob.DropName: "xxx", flexjob.IssueName: "-xx",
		flexjob.RecordAgreementName: "xxx", flexjob.DisqualifyName: "xxx", flexjob.QualifyName: "--x", flexjob.CloseName: "xxx",
	}
	for _, act := range flexjob.ActNames() {
		for i, role := range []Role{Caseworker, Issuer, TeamLeader} {
			who := Actor{Provider: StaffAccount, Subject: "s1", Roles: []Role{role}, Municipality: "0265"}
			may := want[act] != "" && want[act][i] == 'x'
			if got := who.Allow(act, received("0265")) == nil; got != may {
				t.Errorf("%s may %s = %v, want %v", role, act, got, may)
			}
		}
	}
}

// One who is kept from a case does nothing in it, a leader no less: nobody
// lifts their own disqualification.
func TestDisqualifiedDoesNothing(t *testing.T) {
	c := received("0265")
	c.Disqualified = []flexjob.Disqualification{{Staff: "s1"}}
	who := Actor{Provider: StaffAccount, Subject: "s1", Roles: Roles(), Municipality: "0265"}
	for _, act := range flexjob.ActNames() {
		if who.Allow(act, c) == nil {
			t.Errorf("a disqualified leader may %s", act)
		}
	}
}
