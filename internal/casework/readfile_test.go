package casework_test

import (
	"strings"
	"testing"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/read/readtest"
	"ab325/internal/problem"
)

// filledIn is our form as somebody filled it in at home.
func filledIn() map[string]string {
	return map[string]string{
		"employee.name": "Åse Bjørn", "employee.cpr": "740285-0005", "job.title": "Gartner", "job.startDate": "1.12.2026", "job.description": "Passer bede",
		"company.name": "Vestby ApS", "company.cvr": "99 99 00 07", "company.contactPerson": "Aksel Holm", "company.phone": "12345678",
		"assessment.sendToEmployee": "Yes", "assessment.sendToCompany": "Off", "consent.agreementToUnion": "Yes", "signature.name": "Åse Bjørn",
	}
}

// TestReadFile: a form that was filled in at home is put into Blad 1, each
// value checked as if it had been typed.
func TestReadFile(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	_, err := o.Save(t.Context(), company, id, []flexjob.Change{{Field: "company.cvr", New: "99990015"}, {Field: "job.title", New: "Bogbinder"}})
	o.must(err)
	got, err := o.ReadFile(t.Context(), employee, id, readtest.Form(filledIn()))
	if want := (casework.FileRead{Filled: 6, Differ: 1, Others: 4}); err != nil || got != want {
		t.Fatalf("ReadFile = %+v, %v, want %+v", got, err, want)
	}
	c := o.look(employee, id).Case
	for field, want := range map[string]string{
		"employee.name": "Åse Bjørn", "employee.cpr": "740285-0005", "job.startDate": "01.12.2026", // normal forms
		"job.title": "Bogbinder", "company.cvr": "99990015", "company.name": "", // what others wrote, and what is theirs
		"assessment.sendToCompany": "nej", "consent.agreementToUnion": "", "signature.name": "",
	} {
		if got := c.Blad1[field].Value; got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	if got := o.files(); got != 0 {
		t.Errorf("%d files are kept, want none", got)
	}
}

// TestReadingsAreForTheirFillers: nobody is shown what a file says of fields
// that are not theirs to fill in, staff and the CPR number included.
func TestReadingsAreForTheirFillers(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	_, err := o.ReadFile(t.Context(), company, id, readtest.Form(filledIn()))
	o.must(err)
	for _, test := range []struct {
		title string
		read  map[string]flexjob.Reading
		want  map[string]bool
	}{
		{"employee", o.look(employee, id).Case.Read, map[string]bool{"employee.cpr": true, "job.title": true, "company.cvr": false}},
		{"company", o.look(company, id).Case.Read, map[string]bool{"employee.cpr": false, "job.title": true, "company.cvr": true}},
	} {
		for field, want := range test.want {
			if _, got := test.read[field]; got != want {
				t.Errorf("the %s sees what the file says of %s: %v, want %v", test.title, field, got, want)
			}
		}
	}
	if got := o.look(employee, id).Case.Blad1["employee.cpr"].Value; got != "" {
		t.Errorf("the company's file filled in the employee's CPR number: %q", got)
	}
}

// TestReadFileRefuses: what cannot be read changes nothing and says what to do.
func TestReadFileRefuses(t *testing.T) {
	o := open(t)
	employee, _, id := o.parties()
	before := o.look(employee, id).Case.Revision
	endless := filledIn()
	endless["job.description"] = strings.Repeat("x", 50_000)
	for title, test := range map[string]struct {
		file []byte
		want problem.Kind
	}{
		"somebody else's form": {readtest.Form(map[string]string{"Navn": "Åse"}), problem.Invalid},
		"a printed form":       {readtest.Page("AB 325"), problem.Invalid},
		"no PDF":               {[]byte("Kære kommune"), problem.Invalid},
		"nothing":              {nil, problem.Invalid},
		"an endless text":      {readtest.Form(endless), problem.TooLarge},
	} {
		_, err := o.ReadFile(t.Context(), employee, id, test.file)
		p, _ := problem.As(err)
		if problem.Of(err) != test.want || len(p.Fields) != 1 || p.Fields[0].ID != "attachment" || p.Fields[0].Text == "" {
			t.Errorf("%s: %+v, want %s at the file", title, err, test.want)
		}
	}
	if after := o.look(employee, id).Case.Revision; after != before {
		t.Errorf("the case changed: revision %d, was %d", after, before)
	}
	o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.Withdraw{}))
	_, err := o.ReadFile(t.Context(), employee, id, readtest.Form(filledIn()))
	want(t, "a file when it is too late", err, problem.NotNow)
	_, err = o.ReadFile(t.Context(), o.caseworker, id, readtest.Form(filledIn()))
	if err == nil {
		t.Error("a caseworker's file was read into Blad 1")
	}
}
