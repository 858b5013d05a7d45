// Package pdf makes the documents of a case: Blad 1, Blad 2, or the whole
// form, and letters and receipts about them, as tagged PDF files for reading,
// printing, signing and the archive.
// It hides how: layout decides what stands where, stock holds what is
// constant, write writes the objects.
package pdf

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"

	"ab325/internal/form"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/stock"
	"ab325/internal/pdf/write"
)

// A Sheet says which pages a document has.
type Sheet = layout.Sheet

// The documents: Blad1 is the employee's and the company's part with guide
// and law, Blad2 the jobcenter's assessment, Whole both. Pages are numbered
// as in the whole form, those of a bilag behind them: "side 2" is the guide
// in every document.
const (
	Whole = layout.Whole
	Blad1 = layout.Blad1
	Blad2 = layout.Blad2
)

// A Record is what one document says.
type Record struct {
	Sheet  Sheet
	Values form.Values // normal forms; those of other sheets are not looked at

	// Reference is the case's, printed on each bilag.
	Reference string

	// MaskCPR prints civil registration numbers as DDMMYY-XXXX.
	MaskCPR bool

	// Notes are lines about the document itself, printed below its title:
	// "Erstatter vurdering af 18.11.2026".
	Notes []string

	// Code is what the printed document is checked by, or nil; see NewCode.
	Code *Code
}

// An Engine makes the documents of one edition. It does not change after
// Compile and is safe for concurrent use.
type Engine struct {
	def     *form.Definition
	plan    *layout.Plan
	letters *stock.Letters
	drawn   [2]func() (*templates, error) // narrow and wide font; drawn when first needed
	prose   [2]func() (*write.Prose, error)
	blank   func() ([]byte, error)
	scratch sync.Pool // of *scratch

	pictures pictures // of codes
}

// templates are the constant parts of the documents with one font, by Sheet.
type templates [3]*write.Template

// scratch is the memory of one document, used again for the next.
type scratch struct {
	values []string
	in     layout.Input
	doc    layout.Document
	write  write.Scratch
	hashed []byte
}

// Compile plans an edition's pages, and fails if the edition's texts do not
// fit their frames. The constant pages are drawn by [Engine.Prepare], or by the
// first document, which then takes some hundredths of a second longer; so does
// the first one with letters beyond the Latin ones.
func Compile(def *form.Definition) (*Engine, error) {
	letters, err := stock.Read()
	if err != nil {
		return nil, err
	}
	plan, err := layout.NewPlan(def, letters.Fonts)
	if err != nil {
		return nil, err
	}
	e := &Engine{def: def, plan: plan, letters: letters, pictures: newPictures()}
	for wide := range e.drawn {
		e.drawn[wide] = sync.OnceValues(func() (*templates, error) { return e.draw(wide == wideFont) })
		e.prose[wide] = sync.OnceValues(func() (*write.Prose, error) { return e.drawProse(wide == wideFont) })
	}
	e.blank = sync.OnceValues(e.drawBlank)
	e.scratch.New = func() any { return &scratch{values: make([]string, len(def.Fields))} }
	return e, nil
}

// The fonts of a document.
const (
	narrowFont = iota // the Latin letters
	wideFont          // every letter
)

// Prepare draws the constant pages, so that the first document need not.
func (e *Engine) Prepare() error {
	_, err := e.drawn[narrowFont]()
	return err
}

func (e *Engine) draw(wide bool) (*templates, error) {
	s, err := stock.Draw(e.plan, e.letters, wide)
	if err != nil {
		return nil, err
	}
	var t templates
	for sheet := range t {
		t[sheet] = write.New(e.plan, s, Sheet(sheet))
	}
	return &t, nil
}

// Append appends the document to dst and returns the longer slice. The same
// record makes the same bytes. Every letter of a value that its sheets print
// is in the document: in its box, or, where that is too small, in the bilag.
// If the font lacks letters the error is a *RepertoireError and dst is
// returned as it was.
func (e *Engine) Append(dst []byte, r *Record) ([]byte, error) {
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	return e.append(dst, s, r)
}

// append is Append on a scratch. Without a bilag it takes no memory but that and
// dst's.
func (e *Engine) append(dst []byte, s *scratch, r *Record) ([]byte, error) {
	t, err := e.lay(s, r)
	if err != nil {
		return dst, err
	}
	return t.Append(dst, &s.write, &s.doc, s.id(t)), nil
}

// Parts are a document in two, of which the first is most of it.
type Parts struct {
	Common []byte            // what it begins with, and all of its kind; must not be changed
	Own    []byte            // what stands behind that
	Hash   [sha256.Size]byte // of both, SHA-256
}

// Whole returns the document.
func (p *Parts) Whole() []byte { return slices.Concat(p.Common, p.Own) }

// Parts makes the document that Append appends, without copying what is the same
// in all of its kind, nor reading it for the hash. Its own part takes the place
// of what is in space, if there is room.
func (e *Engine) Parts(space []byte, r *Record) (Parts, error) {
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	t, err := e.lay(s, r)
	if err != nil {
		return Parts{}, err
	}
	own := t.AppendOwn(space[:0], &s.write, &s.doc, s.id(t))
	hash, err := t.Hash(own)
	return Parts{t.Common(), own, hash}, err
}

// lay lays out a document on a scratch, and returns what it begins with.
func (e *Engine) lay(s *scratch, r *Record) (*write.Template, error) {
	if r.Sheet < Whole || r.Sheet > Blad2 {
		return nil, fmt.Errorf("no sheet %d", r.Sheet)
	}
	e.input(s, r)
	if s.in.Notes != "" && !e.noted(r.Sheet) {
		return nil, fmt.Errorf("%s has no place for notes", e.def.ID)
	}
	wide, err := e.check(s)
	if err != nil {
		return nil, err
	}
	font := narrowFont
	if wide {
		font = wideFont
	}
	all, err := e.drawn[font]()
	if err != nil {
		return nil, err
	}
	e.plan.Lay(&s.doc, &s.in)
	return all[r.Sheet], nil
}

// input collects what the record's sheets print.
func (e *Engine) input(s *scratch, r *Record) {
	clear(s.values)
	for i := range e.plan.Slots {
		slot := &e.plan.Slots[i]
		if slot.Field < 0 || !r.Sheet.Has(e.plan.Pages[slot.Page].Sheet) {
			continue
		}
		field := &e.def.Fields[slot.Field]
		value := r.Values[field.ID]
		switch {
		case value == "":
		case field.Kind == form.CPR && r.MaskCPR:
			value = mask(value)
		case field.Kind == form.Choice:
			value = answer(field, value)
		}
		s.values[slot.Field] = value
	}
	s.in = layout.Input{Sheet: r.Sheet, Values: s.values, Reference: r.Reference, Code: r.Code}
	switch len(r.Notes) {
	case 0:
	case 1:
		s.in.Notes = r.Notes[0]
	default:
		s.in.Notes = strings.Join(r.Notes, "\n")
	}
}

// noted reports whether the sheet has a place for notes.
func (e *Engine) noted(sheet Sheet) bool {
	for i := range e.plan.Slots {
		if slot := &e.plan.Slots[i]; slot.Field == layout.NotesField && sheet.Has(e.plan.Pages[slot.Page].Sheet) {
			return true
		}
	}
	return false
}

// mask hides the last four digits of a civil registration number. What is
// none, as a draft may hold, is hidden whole.
func mask(value string) string {
	const form = "DDMMYY-SSSS"
	if len(value) == len(form) && value[6] == '-' && strings.Trim(value[:6], "0123456789") == "" {
		return value[:7] + "XXXX"
	}
	return strings.Repeat("X", len(value))
}

// answer returns what is printed for a choice.
func answer(field *form.Field, value string) string {
	for i := range field.Options {
		if field.Options[i].Value == value {
			return field.Options[i].Label
		}
	}
	return value
}

// id returns the document's identifier, made of the constant part and of all
// that is printed on it.
func (s *scratch) id(t *write.Template) (id [16]byte) {
	digest := t.Digest()
	b := append(s.hashed[:0], digest[:]...)
	code := ""
	if s.in.Code != nil {
		code = s.in.Code.Text
	}
	for _, values := range [...][]string{s.in.Values, {s.in.Reference, s.in.Notes, code}} {
		for _, v := range values {
			b = binary.AppendUvarint(b, uint64(len(v)))
			b = append(b, v...)
		}
	}
	s.hashed = b
	sum := sha256.Sum256(b)
	copy(id[:], sum[:])
	return id
}
