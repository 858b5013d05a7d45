package web

import (
	"slices"
	"time"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// An event is something that happened in a case.
type event struct {
	at   time.Time
	text string
}

// timeline tells what happened in a case, oldest first, in words for the
// reader. The view holds only what the reader may see; reasons that may say
// something about the employee are in the employee's alone.
func (s *Server) timeline(who auth.Actor, v *casework.View) (rows []Row) {
	t := teller{who, v, s.options.Cases.Authority}
	events := slices.Concat(t.filling(), t.jobcenter(), t.assessments(), t.consents(), t.end())
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range events {
		rows = append(rows, Row{Label: moment(e.at), Value: e.text})
	}
	return rows
}

// teller puts the facts of a case into words for one reader.
type teller struct {
	who       auth.Actor
	v         *casework.View
	authority func(code string) string
}

// name is a party as the subject of a sentence: «Du», «Virksomheden».
func (t teller) name(p flexjob.Party) string {
	if p == t.who.Party {
		return "Du"
	}
	return upperFirst(partyName(p))
}

// because is a reason on a line of its own, where the reader sees it.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return "\n" + reason
}

func (t teller) filling() (events []event) {
	c := t.v.Case
	events = append(events, event{c.Created.At, t.name(c.Created.Party) + " begyndte på blad 1."})
	for party, m := range c.Members {
		if party != c.Created.Party && m != nil {
			events = append(events, event{m.Joined.At, t.name(party) + " åbnede sagen."})
		}
	}
	for _, s := range c.Signatures {
		events = append(events, event{s.By.At, t.name(flexjob.Employee) + " underskrev og sendte blad 1."})
		if s.Confirmed != nil {
			events = append(events, event{s.Confirmed.At, "Kommunen bekræftede, hvem der har underskrevet."})
		}
	}
	if c.Agreement != nil {
		events = append(events, event{c.Agreement.By.At, t.name(c.Agreement.By.Party) + " skrev, at ansættelsesaftalen er dateret " + c.Agreement.Dated.Long() + "."})
	}
	return events
}

func (t teller) jobcenter() (events []event) {
	c := t.v.Case
	for _, r := range c.Receipts {
		events = append(events, event{r.By.At, t.authority(r.Municipality) + " modtog blad 1. Svar kan ventes senest " + r.Expected.Long() + "."})
	}
	for _, r := range c.Returns {
		events = append(events, event{r.By.At, "Kommunen sendte blad 1 tilbage til rettelse: " + r.Reason})
	}
	for _, f := range c.Forwards {
		events = append(events, event{f.By.At, "Sagen blev sendt videre til " + t.authority(f.To) + "." + because(f.Reason)})
	}
	for _, d := range c.Delays {
		events = append(events, event{d.By.At, "Svaret trækker ud. Det kan nu ventes senest " + d.Until.Long() + "." + because(d.Reason)})
	}
	if c.Grant != nil && t.who.Party == flexjob.Employee {
		events = append(events, event{c.Grant.At, "Kommunen bekræftede, at du er bevilget fleksjob."})
	}
	return events
}

func (t teller) assessments() (events []event) {
	for _, b := range t.v.Case.Blad2s {
		if b.Issue == nil {
			continue
		}
		text := "Kommunen udstedte vurderingen (blad 2)."
		if b.Replaces != "" {
			text = "Kommunen udstedte en ny vurdering (blad 2), som erstatter den tidligere."
		}
		events = append(events, event{b.Issue.By.At, text})
	}
	return events
}

// consents are told to the employee; the company sees where they stand, never
// their history.
func (t teller) consents() (events []event) {
	if !t.who.Sees(auth.FactConsentLedger) {
		return nil
	}
	verbs := map[flexjob.ConsentState]string{
		flexjob.Given: "Du gav samtykke: ", flexjob.Refused: "Du sagde nej til samtykke: ",
		flexjob.Taken: "Du trak dit samtykke tilbage: ", flexjob.Expired: "Samtykket bortfaldt: ",
	}
	purposes := map[flexjob.Purpose]string{
		flexjob.CopyToJobcenter: "kopi af ansættelsesaftalen til kommunen.",
		flexjob.CopyToUnion:     "kopi af ansættelsesaftalen til den faglige organisation.",
	}
	for _, e := range t.v.Case.Consents {
		if verb, ok := verbs[e.State]; ok {
			events = append(events, event{e.By.At, verb + purposes[e.Purpose]})
		}
	}
	return events
}

func (t teller) end() []event {
	e := t.v.Case.End
	if e == nil {
		return nil
	}
	text := map[flexjob.EndKind]string{
		flexjob.EndClosed: "Sagen blev afsluttet.", flexjob.EndWithdrawn: t.name(e.By.Party) + " trak blanketten tilbage.",
		flexjob.EndDismissed: "Kommunen afsluttede sagen uden en vurdering.",
	}[e.Kind]
	if text == "" {
		return nil // forwarded: told already
	}
	return []event{{e.By.At, text}}
}

// moment writes a time for people: "22. november 2026 kl. 14.05".
func moment(t time.Time) string { return ident.DateOf(t).Long() + " kl. " + clockText(t) }
