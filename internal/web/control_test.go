package web

import (
	"net/http"
	"strings"
	"testing"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/read/readtest"
)

// aboutSomebody is what the public page must not say of a case.
var aboutSomebody = []string{"Åse", "Kjærgård", "610170", "Planteriget", "99990007", "Gartner", "Mille", "15 timer", "2026-0"}

// TestControlByCode: whoever holds the paper types the code, or lets a
// telephone do it, and learns what it is and nothing about anybody.
func TestControlByCode(t *testing.T) {
	p := issued(t)
	b := p.browser()
	for _, k := range p.stored(p.id).Kept() {
		want := []string{"Gælder det? Ja", "Forseglet DEMO – ikke et gyldigt segl, 23.11.2026 kl. 10.00", "Blad 1, underskrevet 23. november 2026"}
		if strings.HasPrefix(k.ID, "blad2") {
			want[2] = "Blad 2, udstedt 23. november 2026 af " + p.cases.Authority(home)
		}
		for _, got := range []*answer{
			b.press(b.get("/kontrol"), "Kontrollér koden", map[string]string{"code": strings.ToLower(k.Code)}),
			b.get("/kontrol/" + k.Code),
		} {
			got.says(t, want...)
			got.hides(t, append(aboutSomebody, p.id)...)
		}
	}
	got := b.press(b.get("/kontrol"), "Kontrollér koden", map[string]string{"code": "ABCD-EFGH-JKMN-PQRS"})
	if got.Code != http.StatusUnprocessableEntity || !summaryLinks(got, controlCode) || got.value(controlCode) != "ABCD-EFGH-JKMN-PQRS" {
		t.Errorf("an unknown code: %d", got.Code)
	}
	got.says(t, "Der er intet dokument med den kode")
	b.press(b.get("/kontrol"), "Kontrollér koden", nil).says(t, "Skriv koden, der står på dokumentet")
}

// TestControlByFile: a file says whether it is what was kept.
func TestControlByFile(t *testing.T) {
	p := issued(t)
	v, err := p.cases.Look(t.Context(), p.actorOf(p.employee, p.employeePlace), p.id)
	p.must(err)
	own := p.employee.send(request("GET", p.employeePlace+"/dokument/"+lastDocument(v, casework.IssuedBlad2), "")).Body.String()
	b := p.browser()
	check := func(file string) *answer { return b.press(b.get("/kontrol"), "Kontrollér filen", nil, file) }
	got := check(own)
	got.says(t, "Blad 2, udstedt 23. november 2026", "Intet er ændret", "Gælder det? Ja Segl Ikke ændret siden Forseglet af DEMO – ikke et gyldigt segl Forseglet 23.11.2026") // each once
	got.hides(t, append(aboutSomebody, p.id)...)
	more := check(own + "\n")
	more.says(t, "Der er føjet noget til filen", "Filen begynder som Blad 2, udstedt 23. november 2026")
	more.hides(t, "Gælder det?")
	changed := []byte(own)
	changed[len(changed)/2] ^= 1
	check(string(changed)).says(t, "Filen er ændret", "Stol ikke på den")
	check(string(readtest.Page("Noget andet"))).says(t, "Filen er ikke forseglet", "Vi kender den heller ikke", "Er der en kontrolkode på den, så prøv med den")
	for file, want := range map[string]string{"hej": "skal være af typen PDF", "%PDF-" + strings.Repeat("x", maxControlled): "under 5 MB", "%PDF-" + strings.Repeat("x", maxUpload): "under 5 MB"} {
		got := check(file)
		if got.Code != http.StatusUnprocessableEntity || !summaryLinks(got, controlFile) {
			t.Errorf("a file of %d bytes: %d", len(file), got.Code)
		}
		got.says(t, want)
	}
	b.press(b.get("/kontrol"), "Kontrollér filen", nil).says(t, "Vælg den fil, du vil kontrollere")
}

// TestControlIsThrottled: nobody keeps the processes that read files busy, or
// tries codes on and on.
func TestControlIsThrottled(t *testing.T) {
	st := newSite(t)
	b := st.browser()
	codes := 0
	for ; codes < 20; codes++ {
		if got := b.follow(request("GET", "/kontrol/0000-0000-0000-0000", "")); got.Code == http.StatusServiceUnavailable {
			break
		} else if got.Code != http.StatusUnprocessableEntity {
			t.Fatalf("an unknown code: %d", got.Code)
		}
	}
	if codes == 0 || codes == 20 {
		t.Errorf("%d codes can be tried at once", codes)
	}
	page, files := b.get("/kontrol"), 0
	for ; files <= controlsAtOnce; files++ {
		if got := b.press(page, "Kontrollér filen", map[string]string{"once": ""}, string(readtest.Page("x"))); got.Code == http.StatusServiceUnavailable {
			break
		}
	}
	if files == 0 || files > controlsAtOnce {
		t.Errorf("%d files can be sent at once", files)
	}
}

// TestControlLeadsStaffToTheCase: those who may open it, and nobody else.
func TestControlLeadsStaffToTheCase(t *testing.T) {
	d := inOffice(t)
	code := d.stored(d.id).Signed().Document.Code
	lead := func(b *browser) *answer { return b.press(b.get("/kontrol/"+code), "Åbn sagen som medarbejder", nil) }
	if got := lead(d.worker); got.path != d.place || got.Code != http.StatusOK {
		t.Errorf("a caseworker is led to %s: %d", got.path, got.Code)
	}
	d.serveAway()
	for name, b := range map[string]*browser{"of another municipality": d.hire("Bo Fjernt", away, auth.Caseworker), "nobody": d.browser()} {
		if got := lead(b); got.path == d.place || got.Code < 400 && !strings.Contains(got.path, "log-ind") {
			t.Errorf("%s is led to %s: %d", name, got.path, got.Code)
		} else {
			got.hides(t, append(aboutSomebody, d.id)...)
		}
	}
}

// TestControlTellsOfALaterOne: a paper that no longer stands says so.
func TestControlTellsOfALaterOne(t *testing.T) {
	p := issued(t)
	code := ""
	for _, k := range p.stored(p.id).Kept() {
		if strings.HasSuffix(k.ID, string(flexjob.Employee)) {
			code = k.Code
		}
	}
	p.issue("Timetallet var forkert", blad2Values)
	p.browser().get("/kontrol/"+code).says(t, "Gælder det? Nej, det er erstattet af et senere", "Bed den, du har det fra, om det nye")
}

// TestControlTellsWhatFell: a Blad 1 that was sent back or taken back is from
// here, and does not stand.
func TestControlTellsWhatFell(t *testing.T) {
	d := inOffice(t)
	code := d.stored(d.id).Signed().Document.Code
	look := func() *answer { return d.browser().get("/kontrol/" + code) }
	look().says(t, "Dokumentet er herfra, og det gælder", "Gælder det? Ja")
	d.worker.press(d.worker.get(d.place+"/send-tilbage"), "Send tilbage", map[string]string{"reason": "Skriv mere om jobbet."})
	look().says(t, "Gælder det? Nej, det er sendt tilbage for at blive rettet", "om det nye, når det er underskrevet")
	d.must(d.cases.Do(t.Context(), d.actorOf(d.employee, d.employeePlace), d.id, casework.Any, flexjob.Withdraw{Reason: "Det blev ikke til noget."}))
	look().says(t, "Gælder det? Nej, det er trukket tilbage", "hvis du er i tvivl")
	look().hides(t, "det gælder.")
}
