package casework

import (
	"fmt"
	"slices"
	"strings"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/pdf"
)

// blad1Receipt says that Blad 1 was signed and sent, and what follows.
//
// R5: «fremsender jobcenteret hurtigst muligt en vurdering»
// R34: «angive en forventet sagsbehandlingstid»
// R41: «Denne vurdering skal danne grundlag for den ansættelsesaftale, som
// efterfølgende indgås»
func (s *scribe) blad1Receipt(i int) *pdf.Prose {
	sig := &s.c.Signatures[i]
	text := &pdf.Prose{Title: "Kvittering for blad 1", Reference: s.c.Number, Blocks: []pdf.Block{
		says("Blad 1 i AB 325, vurdering af arbejdsevnen i fleksjob, er underskrevet og sendt."),
		row("Sagsnummer", s.c.Number),
		row("Underskrevet og sendt", moment(sig.By.At)),
		row("Underskrevet af", sig.Name),
		row("Hvordan", surely(sig.By, sig.Confirmed)),
	}}
	text.Blocks = append(text.Blocks, s.received(sig)...)
	text.Blocks = append(text.Blocks, s.sentFiles(sig)...)
	text.Blocks = append(text.Blocks, s.signedConsents(sig)...)
	your, regret := "din", "Fortryder du, kan du trække blanketten tilbage, indtil vurderingen er lavet."
	if s.who.Party == flexjob.Company {
		your, regret = "den ansattes", "Bliver jobbet ikke til noget, kan blanketten trækkes tilbage, indtil vurderingen er lavet."
	}
	text.Blocks = append(text.Blocks, head("Hvad sker der nu?"),
		item("Kommunen vurderer "+your+" arbejdsevne i jobbet hurtigst muligt. Tager det længere tid end ventet, skriver kommunen en ny dato."),
		item("Vurderingen kommer på sagens side."),
		item("Vent med ansættelsesaftalen til vurderingen: den skal danne grundlag for aftalen. Skriv derfor ikke under på en aftale endnu."),
		item(regret))
	text.Blocks = append(text.Blocks, s.contact()...)
	if s.who.Party != flexjob.Company {
		text.Blocks = append(text.Blocks, s.rights()...)
	}
	return text
}

// received says which jobcenter received what was signed, and until when it
// was expected to answer.
func (s *scribe) received(sig *flexjob.Signature) []pdf.Block {
	for _, r := range s.c.Receipts {
		if r.By.At.Before(sig.By.At) {
			continue
		}
		return []pdf.Block{row("Sendt til", s.Authority(r.Municipality)), row("Modtaget af kommunen", r.On.Long()), row("Svar kan ventes senest", r.Expected.Long())}
	}
	return nil
}

// sentFiles names what was signed by its hashes, so that nobody can put
// something else in its place. That of Blad 1 is for who sees the CPR number:
// it would let the number be found by trying.
func (s *scribe) sentFiles(sig *flexjob.Signature) (rows []pdf.Block) {
	if s.who.Sees(auth.FactCPR) {
		rows = append(rows, row("Det underskrevne blad 1", fmt.Sprintf("SHA-256 af filen uden kommunens segl: %x", sig.Document.Hash)))
	}
	for _, a := range s.c.Attachments {
		if !s.who.Sees(auth.FactAttachments) || a.Added.At.After(sig.By.At) || a.Removed != nil && !a.Removed.At.After(sig.By.At) {
			continue
		}
		rows = append(rows, row("Vedhæftet fil", fmt.Sprintf("%s\nSHA-256: %x", a.Name, a.Hash)))
	}
	return rows
}

// signedConsents say what was answered when Blad 1 was signed.
func (s *scribe) signedConsents(sig *flexjob.Signature) []pdf.Block {
	def := s.Editions[s.c.Edition].Form
	if !s.who.Sees(auth.FactConsentState) || def == nil {
		return nil
	}
	blocks := []pdf.Block{head("Samtykke, da blad 1 blev sendt")}
	for _, p := range flexjob.Purposes() {
		if f, ok := def.Field(string(p)); ok {
			answer := map[string]string{"ja": "Givet", "nej": "Ikke givet"}[sig.Values[f.ID]]
			if answer == "" {
				answer = "Ikke besvaret, og det tæller ikke som et ja"
			}
			blocks = append(blocks, row(answer, f.Label))
		}
	}
	return blocks
}

// consentTitles are the answers that have a receipt, in words.
var consentTitles = map[flexjob.ConsentState]string{
	flexjob.Given:   "Du har givet samtykke",
	flexjob.Refused: "Du har ikke givet samtykke",
	flexjob.Taken:   "Du har trukket dit samtykke tilbage",
}

// consentAnswers are the same in the list of documents.
var consentAnswers = map[flexjob.ConsentState]string{flexjob.Given: "givet", flexjob.Refused: "ikke givet", flexjob.Taken: "trukket tilbage"}

// consentNames say what each consent is for.
var consentNames = map[flexjob.Purpose]string{
	flexjob.CopyToJobcenter: "kopi af ansættelsesaftalen til kommunen",
	flexjob.CopyToUnion:     "kopi af ansættelsesaftalen til den faglige organisation",
}

// consentReceipt says what the employee answered to which words.
//
// R9: «Jeg giver hermed mit samtykke til»
// R10: «Det er ikke en betingelse, at jobcenteret får en kopi»
// R11: «Du kan altid tilbagekalde et samtykke»
func (s *scribe) consentReceipt(i int) *pdf.Prose {
	e := &s.c.Consents[i]
	question, terms, _ := strings.Cut(e.Wording, "\n\n")
	text := &pdf.Prose{Title: "Kvittering: " + strings.ToLower(consentTitles[e.State][:1]) + consentTitles[e.State][1:], Reference: s.c.Number, Blocks: []pdf.Block{
		row("Sagsnummer", s.c.Number),
		row("Samtykke", question),
		row(map[bool]string{true: "Trukket tilbage", false: "Besvaret"}[e.State == flexjob.Taken], moment(e.By.At)),
		row("Svar", map[flexjob.ConsentState]string{flexjob.Given: "Ja, jeg giver samtykke", flexjob.Refused: "Nej, jeg giver ikke samtykke"}[e.State]),
		row("Hvordan", surely(e.By, nil)),
		row("Det fik du at vide", terms),
	}}
	switch e.State {
	case flexjob.Taken:
		text.Blocks = append(text.Blocks, row("Sendt, før du trak det tilbage", "Der står ikke i sagen, at der er sendt en kopi."),
			head("Det betyder det"),
			item("Fra nu af må virksomheden ikke sende en kopi. Det har ingen betydning for vurderingen eller for dit fleksjob."),
			item("En kopi, der er sendt før, er sendt lovligt. Du kan bede den, der har fået den, om at slette den."),
			item("Du kan give samtykke igen, hvis du vil. Du skal ikke gøre noget."))
	case flexjob.Given:
		text.Blocks = append(text.Blocks, head("Det betyder det"),
			item("Virksomheden må sende en kopi, når ansættelsesaftalen er underskrevet."),
			item("Du kan altid trække samtykket tilbage på sagens side. Så må der ikke sendes mere."),
			item("Samtykket bortfalder af sig selv, når sagen er færdigbehandlet."))
	default:
		text.Blocks = append(text.Blocks, head("Det betyder det"),
			item("Virksomheden må ikke sende en kopi. Det har ingen betydning for vurderingen eller for dit fleksjob."),
			item("Du kan ændre dit svar på sagens side, så længe sagen er i gang."))
	}
	return s.signedBlocks(text)
}

// signedBlocks ends a receipt with whom to ask.
func (s *scribe) signedBlocks(text *pdf.Prose) *pdf.Prose {
	text.Blocks = slices.Concat(text.Blocks, s.contact(), s.rights())
	return text
}
