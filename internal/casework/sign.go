package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/pdf"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// A Preview is a document just as it will be kept but for its code, to be seen
// before it is signed or issued.
type Preview struct {
	pdf.Parts
	Values   form.Values
	Revision int        // of the case that it was made from
	Day      ident.Date // the day that stands in it

	edition Edition
	record  *pdf.Record
}

// PreviewBlad1 returns exactly the document that the employee signs: with the
// signer's name and today's date in it. An unfinished Blad 1 is an Invalid
// problem that says what to mend.
func (s *Service) PreviewBlad1(ctx context.Context, who auth.Actor, id, signer string) (Preview, error) {
	p, err := s.previewBlad1(ctx, who, id, signer, nil)
	return p, s.logRefusal(ctx, who, id, previewAction, err)
}

// previewBlad1 is PreviewBlad1 with a document in the place of what is in space.
func (s *Service) previewBlad1(ctx context.Context, who auth.Actor, id, signer string, space []byte) (Preview, error) {
	var p Preview
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Allow(flexjob.SignName, c); err != nil {
			return err
		}
		if !c.May(who.Side(), flexjob.SignName) {
			return c.Do(flexjob.Sign{}, s.by(who)) // says why not
		}
		p, err = s.blad1ToSign(tx, who, c, signer, space)
		p.Revision = c.Revision
		return err
	})
	return p, err
}

// blad1ToSign makes the document that who would sign now.
func (s *Service) blad1ToSign(tx *store.Tx, who auth.Actor, c *flexjob.Case, signer string, space []byte) (Preview, error) {
	e, err := s.edition(c.Edition)
	if err != nil {
		return Preview{}, err
	}
	signer, fault := s.signer(e, signer)
	if faults := append(s.unfinished(c, e), fault...); len(faults) > 0 {
		return Preview{}, &problem.Error{Kind: problem.Invalid, Detail: "Blad 1 er ikke færdigt. Ret det, der mangler, før du underskriver.", Fields: faults}
	}
	v := c.Blad1.Values()
	maps.Copy(v, s.consents(c))
	by := s.by(who)
	day := ident.DateOf(by.At)
	v[signerField] = signer
	v["signature.date"] = day.String()
	v["received.date"] = day.String() // online: received when it is sent
	if v["jobcenter.address"], err = s.jobcenterAddress(tx, c.Receiver()); err != nil {
		return Preview{}, err
	}
	return s.print(space, e, day, &pdf.Record{Sheet: pdf.Blad1, Values: v, Reference: c.Number, Notes: signedNotes(c, by, day)})
}

const signerField = "signature.name"

// Signer returns the name that stands in Blad 1 to sign with: the one that the
// employee wrote there, or their own.
func Signer(c *flexjob.Case) string {
	return cmp.Or(c.Blad1[signerField].Value, c.Blad1["employee.name"].Value)
}

// signer returns the name that somebody signs with as it is printed, and what
// is wrong with it.
func (s *Service) signer(e Edition, typed string) (string, []problem.Field) {
	f, ok := e.Form.Field(signerField)
	if !ok {
		return typed, nil
	}
	name, err := e.Form.Normal(f, typed, s.today())
	if p, ok := problem.As(err); ok {
		return name, []problem.Field{{ID: signerField, Text: p.Detail}}
	}
	if lacks := e.Print.Lacks(name); len(lacks) > 0 {
		return name, []problem.Field{{ID: signerField, Text: lacking(lacks)}}
	}
	return name, e.Form.Missing(form.Values{signerField: name}, []*form.Field{f})
}

// signedNotes returns what a Blad 1 that was signed on a day says about
// itself: how sure it is who signed, and which files belong to it, so that
// nobody can put others in their place.
func signedNotes(c *flexjob.Case, by flexjob.By, on ident.Date) (notes []string) {
	if by.Assurance == flexjob.ByLink {
		notes = append(notes, "Underskrevet med link "+on.String()+" – ikke bekræftet identitet")
	}
	for _, a := range c.Attachments {
		if a.Added.At.After(by.At) || a.Removed != nil && !a.Removed.At.After(by.At) {
			continue
		}
		const shown = 16 // bytes: all of them take a line more
		notes = append(notes, fmt.Sprintf("Vedhæftet fil, SHA-256: %x …", a.Hash[:shown]))
	}
	return notes
}

// unfinished returns what keeps Blad 1 from being signed, letters that cannot
// be printed included.
func (s *Service) unfinished(c *flexjob.Case, e Edition) []problem.Field {
	faults := c.Unfinished(e.Form, s.today())
	for _, f := range e.Form.PrintedOn(1) {
		if lacks := e.Print.Lacks(c.Blad1[f.ID].Value); len(lacks) > 0 {
			faults = append(faults, problem.Field{ID: f.ID, Text: lacking(lacks)})
		}
	}
	return faults
}

// consents returns the two ticks as the ledger stands.
func (s *Service) consents(c *flexjob.Case) form.Values {
	v := form.Values{}
	for _, p := range flexjob.Purposes() {
		switch c.Consent(p) {
		case flexjob.Given:
			v[string(p)] = "ja"
		case flexjob.Refused, flexjob.Taken:
			v[string(p)] = "nej"
		}
	}
	return v
}

// print makes a document of a day and its hash. Letters that cannot be printed
// are an Invalid problem: names and addresses that nobody wrote on the form,
// such as the jobcenter's own, may hold some. The document takes the place of
// what is in space.
func (s *Service) print(space []byte, e Edition, day ident.Date, r *pdf.Record) (Preview, error) {
	parts, err := e.Print.Parts(space, r)
	if lack, ok := errors.AsType[*pdf.RepertoireError](err); ok {
		wrong := &problem.Error{Kind: problem.Invalid, Detail: lacking(lack.Letters), Err: err}
		for _, field := range lack.Fields {
			wrong.Fields = append(wrong.Fields, problem.Field{ID: field, Text: lacking(lack.Letters)})
		}
		return Preview{}, wrong
	}
	return Preview{Parts: parts, Values: r.Values, Day: day, edition: e, record: r}, err
}

// Sign signs and sends Blad 1, provided that the signer's name is the one that
// stands in it, and the document is still the one with the given hash; otherwise
// it is a Conflict, and the employee is shown the document anew. Online, sending
// is receiving: both are one transaction, on the Danish local date.
func (s *Service) Sign(ctx context.Context, who auth.Actor, id, signer string, hash [32]byte) error {
	ctx = store.Reread(ctx) // previewBlad1 keeps nothing of the case
	space := s.pdfs.Get().(*[]byte)
	defer s.pdfs.Put(space)
	p, err := s.previewBlad1(ctx, who, id, signer, *space)
	if err != nil {
		return s.logRefusal(ctx, who, id, string(flexjob.SignName), err)
	}
	*space = p.Own
	if p.Hash != hash {
		return changedMeanwhile()
	}
	document, err := s.keep(ctx, id, &p)
	*space = p.Own
	if err != nil {
		return err
	}
	return s.change(ctx, who, id, p.Revision, flexjob.SignName, func(tx *store.Tx, c *flexjob.Case) error {
		return s.sign(tx, s.by(who), c, p, document)
	})
}

func (s *Service) sign(tx *store.Tx, by flexjob.By, c *flexjob.Case, p Preview, d flexjob.Document) error {
	if ident.DateOf(by.At) != p.Day { // it was midnight since the document was made
		return changedMeanwhile()
	}
	code := c.Receiver()
	if Signer(c) != p.Values[signerField] {
		return changedMeanwhile()
	}
	settings, err := tx.Municipality(code)
	if err != nil {
		return err
	}
	if !settings.Enabled {
		return problem.New(problem.NotNow, "Din kommune bruger ikke tjenesten. Udskriv blad 1, og send det til kommunens jobcenter.")
	}
	if err := c.Do(flexjob.Sign{Signer: p.Values[signerField], Date: p.Day, Municipality: code, Values: p.Values, Document: d}, by); err != nil {
		return err
	}
	system := auth.System()
	return c.Do(flexjob.Receive{On: p.Day, Expected: expected(settings, p.Day)}, flexjob.By{Party: system.Side(), Actor: system.Subject, At: by.At})
}

// expected returns the day by which an answer is to be expected: the
// municipality's service goal from the day it was received, on a working day
// (R34).
func expected(settings store.Municipality, received ident.Date) ident.Date {
	day := received.AddDays(settings.ServiceGoalDays)
	for !flexjob.Workday(day) {
		day = day.AddDays(1)
	}
	return day
}

// jobcenterAddress returns the lines «Jobcenterets navn og adresse».
func (s *Service) jobcenterAddress(tx *store.Tx, code string) (string, error) {
	settings, err := tx.Municipality(code)
	if err != nil {
		return "", err
	}
	if settings.Address != "" {
		return settings.Address, nil
	}
	if code == "" {
		return "", nil
	}
	return "Jobcenteret, " + s.Authority(code), nil
}

// Authority returns the name of the municipality with the given code, such as
// «Roskilde Kommune».
func (s *Service) Authority(code string) string {
	for _, m := range s.Municipalities {
		if m.Code == code {
			return m.Authority
		}
	}
	return ""
}

func changedMeanwhile() error {
	return problem.New(problem.Conflict, "Noget er ændret, siden du så dokumentet. Læs det igennem igen, før du går videre.")
}

// PrintBlad1 returns Blad 1 as it stands, to be signed by hand and posted:
// for an employee whose municipality does not use the service. For the
// company, the CPR number is masked.
func (s *Service) PrintBlad1(ctx context.Context, who auth.Actor, id string) ([]byte, error) {
	var out []byte
	err := s.Store.Look(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Open(c); err != nil {
			return err
		}
		e, err := s.edition(c.Edition)
		if err != nil {
			return err
		}
		v := c.Blad1.Values()
		delete(v, "signature.name") // a name typed for signing here; this one is signed by hand
		maps.Copy(v, s.consents(c))
		if v["jobcenter.address"], err = s.jobcenterAddress(tx, c.Receiver()); err != nil {
			return err
		}
		for id, value := range v { // a draft prints what can be printed
			v[id] = printable(e, value)
		}
		p, err := s.print(nil, e, s.today(), &pdf.Record{Sheet: pdf.Blad1, Values: v, Reference: c.Number, MaskCPR: !who.Sees(auth.FactCPR)})
		if err != nil {
			return err
		}
		out = p.Whole()
		return tx.Log(s.entry(who, "print-draft", id, ""))
	})
	return out, s.logRefusal(ctx, who, id, "print-draft", err)
}

// printable replaces the letters that cannot be printed in a draft by «?».
func printable(e Edition, value string) string {
	for _, r := range e.Print.Lacks(value) {
		value = strings.ReplaceAll(value, string(r), "?")
	}
	return value
}
