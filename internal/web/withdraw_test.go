package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestWithdrawRequest(t *testing.T) {
	p := signed(t)
	if got := p.company.follow(request("GET", p.companyPlace+"/traek-tilbage", "")); got.Code != http.StatusConflict {
		t.Errorf("the company withdraws what was sent: %d", got.Code)
	}
	page := p.employee.get(p.employeePlace + "/traek-tilbage")
	long := p.employee.press(page, "Træk blanketten tilbage", map[string]string{"reason": strings.Repeat("æ", 1001)})
	if long.Code != http.StatusUnprocessableEntity || len([]rune(long.value("reason"))) != 1001 {
		t.Errorf("a reason that is too long: %d", long.Code)
	}
	got := p.employee.press(page, "Træk blanketten tilbage", map[string]string{"reason": "Jobbet blev ikke til noget"})
	got.says(t, "Blanketten er trukket tilbage", "Jobbet blev ikke til noget")
	theirs := p.company.get(p.companyPlace)
	theirs.says(t, "Blanketten er trukket tilbage")
	theirs.hides(t, "Jobbet blev ikke til noget")
}

// TestCompanyWithdrawsDraft: a draft is either party's to withdraw; why is not
// told to the other.
func TestCompanyWithdrawsDraft(t *testing.T) {
	p := inCase(t)
	page := p.company.get(p.companyPlace + "/traek-tilbage")
	page.says(t, "men ikke hvorfor")
	p.company.press(page, "Træk blanketten tilbage", map[string]string{"reason": "Vi har valgt en anden"}).says(t, "Vi har valgt en anden")
	theirs := p.employee.get(p.employeePlace)
	theirs.says(t, "Blanketten er trukket tilbage")
	theirs.hides(t, "Vi har valgt en anden")
}
