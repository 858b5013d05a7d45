package casework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/pdf"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// The documents that are not kept but written from the case's facts when they
// are fetched. The same facts make the same document.
const (
	Blad1Receipt   DocumentKind = "kvittering"
	ConsentReceipt DocumentKind = "samtykke"
	Dismissal      DocumentKind = "afgoerelse" // the decision to end the case without an assessment
	Blad2Letter    DocumentKind = "brev"       // to be posted, with the Blad 2 that it carries behind it
	CaseFile       DocumentKind = "akter"      // all documents in one, with an index
)

// Made reports whether documents of the kind are written when they are
// fetched, so that none has a size before.
func (k DocumentKind) Made() bool {
	return slices.Contains([]DocumentKind{Blad1Receipt, ConsentReceipt, Dismissal, Blad2Letter, CaseFile}, k)
}

// made lists the documents that are written when who fetches them.
func made(who auth.Actor, c *flexjob.Case) (docs []Document) {
	for i, s := range c.Signatures {
		if who.Sees(auth.FactSignature) {
			docs = append(docs, Document{ID: numbered(Blad1Receipt, i), Kind: Blad1Receipt, At: s.By.At, Replaced: c.Signed() != &c.Signatures[i]})
		}
	}
	for i, e := range c.Consents {
		if answer, ok := consentAnswers[e.State]; ok && who.Sees(auth.FactConsentLedger) {
			docs = append(docs, Document{ID: numbered(ConsentReceipt, i), Kind: ConsentReceipt, At: e.By.At, Purpose: e.Purpose, About: consentNames[e.Purpose] + ": " + answer})
		}
	}
	if c.End != nil && c.End.Kind == flexjob.EndDismissed && who.Sees(auth.FactEndReason) && who.Sees(auth.FactComplaint) {
		docs = append(docs, Document{ID: string(Dismissal), Kind: Dismissal, At: c.End.By.At})
	}
	if b := c.Standing(); b != nil && who.Staff() && who.Sees(auth.FactBlad2) {
		for _, k := range b.Issue.Copies {
			docs = append(docs, Document{ID: string(Blad2Letter) + "-" + b.ID + "-" + string(k.To), Kind: Blad2Letter, To: k.To, At: b.Issue.By.At})
		}
	}
	return docs
}

func numbered(k DocumentKind, i int) string { return string(k) + "-" + strconv.Itoa(i+1) }

// number returns the index that a numbered document's id has.
func (d Document) number() int {
	n, err := strconv.Atoi(strings.TrimPrefix(d.ID, string(d.Kind)+"-"))
	if err != nil {
		return -1
	}
	return n - 1
}

// A scribe writes documents of a case for one reader.
type scribe struct {
	*Service
	who auth.Actor
	c   *flexjob.Case
	set store.Municipality // that has the case

	shown *flexjob.Case // the case with nothing in it that the reader does not see
}

// write makes a document of a kind that is made.
func (s *scribe) write(ctx context.Context, doc Document) ([]byte, error) {
	switch doc.Kind {
	case CaseFile:
		return s.caseFile(ctx, doc)
	case Blad2Letter:
		letter, err := s.prose(doc, true)
		if err != nil {
			return nil, err
		}
		b := s.c.Standing()
		carried, err := s.unsealed(ctx, string(IssuedBlad2)+"-"+b.ID+"-"+string(doc.To))
		if err != nil {
			return nil, err
		}
		title := s.letterTitle(doc.To)
		return s.printer().AppendVolume(nil, &pdf.Volume{Title: title, Parts: []pdf.Part{{Title: title, File: letter}, {Title: "Blad 2", File: carried}}})
	}
	return s.prose(doc, false)
}

// prose makes a document of running text. Where it is not to be posted, an
// address that cannot stand in an envelope's window is left out: what the parties
// typed keeps nobody from a decision, or from the case file.
func (s *scribe) prose(doc Document, posted bool) ([]byte, error) {
	var text *pdf.Prose
	switch doc.Kind {
	case Blad1Receipt:
		text = s.blad1Receipt(doc.number())
	case ConsentReceipt:
		text = s.consentReceipt(doc.number())
	case Dismissal:
		text = s.dismissal()
	case Blad2Letter:
		text = s.blad2Letter(doc.To)
	default:
		return nil, fmt.Errorf("no document %q is written", doc.Kind)
	}
	b, err := s.typeset(text)
	if !posted && errors.Is(err, errAddress) {
		text.Address = ""
		return s.typeset(text)
	}
	return b, err
}

// errAddress is the error of a letter whose address cannot be in a window.
var errAddress = errors.New("the address cannot be in an envelope's window")

// printer returns the engine that sets running text.
func (s *scribe) printer() *pdf.Engine { return s.Editions[s.Current].Print }

// typeset sets a text. Letters that the font lacks are spelled out by their
// numbers: names of files and reasons may have any, and none is lost. An address
// with the CPR number in it, which anybody could read, is a problem, and so is
// one that the window would cut.
func (s *scribe) typeset(text *pdf.Prose) ([]byte, error) {
	if cpr := figures(s.c.Blad1["employee.cpr"].Value); len(cpr) == 10 && strings.Contains(figures(text.Address), cpr) {
		return nil, &problem.Error{Kind: problem.Invalid, Err: errAddress,
			Detail: "Adressen indeholder personnummeret, som alle kan se gennem kuvertens vindue. Print blad 2 alene, og skriv adressen på kuverten."}
	}
	b, err := s.printer().AppendProse(nil, text)
	if lack, ok := errors.AsType[*pdf.RepertoireError](err); ok {
		b, err = s.printer().AppendProse(nil, spelled(text, lack.Letters))
	}
	if errors.Is(err, pdf.ErrWindow) {
		return nil, &problem.Error{Kind: problem.Invalid, Err: fmt.Errorf("%w: %w", errAddress, err),
			Detail: "Adressen fylder mere, end vinduet i en rudekuvert viser. Print blad 2 alene, og skriv adressen på kuverten."}
	}
	return b, err
}

// spelled returns the text with letters replaced by their numbers.
func spelled(text *pdf.Prose, letters []rune) *pdf.Prose {
	var pairs []string
	for _, r := range letters {
		pairs = append(pairs, string(r), fmt.Sprintf("[U+%04X]", r))
	}
	replace := strings.NewReplacer(pairs...).Replace
	out := *text
	out.Blocks = slices.Clone(text.Blocks)
	for _, s := range []*string{&out.Sender, &out.Address, &out.Date, &out.Title, &out.Reference} {
		*s = replace(*s)
	}
	for i := range out.Blocks {
		out.Blocks[i].Label, out.Blocks[i].Text = replace(out.Blocks[i].Label), replace(out.Blocks[i].Text)
	}
	return &out
}

// Blocks of a document.
func head(text string) pdf.Block       { return pdf.Block{Kind: pdf.Heading, Text: text} }
func says(text string) pdf.Block       { return pdf.Block{Text: text} }
func item(text string) pdf.Block       { return pdf.Block{Kind: pdf.Item, Text: text} }
func row(label, text string) pdf.Block { return pdf.Block{Kind: pdf.Row, Label: label, Text: text} }

// moment returns the time in Denmark in words.
func moment(t time.Time) string {
	return day(t) + " kl. " + t.In(ident.Copenhagen()).Format("15.04")
}

// surely says how sure it is who did something.
func surely(by flexjob.By, confirmed *flexjob.By) string {
	switch {
	case confirmed != nil:
		return "Med et personligt link. Kommunen bekræftede identiteten den " + day(confirmed.At) + "."
	case by.Assurance == flexjob.ByLink:
		return "Med et personligt link – ikke bekræftet identitet"
	}
	return "Med bekræftet identitet"
}

// contact are the rows that say whom to ask.
//
// R49: «pligt til at rådgive»
func (s *scribe) contact() []pdf.Block {
	return []pdf.Block{head("Har du spørgsmål?"), row("Kommune", s.Authority(s.set.Code)), row("Kontakt", s.set.Contact),
		row("Telefon", s.set.Phone), row("E-mail", s.set.Email), row("Åbningstid", s.set.Hours)}
}

// rights says whom to ask about personal data.
//
// R31: «databeskyttelsesrådgiver», «ret til at klage til Datatilsynet»
func (s *scribe) rights() []pdf.Block {
	officer := strings.Join(slices.DeleteFunc([]string{s.set.DPOName, s.set.DPOContact}, func(v string) bool { return v == "" }), ", ")
	return []pdf.Block{
		head("Dine oplysninger"),
		says("Du har ret til at vide, hvilke oplysninger kommunen har om dig, og til at få forkerte oplysninger rettet. " +
			"Du kan spørge kommunens databeskyttelsesrådgiver, og du har ret til at klage til Datatilsynet."),
		row("Databeskyttelsesrådgiver", officer),
	}
}
