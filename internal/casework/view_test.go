package casework_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/pdf/read/readtest"
	"ab325/internal/problem"
)

// What the views hold is what the table of visibility says, fact by fact: a
// case with a mark in every fact is looked at by everybody who may open it.
func TestViewsShowWhatTheTableSays(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	o.save(employee, id, map[string]string{"employee.address": "MARK-EMPLOYEE-DATA"})
	o.save(company, id, map[string]string{"company.address": "MARK-COMPANY-DATA"})
	o.must(o.Do(t.Context(), company, id, casework.Any, flexjob.AskCorrection{ID: "k1", Field: "job.title", Comment: "MARK-CORRECTION"}))
	o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.AnswerConsent{Purpose: flexjob.CopyToUnion, Given: true, Wording: "MARK-LEDGER"}))
	o.must(o.Attach(t.Context(), company, id, "MARK-ATTACHMENT.pdf", readtest.Page("")))
	o.sign(employee, id)
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.ReturnBlad1{Reason: "MARK-RETURN"}))
	o.sign(employee, id)
	for _, act := range []flexjob.Act{flexjob.ConfirmIdentity{}, flexjob.ConfirmGrant{}} {
		o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, act))
	}
	err := o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.Disqualify{Staff: "s9"})
	want(t, "a caseworker keeping another out", err, problem.Forbidden)
	o.must(o.Do(t.Context(), o.leader, id, casework.Any, flexjob.Disqualify{Staff: "s9", Reason: "MARK-DISQUALIFIED"}))
	o.must(o.StartBlad2(t.Context(), o.caseworker, id, casework.Any, ""))
	o.save(o.caseworker, id, blad2Part)
	o.must(saveOver(o, id, "assessment.material", blad2Part["assessment.material"], "MARK-MATERIAL"))
	o.must(saveOver(o, id, "assessment.justification", blad2Part["assessment.justification"], "MARK-BLAD2"))
	o.issue(id)
	o.must(o.StartBlad2(t.Context(), o.caseworker, id, casework.Any, "MARK-DRAFT"))
	lastDay := `"LastDay":"2026-12-21"`
	marks := map[string]auth.Fact{
		"610170-0559": auth.FactCPR, "MARK-EMPLOYEE-DATA": auth.FactEmployeeData, "MARK-COMPANY-DATA": auth.FactCompanyData, "MARK-CORRECTION": auth.FactCorrections,
		"MARK-LEDGER": auth.FactConsentLedger, "MARK-ATTACHMENT": auth.FactAttachments, "MARK-RETURN": auth.FactReturnReason, "MARK-DISQUALIFIED": auth.FactDisqualified,
		"MARK-MATERIAL": auth.FactMaterial, "MARK-BLAD2": auth.FactBlad2, "MARK-DRAFT": auth.FactBlad2Draft, lastDay: auth.FactComplaint, "Gartner": auth.FactBlad1,
		`"State":"given"`: auth.FactConsentState,
	}
	for who, actor := range map[auth.Viewer]auth.Actor{auth.EmployeeView: employee, auth.CompanyView: company, auth.CaseworkerView: o.caseworker, auth.LeaderView: o.leader} {
		v := o.look(actor, id)
		b, err := json.Marshal(v.Case)
		o.must(err)
		for mark, fact := range marks {
			if got, want := strings.Contains(string(b), mark), actor.Sees(fact); got != want {
				t.Errorf("%s finds %q in the view: %v, want %v (%s)", who, mark, got, want, fact)
			}
		}
		if got := o.look(actor, id).Case.Blad1["employee.cpr"].Value; got != "610170-0559" && got != "610170-XXXX" {
			t.Errorf("%s sees the CPR number as %q", who, got)
		}
	}
}

func saveOver(o *office, id, field, old, text string) error {
	saved, err := o.Save(o.t.Context(), o.caseworker, id, []flexjob.Change{{Field: field, Old: old, New: text}})
	if len(saved.Conflicts) > 0 {
		o.t.Fatalf("conflicts: %v", saved.Conflicts)
	}
	return err
}

// No copy that the company fetches has the CPR number, as text or otherwise:
// the text of our documents is not compressed.
func TestTheCompanysCopiesAreMasked(t *testing.T) {
	o := open(t)
	employee, company, id := o.assessed()
	o.issue(id)
	find := func(who auth.Actor, kind casework.DocumentKind) []byte {
		for _, d := range o.look(who, id).Documents {
			if d.Kind == kind && (d.To == "" || d.To == who.Party) {
				f, err := o.Fetch(t.Context(), who, id, d.ID)
				o.must(err)
				return f.Bytes
			}
		}
		t.Fatalf("no %s for %s", kind, who.Party)
		return nil
	}
	serial := utf16("0559")
	for _, kind := range []casework.DocumentKind{casework.SignedBlad1, casework.IssuedBlad2} {
		if !strings.Contains(string(find(employee, kind)), serial) {
			t.Errorf("the employee's %s has not the whole CPR number: the test looks wrong", kind)
		}
		if strings.Contains(string(find(company, kind)), serial) {
			t.Errorf("the company's %s has the whole CPR number", kind)
		}
	}
	for _, d := range o.look(employee, id).Documents {
		if d.To == flexjob.Company {
			t.Errorf("the employee is offered the company's %s", d.ID)
		}
	}
	_, err := o.Fetch(t.Context(), company, id, "blad2-"+o.look(employee, id).Case.Standing().ID+"-employee")
	want(t, "the company fetching the employee's copy", err, problem.NotFound)
}

// utf16 returns s as the documents' fonts write it.
func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r >> 8))
		b.WriteByte(byte(r))
	}
	return b.String()
}

// A wrong CPR number may still be most of a right one.
func TestAWrongCPRIsNotShownToTheCompany(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	saved, err := o.Save(t.Context(), employee, id, []flexjob.Change{{Field: "employee.cpr", New: "610170-05599"}})
	o.must(err)
	if len(saved.Warnings) != 1 {
		t.Errorf("warnings = %v, want one", saved.Warnings)
	}
	if got, ok := o.look(company, id).Case.Blad1["employee.cpr"]; ok {
		t.Errorf("the company sees %q", got.Value)
	}
	if got := o.look(employee, id).Case.Blad1["employee.cpr"].Value; got != "610170-05599" {
		t.Errorf("the employee's draft holds %q", got)
	}
}

// The other party's registered address is its own.
func TestAddressesAreOnesOwn(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	if got := o.look(company, id).Case.Member(flexjob.Employee).Address; got != "" {
		t.Errorf("the company sees the employee's address %q", got)
	}
	if got := o.look(employee, id).Case.Member(flexjob.Employee).Address; got != "ase@example.dk" {
		t.Errorf("the employee sees its own address as %q", got)
	}
}

func TestRuleR33TheMaterialIsShownToTheEmployee(t *testing.T) {
	o := open(t)
	employee, company, id := o.assessed()
	o.issue(id)
	if got := o.look(employee, id).Case.Standing().Issue.Values["assessment.material"]; got != blad2Part["assessment.material"] {
		t.Errorf("the employee sees the material as %q", got)
	}
	if got, ok := o.look(company, id).Case.Standing().Issue.Values["assessment.material"]; ok {
		t.Errorf("the company sees the material: %q", got)
	}
}

// Why somebody did something may say how the employee is: the company is told
// that it was done. Neither does it get the hash of a document that has the
// CPR number in it, which four digits could be tried against.
func TestReasonsAreNotTheCompanys(t *testing.T) {
	o := open(t)
	employee, company, id := o.assessed()
	o.issue(id)
	o.must(o.StartBlad2(t.Context(), o.caseworker, id, casework.Any, "MARK-AGAIN"))
	o.save(o.caseworker, id, nil)
	o.issue(id)
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.CloseCase{Reason: "MARK-CLOSE"}))
	seen := func(who auth.Actor, id string) string {
		b, err := json.Marshal(o.look(who, id).Case)
		o.must(err)
		return string(b)
	}
	for _, mark := range []string{"MARK-AGAIN", "MARK-CLOSE"} {
		if !strings.Contains(seen(employee, id), mark) || strings.Contains(seen(company, id), mark) {
			t.Errorf("%s is to be seen by the employee alone", mark)
		}
	}
	if c := o.look(company, id).Case; c.Grant != nil || c.Signatures[0].Document != (flexjob.Document{}) {
		t.Errorf("the company sees the grant %+v and the document %+v", c.Grant, c.Signatures[0].Document)
	}
	employee, company, id = o.sent()
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.PostponeAnswer{Until: ident.NewDate(2027, 1, 4), Reason: "MARK-DELAY"}))
	o.must(o.Forward(t.Context(), o.caseworker, id, casework.Any, other, "MARK-FORWARD"))
	o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.Withdraw{Reason: "MARK-WITHDRAW"}))
	for _, mark := range []string{"MARK-DELAY", "MARK-FORWARD", "MARK-WITHDRAW"} {
		if !strings.Contains(seen(employee, id), mark) || strings.Contains(seen(company, id), mark) {
			t.Errorf("%s is to be seen by the employee alone", mark)
		}
	}
	_, company, id = o.parties()
	o.must(o.Do(t.Context(), company, id, casework.Any, flexjob.Withdraw{Reason: "MARK-OWN"}))
	if !strings.Contains(seen(company, id), "MARK-OWN") {
		t.Error("the company does not see its own reason")
	}
}

func TestRuleR25OnlyTheEmployeeIsToldOfComplaints(t *testing.T) {
	o := open(t)
	employee, company, id := o.assessed()
	o.issue(id)
	if _, ok := o.look(employee, id).Case.ComplaintStands(); !ok {
		t.Error("the employee has no decision to complain of")
	}
	if k, _ := o.look(company, id).Case.ComplaintStands(); k != (flexjob.Complaint{}) {
		t.Errorf("the company sees %+v", k)
	}
}

func TestPartsSayWhoseTurnItIs(t *testing.T) {
	o := open(t)
	employee, _, id := o.parties()
	o.save(employee, id, employeePart)
	got := o.look(employee, id).MissingParts
	if want := []casework.Part{{Party: flexjob.Employee}, {Party: flexjob.Company, Fields: len(companyPart)}}; !slices.Equal(got, want) {
		t.Errorf("parts = %v, want %v", got, want)
	}
}
