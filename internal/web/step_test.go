package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ab325/internal/form"
	"ab325/internal/pdf/read/readtest"
)

// badValues are what each kind of field refuses.
var badValues = map[form.Kind][]string{
	form.Text:   {strings.Repeat("æ", 141), "skjult\u200btegn"},
	form.Lines:  {strings.Repeat("æ\n", 700), "skjult\u200btegn"},
	form.Long:   {strings.Repeat("æ", 20001), "skjult\u200btegn"},
	form.Date:   {"1.12.26", "32.1.2026", "30.2.2026", "i morgen", "1.13.2026"},
	form.CPR:    {"610170-055", "620170", "320170-0559", "abcdef-0559", "610170-05599"},
	form.CVR:    {"99990008", "1234567", "abcdefgh", "00000000"},
	form.Phone:  {"1234", "12 34 56 7x", "+"},
	form.Choice: {"findes ikke"},
}

// TestBadInputStays: for each field of the parties and each wrong value, the
// page comes back with 422, the value as it was typed, and a link in the
// summary that leads to the field; the draft keeps it.
func TestBadInputStays(t *testing.T) {
	p := inCase(t)
	def := edition().Form
	tried := 0
	for _, st := range steps[:3] {
		for _, f := range def.Asked(st.name) {
			b, place := p.employee, p.employeePlace
			if !f.FilledBy(form.Employee) {
				b, place = p.company, p.companyPlace
			}
			for _, bad := range badValues[f.Kind] {
				if f.Kind == form.Choice && f.Source == "" {
					continue // radios offer nothing else
				}
				tried++
				got := b.press(b.get(place+"/"+st.path), "Næste", map[string]string{f.ID: bad})
				if got.Code != http.StatusUnprocessableEntity {
					t.Errorf("%s = %.20q: %d, want 422", f.ID, bad, got.Code)
					continue
				}
				want := strings.TrimSpace(bad)
				if f.Kind != form.Choice && got.value(f.ID) != want && got.value(f.ID) != strings.ReplaceAll(want, "\r\n", "\n") {
					t.Errorf("%s shows %.40q, want %.40q", f.ID, got.value(f.ID), want)
				}
				if !summaryLinks(got, f.ID) || got.value(f.ID+"-error") == "(no such id)" {
					t.Errorf("%s = %.20q: no link in the summary, or nothing at the field", f.ID, bad)
				}
				if again := b.get(place + "/" + st.path); f.Kind != form.Choice && again.value(f.ID) != got.value(f.ID) {
					t.Errorf("%s: the draft has %.40q, want %.40q", f.ID, again.value(f.ID), got.value(f.ID))
				}
			}
			b.press(b.get(place+"/"+st.path), "Gem kladde", map[string]string{f.ID: " "})
		}
	}
	if tried < 30 {
		t.Errorf("%d values tried", tried)
	}
}

// summaryLinks reports whether the error summary has a link to the field.
func summaryLinks(a *answer, id string) bool {
	for n := range a.root.Descendants() {
		if n.Data != "nav" {
			continue
		}
		if label, _ := attr(n, "aria-labelledby"); label != "error-summary" {
			continue
		}
		for l := range n.Descendants() {
			if href, _ := attr(l, "href"); href == "#"+id {
				return true
			}
		}
	}
	return false
}

// TestMissingFields: what is empty is missed when going on, not when saving a
// draft, and what else was typed is saved.
func TestMissingFields(t *testing.T) {
	p := inCase(t)
	page := p.employee.get(p.employeePlace + "/den-ansatte")
	draft := p.employee.press(page, "Gem kladde", map[string]string{"employee.name": "Åse"})
	if draft.Code != http.StatusOK || draft.value("employee.name") != "Åse" {
		t.Errorf("draft: %d, name %q", draft.Code, draft.value("employee.name"))
	}
	draft.says(t, "Kladden er gemt")
	got := p.employee.press(draft, "Næste", map[string]string{"employee.cpr": "610170-0559"})
	if got.Code != http.StatusUnprocessableEntity || !summaryLinks(got, "employee.municipality") || summaryLinks(got, "employee.cpr") {
		t.Errorf("missing fields: %d", got.Code)
	}
	if got.value("employee.cpr") != "610170-0559" || got.value("employee.name") != "Åse" {
		t.Errorf("the page has %q and %q", got.value("employee.cpr"), got.value("employee.name"))
	}
	if !strings.Contains(got.Body.String(), "<title>Fejl: ") {
		t.Error("the title does not say that something is wrong")
	}
}

// TestTheJobCanBeLeftToTheOther: both describe the job, so one can go on
// without having done so; what is wrong is told all the same.
func TestTheJobCanBeLeftToTheOther(t *testing.T) {
	p := inCase(t)
	page := p.employee.get(p.employeePlace + "/jobindhold")
	if got := p.employee.press(page, "Næste", map[string]string{"job.startDate": "i morgen"}); got.Code != http.StatusUnprocessableEntity || !summaryLinks(got, "job.startDate") || summaryLinks(got, "job.title") {
		t.Errorf("a wrong date: %d", got.Code)
	}
	if got := p.employee.press(p.employee.get(page.path), "Næste", map[string]string{"job.startDate": ""}); got.Code != http.StatusOK || got.path == page.path {
		t.Errorf("an empty description: %d on %s", got.Code, got.path)
	}
	p.employee.get(p.employeePlace+"/opsummering").says(t, "Beskriv jobindholdet")
}

// TestTickIsLeftAlone: a tick that nobody touched is not written, so that it
// is no conflict when the other party sets it.
func TestTickIsLeftAlone(t *testing.T) {
	p := inCase(t)
	mine, other := p.employee.get(p.employeePlace+"/jobindhold"), p.company.get(p.companyPlace+"/jobindhold")
	p.employee.press(mine, "Gem kladde", map[string]string{"job.title": "Gartner"})
	if got := p.company.press(other, "Gem kladde", map[string]string{"job.samePlace": "ja"}); got.Code != http.StatusOK || got.value("job.samePlace") != "ja" {
		t.Errorf("%d, tick %q", got.Code, got.value("job.samePlace"))
	}
	if got := p.employee.press(p.employee.get(p.employeePlace+"/jobindhold"), "Gem kladde", map[string]string{"job.samePlace": ""}); got.value("job.samePlace") != "nej" {
		t.Error("the tick cannot be taken away")
	}
}

// save posts to the address that the script saves to.
func (b *browser) save(place string, values url.Values) (int, Saved) {
	b.t.Helper()
	w := b.send(request("POST", place+"/gem", values.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"))
	var saved Saved
	if w.Code == http.StatusOK {
		b.must(json.Unmarshal(w.Body.Bytes(), &saved))
	}
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		b.t.Errorf("the answer is %s", got)
	}
	return w.Code, saved
}

func fieldOf(id, old, value string) url.Values { return url.Values{"old." + id: {old}, id: {value}} }

func TestAutosave(t *testing.T) {
	p := inCase(t)
	for _, test := range []struct {
		name string
		send url.Values
		want SavedField
	}{
		{"a text", fieldOf("job.title", "", "Gartner"), SavedField{Old: "Gartner"}},
		{"in normal form", fieldOf("job.startDate", "", "1.12.2026"), SavedField{Old: "01.12.2026"}},
		{"nothing changed", fieldOf("job.title", "Gartner", "Gartner"), SavedField{Old: "Gartner"}},
		{"wrong, and kept", fieldOf("employee.cpr", "", "610170"), SavedField{Old: "610170", Error: "x"}},
		{"a letter that cannot be printed", fieldOf("employee.name", "", "Åse 漢"), SavedField{Old: "Åse 漢", Warning: "x"}},
		{"a tick", fieldOf("job.samePlace", "", "ja"), SavedField{Old: "ja"}},
	} {
		code, saved := p.employee.save(p.employeePlace, test.send)
		var id string
		for name := range test.send {
			if !strings.HasPrefix(name, "old.") {
				id = name
			}
		}
		got := saved.Fields[id]
		if code != http.StatusOK || got.Old != test.want.Old || (got.Error != "") != (test.want.Error != "") || (got.Warning != "") != (test.want.Warning != "") || got.Conflict != nil {
			t.Errorf("%s: %d %+v, want %+v", test.name, code, got, test.want)
		}
		if !strings.HasPrefix(saved.At, "Gemt kl. 10.00") {
			t.Errorf("%s: %q", test.name, saved.At)
		}
	}
	code, saved := p.company.save(p.companyPlace, fieldOf("job.title", "", "Altmuligmand"))
	if got := saved.Fields["job.title"]; code != http.StatusOK || got.Conflict == nil || *got.Conflict != "Gartner" || got.Old != "Gartner" || got.By != "den ansatte" {
		t.Errorf("conflict: %d %+v", code, saved.Fields["job.title"])
	}
	if got := p.company.get(p.companyPlace + "/jobindhold").value("job.title"); got != "Gartner" {
		t.Errorf("the conflict wrote %q", got)
	}
	if _, saved := p.company.save(p.companyPlace, fieldOf("employee.name", "Åse 漢", "Ole")); len(saved.Fields) != 0 {
		t.Errorf("the company saves the employee's name: %+v", saved)
	}
	if code, _ := p.browser().save(p.employeePlace, fieldOf("job.title", "Gartner", "X")); code != http.StatusUnauthorized {
		t.Errorf("a stranger: %d, want 401", code)
	}
}

func TestAutosaveAfterSigning(t *testing.T) {
	p := signed(t)
	if code, _ := p.employee.save(p.employeePlace, fieldOf("job.title", "Gartner", "X")); code != http.StatusConflict {
		t.Errorf("%d, want 409", code)
	}
}

// TestAttachment: a PDF is kept, listed, fetched as a download only, and
// removed; what is typed beside it is saved whatever is wrong with it.
func TestAttachment(t *testing.T) {
	p := inCase(t)
	page := func() *answer { return p.company.get(p.companyPlace + "/jobindhold") }
	for _, test := range []struct{ name, content, want string }{
		{"empty", "", "Den valgte fil er tom"},
		{"no PDF", "hej", "Den valgte fil skal være af typen PDF"},
		{"too large", "%PDF-" + strings.Repeat("x", 10<<20), "under 10 MB"},
		{"far too large", "%PDF-" + strings.Repeat("x", 12<<20), "under 10 MB"},
	} {
		got := p.company.press(page(), "Vedhæft filen", map[string]string{"job.title": test.name}, test.content)
		if got.Code != http.StatusUnprocessableEntity || got.value("job.title") != test.name || !summaryLinks(got, fileInput) {
			t.Errorf("%s: %d, title %q", test.name, got.Code, got.value("job.title"))
		}
		got.says(t, test.want)
	}
	got := p.company.press(page(), "Vedhæft filen", map[string]string{"job.title": "Gartner"}, string(readtest.Page("job")))
	if got.Code != http.StatusOK || got.value("job.inAttachment") != "ja" {
		t.Fatalf("%d, tick %q", got.Code, got.value("job.inAttachment"))
	}
	got.says(t, "beskrivelse.pdf", "1 KB")
	got.hides(t, `C:\jobs`)
	var href string
	for n := range got.root.Descendants() {
		if h, _ := attr(n, "href"); strings.Contains(h, "/dokument/bilag-") {
			href = h
		}
	}
	file := p.company.send(request("GET", href, ""))
	h := file.Header()
	if file.Body.String() != string(readtest.Page("job")) || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the file: %d %v", file.Code, h)
	}
	p.employee.get(p.employeePlace+"/jobindhold").says(t, "beskrivelse.pdf", "den anden part")
	removed := p.company.press(got, "Fjern beskrivelse.pdf", nil)
	if strings.Contains(removed.words(), "beskrivelse.pdf") {
		t.Error("the file is still there")
	}
}

// TestFieldsOfSteps: the steps ask for exactly the fields of the
// edition, and the company is not shown what it may not see.
func TestFieldsOfSteps(t *testing.T) {
	p := inCase(t)
	for _, st := range steps[:3] {
		var want []string
		for _, f := range edition().Form.Asked(st.name) {
			want = append(want, f.ID)
		}
		if got := shownFields(p.employee.get(p.employeePlace + "/" + st.path)); !slices.Equal(got, want) {
			t.Errorf("%s shows the employee %q, want %q", st.name, got, want)
		}
	}
	want := []string{"employee.municipality", "employee.name", "employee.cpr"}
	if got := shownFields(p.company.get(p.companyPlace + "/den-ansatte")); !slices.Equal(got, want) {
		t.Errorf("the company sees %q, want %q", got, want)
	}
}

func shownFields(a *answer) (ids []string) {
	for n := range a.root.Descendants() {
		if id, ok := attr(n, "data-field"); ok {
			ids = append(ids, id)
		}
	}
	return ids
}
