package web

import (
	"strings"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// An assessment is the Blad 2 that stands, in words.
//
// R7: «hvor mange timer om ugen og med hvilken intensitet»
type assessment struct {
	Date      string
	Replaces  string // the date of the one it replaces, or ""
	Reason    string // why, or ""
	Hours     string // «15 timer»
	Percent   string // «50 procent»
	Effective string // «7 timer og 30 minutter (7,5 timer)»
	Rows      []Row
	Few       bool   // 8 hours or fewer (R32)
	Document  string // where the PDF is
	NewOne    bool   // a new one is being made
}

// assessment returns the Blad 2 that stands, or nil.
func (s *Server) assessment(who auth.Actor, v *casework.View) *assessment {
	b := v.Case.Standing()
	if b == nil || b.Issue == nil {
		return nil
	}
	values := b.Issue.Values
	a := &assessment{
		Date: b.Issue.Date.Long(), Few: flexjob.FewHours(values), NewOne: v.Status == flexjob.Replacing,
		Hours: hoursText(values[flexjob.HoursField]), Percent: values[flexjob.IntensityField] + " procent",
		Document: placeOf(who) + "/dokument/" + lastDocument(v, casework.IssuedBlad2),
	}
	if minutes, ok := flexjob.Effective(values); ok {
		a.Effective = ident.DurationText(minutes)
	}
	if old := v.Case.Replaced(b); old != nil {
		a.Replaces, a.Reason = old.Date.Long()+old.Clock(b.Issue.Date), b.Reason
	}
	a.Rows = []Row{
		{Label: "Særlige hensyn", Value: values["assessment.specialNeeds"]},
		{Label: "Begrundelse", Value: values["assessment.justification"]},
	}
	if who.Sees(auth.FactMaterial) { // R33: «hvilke oplysninger og argumenter»
		a.Rows = append(a.Rows, Row{Label: "Oplysninger, som vurderingen bygger på", Value: values["assessment.material"]})
	}
	a.Rows = append(a.Rows,
		Row{Label: "Kontaktperson i kommunen", Value: strings.Join(nonEmpty(values["jobcenter.contactPerson"], values["jobcenter.phoneOrEmail"]), ", ")},
		Row{Label: "Oplyses ved henvendelse", Value: values["assessment.reference"]})
	return a
}

// hoursText writes a stored number of hours: «12,5 timer», «1 time».
func hoursText(value string) string {
	if value == "1" {
		return "1 time"
	}
	return value + " timer"
}

func nonEmpty(texts ...string) (out []string) {
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}

// A complaint is what the employee is told of complaining.
//
// R21: «senest efter 4 uger fra modtagelsen af vurderingen»
// R25: «Den ansatte har mulighed for at klage over vurderingen»
type complaint struct {
	Over    string // «vurderingen», «afgørelsen»
	LastDay string
	Left    string // «12 dage», or "" when the day has passed
	Passed  bool
}

// complaintOf returns the employee's time to complain, or nil: for the
// company there is none (R25).
func complaintOf(who auth.Actor, v *casework.View) *complaint {
	k, ok := v.Case.ComplaintStands()
	if !ok || !who.Sees(auth.FactComplaint) || k.LastDay.IsZero() {
		return nil
	}
	out := &complaint{Over: "vurderingen", LastDay: weekdays[k.LastDay.Weekday()] + " den " + k.LastDay.Long(), Passed: k.LastDay.Before(v.Today)}
	if v.Case.End != nil && v.Case.End.Kind == flexjob.EndDismissed {
		out.Over = "afgørelsen"
	}
	switch left := v.Today.Days(k.LastDay); {
	case out.Passed:
	case left == 0:
		out.Left = "Det er i dag."
	default:
		out.Left = "Der er " + plural(left, "dag", "dage") + " tilbage."
	}
	return out
}

var weekdays = [...]string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"}

// An ending is how a case ended, in words for the reader.
type ending struct {
	Heading, Text, Reason string
	Anew                  bool // the parties may begin another
}

// ending returns how the case ended, or nil. The view has no reason that the
// reader may not see, but why a party withdrew is told to that party alone.
func (s *Server) ending(who auth.Actor, v *casework.View) *ending {
	e := v.Case.End
	if e == nil {
		return nil
	}
	out := &ending{Heading: "Sagen er afsluttet", Text: "Vurderingen gælder stadig. Dokumenterne er her fortsat.", Reason: e.Reason}
	switch e.Kind {
	case flexjob.EndWithdrawn:
		out.Heading, out.Text = "Blanketten er trukket tilbage", "Der kommer ingen vurdering. Vil I alligevel i gang, kan I begynde på en ny blanket."
		out.Anew = true
		if e.By.Party != who.Party {
			out.Reason = ""
		}
	case flexjob.EndDismissed: // R47: «fleksjobbevilling fra jobcentret, før du kan blive ansat»
		out.Heading, out.Text = "Kommunen har afsluttet sagen uden en vurdering", "Det er en afgørelse. Kommunens begrundelse står herunder, og du kan klage."
		if who.Party == flexjob.Company {
			out.Text = "I må ikke regne med, at den ansatte kan begynde i fleksjob på dette grundlag. Tal med den ansatte eller kommunen."
		}
	case flexjob.EndForwarded:
		out.Heading, out.Text = "Sagen er sendt videre", s.forwarded(v)
	}
	return out
}

// forwarded says where a case went that is no longer here.
//
// R3: «hele blanketten fremsendes til jobcenteret i den ansattes bopælskommune»
func (s *Server) forwarded(v *casework.View) string {
	n := len(v.Case.Forwards)
	if n == 0 {
		return ""
	}
	f := v.Case.Forwards[n-1]
	return "Sagen er sendt videre fra " + s.options.Cases.Authority(f.From) + " til " + s.options.Cases.Authority(f.To) +
		". Den kommune bruger ikke tjenesten her, så den får sagen med post. Derfra hører I fra den nye kommune."
}
