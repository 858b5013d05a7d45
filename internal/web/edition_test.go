package web

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"ab325/forms"
	"ab325/internal/casework"
	"ab325/internal/form"
	"ab325/internal/pdf"
)

// TestExtraField: a field that an edition adds is asked for on its step,
// checked, stored and printed, with no change to the program.
func TestExtraField(t *testing.T) {
	st := newSite(t)
	st.edition("test/extra-field")
	b := st.browser()
	way := b.press(b.get("/ansat"), "Begynd", nil)
	place := strings.TrimSuffix(way.path, "/gem-link")

	page := b.get(place + "/jobindhold")
	page.says(t, "Hvilket sprog taler I på arbejdspladsen?", "For eksempel dansk eller engelsk", "Første samtale")
	long := strings.Repeat("dansk ", 30)
	got := b.press(page, "Næste", map[string]string{"job.language": long})
	if got.Code != http.StatusUnprocessableEntity || !summaryLinks(got, "job.language") {
		t.Errorf("a value that is too long: %d", got.Code)
	}
	b.get(place+"/opsummering").says(t, "Arbejdssprog", "Teksten må højst være på 140 tegn")

	got = b.press(b.get(place+"/jobindhold"), "Gem kladde", map[string]string{"job.language": "dansk og polsk"})
	if got.value("job.language") != "dansk og polsk" {
		t.Errorf("stored %q", got.value("job.language"))
	}
	printed := b.follow(request("GET", place+"/udskrift", ""))
	var wide strings.Builder // as the documents' fonts write it
	for _, r := range "dansk og polsk" {
		wide.WriteByte(byte(r >> 8))
		wide.WriteByte(byte(r))
	}
	if !strings.Contains(printed.Body.String(), wide.String()) {
		t.Errorf("the printed form does not say it: %d, %d bytes", printed.Code, printed.Body.Len())
	}
}

// edition makes new cases begin on one of the editions of the tests.
func (st *site) edition(id string) {
	st.t.Helper()
	def, err := form.Load(form.Overlay(forms.FS, os.DirFS("../../testdata/editions")), id)
	st.must(err)
	engine, err := pdf.Compile(def)
	st.must(err)
	st.cases.Editions[id], st.cases.Current = casework.Edition{Form: def, Print: engine}, id
}
