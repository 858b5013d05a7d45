package flexjob

import (
	"slices"

	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// A Change is a new text for one field. Old is the text that the writer last
// saw there.
type Change struct {
	Field, Old, New string
}

// A Conflict is a field that somebody else changed to Theirs while the writer
// wrote Yours. The stored text stays Theirs until a person has chosen.
type Conflict struct {
	Field         string
	Theirs, Yours string
	By            By
}

// Fill writes changes on the sheet that is open to by: Blad 1 while the case
// is open, for the parties; the Blad 2 being written, for the jobcenter. Each
// change is taken or refused alone: a field that is not the writer's is a
// Forbidden problem and nothing is written; a field that somebody else changed
// meanwhile is returned as a conflict and the others are written.
//
// Both describe the job, and nobody's text is changed unseen: «skal den ansatte
// og arbejdsgiver beskrive arbejdsfunktionen (jobindhold) ved at udfylde blad
// 1» (R1).
//
// A party's correction request on a field that the other party changes is
// closed by the change.
func (c *Case) Fill(def *form.Definition, changes []Change, by By) ([]Conflict, error) {
	sheet, err := c.openSheet(by)
	if err != nil {
		return nil, err
	}
	for _, ch := range changes {
		if f, ok := def.Field(ch.Field); !ok || !f.FilledBy(by.Party.Filler()) || f.Kind == form.Tick && isConsent(ch.Field) {
			return nil, problem.New(problem.Forbidden, "Feltet kan ikke udfyldes af dig. Gå tilbage til sagen, og prøv igen.")
		}
	}
	var conflicts []Conflict
	for _, ch := range changes {
		is := sheet[ch.Field]
		switch {
		case is.Value == ch.New:
		case is.Value != ch.Old:
			conflicts = append(conflicts, Conflict{Field: ch.Field, Theirs: is.Value, Yours: ch.New, By: is.By})
		default:
			sheet[ch.Field] = Entry{ch.New, by}
			c.closeCorrections(ch.Field, by)
		}
	}
	return conflicts, nil
}

// isConsent reports whether a field is answered through the ledger alone.
func isConsent(field string) bool { return slices.Contains(Purposes(), Purpose(field)) }

// openSheet returns the sheet that by's side may write on now.
func (c *Case) openSheet(by By) (Sheet, error) {
	if by.Party == Jobcenter {
		// A sheet that was begun rests while Blad 1 is with the parties, and
		// for good when the case has ended.
		if is := c.Status(); is == Assessed || is == Replacing {
			return c.Assessment().Values, nil
		}
		return nil, problem.New(problem.NotNow, "Der er ikke et blad 2 under udarbejdelse i sagen. Åbn sagen igen for at se, hvad der er sket.")
	}
	if !c.Status().Open() {
		return nil, problem.New(problem.NotNow, "Blad 1 kan ikke ændres, når det er underskrevet og sendt. Kontakt jobcenteret, hvis noget skal rettes.")
	}
	if c.Blad1 == nil {
		c.Blad1 = Sheet{}
	}
	return c.Blad1, nil
}

// closeCorrections closes what the other side asked for about field.
func (c *Case) closeCorrections(field string, by By) {
	for i := range c.Corrections {
		if k := &c.Corrections[i]; k.Field == field && k.Closed == nil && k.Asked.Party != by.Party {
			k.Closed = &by
		}
	}
}

const (
	jobDescription  = "job.description"
	jobInAttachment = "job.inAttachment"
)

// Unfinished returns what keeps Blad 1 from being signed: required fields
// that are empty, and values that are not right, in the form's order. The job
// may be described in an attachment instead («Jobindhold i bilag»). What the
// signing itself adds is not missed here.
func (c *Case) Unfinished(def *form.Definition, today ident.Date) []problem.Field {
	attached := c.Blad1[jobInAttachment].Value == "ja" && len(c.Attached()) > 0
	found := wrong(def, c.Blad1.Values(), today, func(f *form.Field) bool {
		return slices.Contains([]string{"employee", "company", "job"}, f.Step) && !(f.ID == jobDescription && attached)
	})
	if c.Blad1[jobInAttachment].Value == "ja" && !attached {
		found = append(found, problem.Field{ID: jobInAttachment, Text: "Vedhæft beskrivelsen af jobindholdet som pdf, eller fjern krydset"})
	}
	return found
}

// UnfinishedBlad2 returns what keeps the Blad 2 being written from being
// issued: without its justification it is no «begrundet afgørelse» (R26);
// hours or intensity that differ from the visitation ask for the reason (R6).
func (c *Case) UnfinishedBlad2(def *form.Definition, today ident.Date) []problem.Field {
	b := c.Assessment()
	if b == nil {
		return nil
	}
	v := b.Values.Values()
	found := wrong(def, v, today, func(f *form.Field) bool {
		return slices.Contains([]string{"receive", "assessment", "issue"}, f.Step) && !f.FilledBy(form.System)
	})
	if DiffersFromGrant(v) && v[DifferenceField] == "" {
		found = append(found, problem.Field{ID: DifferenceField, Text: "Skriv, hvorfor timer eller intensitet afviger fra visitationen"})
	}
	return found
}

// DifferenceField holds the reason why an assessment differs from the
// visitation. It is printed last in the justification.
const DifferenceField = "visitation.difference"

// wrong returns what is missing or wrong in v among the fields that pass.
func wrong(def *form.Definition, v form.Values, today ident.Date, pass func(*form.Field) bool) (faults []problem.Field) {
	for i := range def.Fields {
		f := &def.Fields[i]
		if !pass(f) {
			continue
		}
		if v[f.ID] == "" {
			faults = append(faults, def.Missing(v, []*form.Field{f})...)
		} else if _, err := def.Normal(f, v[f.ID], today); err != nil {
			p, ok := problem.As(err)
			if !ok {
				p = problem.New(problem.Invalid, "Ret svaret")
			}
			faults = append(faults, problem.Field{ID: f.ID, Text: p.Detail})
		}
	}
	return faults
}
