package casework_test

import (
	"slices"
	"testing"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// Who is kept from a case, and asks for it all the same, stands in its log:
// whatever they asked for.
func TestRefusalsAreLogged(t *testing.T) {
	o := open(t)
	employee, company, id := o.assessed()
	o.must(o.Do(t.Context(), o.issuer, id, casework.Any, flexjob.Disqualify{Staff: o.issuer.Subject, Reason: "svoger"}))
	for _, test := range []struct {
		logged string
		who    auth.Actor
		ask    func(auth.Actor) error
	}{
		{"open", o.issuer, func(who auth.Actor) error { _, err := o.Open(t.Context(), who, id); return err }},
		{"open", o.issuer, func(who auth.Actor) error { _, err := o.Look(t.Context(), who, id); return err }},
		{"preview", o.issuer, func(who auth.Actor) error { _, err := o.PreviewBlad2(t.Context(), who, id); return err }},
		{"preview", o.caseworker, func(who auth.Actor) error { _, err := o.PreviewBlad2(t.Context(), who, id); return err }},
		{"preview", o.issuer, func(who auth.Actor) error { return o.Previewed(t.Context(), who, id, "blad2") }},
		{"issue", o.caseworker, func(who auth.Actor) error { return o.Issue(t.Context(), who, id, [32]byte{}) }},
		{"print-draft", o.issuer, func(who auth.Actor) error { _, err := o.PrintBlad1(t.Context(), who, id); return err }},
		{"preview", company, func(who auth.Actor) error { _, err := o.PreviewBlad1(t.Context(), who, id, "Åse"); return err }},
		{"sign", company, func(who auth.Actor) error { return o.Sign(t.Context(), who, id, "Åse", [32]byte{}) }},
	} {
		before := len(o.log(id))
		want(t, test.logged, test.ask(test.who), problem.Forbidden)
		if got := o.log(id)[before:]; !slices.Equal(got, []string{test.logged + " refused"}) {
			t.Errorf("%s by %s is logged as %q, want %q", test.logged, test.who.Subject, got, test.logged+" refused")
		}
	}
	before := len(o.log(id))
	o.look(employee, id)
	if got := o.log(id)[before:]; len(got) != 0 {
		t.Errorf("to look again at what is open is logged as %q", got)
	}
}
