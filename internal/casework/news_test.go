package casework_test

import (
	"strings"
	"testing"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
)

// Sending tells the parties that there is something to see, and not what.
func TestNewsNamesNobody(t *testing.T) {
	o := open(t)
	o.sent()
	for _, m := range o.mail() {
		for _, word := range []string{"Åse", "Kjærgård", "610170", "Planteriget", "Gartner"} {
			for key, text := range m.Data {
				if strings.Contains(text, word) {
					t.Errorf("message %s to %s: %s names %q", m.Kind, m.Party, key, word)
				}
			}
		}
	}
}

// Who has no registered address hears of news at the one written on Blad 1 for
// that, and never gets a link there.
func TestNewsGoesToTheAddressOnBlad1(t *testing.T) {
	o := open(t)
	started, err := o.Start(t.Context(), flexjob.Employee, "")
	o.must(err)
	id := started.Actor.Case
	o.save(started.Actor, id, map[string]string{"employee.email": "ase@example.dk"})
	o.must(o.Do(t.Context(), started.Actor, id, casework.Any, flexjob.Withdraw{}))
	mail := o.mail()
	if len(mail) != 1 || mail[0].To != "ase@example.dk" || mail[0].Data["code"] != "" {
		t.Fatalf("messages = %+v, want one without a code to the address on Blad 1", mail)
	}
	o.must(o.Resend(t.Context(), started.Access.Code, "c1"))
	if got := len(o.mail()); got != 1 {
		t.Errorf("%d messages after asking for a link, want none more", got)
	}
}

// Who asks for a correction is not told that somebody did.
func TestTheOtherIsToldOfAWish(t *testing.T) {
	o := open(t)
	employee, _, id := o.parties()
	before := len(o.mail())
	o.must(o.AskCorrection(t.Context(), employee, id, "company.name", "Er navnet rigtigt?"))
	if got := o.mail()[before:]; len(got) != 1 || got[0].Party != flexjob.Company {
		t.Errorf("%d messages, the first to %s; want one to the company", len(got), got[0].Party)
	}
}
