package casework

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// Saved says what became of fields that were saved.
type Saved struct {
	At        time.Time
	Values    form.Values        // what is stored now, of the fields that were sent
	Warnings  []problem.Field    // stored, but not right yet: what to mend before signing
	Conflicts []flexjob.Conflict // not stored: somebody else changed them
}

// Save stores fields as they were typed, each with the value that the writer
// last saw. What is not right yet is stored all the same, with a warning, so
// that nothing typed is lost; it is refused when signing or issuing. What is
// far too long to be anybody's answer is a TooLarge problem that names its
// fields, and nothing is stored.
func (s *Service) Save(ctx context.Context, who auth.Actor, id string, changes []flexjob.Change) (Saved, error) {
	var saved Saved
	var changed *flexjob.Case
	err := s.Store.Update(ctx, func(tx *store.Tx) error {
		saved, changed = Saved{At: s.Now(), Values: form.Values{}}, nil
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.AllowFill(c); err != nil {
			return err
		}
		edition, err := s.openEdition(who, c)
		if err != nil {
			return err
		}
		if err := endless(edition, changes); err != nil {
			return err
		}
		changes, warnings := s.normal(edition, changes)
		before := maps.Clone(s.sheet(who, c))
		conflicts, err := c.Fill(edition.Form, changes, s.by(who))
		if err != nil {
			return err
		}
		saved.Warnings, saved.Conflicts = warnings, conflicts
		for _, ch := range changes {
			saved.Values[ch.Field] = s.sheet(who, c)[ch.Field].Value
		}
		if maps.EqualFunc(before, s.sheet(who, c), func(a, b flexjob.Entry) bool { return a.Value == b.Value }) {
			return nil
		}
		changed = c
		return s.put(tx, c, s.entry(who, "fill", id, object(who, changes)))
	})
	if err == nil && changed != nil {
		s.listed(changed)
	}
	return saved, s.logRefusal(ctx, who, id, "fill", err)
}

// endless returns a problem where a text is far longer than its field may be:
// what is a little too long is kept to be shortened, but a case that takes
// megabytes would slow everybody down.
func endless(e Edition, changes []flexjob.Change) error {
	const least = 4000 // characters: a description that was pasted into the wrong field is kept
	var faults []problem.Field
	for _, ch := range changes {
		f, ok := e.Form.Field(ch.Field)
		if !ok {
			continue // Fill refuses it
		}
		if most := max(2*f.Max(), least); utf8.RuneCountInString(ch.New) > most {
			faults = append(faults, problem.Field{ID: f.ID, Text: fmt.Sprintf("Teksten er for lang til at blive gemt. Gør den kortere: der kan højst stå %d tegn", f.Max())})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return &problem.Error{Kind: problem.TooLarge, Detail: "En tekst er for lang til at blive gemt. Gør den kortere.", Fields: faults}
}

// openEdition returns the edition of the sheet that who writes on.
func (s *Service) openEdition(who auth.Actor, c *flexjob.Case) (Edition, error) {
	if b := c.Assessment(); who.Staff() && b != nil {
		return s.edition(b.Edition)
	}
	return s.edition(c.Edition)
}

// sheet returns what is written on the sheet that who writes on.
func (s *Service) sheet(who auth.Actor, c *flexjob.Case) flexjob.Sheet {
	if b := c.Assessment(); who.Staff() && b != nil {
		return b.Values
	}
	return c.Blad1
}

// normal returns changes with their new values in normal form where they have
// one, and a warning for each that is not right yet.
func (s *Service) normal(e Edition, changes []flexjob.Change) ([]flexjob.Change, []problem.Field) {
	changes = slices.Clone(changes)
	var warnings []problem.Field
	for i := range changes {
		f, ok := e.Form.Field(changes[i].Field)
		if !ok {
			continue // Fill refuses it
		}
		value, err := e.Form.Normal(f, changes[i].New, s.today())
		changes[i].New = value
		if err == nil && f.Source == "municipalities" && value != "" && !s.isMunicipality(value) {
			err = problem.New(problem.Invalid, "Vælg en kommune på listen")
		}
		if p, ok := problem.As(err); ok {
			warnings = append(warnings, problem.Field{ID: f.ID, Text: p.Detail})
		} else if lacks := e.Print.Lacks(value); len(lacks) > 0 {
			warnings = append(warnings, problem.Field{ID: f.ID, Text: lacking(lacks)})
		}
	}
	return changes, warnings
}

// isMunicipality reports whether code is one of the municipalities.
func (s *Service) isMunicipality(code string) bool {
	return slices.ContainsFunc(s.Municipalities, func(m form.Municipality) bool { return m.Code == code })
}

// lacking names the letters that the printed form cannot show.
func lacking(letters []rune) string {
	named := make([]string, len(letters))
	for i, r := range letters {
		named[i] = "«" + string(r) + "»"
	}
	return "Blanketten kan ikke vise " + strings.Join(named, ", ") + ". Skriv det med andre tegn"
}

// object names what was written for the audit log: the field, or the sheet
// where there are several.
func object(who auth.Actor, changes []flexjob.Change) string {
	switch {
	case len(changes) == 1:
		return changes[0].Field
	case who.Staff():
		return "blad2"
	}
	return "blad1"
}
