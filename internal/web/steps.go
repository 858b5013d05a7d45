package web

import (
	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// A blad1Step is one page of Blad 1.
type blad1Step struct {
	name  string // as the edition's fields call it, where it asks for any
	path  string // below the case's place
	title string
	party flexjob.Party // who alone has it; "" both
}

// steps are the pages of Blad 1, in order.
var steps = []blad1Step{
	{"employee", "den-ansatte", "Den ansatte", ""},
	{"company", "virksomheden", "Virksomheden", ""},
	{"job", "jobindhold", "Jobindhold", ""},
	{"consent", "samtykke", "Samtykke", ""},
	{"summary", "opsummering", "Opsummering", ""},
	{"sign", "underskrift", "Underskrift", flexjob.Employee}, // R4: the company never signs
}

// stepPath returns the address of a step's page below a case's place.
func stepPath(place, name string) string {
	for _, st := range steps {
		if st.name == name {
			return place + "/" + st.path
		}
	}
	return place
}

// nextStep returns the step after the named one.
func nextStep(name string) string {
	for i, st := range steps[:len(steps)-1] {
		if st.name == name {
			return steps[i+1].name
		}
	}
	return name
}

// indicator makes the step indicator. Every step can be opened at any time:
// the two parties fill in at their own pace.
func (s *Server) indicator(who auth.Actor, v *casework.View, current string) (all []Step) {
	faults := s.options.Cases.Unfinished(who, v)
	for _, st := range steps {
		if st.party != "" && st.party != who.Party {
			continue
		}
		line := Step{Title: st.title, Href: stepPath(placeOf(who), st.name), State: StepAhead}
		switch {
		case st.name == current:
			line.State = StepCurrent
		case st.name == "consent":
			if answered(v) {
				line.State = StepDone
			}
		case len(v.Form.Asked(st.name)) > 0 && st.name != "sign":
			line.State = stepState(who, v, st.name, faults)
		}
		all = append(all, line)
	}
	return all
}

// stepState says how far a step with fields is: done when nothing is left to
// do on it for anybody, in error when who's own answer is wrong.
func stepState(who auth.Actor, v *casework.View, name string, faults []problem.Field) StepState {
	left := faultsAt(faults, v.Form.Asked(name), "")
	for _, fault := range faultsAt(left, v.Form.Asked(name), who.Party.Filler()) {
		if v.Case.Blad1[fault.ID].Value != "" {
			return StepError
		}
	}
	if len(left) == 0 {
		return StepDone
	}
	return StepAhead
}

// answered reports whether both consent questions have an answer.
func answered(v *casework.View) bool {
	for _, p := range flexjob.Purposes() {
		if s := v.Case.Consent(p); s == "" || s == flexjob.Requested {
			return false
		}
	}
	return true
}
