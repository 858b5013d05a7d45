package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/store"
)

// A View is a case as one actor may see it. Case holds only what the table of
// visibility shows to the actor: the rest has been taken out, and the CPR
// number masked where it is not the actor's to see.
type View struct {
	Case         *flexjob.Case
	Status       flexjob.Status // before anything was taken out
	Form         *form.Definition
	Blad2Form    *form.Definition // of the Blad 2 being written, or of the one that stands
	Documents    []Document
	Jobcenter    store.Municipality
	Today        ident.Date
	HasOther     bool      // the other party is in
	Invited      time.Time // when the other party was last invited; zero: not yet
	MissingParts []Part
}

// openAction is the audit log's word for reading a case.
const openAction = "open"

// Open returns a case as who may see it. It is written to the audit log once.
func (s *Service) Open(ctx context.Context, who auth.Actor, id string) (*View, error) {
	var v *View
	err := s.Store.Look(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Open(c); err != nil {
			return err
		}
		if v, err = s.view(tx, who, c); err != nil {
			return err
		}
		return tx.Log(s.entry(who, openAction, id, ""))
	})
	return v, s.logRefusal(ctx, who, id, openAction, err)
}

// Look returns what Open returns without a new line in the log: for a request
// that is part of a page that has been opened, such as an answer to a save. That
// it was refused is logged, as always.
func (s *Service) Look(ctx context.Context, who auth.Actor, id string) (*View, error) {
	var v *View
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Open(c); err != nil {
			return err
		}
		v, err = s.view(tx, who, c)
		return err
	})
	return v, s.logRefusal(ctx, who, id, openAction, err)
}

func (s *Service) view(tx *store.Tx, who auth.Actor, c *flexjob.Case) (*View, error) {
	v := &View{Case: c, Status: c.Status(), Today: s.today()}
	if who.Provider == auth.PartyLink {
		v.HasOther = c.Member(who.Party.Other()) != nil
		var err error
		if v.Invited, err = invited(tx, c.ID, who.Party.Other()); err != nil {
			return nil, err
		}
	}
	e, err := s.edition(c.Edition)
	if err != nil {
		return nil, err
	}
	v.Form, v.MissingParts = e.Form, s.parts(c, e)
	if b := cmp.Or(c.Assessment(), c.Standing()); b != nil {
		e2, err := s.edition(b.Edition)
		if err != nil {
			return nil, err
		}
		v.Blad2Form = e2.Form
	}
	code := c.Municipality
	if code == "" {
		code = c.Blad1["employee.municipality"].Value
	}
	if code != "" {
		if v.Jobcenter, err = tx.Municipality(code); err != nil {
			return nil, err
		}
	}
	v.Documents = offered(who, c)
	readings := ownReadings(who, c, e.Form)
	redact(who, c)
	c.Read = readings
	return v, nil
}

// invited returns when a party was last invited by a link that is still good or
// was used.
func invited(tx *store.Tx, caseID string, p flexjob.Party) (at time.Time, err error) {
	links, err := tx.LinksOf(caseID)
	for _, l := range links {
		if l.Party == p && l.Kind == store.LinkInvitation && !l.Ended() && l.Created.After(at) {
			at = l.Created
		}
	}
	return at, err
}

// A Part is what one side has yet to do before Blad 1 can be signed.
type Part struct {
	Party  flexjob.Party
	Fields int
}

// parts counts, for each party, the fields that are its own and not right
// yet; a field that both may fill counts for both.
func (s *Service) parts(c *flexjob.Case, e Edition) []Part {
	parts := []Part{{Party: flexjob.Employee}, {Party: flexjob.Company}}
	for _, fault := range s.unfinished(c, e) {
		f, ok := e.Form.Field(fault.ID)
		for i := range parts {
			if ok && f.FilledBy(parts[i].Party.Filler()) {
				parts[i].Fields++
			}
		}
	}
	return parts
}

// ownReadings returns what a file says of the fields that who fills in. What it
// says of others' is nobody else's to see.
func ownReadings(who auth.Actor, c *flexjob.Case, def *form.Definition) map[string]flexjob.Reading {
	own := maps.Clone(c.Read)
	maps.DeleteFunc(own, func(id string, _ flexjob.Reading) bool {
		f, ok := def.Field(id)
		return !ok || !f.FilledBy(who.Side().Filler())
	})
	return own
}

// redact takes out of c what who does not see.
func redact(who auth.Actor, c *flexjob.Case) {
	hide := func(f auth.Fact) bool { return !who.Sees(f) }
	redactSheets(who, c)
	c.Read = nil
	if hide(auth.FactConsentLedger) {
		c.Consents = statesOnly(c)
	}
	if hide(auth.FactConsentState) {
		c.Consents = nil
	}
	if hide(auth.FactCorrections) {
		c.Corrections = nil
	}
	if hide(auth.FactAttachments) {
		c.Attachments = nil
	}
	if hide(auth.FactDisqualified) {
		c.Disqualified, c.Assignee = nil, ""
	}
	if hide(auth.FactComplaint) && c.End != nil {
		c.End.Complaint = nil
	}
	if hide(auth.FactEndReason) {
		redactReasons(who, c)
	}
	if hide(auth.FactMaterial) {
		c.Grant = nil
	}
	if hide(auth.FactReturnReason) {
		c.Returns = nil
	}
	for party, m := range c.Members {
		if who.Provider == auth.PartyLink && party != who.Party && m != nil {
			m.Address = "" // the other's registered address is its own
		}
	}
}

// redactReasons takes out of c why the jobcenter or the other party did what
// it did: such a reason may say something of the employee's health.
func redactReasons(who auth.Actor, c *flexjob.Case) {
	if c.End != nil && (who.Staff() || c.End.By.Party != who.Party) {
		c.End.Reason = ""
	}
	for i := range c.Forwards {
		c.Forwards[i].Reason = ""
	}
	for i := range c.Delays {
		c.Delays[i].Reason = ""
	}
	for i := range c.Blad2s {
		c.Blad2s[i].Reason = ""
	}
}

// redactSheets takes the values that who does not see out of every sheet.
func redactSheets(who auth.Actor, c *flexjob.Case) {
	redactSheet(who, c.Blad1)
	for i := range c.Signatures {
		redactValues(who, c.Signatures[i].Values)
		if !who.Sees(auth.FactCPR) { // its hash would let the number be found by trying
			c.Signatures[i].Document = flexjob.Document{}
		}
	}
	c.Blad2s = slices.DeleteFunc(c.Blad2s, func(b flexjob.Blad2) bool {
		if b.Issue == nil {
			return !who.Sees(auth.FactBlad2Draft)
		}
		return !slices.ContainsFunc(b.Issue.Copies, func(k flexjob.Copy) bool { return ownCopy(who, k) })
	})
	for i := range c.Blad2s {
		b := &c.Blad2s[i]
		redactSheet(who, b.Values)
		if b.Issue == nil {
			continue
		}
		redactValues(who, b.Issue.Values)
		if !who.Sees(auth.FactComplaint) {
			b.Issue.Complaint = flexjob.Complaint{}
		}
		b.Issue.Copies = slices.DeleteFunc(b.Issue.Copies, func(k flexjob.Copy) bool { return !ownCopy(who, k) })
	}
}

// ownCopy reports whether k is who's to read.
func ownCopy(who auth.Actor, k flexjob.Copy) bool {
	return who.Sees(auth.FactBlad2) && (who.Staff() || k.To == who.Party)
}

func redactSheet(who auth.Actor, sheet flexjob.Sheet) {
	for id, e := range sheet {
		if f := auth.FieldFact(id); !who.Sees(f) {
			if e.Value = masked(f, e.Value); e.Value == "" {
				delete(sheet, id)
				continue
			}
			sheet[id] = e
		}
	}
}

func redactValues(who auth.Actor, v form.Values) {
	for id, value := range v {
		if f := auth.FieldFact(id); !who.Sees(f) {
			if v[id] = masked(f, value); v[id] == "" {
				delete(v, id)
			}
		}
	}
}

// masked returns what is left of a value that the viewer does not see: of a
// right CPR number the birthday, of all else nothing. What was typed as a CPR
// number and is none may still be most of one.
func masked(f auth.Fact, value string) string {
	if f != auth.FactCPR {
		return ""
	}
	cpr, err := ident.ParseCPR(value, ident.Date{})
	if err != nil {
		return ""
	}
	return cpr.Masked()
}

// statesOnly returns the ledger reduced to where each consent stands.
func statesOnly(c *flexjob.Case) (states []flexjob.ConsentEvent) {
	for _, p := range flexjob.Purposes() {
		if state := c.Consent(p); state != "" {
			states = append(states, flexjob.ConsentEvent{Purpose: p, State: state})
		}
	}
	return states
}
