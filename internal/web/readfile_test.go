package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ab325/internal/pdf/read"
	"ab325/internal/pdf/read/readtest"
	"ab325/internal/sandbox"
)

// filledPDF is our form as somebody filled it in at home.
func filledPDF(change map[string]string) string {
	values := map[string]string{
		"employee.name": "Åse Bjørn", "employee.cpr": "740285-0005", "job.title": "Gartner", "job.startDate": "1.12.2026", "job.description": "Passer bede",
		"company.name": "Vestby ApS", "company.cvr": "99 99 00 07", "company.contactPerson": "Aksel Holm", "company.phone": "12345678",
		"assessment.sendToEmployee": "Yes", "assessment.sendToCompany": "Off",
	}
	for id, value := range change {
		values[id] = value
	}
	return string(readtest.Form(values))
}

// TestBeginWithAFile: somebody who filled in the form at home begins with it,
// is asked to check what was read, and the other party sees its part.
func TestBeginWithAFile(t *testing.T) {
	st := newSite(t)
	b := st.browser()
	way := b.press(b.get("/ansat"), "Begynd med en udfyldt blanket", nil)
	page := b.get(way.link(t, "Videre til sagen"))
	page.says(t, "Har du udfyldt blanketten på din computer?", "Samtykke og underskrift læser vi ikke fra filen")
	got := b.press(page, "Læs filen", nil, filledPDF(nil))
	if !strings.HasSuffix(got.path, "/den-ansatte") || got.value("employee.name") != "Åse Bjørn" || got.value("employee.cpr") != "740285-0005" {
		t.Errorf("%d %s: the name is %q", got.Code, got.path, got.value("employee.name"))
	}
	got.says(t, "Filen er læst", "Kontrollér felterne med mærket «Læst fra filen»")
	if n := strings.Count(got.words(), "Læst fra filen"); n != 3 { // the notice and two fields
		t.Errorf("«Læst fra filen» stands %d times, want at both fields", n)
	}
	got.hides(t, "99990007") // the company's
}

// TestReadingsBesideFields: what the file says is checked as if it were typed,
// is shown to whom the field belongs, and stands beside what they wrote.
func TestReadingsBesideFields(t *testing.T) {
	p := inCase(t)
	p.company.press(p.company.get(p.companyPlace+"/virksomheden"), "Gem kladde", map[string]string{"company.phone": "87654321"})
	read := func() *answer { return p.employee.get(p.employeePlace + "/fra-fil") }
	got := p.employee.press(read(), "Læs filen", nil, filledPDF(map[string]string{"employee.cpr": "12"}))
	got.says(t, "Fejl: ") // the number is stored as it was typed, with what is wrong
	if got.value("employee.cpr") != "12" {
		t.Errorf("the CPR number is %q, want what the file says", got.value("employee.cpr"))
	}

	page := p.company.get(p.companyPlace + "/virksomheden")
	if page.value("company.name") != "Vestby ApS" || !strings.Contains(page.Body.String(), `name="old.company.name" value=""`) {
		t.Errorf("the company's name is %q, want it from the file and not stored yet", page.value("company.name"))
	}
	page.says(t, "Filen siger noget andet om «Kontaktpersonens telefonnummer»", "I den fil, den ansatte sendte, står der:", "12 34 56 78")
	if page.value("company.phone") != "87 65 43 21" {
		t.Errorf("the telephone number is %q, want what was typed", page.value("company.phone"))
	}
	used := p.company.press(page, "Brug filens svar om Kontaktpersonens telefonnummer", nil)
	if used.value("company.phone") != "12 34 56 78" || strings.Contains(used.words(), "Filen siger noget andet") {
		t.Errorf("after choosing the file's: %q", used.value("company.phone"))
	}
	saved := p.company.get(p.companyPlace + "/virksomheden")
	if got := saved.value("company.cvr"); got != "99990007" {
		t.Errorf("the CVR number is %q; what was shown is to be saved along", got)
	}
	wrong := p.employee.press(read(), "Læs filen", nil, filledPDF(map[string]string{"company.cvr": "12345679", "company.phone": "12 34"}))
	wrong.hides(t, "skal det rettes") // the company's
	page = p.company.get(p.companyPlace + "/virksomheden")
	page.says(t, "Bruger du det, skal det rettes: CVR-nummeret findes ikke. Kontrollér cifrene.", "Bruger du det, skal det rettes: Indtast et dansk telefonnummer")
	p.employee.press(read(), "Læs filen", nil, filledPDF(nil))
	p.company.get(p.companyPlace+"/virksomheden").hides(t, "skal det rettes")
	p.company.press(saved, "Gem kladde", map[string]string{"company.name": "Østby ApS"}).says(t, "Filen siger noget andet om «Virksomhedens navn»", "Vestby ApS")
}

// TestFileThatIsNotOurs: it gets a clear answer, and where it can be attached.
func TestFileThatIsNotOurs(t *testing.T) {
	p := inCase(t)
	for _, test := range []struct{ title, file, want string }{
		{"somebody else's form", string(readtest.Form(map[string]string{"Navn": "Åse"})), "Filen har ikke felterne fra vores blanket"},
		{"a scanned form", string(readtest.Page("AB 325")), "Måske er det en anden blanket, eller den er udskrevet eller scannet"},
		{"a text", "hej", "Den valgte fil skal være af typen PDF"},
		{"too large", "%PDF-" + strings.Repeat("x", maxUpload), "under 10 MB"},
	} {
		got := p.company.press(p.company.get(p.companyPlace+"/fra-fil"), "Læs filen", nil, test.file)
		if got.Code != http.StatusUnprocessableEntity || !summaryLinks(got, fileInput) {
			t.Errorf("%s: %d", test.title, got.Code)
		}
		got.says(t, test.want)
		if href := got.link(t, "vores blanket (PDF)"); href != "/ab325.pdf" {
			t.Errorf("%s: ours is at %s", test.title, href)
		}
		if href := got.link(t, "vedhæfte den under jobindhold"); href != p.companyPlace+"/jobindhold#bilag" {
			t.Errorf("%s: it can be attached at %s", test.title, href)
		}
	}
	p.company.press(p.company.get(p.companyPlace+"/fra-fil"), "Læs filen", nil).says(t, "Vælg den fil, du har udfyldt")
	if p.company.get(p.companyPlace+"/virksomheden").value("company.name") != "" {
		t.Error("something was read")
	}
}

// link returns where the link with these words leads.
func (a *answer) link(t *testing.T, words string) string {
	t.Helper()
	for n := range a.root.Descendants() {
		if href, ok := attr(n, "href"); ok && strings.Join(strings.Fields(text(n)), " ") == words {
			return href
		}
	}
	t.Fatalf("%s has no link %q:\n%s", a.path, words, a.words())
	return ""
}

// TestReadForTheSender: whatever anybody sends is read for the address that it
// came from, so that one who begins many cases is still one.
func TestReadForTheSender(t *testing.T) {
	st := newSite(t)
	inline, names := sandbox.Inline(read.Tasks()), []string{}
	st.cases.PDFs = read.New(func(ctx context.Context, task string, in []byte) ([]byte, error) {
		name, _ := sandbox.Whose(ctx)
		names = append(names, name)
		return inline(ctx, task, in)
	})
	for range 2 {
		b := st.browser()
		page := b.get(b.press(b.get("/ansat"), "Begynd med en udfyldt blanket", nil).link(t, "Videre til sagen"))
		place := strings.TrimSuffix(page.path, "/fra-fil")
		b.press(page, "Læs filen", nil, filledPDF(nil))
		b.press(b.get(place+"/jobindhold"), "Gem kladde", nil, string(readtest.Page("Bilag")))
	}
	b := st.browser()
	b.press(b.get("/kontrol"), "Kontrollér filen", nil, string(readtest.Page("Noget andet")))
	if len(names) < 5 || slices.ContainsFunc(names, func(name string) bool { return name != "127.0.0.1" }) {
		t.Errorf("files are read for %q, want all for 127.0.0.1", names)
	}
}
