package web

import (
	"net/http"
	"strings"
	"testing"
)

// TestEndlessText: a text that is far too long is not stored, and stands on
// the page again, with what is wrong at its field.
func TestEndlessText(t *testing.T) {
	d := inOffice(t)
	endless := strings.Repeat("æ ", 30_000)
	d.worker.press(d.worker.get(d.place+"/send-tilbage"), "Send tilbage", map[string]string{"reason": "Beskriv jobbet."})
	for _, test := range []struct {
		b           *browser
		page, press string
		field       string
	}{
		{d.employee, d.employeePlace + "/jobindhold", "Næste", "job.description"},
		{d.company, d.companyPlace + "/jobindhold", "Gem kladde", "job.title"},
	} {
		before := test.b.get(test.page).value(test.field)
		got := test.b.press(test.b.get(test.page), test.press, map[string]string{test.field: endless})
		if got.Code != http.StatusRequestEntityTooLarge || !strings.HasPrefix(got.value(test.field), "æ æ æ") || !summaryLinks(got, test.field) {
			t.Errorf("%s: %d with %.9q", test.field, got.Code, got.value(test.field))
		}
		got.says(t, "ikke gemt", "Teksten er for lang til at blive gemt")
		if now := test.b.get(test.page).value(test.field); now != before {
			t.Errorf("%s is now %.20q, want %q", test.field, now, before)
		}
	}
}

// TestEndlessBlad2: the same for a Blad 2.
func TestEndlessBlad2(t *testing.T) {
	d := inOffice(t)
	page := d.worker.press(d.worker.get(d.place), "Begynd blad 2", nil)
	got := d.worker.press(page, "Gem kladde", map[string]string{"assessment.justification": strings.Repeat("æ ", 30_000)})
	if got.Code != http.StatusRequestEntityTooLarge || !strings.HasPrefix(got.value("assessment.justification"), "æ æ æ") || !summaryLinks(got, "assessment.justification") {
		t.Errorf("%d with %.9q", got.Code, got.value("assessment.justification"))
	}
	got.says(t, "ikke gemt", "Teksten er for lang til at blive gemt")
	if now := d.worker.get(d.place + "/blad2").value("assessment.justification"); now != "" {
		t.Errorf("it is now %.20q", now)
	}
}
