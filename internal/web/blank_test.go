package web

import (
	"strings"
	"testing"

	"ab325/internal/pdf/pdftest"
)

// TestBlank: anybody gets the form from the front page, fills it in with
// another program, and begins with it.
func TestBlank(t *testing.T) {
	st := newSite(t)
	b := st.browser()
	blank := b.send(request("GET", b.get("/").link(t, "Hent blanketten (PDF)"), ""))
	if h := blank.Header(); blank.Code != 200 || h.Get("Content-Type") != "application/pdf" || h.Get("Content-Disposition") != "attachment; filename=ab325.pdf" {
		t.Fatalf("%d %v", blank.Code, h)
	}
	filled := pdftest.Fill(t, "pdftk", blank.Body.Bytes(), pdftest.Filling{"employee.name": "Åse Bjørn", "employee.cpr": "740285-0005", "job.description": "Passer bede\nog høns", "assessment.sendToCompany": false})
	way := b.press(b.get("/ansat"), "Begynd med en udfyldt blanket", nil)
	got := b.press(b.get(way.link(t, "Videre til sagen")), "Læs filen", nil, string(filled))
	got.says(t, "Filen er læst")
	if got.value("employee.name") != "Åse Bjørn" || got.value("employee.cpr") != "740285-0005" {
		t.Errorf("%d %s: the name is %q", got.Code, got.path, got.value("employee.name"))
	}
	job := b.get(strings.TrimSuffix(got.path, "/den-ansatte") + "/jobindhold")
	if text := job.value("job.description"); text != "Passer bede\nog høns" {
		t.Errorf("the description is %q", text)
	}
}

// TestBlankWithoutCases: a service that makes no documents has none.
func TestBlankWithoutCases(t *testing.T) {
	s, _ := newServer(t, nil)
	if got := do(s.Handler(), request("GET", blankPath, "")); got.Code != 404 {
		t.Errorf("%d, want 404", got.Code)
	}
}
