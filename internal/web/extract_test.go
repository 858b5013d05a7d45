package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRuleR27ExtractPage(t *testing.T) {
	d := inOffice(t)
	d.now = d.now.Add(10 * time.Minute)
	for range 3 {
		d.leader.get(d.place)
		d.now = d.now.Add(time.Minute)
	}
	page := d.employee.get(d.employeePlace)
	if !strings.Contains(page.Body.String(), `href="`+d.employeePlace+`/indsigt"`) {
		t.Error("the case's page does not lead to the extract")
	}
	x := d.employee.get(d.employeePlace + "/indsigt")
	x.says(t, "23.11.2026 kl. 10.10", "til kl. 10.12", "Medarbejder", "Ærø Kommune", "Så sagen", "3 gange", "Dig", "Virksomheden", "Underskrev og sendte blad 1", "Begyndte en blanket", "Vurdering af arbejdsevnen (AB 325)")
	x.hides(t, "Tove", "Lindskov", "610170", "Kjærgård")
	if got := d.company.get(d.companyPlace).Body.String(); strings.Contains(got, "/indsigt") {
		t.Error("the company is led to the extract")
	}

	got := d.employee.send(request("GET", d.employeePlace+"/indsigt/log.json", ""))
	var file extractFile
	if err := json.Unmarshal(got.Body.Bytes(), &file); err != nil || got.Code != http.StatusOK || !strings.Contains(got.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("the file: %d %v %v", got.Code, got.Header(), err)
	}
	looks := 0
	for _, e := range file.Entries {
		if e == (extractItem{"2026-11-23T10:10:00+01:00", "Medarbejder", "Ærø Kommune", "Så sagen", "Vurdering af arbejdsevnen (AB 325)", "Udført"}) {
			looks++
		}
	}
	if last := file.Entries[len(file.Entries)-1]; looks != 1 || file.Case != "2026-000001" || last.What != "Begyndte en blanket" || last.Who != "Den ansatte" {
		t.Errorf("%d of the leader's looks at ten, case %q, and the first entry %+v", looks, file.Case, last)
	}
}

// A long log comes page by page.
func TestExtractInPages(t *testing.T) {
	p := newSite(t).inCase()
	for range extractLines {
		p.employee.get(p.employeePlace)
	}
	first := p.employee.get(p.employeePlace + "/indsigt")
	first.hides(t, "Begyndte en blanket")
	_, older, _ := strings.Cut(first.Body.String(), `href="`+p.employeePlace+`/indsigt?foer=`)
	older, _, _ = strings.Cut(older, `"`)
	p.employee.get(p.employeePlace+"/indsigt?foer="+older).says(t, "Begyndte en blanket")
	if got := p.employee.send(request("GET", p.employeePlace+"/indsigt?foer=x", "")); got.Code != http.StatusNotFound {
		t.Errorf("a place that is none: %d", got.Code)
	}
}
