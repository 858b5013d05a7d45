package casework

import (
	"context"
	"fmt"
	"unicode/utf8"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// MaxReason is how many characters the reason of an act may have.
const MaxReason = 4000

// Reason returns a reason as it is kept. One that is too long is an Invalid
// problem of the field reason; whether there must be one is for the act to say.
func Reason(typed string) (string, error) {
	text := form.Clean(form.Lines, typed)
	if n := utf8.RuneCountInString(text); n > MaxReason {
		return text, invalidField("reason", fmt.Sprintf("Teksten må højst være på %d tegn. Der er %d", MaxReason, n))
	}
	return text, nil
}

func invalidField(id, text string) error {
	return &problem.Error{Kind: problem.Invalid, Detail: text, Fields: []problem.Field{{ID: id, Text: text}}}
}

// Assign gives a case to a member of staff of who's municipality who works on
// cases, or with "" to nobody.
func (s *Service) Assign(ctx context.Context, who auth.Actor, id string, revision int, staff string) error {
	return s.change(ctx, who, id, revision, flexjob.AssignName, func(tx *store.Tx, c *flexjob.Case) error {
		if staff != "" {
			if err := colleague(tx, c, staff); err != nil {
				return err
			}
		}
		return c.Do(flexjob.Assign{Staff: staff}, s.by(who))
	})
}

// Block keeps another member of staff from a case. Only a team leader may;
// everybody may say that of themselves.
func (s *Service) Block(ctx context.Context, who auth.Actor, id string, revision int, staff, reason string) error {
	return s.change(ctx, who, id, revision, flexjob.DisqualifyName, func(tx *store.Tx, c *flexjob.Case) error {
		if err := mayBlock(who, staff); err != nil {
			return err
		}
		if staff != who.Subject {
			if err := colleague(tx, c, staff); err != nil {
				return err
			}
		}
		return c.Do(flexjob.Disqualify{Staff: staff, Reason: reason}, s.by(who))
	})
}

// mayBlock returns a problem unless who may keep staff from a case.
func mayBlock(who auth.Actor, staff string) error {
	if staff != who.Subject && !who.Has(auth.TeamLeader) {
		return problem.New(problem.Forbidden, "Kun en teamleder kan spærre en anden for en sag. Tal med din teamleder.")
	}
	return nil
}

// colleague returns a problem unless staff is somebody who can work on c.
func colleague(tx *store.Tx, c *flexjob.Case, staff string) error {
	a, err := tx.Staff(staff)
	if problem.Of(err) == problem.NotFound {
		return invalidField("staff", "Vælg en medarbejder på listen")
	} else if err != nil {
		return err
	}
	who := auth.Actor{Provider: auth.StaffAccount, Subject: a.ID, Roles: a.Roles}
	if a.Municipality != c.Municipality || !a.Disabled.IsZero() || !who.Has(auth.Caseworker, auth.Issuer, auth.TeamLeader) {
		return invalidField("staff", "Vælg en medarbejder på listen")
	}
	return nil
}

// Deadline returns the employee's time to complain of a decision in the case
// of v that became available on the page today.
func (s *Service) Deadline(v *View) flexjob.Complaint { return complaintOf(v.Jobcenter, v.Today) }

// UnfinishedBlad2 returns what keeps the Blad 2 being written in v from being
// issued, in the form's order, and last the confirmations that issuing waits
// for. Nothing is missed where none is written.
func (s *Service) UnfinishedBlad2(v *View) []problem.Field {
	b := v.Case.Assessment()
	if b == nil {
		return nil
	}
	e, ok := s.Editions[b.Edition]
	if !ok {
		return nil // no view could have been made
	}
	return append(s.unfinishedBlad2(v.Case, e), v.Case.Unconfirmed()...)
}
