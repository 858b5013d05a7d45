package form_test

import (
	"slices"
	"strings"
	"testing"

	"ab325/internal/form"

	"github.com/google/go-cmp/cmp"
)

// TestFields compares the fields of the edition with those that the law, the
// form and the way of a case ask for: id, sheets, who fills it in, kind, and
// "!" if it must be filled in.
func TestFields(t *testing.T) {
	const want = `
employee.name 12 E text !
employee.cpr 12 E cpr !
job.title 12 EC text !
job.startDate 12 EC date !
company.name 12 C text !
company.cvr 12 C cvr !
company.contactPerson 12 C text !
company.phone 12 C phone !
assessment.sendToEmployee 1 EC tick
assessment.sendToCompany 1 EC tick
assessment.sendTo 1 EC lines
job.description 12 EC long !
job.inAttachment 12 EC tick
consent.agreementToJobcenter 1 E tick
consent.agreementToUnion 1 E tick
signature.date 1 E date !
signature.name 1 E text !
jobcenter.address 12 S lines
received.date 1 SJ date !
assessment.date 2 S date
assessment.recipient 2 J lines !
assessment.reference 2 SJ text
assessment.specialNeeds 2 J long !
assessment.hoursPerWeek 2 J hours !
assessment.intensityPercent 2 J percent !
assessment.justification 2 J long !
jobcenter.contactPerson 2 J text !
jobcenter.phoneOrEmail 2 J text !
assessment.signature.date 2 S date
assessment.signature.name 2 S text
employee.municipality - EC choice !
employee.address - E lines
employee.email - E text
employee.phone - E phone
employee.digitalPostExempt - EJ tick
employee.addressProtected - EJ tick
company.email - C text
company.address - C lines
union.name - C text
union.address - C lines
job.agreementCover - C choice
job.samePlace - EC tick
job.actualStart - ECJ date !
grant.start - J date !
grant.kind - J choice !
grant.end - J date
visitation.difference - J lines
visitation.hours - J hours
visitation.intensity - J percent
assessment.material - J long !
case.externalRef - J text`
	var got []string
	for _, f := range load(t, published).Fields {
		line := f.ID + " "
		for _, sheet := range f.Sheets {
			line += string(rune('0' + sheet))
		}
		if len(f.Sheets) == 0 {
			line += "-"
		}
		line += " "
		for _, by := range f.By {
			line += string(by)
		}
		line += " " + string(f.Kind)
		if f.Required {
			line += " !"
		}
		got = append(got, line)
	}
	wanted := strings.Split(strings.TrimSpace(want), "\n")
	slices.Sort(got)
	slices.Sort(wanted)
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// TestRuleR9 «Jeg giver hermed mit samtykke til»: both questions are never
// ticked beforehand and never required.
func TestRuleR9(t *testing.T) {
	d := load(t, published)
	asked := d.Asked("consent")
	if len(asked) != 2 {
		t.Fatalf("the step consent asks for %d fields, want 2", len(asked))
	}
	for _, f := range asked {
		if f.Required || f.Default != "" || f.Kind != form.Tick || !strings.HasPrefix(f.Label, "Jeg giver hermed mit samtykke til, at ") {
			t.Errorf("%s = %+v, want a tick without default that is not required", f.ID, f)
		}
		if !cmp.Equal(f.By, []form.Filler{form.Employee}) {
			t.Errorf("%s is by %q, want the employee alone", f.ID, f.By)
		}
	}
}

// TestRuleR10 «Det er ikke en betingelse, at jobcenteret får en kopi»: no
// other field hangs on a consent.
func TestRuleR10(t *testing.T) {
	for _, f := range load(t, published).Fields {
		if strings.HasPrefix(f.Unless, "consent.") {
			t.Errorf("%s is required unless %s", f.ID, f.Unless)
		}
	}
}

func TestMunicipalityOptions(t *testing.T) {
	f, ok := load(t, published).Field("employee.municipality")
	if !ok || len(f.Options) != 98 || f.Options[0] != (form.Option{Value: "0101", Label: "Københavns Kommune"}) {
		t.Errorf("employee.municipality has %d options, want 98 from 0101 on", len(f.Options))
	}
}

// TestOptions holds the values that the program goes by.
func TestOptions(t *testing.T) {
	d := load(t, published)
	for id, want := range map[string][]string{
		"job.agreementCover": {"overenskomst", "sammenlignelig", "ingen"},
		"grant.kind":         {"midlertidigt", "permanent"},
	} {
		f, _ := d.Field(id)
		var got []string
		for _, o := range f.Options {
			got = append(got, o.Value)
		}
		if !cmp.Equal(got, want) {
			t.Errorf("options of %s = %q, want %q", id, got, want)
		}
	}
}

// TestSteps holds the pages' order of fields, which is that of the edition.
func TestSteps(t *testing.T) {
	d := load(t, published)
	for step, want := range map[string]int{
		"employee": 8, "company": 6, "job": 11, "consent": 2, "sign": 2,
		"receive": 7, "assessment": 8, "issue": 1, "start": 1, "": 0,
	} {
		if got := len(d.Asked(step)); got != want {
			t.Errorf("Asked(%q) has %d fields, want %d", step, got, want)
		}
	}
	if got := len(d.PrintedOn(1)); got != 19 {
		t.Errorf("PrintedOn(1) has %d fields, want 19", got)
	}
	if got := len(d.PrintedOn(2)); got != 22 {
		t.Errorf("PrintedOn(2) has %d fields, want 22", got)
	}
}
