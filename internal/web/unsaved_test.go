package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"ab325/internal/kv"
)

// A fullDisk holds no more.
type fullDisk struct{ kv.DB }

func (fullDisk) Update(context.Context, func(kv.Tx) error) error { return kv.ErrFull }

// TestNoRoom: what cannot be saved now can be sent again from where it is, and
// nothing there leads away from it.
func TestNoRoom(t *testing.T) {
	d := inOffice(t)
	page := d.worker.press(d.worker.get(d.place), "Begynd blad 2", nil)
	typed := map[string]string{"assessment.justification": "Roligt tempo"}
	disk := d.store.DB
	d.store.DB = fullDisk{disk}
	got := d.worker.press(page, "Gem kladde", typed)
	got.says(t, "ikke plads til mere på serveren, så intet er gemt", "Bliv på siden")
	if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" || strings.Contains(got.Body.String(), `class="button`) {
		t.Errorf("%d %v, want 503, when to try again, and no button away:\n%s", got.Code, got.Header(), got.Body)
	}
	d.store.DB = disk
	if saved := d.worker.press(page, "Gem kladde", typed); saved.Code != http.StatusOK || saved.value("assessment.justification") != "Roligt tempo" {
		t.Errorf("sent again: %d %q", saved.Code, saved.value("assessment.justification"))
	}
}

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
