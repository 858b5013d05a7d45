package casework

import (
	"strings"

	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/pdf"
)

// letterTitle is the heading of the letter that carries a Blad 2.
func (*scribe) letterTitle(to flexjob.Party) string {
	if to == flexjob.Company {
		return "Kommunens vurdering af arbejdsevnen i fleksjobbet"
	}
	return "Kommunens vurdering af din arbejdsevne i fleksjobbet"
}

// blad2Letter writes the letter that carries the Blad 2 that stands, dated as
// that is.
//
// R7: «hvor mange timer om ugen og med hvilken intensitet»
// R32: «funktionærlignende vilkår»
// R41: «Denne vurdering skal danne grundlag for den ansættelsesaftale, som
// efterfølgende indgås»
func (s *scribe) blad2Letter(to flexjob.Party) *pdf.Prose {
	b := s.c.Standing()
	v := b.Issue.Values
	address, whose := v["assessment.recipient"], "din arbejdsevne i det fleksjob, som du og virksomheden har beskrevet i blad 1"
	if to == flexjob.Company {
		address, whose = companyAddress(v), "arbejdsevnen i det fleksjob, som I og den ansatte har beskrevet i blad 1"
	}
	text := s.letter(address, b.Issue.Date)
	text.Title, text.Reference = s.letterTitle(to), v["assessment.reference"]
	opening := "Kommunen har vurderet " + whose + ". Vurderingen (blad 2) er vedlagt."
	if old := s.c.Replaced(b); old != nil {
		opening += " Den erstatter vurderingen af " + old.Date.Long() + old.Clock(b.Issue.Date) + "."
	}
	text.Blocks = append(text.Blocks, says(opening), row("Timer om ugen", v[flexjob.HoursField]), row("Arbejdsintensitet", v[flexjob.IntensityField]+" procent"))
	if minutes, ok := flexjob.Effective(v); ok {
		text.Blocks = append(text.Blocks, row("Effektiv arbejdstid om ugen", ident.DurationText(minutes)))
	}
	text.Blocks = append(text.Blocks, head("Ansættelsesaftalen"),
		says("Vurderingen skal danne grundlag for den ansættelsesaftale, som den ansatte og virksomheden indgår bagefter."))
	if flexjob.FewHours(v) {
		text.Blocks = append(text.Blocks, says("Arbejdstiden er 8 timer om ugen eller mindre. Er arbejdet funktionærarbejde, skal den ansatte alligevel have funktionærlignende vilkår."))
	}
	if to == flexjob.Company {
		text.Blocks = append(text.Blocks, s.contact()...)
		return text
	}
	// R33: «hvilke oplysninger og argumenter»
	if material := v["assessment.material"]; material != "" {
		text.Blocks = append(text.Blocks, head("Det bygger vurderingen på"), says(material))
	}
	_, last := flexjob.ComplaintDeadline(flexjob.Letter, b.Issue.Date, b.Issue.Complaint.Mode)
	text.Blocks = append(text.Blocks, s.complaintGuidance("vurderingen af arbejdsevnen", "vurderingen", last)...)
	return s.signedBlocks(text)
}

// dismissal writes the decision to end the case without an assessment.
//
// R26: «begrundet afgørelse med klagevejledning»
// R47: «fleksjobbevilling fra jobcentret, før du kan blive ansat»
func (s *scribe) dismissal() *pdf.Prose {
	end := s.c.End
	on := ident.DateOf(end.By.At)
	text := s.letter(employeeAddress(s.c), on)
	text.Title, text.Reference = "Sagen er afsluttet uden en vurdering", s.c.Number
	text.Blocks = append(text.Blocks,
		says("Kommunen har besluttet at afslutte sagen om vurdering af din arbejdsevne i fleksjobbet uden en vurdering."),
		head("Begrundelse"), says(end.Reason))
	mode := flexjob.CitizenFriendly
	if end.Complaint != nil {
		mode = end.Complaint.Mode
	}
	_, last := flexjob.ComplaintDeadline(flexjob.Letter, on, mode)
	text.Blocks = append(text.Blocks, s.complaintGuidance("afgørelsen", "afgørelsen", last)...)
	return s.signedBlocks(text)
}

// letter begins a letter to be posted in an envelope with a window.
func (s *scribe) letter(address string, on ident.Date) *pdf.Prose {
	sender := []string{"Jobcenteret, " + s.Authority(s.set.Code)}
	if s.set.Address != "" {
		sender = []string{s.Authority(s.set.Code), s.set.Address}
	}
	if s.set.Phone != "" {
		sender = append(sender, "Telefon "+s.set.Phone)
	}
	return &pdf.Prose{Sender: strings.TrimSpace(strings.Join(append(sender, s.set.Email), "\n")), Address: form.Clean(form.Lines, address), Date: on.Long()}
}

// figures returns the figures of s alone.
func figures(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// complaintGuidance tells the employee of the right to complain of a decision
// that comes by post.
//
// R21: «senest efter 4 uger fra modtagelsen af vurderingen»
// R25: «Den ansatte har mulighed for at klage over vurderingen»
func (s *scribe) complaintGuidance(of, received string, last ident.Date) []pdf.Block {
	to := []string{s.Authority(s.set.Code)}
	for _, part := range []struct{ word, value string }{{"", strings.ReplaceAll(s.set.Address, "\n", ", ")}, {"telefon ", s.set.Phone}, {"e-mail ", s.set.Email}} {
		if part.value != "" {
			to = append(to, part.word+part.value)
		}
	}
	return []pdf.Block{head("Du kan klage."), says("Du kan klage over " + of + ". Vi skal have modtaget din klage senest 4 uger efter, at du har modtaget " + received + ". " +
		"Vi regner med, at det er den " + last.Long() + ". Har du fået den senere, har du tilsvarende længere tid. " +
		"Du kan klage skriftligt eller mundtligt til " + strings.Join(to, ", ") + ". " +
		"Når vi har fået klagen, vurderer vi sagen igen inden 4 uger. Hvis vi ikke giver dig fuldt medhold, sender vi klagen videre til Ankestyrelsen.")}
}
