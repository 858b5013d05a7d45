package web

import (
	"strings"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
)

// A nextTask says what has to happen next, and who has to do it.
type nextTask struct {
	Who, Text string
	Buttons   []Button
	Begin     bool // Blad 2 can be begun with one press
}

// staffNext returns the next step of a case.
func staffNext(who auth.Actor, v *casework.View, place string) nextTask {
	c := v.Case
	switch v.Status {
	case flexjob.Sent:
		return nextTask{Who: "Kommunen", Text: "Sagen er sendt videre hertil og skal modtages.", Buttons: []Button{{Text: "Modtag sagen", Href: place + "/modtag"}}}
	case flexjob.Received, flexjob.Assessed, flexjob.Replacing:
		return confirmOrAssess(who, c, place)
	case flexjob.Forwarded:
		return nextTask{Who: "Kommunen", Text: "Print det underskrevne blad 1, og send det med post til den anden kommune. Så er der ikke mere at gøre her."}
	case flexjob.Returned:
		return nextTask{Who: "Parterne", Text: "Blad 1 er sendt tilbage. Parterne retter det, og den ansatte underskriver igen."}
	case flexjob.Issued:
		return nextTask{Who: "Parterne", Text: "Vurderingen er udstedt, og parterne kan indgå ansættelsesaftalen. Afslut sagen, når der ikke er mere at gøre.",
			Buttons: []Button{{Text: "Afslut sagen", Href: place + "/afslut", Variant: "secondary"}}}
	}
	return nextTask{Who: "Ingen", Text: "Sagen er " + v.Status.Danish() + ". Der er ikke mere at gøre her."}
}

// confirmOrAssess is the next step while the jobcenter assesses.
func confirmOrAssess(who auth.Actor, c *flexjob.Case, place string) nextTask {
	next := nextTask{Who: "Sagsbehandleren"}
	draft := c.Assessment() != nil
	if !c.Identified() {
		next.Buttons = append(next.Buttons, Button{Text: "Bekræft identiteten", Href: place + "/bekraeft-identitet", Variant: "secondary"})
	}
	if c.Grant == nil {
		next.Buttons = append(next.Buttons, Button{Text: "Bekræft bevillingen", Href: place + "/bekraeft-bevilling", Variant: "secondary"})
	}
	switch {
	case draft && len(next.Buttons) > 0:
		next.Text = "Skriv blad 2 færdigt, og bekræft det, der mangler, før det kan udstedes."
	case draft && who.Allow(flexjob.IssueName, c) != nil:
		next.Text = "Skriv blad 2 færdigt. En kollega, der må udstede, skal så udstede det."
	case draft:
		next.Text = "Skriv blad 2 færdigt, og udsted det."
	case len(next.Buttons) > 0:
		next.Text = "Bekræft, hvem der har underskrevet, og at der er en bevilling. Begynd på blad 2."
	default:
		next.Text = "Begynd på blad 2."
	}
	if !draft {
		next.Begin = true
		return next
	}
	next.Buttons = append([]Button{{Text: "Fortsæt på blad 2", Href: place + "/blad2"}}, next.Buttons...)
	return next
}

// A fileLine is a document of the case.
type fileLine struct {
	Href, Text, Small string
	Badge             *Badge
}

func fileLines(v *casework.View, place string) (lines []fileLine) {
	for _, d := range v.Documents {
		l := fileLine{Href: place + "/dokument/" + d.ID, Small: stamp(d.At)}
		if !d.Kind.Made() {
			l.Small += ", " + sizeText(d.Size)
		}
		if d.Replaced {
			l.Badge = &Badge{Text: "Erstattet"}
		}
		if d.Waits {
			l.Badge = &Badge{"warning", "Ikke forseglet"}
		}
		if text := sealText(d); text != "" {
			l.Small += ". " + text
		}
		switch d.Kind {
		case casework.SignedBlad1:
			l.Text = "Blad 1, underskrevet"
		case casework.IssuedBlad2:
			l.Text = "Blad 2, " + map[flexjob.Party]string{flexjob.Employee: "den ansattes eksemplar", flexjob.Company: "virksomhedens eksemplar"}[d.To]
		case casework.JobAttachment:
			l.Text = "Bilag: " + d.Name
		default:
			l.Text = madeName(d)
		}
		lines = append(lines, l)
	}
	return lines
}

// A consentView is a consent, where it stands and how it came there.
type consentView struct {
	Text   string
	Badge  Badge
	Ledger []Event
}

var consentWords = map[flexjob.ConsentState]string{
	"": "Ikke spurgt", flexjob.Requested: "Spurgt, ikke besvaret", flexjob.Given: "Givet", flexjob.Refused: "Ikke givet",
	flexjob.Taken: "Trukket tilbage", flexjob.Expired: "Bortfaldet",
}

func consentViews(v *casework.View, n names) (all []consentView) {
	for _, p := range flexjob.Purposes() {
		state := v.Case.Consent(p)
		view := consentView{Badge: Badge{Text: consentWords[state]}}
		if state == flexjob.Given {
			view.Badge.Variant = "success"
		}
		if f, ok := v.Form.Field(string(p)); ok {
			view.Text = f.Ask
		}
		for _, e := range v.Case.Consents {
			if e.Purpose == p {
				view.Ledger = append(view.Ledger, Event{At: e.By.At, What: consentWords[e.State], Who: upperFirst(n.by(e.By)), Text: e.Wording})
			}
		}
		all = append(all, view)
	}
	return all
}

// A partyView is a party and its way into the case.
type partyView struct {
	Name          string
	Rows          []Row
	Access, Email string // addresses of the pages
}

// sides are the parties as addresses name them.
var sides = map[string]flexjob.Party{employeeSide: flexjob.Employee, companySide: flexjob.Company}

func partyViews(v *casework.View, place string) (all []partyView) {
	for _, side := range []string{employeeSide, companySide} {
		party := sides[side]
		view := partyView{Name: upperFirst(partyName(party)), Access: place + "/adgang/" + side}
		m := v.Case.Member(party)
		if m == nil {
			view.Rows = []Row{{Label: "Har åbnet sagen", Value: "Nej"}}
		} else {
			view.Rows = []Row{{Label: "Har åbnet sagen", Value: "Ja, første gang " + stamp(m.Joined.At)}, {Label: "E-mail til nye links", Value: m.Address}}
			view.Email = place + "/e-mail/" + side
		}
		all = append(all, view)
	}
	return all
}

// keptRows lists who is kept from the case.
func keptRows(v *casework.View, n names) (rows []Row) {
	for _, d := range v.Case.Disqualified {
		if d.Lifted != nil {
			continue
		}
		value := "Spærret af " + n.by(d.By) + " " + stamp(d.By.At)
		if d.By.Actor == d.Staff {
			value = "Har selv sagt til " + stamp(d.By.At)
		}
		if d.Reason != "" {
			value += "\n" + d.Reason
		}
		rows = append(rows, Row{Label: n.of(d.Staff), Value: value})
	}
	return rows
}

// caseBlock is the case as plain text, to be copied into the municipality's
// own system.
func caseBlock(v *casework.View, assignee string) string {
	b := &block{}
	values := blad1(v)
	b.line("Sag", v.Case.Number+" (AB 325, vurdering af arbejdsevnen i fleksjob)")
	b.line("Status", deskBadge(v.Status).Text)
	b.line("Den ansatte", values["employee.name"])
	b.line("Personnummer", values["employee.cpr"])
	b.line("Virksomhed", values["company.name"]+", CVR "+values["company.cvr"])
	b.line("Stilling", values["job.title"])
	for _, f := range caseFacts(v) {
		b.line(f.label, f.value)
	}
	b.line("Sagsbehandler", assignee)
	if d := v.Case.Standing(); d != nil {
		i := d.Issue
		b.line("Blad 2 udstedt", i.Date.String()+" af "+i.Name)
		b.line("Oplyses ved henvendelse", i.Values["assessment.reference"])
		b.line("Timer om ugen", i.Values[flexjob.HoursField])
		b.line("Arbejdsintensitet", i.Values[flexjob.IntensityField]+" %")
		b.line("Effektiv arbejdstid", effectiveText(i.Values))
	}
	return b.String()
}

// A block is lines of «name: value».
type block struct{ strings.Builder }

func (b *block) line(name, value string) {
	if value != "" {
		b.WriteString(name + ": " + strings.ReplaceAll(value, "\n", ", ") + "\n")
	}
}
