package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/pdf"
)

// Title says in words what a document is, without anything about the people.
func (d Document) Title() string {
	on := " den " + day(d.At)
	title := map[DocumentKind]string{
		SignedBlad1: "Blad 1, underskrevet" + on, IssuedBlad2: "Blad 2, udstedt" + on, Blad1Receipt: "Kvittering for blad 1, sendt" + on,
		ConsentReceipt: "Kvittering for samtykke til " + d.About + "," + on, Dismissal: "Afgørelse om at afslutte sagen" + on,
		Blad2Letter: "Brev med blad 2" + on, CaseFile: "Sagens akter", JobAttachment: "Bilag om jobbet, vedhæftet" + on,
	}[d.Kind]
	if whose := copyNames[d.To]; whose != "" {
		title += ", " + whose
	}
	if d.Replaced {
		title += " (erstattet)"
	}
	return title
}

// caseFile binds all documents that the reader may fetch, oldest first, behind
// a front page with an index. What was attached is not the program's own
// writing and is kept as it is: the front page names each file and its hash.
func (s *scribe) caseFile(ctx context.Context, doc Document) ([]byte, error) {
	docs := append(documents(s.who, s.c), made(s.who, s.c)...)
	slices.SortStableFunc(docs, func(a, b Document) int { return a.At.Compare(b.At) })
	v := &pdf.Volume{Title: doc.Title(), Head: doc.Title() + " " + s.c.Number, Front: s.frontPage()}
	history, err := s.typeset(s.history())
	if err != nil {
		return nil, err
	}
	v.Parts = append(v.Parts, pdf.Part{Title: historyTitle, File: history})
	files := false
	for _, d := range docs {
		if d.Kind == JobAttachment {
			hash := kept(s.c, d.ID).Hash
			if !files {
				files = true
				v.Front.Blocks = append(v.Front.Blocks, head("Filer, der hører til sagen, og som ligger for sig selv"))
			}
			v.Front.Blocks = append(v.Front.Blocks, row(ident.DateOf(d.At).Long(), fmt.Sprintf("%s\nSHA-256: %x", d.Name, hash)))
			continue
		}
		b, err := s.part(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.ID, err)
		}
		v.Parts = append(v.Parts, pdf.Part{Title: d.Title(), File: b})
	}
	if lacks := s.lacking(v.Front); len(lacks) > 0 {
		v.Front = spelled(v.Front, lacks)
	}
	return s.printer().AppendVolume(nil, v)
}

// part returns a document as it stands in the case file: a letter without the
// Blad 2 that it carries, which is there already.
func (s *scribe) part(ctx context.Context, d Document) ([]byte, error) {
	if d.Kind.Made() {
		return s.prose(d, false)
	}
	return s.record(ctx, d)
}

// record returns a kept document without its seal, as it is bound or carried in
// another: a seal is of a file and not of its pages.
func (s *scribe) record(ctx context.Context, d Document) ([]byte, error) {
	if d.Sealed == nil {
		return s.bytes(ctx, s.who, s.c, d)
	}
	return s.unsealed(ctx, d.ID)
}

// unsealed returns the kept record with the given id, and not its seal.
func (s *scribe) unsealed(ctx context.Context, id string) ([]byte, error) {
	is := kept(s.c, id)
	return s.keptFile(ctx, s.c.ID, is.File, is.Hash)
}

// lacking returns the letters of a text that the font lacks.
func (s *scribe) lacking(text *pdf.Prose) (letters []rune) {
	for _, b := range text.Blocks {
		letters = append(letters, s.printer().Lacks(b.Label+b.Text)...)
	}
	return letters
}

// frontPage says which case it is.
func (s *scribe) frontPage() *pdf.Prose {
	v := s.shown.Blad1.Values()
	if sig := s.shown.Signed(); sig != nil {
		v = sig.Values
	}
	return &pdf.Prose{Title: "Sagens akter", Reference: s.c.Number, Blocks: []pdf.Block{
		says("Vurdering af arbejdsevnen i fleksjob, AB 325. Her er sagens dokumenter i den rækkefølge, de er kommet til."),
		row("Sagsnummer", s.c.Number),
		row("Kommune", s.Authority(s.set.Code)),
		row("Den ansatte", v["employee.name"]),
		row("Personnummer", v["employee.cpr"]),
		row("Virksomhed", v["company.name"]),
		row("CVR-nummer", v["company.cvr"]),
		row("Stilling", v["job.title"]),
		row("Samlet", moment(s.Now())),
	}}
}

const historyTitle = "Sagens forløb"

// history tells what happened in the case as the reader sees it, oldest first.
func (s *scribe) history() *pdf.Prose {
	h := &history{names: s.Authority}
	c := s.shown
	h.begun(c)
	h.handled(c)
	h.assessed(c)
	for _, e := range c.Consents {
		what := map[flexjob.ConsentState]string{flexjob.Given: "Den ansatte gav samtykke til %s.", flexjob.Refused: "Den ansatte gav ikke samtykke til %s.",
			flexjob.Taken: "Den ansatte trak sit samtykke til %s tilbage.", flexjob.Expired: "Samtykket til %s bortfaldt."}[e.State]
		if what != "" && !e.By.At.IsZero() { // without a time it is the state alone
			h.add(e.By.At, fmt.Sprintf(what, consentNames[e.Purpose]), "")
		}
	}
	slices.SortStableFunc(h.events, func(a, b happened) int { return a.at.Compare(b.at) })
	text := &pdf.Prose{Title: historyTitle, Reference: s.c.Number}
	for _, e := range h.events {
		text.Blocks = append(text.Blocks, row(moment(e.at), e.text))
	}
	return text
}

// A history collects what happened.
type history struct {
	names  func(code string) string
	events []happened
}

type happened struct {
	at   time.Time
	text string
}

func (h *history) add(at time.Time, text, reason string) {
	if reason != "" {
		text += "\n" + reason
	}
	h.events = append(h.events, happened{at, text})
}

func (h *history) addIf(by *flexjob.By, text string) {
	if by != nil {
		h.add(by.At, text, "")
	}
}

var sideNames = map[flexjob.Party]string{flexjob.Employee: "Den ansatte", flexjob.Company: "Virksomheden", flexjob.Jobcenter: "Kommunen", flexjob.System: "Tjenesten"}

func (h *history) begun(c *flexjob.Case) {
	h.add(c.Created.At, sideNames[c.Created.Party]+" begyndte på blad 1.", "")
	for _, p := range []flexjob.Party{flexjob.Employee, flexjob.Company} {
		if m := c.Member(p); m != nil && p != c.Created.Party {
			h.add(m.Joined.At, sideNames[p]+" åbnede sagen.", "")
		}
	}
	for _, a := range c.Attachments {
		h.add(a.Added.At, sideNames[a.Added.Party]+" vedhæftede et bilag om jobbet: "+a.Name, "")
		h.addIf(a.Removed, "Bilaget "+a.Name+" blev fjernet igen.")
	}
	for i := range c.Signatures {
		sig := &c.Signatures[i]
		h.add(sig.By.At, "Den ansatte underskrev og sendte blad 1.", "")
		h.addIf(sig.Confirmed, "Kommunen bekræftede, hvem der har underskrevet.")
		h.sealed("Blad 1", sig.Document.Seal)
	}
}

func (h *history) handled(c *flexjob.Case) {
	for _, r := range c.Receipts {
		h.add(r.By.At, h.names(r.Municipality)+" modtog blad 1. Svar kan ventes senest "+r.Expected.Long()+".", "")
	}
	for _, r := range c.Returns {
		h.add(r.By.At, "Kommunen sendte blad 1 tilbage til rettelse.", r.Reason)
	}
	for _, f := range c.Forwards {
		h.add(f.By.At, "Sagen blev sendt videre til "+h.names(f.To)+".", f.Reason)
	}
	for _, d := range c.Delays {
		h.add(d.By.At, "Svaret blev udskudt. Det kan ventes senest "+d.Until.Long()+".", d.Reason)
	}
	h.addIf(c.Grant, "Kommunen bekræftede, at der er bevilget fleksjob.")
	if a := c.Agreement; a != nil {
		h.add(a.By.At, sideNames[a.By.Party]+" noterede, at ansættelsesaftalen er dateret "+a.Dated.Long()+".", "")
	}
	if c.End != nil {
		h.add(c.End.By.At, map[flexjob.EndKind]string{
			flexjob.EndClosed: "Sagen blev afsluttet.", flexjob.EndWithdrawn: sideNames[c.End.By.Party] + " trak blanketten tilbage.",
			flexjob.EndDismissed: "Kommunen afsluttede sagen uden en vurdering.", flexjob.EndForwarded: "Sagen blev afsluttet her.",
		}[c.End.Kind], c.End.Reason)
	}
}

func (h *history) assessed(c *flexjob.Case) {
	for i := range c.Blad2s {
		b := &c.Blad2s[i]
		h.add(b.Started.At, "Kommunen begyndte på en vurdering (blad 2).", b.Reason)
		h.addIf(b.Dropped, "Kommunen opgav den vurdering, den var begyndt på.")
		if b.Issue == nil {
			continue
		}
		text := "Kommunen udstedte vurderingen (blad 2)."
		if old := c.Replaced(b); old != nil {
			text = "Kommunen udstedte en ny vurdering (blad 2), som erstatter vurderingen af " + old.Date.Long() + old.Clock(b.Issue.Date) + "."
		}
		h.add(b.Issue.By.At, text, "")
		for _, k := range b.Issue.Copies {
			h.sealed("Blad 2, "+copyNames[k.To]+",", k.Document.Seal)
		}
	}
}

// copyNames say whose copy of a Blad 2 it is.
var copyNames = map[flexjob.Party]string{flexjob.Employee: "den ansattes eksemplar", flexjob.Company: "virksomhedens eksemplar"}

func (h *history) sealed(what string, seal *flexjob.Seal) {
	if seal != nil {
		h.add(seal.At, what+" blev forseglet af "+seal.By+".", "")
	}
}
