package auth

import (
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// ErrNoCase is the problem of who asks for a case that is not theirs, and of who
// asks for one that does not exist: they cannot tell which.
var ErrNoCase = problem.New(problem.NotFound, "Sagen findes ikke længere, eller du har ikke adgang til den. Kontrollér adressen.")

// Work is what each member of staff may do to a case of their municipality.
// Acts that are not listed are not for staff. Every route of a page says
// which roles it is for; this table holds whichever way an act arrives.
var work = map[flexjob.ActName][]Role{
	flexjob.RegisterAddressName: {Caseworker, Issuer, TeamLeader},
	flexjob.ReceiveName:         {Caseworker, Issuer, TeamLeader},
	flexjob.ReturnName:          {Caseworker, Issuer, TeamLeader},
	flexjob.DismissName:         {Issuer, TeamLeader}, // a decision, as an assessment is
	flexjob.ForwardName:         {Caseworker, Issuer, TeamLeader},
	flexjob.DelayName:           {Caseworker, Issuer, TeamLeader},
	flexjob.AssignName:          {Caseworker, Issuer, TeamLeader},
	flexjob.ConfirmIdentityName: {Caseworker, Issuer, TeamLeader},
	flexjob.ConfirmGrantName:    {Caseworker, Issuer, TeamLeader},
	flexjob.AssessName:          {Caseworker, Issuer, TeamLeader},
	flexjob.DropName:            {Caseworker, Issuer, TeamLeader},
	flexjob.IssueName:           {Issuer, TeamLeader},
	flexjob.RecordAgreementName: {Caseworker, Issuer, TeamLeader},
	flexjob.DisqualifyName:      {Caseworker, Issuer, TeamLeader},
	flexjob.QualifyName:         {TeamLeader},
	flexjob.CloseName:           {Caseworker, Issuer, TeamLeader},
}

// Open returns a problem unless the actor may open c at all: a party the one
// case of its link, staff the cases of their municipality that they are not
// disqualified from, a leader no less. Outsiders cannot tell a case that is not theirs from one
// that does not exist.
func (a Actor) Open(c *flexjob.Case) error {
	switch {
	case a.Provider == Service:
		return nil
	case a.Provider == PartyLink && a.Case == c.ID && c.ID != "" && c.Member(a.Party) != nil:
		return nil
	case a.Has(Caseworker, Issuer, TeamLeader) && a.Municipality != "" && a.Municipality == c.Municipality && c.Reached():
		if c.IsDisqualified(a.Subject) {
			return problem.New(problem.Forbidden, "Du er registreret som inhabil i denne sag, og en anden skal behandle den. Tal med en teamleder, hvis det er en fejl.")
		}
		return nil
	}
	return ErrNoCase
}

// Allow returns a problem unless the actor may do the named act to c. Whether
// the case's status allows it is for [flexjob.Case.Do].
func (a Actor) Allow(act flexjob.ActName, c *flexjob.Case) error {
	if err := a.Open(c); err != nil {
		return err
	}
	if !a.Staff() {
		return nil
	}
	if !a.Has(work[act]...) {
		return problem.New(problem.Forbidden, "Din rolle giver ikke adgang til dette. Bed en kollega med rollen om at gøre det.")
	}
	return nil
}

// AllowFill returns a problem unless the actor may write fields of c.
func (a Actor) AllowFill(c *flexjob.Case) error { return a.Allow(flexjob.AssessName, c) }

// AllowErase returns a problem unless the actor may erase c for ever: a team
// leader of its municipality, and whoever runs the service.
func (a Actor) AllowErase(c *flexjob.Case) error {
	if err := a.Open(c); err != nil {
		return err
	}
	if a.Provider != Service && !a.Has(TeamLeader) {
		return problem.New(problem.Forbidden, "Kun en teamleder kan slette en sag. Tal med din teamleder.")
	}
	return nil
}
