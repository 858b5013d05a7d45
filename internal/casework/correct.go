package casework

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// MaxComment is how many characters the comment of a correction may have.
const MaxComment = 1000

// AskCorrection asks the other party to look at one of its own fields again,
// with a comment that says why («bede om en rettelse»). Nobody's text is
// changed by it.
func (s *Service) AskCorrection(ctx context.Context, who auth.Actor, id, field, comment string) error {
	comment = form.Clean(form.Lines, comment)
	if n := utf8.RuneCountInString(comment); n > MaxComment {
		return &problem.Error{Kind: problem.Invalid, Detail: "Kommentaren er for lang.",
			Fields: []problem.Field{{ID: "comment", Text: fmt.Sprintf("Kommentaren må højst være på %d tegn. Der er %d", MaxComment, n)}}}
	}
	wish, err := s.newID()
	if err != nil {
		return err
	}
	return s.change(ctx, who, id, Any, flexjob.AskCorrectionName, func(tx *store.Tx, c *flexjob.Case) error {
		e, err := s.edition(c.Edition)
		if err != nil {
			return err
		}
		f, ok := e.Form.Field(field)
		if !ok || !CanAskCorrection(who, f) {
			return problem.New(problem.NotFound, "Feltet kan ikke rettes af den anden part. Gå tilbage til blad 1, og vælg et andet felt.")
		}
		return c.Do(flexjob.AskCorrection{ID: wish, Field: field, Comment: comment}, s.by(who))
	})
}

// CanAskCorrection reports whether who may ask the other party to look at a
// field again: one of Blad 1 that the other alone fills in and that who sees,
// if only masked. Consent is no such field, since nobody may be pressed for it:
// «Det er ikke en betingelse» (R10).
func CanAskCorrection(who auth.Actor, f *form.Field) bool {
	fact := auth.FieldFact(f.ID)
	return slices.Contains([]string{"employee", "company", "job"}, f.Step) && (who.Sees(fact) || fact == auth.FactCPR) &&
		f.FilledBy(who.Party.Other().Filler()) && !f.FilledBy(who.Party.Filler())
}

// RegisterAddress sets the e-mail address that new links for a party go to: a
// party sets its own, staff sets either. With "" there is none.
func (s *Service) RegisterAddress(ctx context.Context, who auth.Actor, id string, party flexjob.Party, address string) error {
	address = form.Clean(form.Text, address)
	if err := checkAddress(address); err != nil {
		return err
	}
	return s.Do(ctx, who, id, Any, flexjob.RegisterAddress{Party: party, Address: address})
}
