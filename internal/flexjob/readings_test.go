package flexjob

import (
	"slices"
	"testing"

	"ab325/internal/form"
	"ab325/internal/problem"
)

// printedForm is sheetForm with every field on the first sheet.
func printedForm() *form.Definition {
	d := &form.Definition{Fields: slices.Clone(sheetForm.Fields)}
	for i := range d.Fields {
		d.Fields[i].Sheets = []int{1}
	}
	return d
}

// TestTake: what a file says fills its sender's own empty fields and no others.
// All of it is kept beside the fields, until Blad 1 is signed.
func TestTake(t *testing.T) {
	c := played(t, Employee, Join{}, Company, Join{})
	fill(t, c, by(Company, 3), "job.title", "", "Gartner")
	sendTo := By{Party: System}
	c.Blad1[jobInAttachment] = Entry{"ja", sendTo} // as a new Blad 1 starts
	filled, err := c.Take(printedForm(), form.Values{
		"employee.name": "Åse", "company.name": "Vestby ApS", "job.title": "Gartnermedhjælper", "job.startDate": "01.12.2026", jobInAttachment: "nej",
		string(CopyToUnion): "ja", HoursField: "12,5", "assessment.date": "01.12.2026", "no.field": "x",
	}, by(Employee, 4))
	if want := []string{"employee.name", jobInAttachment, "job.startDate"}; err != nil || !slices.Equal(filled, slices.Sorted(slices.Values(want))) {
		t.Errorf("Take = %q, %v, want %q", filled, err, want)
	}
	for field, want := range map[string]string{"employee.name": "Åse", "job.startDate": "01.12.2026", jobInAttachment: "nej", "job.title": "Gartner", "company.name": "", string(CopyToUnion): "", HoursField: ""} {
		if got := c.Blad1[field].Value; got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	for field, want := range map[string]bool{"employee.name": true, "company.name": true, "job.title": true, string(CopyToUnion): false, HoursField: false, "assessment.date": false, "no.field": false} {
		if _, got := c.Read[field]; got != want {
			t.Errorf("what the file says of %s is kept: %v, want %v", field, got, want)
		}
	}
	if _, err := c.Take(printedForm(), form.Values{"job.title": "Anlægsgartner"}, by(Company, 5)); err != nil || len(c.Read) != 1 {
		t.Errorf("a second file: %v, %d readings; want those of the second alone", err, len(c.Read))
	}
	if c.Blad1["job.title"].Value != "Gartner" {
		t.Errorf("job.title = %q; what somebody wrote is to stay", c.Blad1["job.title"].Value)
	}
}

// TestTakeEnds: a signed Blad 1 takes no file, and keeps none of what one said.
func TestTakeEnds(t *testing.T) {
	c := played(t, Employee, Join{}, Company, Join{})
	if _, err := c.Take(printedForm(), form.Values{"employee.name": "Åse"}, by(Employee, 3)); err != nil {
		t.Fatal(err)
	}
	if err := c.Do(Sign{Municipality: "492", Signer: "Åse"}, by(Employee, 4)); err != nil {
		t.Fatal(err)
	}
	if c.Read != nil {
		t.Errorf("after it was signed, %d readings are kept", len(c.Read))
	}
	if _, err := c.Take(printedForm(), form.Values{"employee.name": "Bo"}, by(Employee, 5)); problem.Of(err) != problem.NotNow {
		t.Errorf("Take after it was signed = %v, want %s", err, problem.NotNow)
	}
}
