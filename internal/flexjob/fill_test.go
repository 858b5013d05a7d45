package flexjob

import (
	"slices"
	"testing"

	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// sheetForm is a form with a field of each filler.
var sheetForm = &form.Definition{Fields: []form.Field{
	{ID: "employee.name", By: []form.Filler{form.Employee}, Kind: form.Text, Required: true, Step: "employee", Missing: "Indtast navn"},
	{ID: "company.name", By: []form.Filler{form.Company}, Kind: form.Text, Required: true, Step: "company", Missing: "Indtast virksomhedens navn"},
	{ID: "job.title", By: []form.Filler{form.Employee, form.Company}, Kind: form.Text, Required: true, Step: "job", Missing: "Indtast stillingsbetegnelse"},
	{ID: "job.startDate", By: []form.Filler{form.Employee, form.Company}, Kind: form.Date, Step: "job"},
	{ID: jobDescription, By: []form.Filler{form.Employee, form.Company}, Kind: form.Long, Required: true, Step: "job", Missing: "Beskriv jobindholdet"},
	{ID: jobInAttachment, By: []form.Filler{form.Employee, form.Company}, Kind: form.Tick, Step: "job"},
	{ID: string(CopyToUnion), By: []form.Filler{form.Employee}, Kind: form.Tick, Step: "consent"},
	{ID: HoursField, By: []form.Filler{form.Jobcenter}, Kind: form.Hours, Required: true, Step: "assessment", Missing: "Angiv timer"},
	{ID: IntensityField, By: []form.Filler{form.Jobcenter}, Kind: form.Percent, Required: true, Step: "assessment", Missing: "Angiv procent"},
	{ID: "assessment.justification", By: []form.Filler{form.Jobcenter}, Kind: form.Long, Required: true, Step: "assessment", Missing: "Skriv en begrundelse"},
	{ID: "visitation.hours", By: []form.Filler{form.Jobcenter}, Kind: form.Hours, Step: "receive"},
	{ID: "assessment.date", By: []form.Filler{form.System}, Kind: form.Date},
}}

func fill(t *testing.T, c *Case, who By, field, old, text string) []Conflict {
	t.Helper()
	conflicts, err := c.Fill(sheetForm, []Change{{field, old, text}}, who)
	if err != nil {
		t.Fatalf("Fill(%s) by %s: %v", field, who.Party, err)
	}
	return conflicts
}

// Two people disagree only about a field that both changed.
func TestFillConflicts(t *testing.T) {
	c := played(t, Employee, Join{}, Company, Join{})
	fill(t, c, by(Employee, 3), "job.title", "", "Gartner")
	if got := fill(t, c, by(Company, 4), "job.startDate", "", "01.12.2026"); got != nil {
		t.Errorf("another field: conflicts = %v", got)
	}
	got := fill(t, c, by(Company, 5), "job.title", "", "Gartnermedhjælper")
	want := []Conflict{{Field: "job.title", Theirs: "Gartner", Yours: "Gartnermedhjælper", By: by(Employee, 3)}}
	if !slices.Equal(got, want) {
		t.Errorf("the same field: conflicts = %v, want %v", got, want)
	}
	if e := c.Blad1["job.title"]; e.Value != "Gartner" || e.By != by(Employee, 3) {
		t.Errorf("the field holds %+v; the first text is to stand until somebody has chosen", e)
	}
	if got := fill(t, c, by(Company, 6), "job.title", "", "Gartner"); got != nil {
		t.Errorf("the same text twice: conflicts = %v", got)
	}
	if got := fill(t, c, by(Company, 6), "job.title", "Gartner", "Gartnermedhjælper"); got != nil || c.Blad1["job.title"].Value != "Gartnermedhjælper" {
		t.Errorf("with the old text in view: conflicts = %v, field %q", got, c.Blad1["job.title"].Value)
	}
}

// Each fills the fields that are theirs, and consents are answered through the
// ledger alone.
func TestFillOnesOwn(t *testing.T) {
	for _, test := range []struct {
		who   Party
		field string
		want  problem.Kind
	}{
		{Employee, "employee.name", ""}, {Company, "company.name", ""}, {Employee, "job.title", ""}, {Company, "job.title", ""},
		{Employee, "company.name", problem.Forbidden}, {Company, "employee.name", problem.Forbidden},
		{Employee, HoursField, problem.Forbidden}, {Company, string(CopyToUnion), problem.Forbidden}, {Employee, string(CopyToUnion), problem.Forbidden},
		{Employee, "assessment.date", problem.Forbidden}, {Employee, "no.such", problem.Forbidden},
		{Jobcenter, HoursField, problem.NotNow},
	} {
		c := played(t, Employee, Join{}, Company, Join{})
		_, err := c.Fill(sheetForm, []Change{{"job.title", "", "Gartner"}, {test.field, "", "12"}}, by(test.who, 3))
		if problem.Of(err) != test.want {
			t.Errorf("Fill(%s) by %s: %v, want %q", test.field, test.who, err, test.want)
		}
		if err != nil && len(c.Blad1) > 0 {
			t.Errorf("Fill(%s) by %s was refused and wrote %v", test.field, test.who, c.Blad1)
		}
	}
}

func TestFillWhenItCan(t *testing.T) {
	for status, c := range cases(t) {
		_, err := c.Fill(sheetForm, []Change{{"job.title", c.Blad1["job.title"].Value, "Ny"}}, by(Employee, 20))
		if got, want := err == nil, status == Draft || status == Returned; got != want {
			t.Errorf("Blad 1 when %s: written %v, want %v", status, got, want)
		}
		_, err = c.Fill(sheetForm, []Change{{HoursField, "", "12"}}, by(Jobcenter, 20))
		if got, want := err == nil, status == Assessed || status == Replacing; got != want {
			t.Errorf("Blad 2 when %s: written %v, want %v", status, got, want)
		}
	}
}

func TestCorrectionIsClosedByTheChange(t *testing.T) {
	c := played(t, Employee, Join{}, Company, Join{}, Employee, AskCorrection{ID: "k1", Field: "job.title", Comment: "Mangler"})
	if got := len(c.OpenCorrections(Company)); got != 1 || len(c.OpenCorrections(Employee)) != 0 {
		t.Fatalf("open corrections of the company = %d, of the employee %d; want 1 and 0", got, len(c.OpenCorrections(Employee)))
	}
	fill(t, c, by(Employee, 5), "job.title", "", "Gartner")
	if len(c.OpenCorrections(Company)) != 1 {
		t.Error("the asker's own change closed the wish")
	}
	fill(t, c, by(Company, 5), "job.title", "Gartner", "Gartnermedhjælper")
	if len(c.OpenCorrections(Company)) != 0 {
		t.Error("the other's change did not close the wish")
	}
}

func faultIDs(faults []problem.Field) (ids []string) {
	for _, f := range faults {
		ids = append(ids, f.ID)
	}
	return ids
}

func TestUnfinished(t *testing.T) {
	today := ident.NewDate(2026, 11, 22)
	c := played(t, Employee, Join{}, Company, Join{})
	if got, want := faultIDs(c.Unfinished(sheetForm, today)), []string{"employee.name", "company.name", "job.title", jobDescription}; !slices.Equal(got, want) {
		t.Errorf("an empty Blad 1 lacks %q, want %q", got, want)
	}
	for _, f := range []string{"employee.name", "job.title"} {
		fill(t, c, by(Employee, 3), f, "", "x")
	}
	fill(t, c, by(Company, 3), "company.name", "", "x")
	fill(t, c, by(Company, 3), "job.startDate", "", "i morgen")
	fill(t, c, by(Company, 3), jobInAttachment, "", "ja")
	if got, want := faultIDs(c.Unfinished(sheetForm, today)), []string{"job.startDate", jobDescription, jobInAttachment}; !slices.Equal(got, want) {
		t.Errorf("Blad 1 with a wrong date and no file lacks %q, want %q", got, want)
	}
	if err := c.Do(Attach{attachment}, by(Company, 4)); err != nil {
		t.Fatal(err)
	}
	if got, want := faultIDs(c.Unfinished(sheetForm, today)), []string{"job.startDate"}; !slices.Equal(got, want) {
		t.Errorf("Blad 1 with the job in an attachment lacks %q, want %q", got, want)
	}
}

func TestRuleR6ADifferenceAsksForItsReason(t *testing.T) {
	c := played(t, Employee, Join{}, Employee, signAct, System, receiveAct, Jobcenter, Assess{ID: "b1", Values: form.Values{
		HoursField: "12", IntensityField: "60", "assessment.justification": "x", "visitation.hours": "15"}})
	today := ident.NewDate(2026, 11, 22)
	if got, want := faultIDs(c.UnfinishedBlad2(sheetForm, today)), []string{DifferenceField}; !slices.Equal(got, want) {
		t.Errorf("hours that differ lack %q, want %q", got, want)
	}
	c.Assessment().Values["visitation.hours"] = Entry{Value: "12"}
	if got := c.UnfinishedBlad2(sheetForm, today); got != nil {
		t.Errorf("the same hours lack %q", faultIDs(got))
	}
	delete(c.Assessment().Values, "assessment.justification")
	if got, want := faultIDs(c.UnfinishedBlad2(sheetForm, today)), []string{"assessment.justification"}; !slices.Equal(got, want) {
		t.Errorf("a Blad 2 without its justification lacks %q, want %q (R26)", got, want)
	}
}

func TestRuleR7EffectiveHours(t *testing.T) {
	for _, test := range []struct {
		hours, percent string
		want           int
		ok             bool
	}{
		{"15", "50", 450, true}, {"7,5", "67", 302, true}, {"18", "33", 356, true}, {"0,5", "50", 15, true},
		{"", "50", 0, false}, {"15", "", 0, false}, {"mange", "50", 0, false},
	} {
		got, ok := Effective(form.Values{HoursField: test.hours, IntensityField: test.percent})
		if got != test.want || ok != test.ok {
			t.Errorf("Effective(%q, %q) = %d, %v, want %d, %v", test.hours, test.percent, got, ok, test.want, test.ok)
		}
	}
}

func TestRuleR32EightHoursOrLess(t *testing.T) {
	for hours, want := range map[string]bool{"8": true, "7:59": true, "8:01": false, "0,25": true, "37": false, "": false} {
		if got := FewHours(form.Values{HoursField: hours}); got != want {
			t.Errorf("FewHours(%q) = %v, want %v", hours, got, want)
		}
	}
}

func TestRuleR41AgreementBeforeTheAssessment(t *testing.T) {
	issued := issueAct.Date
	for dated, want := range map[ident.Date]bool{issued.AddDays(-1): true, issued: false, issued.AddDays(10): false} {
		c := cases(t)[Issued]
		if err := c.Do(RecordAgreement{dated}, by(Company, 20)); err != nil {
			t.Fatal(err)
		}
		if got := c.EarlyAgreement(); got != want {
			t.Errorf("EarlyAgreement with one of %s = %v, want %v", dated, got, want)
		}
	}
}

// What can be written on, and by whom, in every status.
func TestFillInEveryStatus(t *testing.T) {
	may := map[Party][]Status{
		Employee:  {Draft, Returned},
		Company:   {Draft, Returned},
		Jobcenter: {Assessed, Replacing},
	}
	// A Blad 2 rests while Blad 1 is with the parties, and when the case ended.
	resting := map[Status]Act{
		Returned: ReturnBlad1{Reason: "Startdatoen mangler"}, Dismissed: Dismiss{Reason: "Ingen bevilling", Complaint: lastDay},
		Forwarded: forwardAway, Sent: ForwardCase{To: "0101", Online: true, Reason: "Flyttet"},
	}
	for status, c := range cases(t) {
		if act := resting[status]; act != nil {
			c = cases(t)[Assessed]
			if err := c.Do(act, by(Jobcenter, 20)); err != nil || c.Status() != status {
				t.Fatalf("%s: %v, status %s, want %s", act.Name(), err, c.Status(), status)
			}
		}
		for side, field := range map[Party]string{Employee: "employee.name", Company: "company.name", Jobcenter: HoursField} {
			_, err := c.Fill(sheetForm, []Change{{field, "", "x"}}, by(side, 28))
			if got, want := err == nil, slices.Contains(may[side], status); got != want {
				t.Errorf("Fill by %s when %s: done %v, want %v (%v)", side, status, got, want, err)
			}
		}
	}
}
