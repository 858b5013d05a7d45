package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ab325/internal/pdf/pdftest"
)

// follows presses the link with a text and returns what a PDF behind it says.
func (b *browser) follows(on *answer, link string) string {
	b.t.Helper()
	for n := range on.root.Descendants() {
		href, _ := attr(n, "href")
		if n.Type != html.ElementNode || n.Data != "a" || !strings.HasPrefix(strings.Join(strings.Fields(text(n)), " "), link) {
			continue
		}
		got := b.follow(request("GET", href, ""))
		if kind := got.Header().Get("Content-Type"); got.Code != http.StatusOK || kind != "application/pdf" {
			b.t.Fatalf("%q: %d with a %s", link, got.Code, kind)
		}
		return strings.Join(strings.Fields(pdftest.Transcript(got.Body.Bytes())), " ")
	}
	b.t.Fatalf("%s has no link %q:\n%s", on.path, link, on.words())
	return ""
}

// TestPapers gets each document that is written for who asks for it where the
// pages offer it.
func TestPapers(t *testing.T) {
	d := inOffice(t)
	question := d.employee.get(d.employeePlace + "/samtykke")
	d.employee.press(question, "Gem svar", map[string]string{"consent.agreementToJobcenter": "ja", "consent.agreementToUnion": "nej"})
	taken := d.employee.press(d.employee.get(d.employeePlace), "Træk samtykket tilbage: Kopi af ansættelsesaftalen til kommunen", nil)
	d.confirmed()
	d.worker.press(d.worker.press(d.worker.get(d.place), "Begynd blad 2", nil), "Gem kladde", writtenBlad2)
	issued := d.issuer.press(d.issuer.get(d.place+"/udsted"), "Udsted blad 2", nil)

	mine, firms, desks := d.employee.get(d.employeePlace), d.company.get(d.companyPlace), d.worker.get(d.place)
	for _, test := range []struct {
		by    *browser
		on    *answer
		link  string
		says  string
		hides string
	}{
		{d.employee, d.employee.get(d.employeePlace + "/kvittering"), "Hent kvitteringen (PDF)", "Kvittering for blad 1", ""},
		{d.employee, taken, "Hent kvitteringen (PDF)", "du har trukket dit samtykke tilbage", ""},
		{d.employee, mine, "Hent kvittering for dit svar: Kopi af ansættelsesaftalen til den faglige organisation", "du har ikke givet samtykke", ""},
		{d.employee, mine, "Kvittering for samtykke til kopi af ansættelsesaftalen til kommunen: givet", "du har givet samtykke", ""},
		{d.employee, mine, "Alle sagens dokumenter", "610170-0559", "Du kan klage. P Du kan klage over"},
		{d.company, firms, "Kvittering for blad 1", "den ansattes arbejdsevne", "SHA-256"},
		{d.company, firms, "Alle sagens dokumenter", "610170-XXXX", "0559"},
		{d.issuer, issued, "Brev med blad 2 til den ansatte", "Du kan klage.", "XXXX"},
		{d.issuer, issued, "Brev med blad 2 til virksomheden", "610170-XXXX", "0559"},
		{d.worker, desks, "Brev med blad 2 til den ansatte", "Åse Kjærgård Østergade 7", ""},
		{d.worker, desks, "Alle sagens dokumenter", "Sagens forløb", "XXXX-0559"},
	} {
		got := test.by.follows(test.on, test.link)
		if !strings.Contains(got, test.says) || test.hides != "" && strings.Contains(got, test.hides) {
			t.Errorf("%q on %s says %q and not %q: %s", test.link, test.on.path, test.says, test.hides, got)
		}
	}
	firms.hides(t, "Kvittering for samtykke", "Brev med blad 2")
	mine.hides(t, "Brev med blad 2")
}
