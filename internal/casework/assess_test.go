package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/problem"
	"ab325/internal/store"
)

func TestRuleR1NobodysTextIsChangedUnseen(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, map[string]string{"job.title": "Gartner"})
	saved, err := o.Save(t.Context(), company, id, []flexjob.Change{{Field: "job.title", New: "Gartnermedhjælper"}, {Field: "company.name", New: "Planteriget I/S"}})
	o.must(err)
	if len(saved.Conflicts) != 1 || saved.Conflicts[0].Theirs != "Gartner" || saved.Conflicts[0].Yours != "Gartnermedhjælper" || saved.Conflicts[0].By.Party != flexjob.Employee {
		t.Errorf("conflicts = %+v", saved.Conflicts)
	}
	sheet := o.look(company, id).Case.Blad1
	if sheet["job.title"].Value != "Gartner" || sheet["company.name"].Value != "Planteriget I/S" {
		t.Errorf("stored %q and %q; the conflict is to hold back its own field alone", sheet["job.title"].Value, sheet["company.name"].Value)
	}
	if saved.Values["job.title"] != "Gartner" || saved.Values["company.name"] != "Planteriget I/S" {
		t.Errorf("the answer's new old values are %v", saved.Values)
	}
}

// What is saved is in normal form; saving the same again writes nothing.
func TestSaveAgainChangesNothing(t *testing.T) {
	o := open(t)
	employee, _, id := o.parties()
	saved := o.save(employee, id, map[string]string{"job.startDate": "1-12-2026"})
	if got := saved.Values["job.startDate"]; got != "01.12.2026" {
		t.Errorf("stored %q", got)
	}
	before, log := o.look(employee, id).Case.Revision, len(o.log(id))
	o.save(employee, id, map[string]string{"job.startDate": "01.12.2026"})
	if got := o.look(employee, id).Case.Revision; got != before || len(o.log(id)) != log {
		t.Errorf("revision %d → %d, log %d → %d", before, got, log, len(o.log(id)))
	}
}

func TestIssueIsForIssuers(t *testing.T) {
	o := open(t)
	_, _, id := o.assessed()
	_, err := o.PreviewBlad2(t.Context(), o.caseworker, id)
	want(t, "preview by a caseworker", err, problem.Forbidden)
	p, err := o.PreviewBlad2(t.Context(), o.issuer, id)
	o.must(err)
	want(t, "issuing by a caseworker", o.Issue(t.Context(), o.caseworker, id, p.Hash), problem.Forbidden)
	o.must(saveOver(o, id, "assessment.hoursPerWeek", "7,5", "8"))
	want(t, "issuing what has changed meanwhile", o.Issue(t.Context(), o.issuer, id, p.Hash), problem.Conflict)
	o.must(o.Do(t.Context(), o.issuer, id, casework.Any, flexjob.Disqualify{Staff: o.issuer.Subject}))
	want(t, "issuing by one who is disqualified", o.Issue(t.Context(), o.issuer, id, p.Hash), problem.Forbidden)
	p, err = o.PreviewBlad2(t.Context(), o.leader, id)
	o.must(err)
	o.must(o.Issue(t.Context(), o.leader, id, p.Hash))
}

// A Blad 2 that lacks something says what, letters that cannot be printed
// included.
func TestUnfinishedBlad2(t *testing.T) {
	o := open(t)
	_, _, id := o.assessed()
	for _, test := range []struct{ field, old, text string }{
		{"assessment.justification", blad2Part["assessment.justification"], ""},
		{"assessment.hoursPerWeek", "7,5", "38"},
		{"assessment.specialNeeds", "ingen", "שלום"},
		{"visitation.hours", "", "15"},
	} {
		o.must(saveOver(o, id, test.field, test.old, test.text))
		_, err := o.PreviewBlad2(t.Context(), o.issuer, id)
		field := test.field
		if field == "visitation.hours" {
			field = flexjob.DifferenceField
		}
		p, ok := problem.As(err)
		if !ok || !slices.ContainsFunc(p.Fields, func(f problem.Field) bool { return f.ID == field }) {
			t.Errorf("%s = %q: %v, want a fault at %s", test.field, test.text, err, field)
		}
		o.must(saveOver(o, id, test.field, test.text, test.old))
	}
	if _, err := o.PreviewBlad2(t.Context(), o.issuer, id); err != nil {
		t.Errorf("mended: %v", err)
	}
}

// The reason why the hours differ from the visitation is part of the printed
// justification.
func TestDifferenceIsPrinted(t *testing.T) {
	o := open(t)
	employee, _, id := o.assessed()
	o.must(saveOver(o, id, "visitation.hours", "", "15"))
	o.must(saveOver(o, id, flexjob.DifferenceField, "", "Jobbet er mere krævende."))
	o.issue(id)
	got := o.look(employee, id).Case.Standing().Issue.Values["assessment.justification"]
	if !strings.HasSuffix(got, "Afvigelse fra visitationen: Jobbet er mere krævende.") {
		t.Errorf("justification = %q", got)
	}
}

// A Blad 2 that replaces one of the same day says of when that was.
func TestReplacedTheSameDay(t *testing.T) {
	o := open(t)
	_, _, id := o.assessed()
	o.issue(id)
	issued := o.now.In(ident.Copenhagen()).Format("15.04")
	o.now = o.now.Add(time.Hour)
	o.must(o.StartBlad2(t.Context(), o.issuer, id, casework.Any, "Timetallet var forkert"))
	for _, test := range []struct {
		later time.Duration
		want  string
	}{{0, "Erstatter vurdering af 23.11.2026 kl. " + issued}, {24 * time.Hour, "Erstatter vurdering af 23.11.2026"}} {
		o.now = o.now.Add(test.later)
		p, err := o.PreviewBlad2(t.Context(), o.issuer, id)
		o.must(err)
		if !strings.Contains(string(p.Whole()), "("+utf16(test.want)+")") && !strings.Contains(string(p.Whole()), "<"+utf16(test.want)+">") {
			t.Errorf("after %s, the new Blad 2 does not say %q and no more", test.later, test.want)
		}
	}
}

func TestReplacedAssessment(t *testing.T) {
	o := open(t)
	employee, _, id := o.assessed()
	o.issue(id)
	o.now = o.now.AddDate(0, 0, 4)
	want(t, "a new assessment without a reason", o.StartBlad2(t.Context(), o.issuer, id, casework.Any, " "), problem.Invalid)
	o.must(o.StartBlad2(t.Context(), o.issuer, id, casework.Any, "Timetallet var forkert"))
	if v := o.look(employee, id); v.Case.Assessment() != nil || v.Case.Standing() == nil {
		t.Error("the employee is to see the one that stands and no draft")
	}
	o.must(saveOver(o, id, "assessment.hoursPerWeek", "7,5", "10"))
	p, err := o.PreviewBlad2(t.Context(), o.issuer, id)
	o.must(err)
	if !strings.Contains(string(p.Whole()), utf16("Erstatter vurdering af 23.11.2026")) {
		t.Error("the new Blad 2 does not say what it replaces")
	}
	o.must(o.Issue(t.Context(), o.issuer, id, p.Hash))
	v := o.look(employee, id)
	if got := v.Case.Standing().Issue.Complaint.LastDay.String(); got != "28.12.2026" { // vector 5
		t.Errorf("last day to complain = %s, want 28.12.2026", got)
	}
	issued := 0
	for _, d := range v.Documents {
		if d.Kind == casework.IssuedBlad2 {
			issued++
		}
	}
	if issued != 2 {
		t.Errorf("%d issued documents, want both", issued)
	}
}

func TestForwardToAnotherJobcenter(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	o.must(o.Forward(t.Context(), o.caseworker, id, casework.Any, other, "Den ansatte er flyttet"))
	_, err := o.Open(t.Context(), o.caseworker, id)
	want(t, "the first jobcenter opening it", err, problem.NotFound)
	o.must(o.Receive(t.Context(), o.another, id, casework.Any))
	if v := o.look(employee, id); v.Status != flexjob.Received || v.Case.Received().Municipality != other {
		t.Errorf("status %s, received by %s", v.Status, v.Case.Received().Municipality)
	}
}

// Two people with the same case in view: the second is told.
func TestRevisions(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	seen := o.look(o.caseworker, id).Case.Revision
	o.must(o.Do(t.Context(), o.caseworker, id, seen, flexjob.ConfirmGrant{}))
	err := o.Do(t.Context(), o.leader, id, seen, flexjob.ReturnBlad1{Reason: "x"})
	want(t, "an act on what was seen before", err, problem.Conflict)
}

func TestRuleR47DismissedWithoutAGrant(t *testing.T) {
	o := open(t)
	employee, company, id := o.sent()
	want(t, "dismissing by a caseworker", o.Dismiss(t.Context(), o.caseworker, id, casework.Any, "x"), problem.Forbidden)
	o.must(o.Dismiss(t.Context(), o.leader, id, casework.Any, "Der er ikke bevilget fleksjob."))
	v := o.look(employee, id)
	k, ok := v.Case.ComplaintStands()
	if v.Status != flexjob.Dismissed || !ok || k.LastDay.String() != "21.12.2026" || v.Case.End.Reason == "" {
		t.Errorf("status %s, complaint until %s, reason %q", v.Status, k.LastDay, v.Case.End.Reason)
	}
	if v := o.look(company, id); v.Case.End.Reason != "" || v.Case.End.Complaint != nil {
		t.Errorf("the company sees %+v", v.Case.End)
	}
}

func TestRuleR12ConsentsEndWithTheMatter(t *testing.T) {
	o := open(t)
	employee, company, id := o.assessed()
	o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.AnswerConsent{Purpose: flexjob.CopyToJobcenter, Given: true}))
	o.issue(id)
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.CloseCase{Reason: "Aftalen er indgået"}))
	for who, actor := range map[string]auth.Actor{"employee": employee, "company": company} {
		if got := o.look(actor, id).Case.Consent(flexjob.CopyToJobcenter); got != flexjob.Expired {
			t.Errorf("%s sees the consent as %s, want %s", who, got, flexjob.Expired)
		}
	}
}

// Searching finds by name, number, CPR and CVR among one's own cases, is
// logged as a search, and the log holds nothing of what was searched for.
func TestRuleR5ListAndSearch(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	number := o.look(o.caseworker, id).Case.Number
	for _, text := range []string{"", "kjær", "planteriget", number, "610170-0559", "6101700559", "99990007"} {
		page, err := o.List(t.Context(), o.caseworker, casework.ListQuery{Text: text})
		o.must(err)
		if page.Total != 1 || page.Cases[0].ID != id {
			t.Errorf("searching %q found %d cases", text, page.Total)
		}
		elsewhere, err := o.List(t.Context(), o.another, casework.ListQuery{Text: text})
		o.must(err)
		if elsewhere.Total != 0 {
			t.Errorf("searching %q found %d cases in another municipality", text, elsewhere.Total)
		}
	}
	_, err := o.List(t.Context(), auth.Actor{Provider: auth.StaffAccount, Subject: "a", Roles: []auth.Role{auth.Administrator}, Municipality: home}, casework.ListQuery{})
	want(t, "an administrator's list", err, problem.Forbidden)
	searches := 0
	o.must(o.store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit(audit.ID{}) {
			if err != nil {
				return err
			}
			if e.Action == "search" {
				searches++
				if e.Case != "" || e.Object != "" || e.Detail != (audit.Hash{}) {
					t.Errorf("a search left %+v", e)
				}
			}
		}
		return nil
	}))
	if searches != 12 {
		t.Errorf("%d searches in the log, want 12", searches)
	}
}

// The company gets a copy where the parties asked for it, and else sees no
// assessment.
func TestTheCompanyGetsACopyWhereAskedFor(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	_, err := o.Save(t.Context(), company, id, []flexjob.Change{{Field: "assessment.sendToCompany", Old: "ja", New: "nej"}})
	o.must(err)
	o.sign(employee, id)
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.ConfirmIdentity{}))
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.ConfirmGrant{}))
	o.must(o.StartBlad2(t.Context(), o.caseworker, id, casework.Any, ""))
	o.save(o.caseworker, id, blad2Part)
	o.issue(id)
	if v := o.look(company, id); v.Case.Standing() != nil || len(keptOf(v)) != 1 {
		t.Errorf("the company sees a Blad 2: %v, and %d documents", v.Case.Standing() != nil, len(v.Documents))
	}
	if v := o.look(employee, id); v.Case.Standing() == nil || len(keptOf(v)) != 2 {
		t.Errorf("the employee sees a Blad 2: %v, and %d documents", v.Case.Standing() != nil, len(v.Documents))
	}
}

// Available, received and issued are one moment, also when it is midnight.
func TestIssuingAtMidnight(t *testing.T) {
	o := open(t)
	employee, _, id := o.assessed()
	p, err := o.PreviewBlad2(t.Context(), o.issuer, id)
	o.must(err)
	for reads := 1; reads < 50; reads++ { // whenever it happens, the days agree
		o.now, o.midnight = time.Date(2026, 11, 23, 22, 59, 59, 0, time.UTC), reads
		if err = o.Issue(t.Context(), o.issuer, id, p.Hash); err == nil {
			break
		}
		want(t, "issuing at midnight", err, problem.Conflict)
	}
	b := o.look(employee, id).Case.Standing()
	if b == nil {
		t.Fatal("it was never issued")
	}
	if i := b.Issue; i.Values["assessment.date"] != i.Date.String() || i.Date != i.Complaint.Available || i.Date != ident.DateOf(i.By.At) {
		t.Errorf("dated %s, issued %s, available %s, done %s; want one day", i.Values["assessment.date"], i.Date, i.Complaint.Available, i.By.At)
	}
}
