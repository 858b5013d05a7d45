package casework

import (
	"context"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// Enter opens a case with a link's secret or a typed code. An invitation is
// used up by it and brings the party in, with a way back of its own; the way
// back can be used again until it ends. Tries are slowed down by client, but
// for a link: nobody guesses 256 bits, and whoever has one must not be kept out
// by others at the same address.
func (s *Service) Enter(ctx context.Context, secret, client string) (Entered, error) {
	wait, ok := s.guesses.Allow(client)
	entered, err := s.enter(ctx, secret, ok)
	switch unknown := problem.Of(err) == problem.NotFound; {
	case !ok && unknown:
		return Entered{}, auth.TooMany(wait)
	case !ok: // was not counted as a try
	case unknown:
		s.guesses.Fail(client)
	default:
		s.guesses.Pass(client)
	}
	return entered, err
}

// enter opens a case with a link's secret or, with codes, also with a code.
func (s *Service) enter(ctx context.Context, secret string, codes bool) (Entered, error) {
	var out Entered
	err := s.Store.Update(ctx, func(tx *store.Tx) error {
		out = Entered{}
		link, err := tx.LinkBySecret(secret)
		if err == nil && !codes && link.Hash != auth.HashToken(secret) {
			err = problem.New(problem.NotFound, "")
		}
		if err != nil {
			return unknownLink(err)
		}
		if err := s.usable(link); err != nil {
			return err
		}
		if link.Kind == store.LinkDemo {
			out, err = s.enterDemo(tx, link)
			return err
		}
		c, err := tx.Case(link.Case)
		if err != nil {
			return err
		}
		if link.Kind == store.LinkInvitation {
			out, err = s.join(tx, c, link)
			return err
		}
		out.Actor = auth.Actor{Provider: auth.PartyLink, Subject: link.ID, Assurance: flexjob.ByLink, Party: link.Party, Case: link.Case}
		return tx.Log(s.entry(out.Actor, "enter", c.ID, link.ID))
	})
	return out, err
}

// usable returns a problem unless link can still be used.
func (s *Service) usable(link store.Link) error {
	switch {
	case !link.Used.IsZero():
		return problem.New(problem.Expired, "Linket er brugt. Hvis det var dig, kan du få et nyt link sendt til din egen e-mailadresse.")
	case link.Ended() || s.Now().After(link.Expires):
		return problem.New(problem.Expired, "Linket er udløbet. Du kan få et nyt link sendt til din egen e-mailadresse, eller jobcenteret kan give dig et.")
	}
	return nil
}

// join brings the invited party in, without an address: the one that the
// invitation went to may be the other party's own.
func (s *Service) join(tx *store.Tx, c *flexjob.Case, invitation store.Link) (Entered, error) {
	access, back, err := s.newLink(c.ID, invitation.Party, store.LinkReturn, "")
	if err != nil {
		return Entered{}, err
	}
	who := auth.Actor{Provider: auth.PartyLink, Subject: back.ID, Assurance: flexjob.ByLink, Party: invitation.Party, Case: c.ID}
	if err := c.Do(flexjob.Join{}, s.by(who)); err != nil {
		return Entered{}, err
	}
	invitation.Used = s.Now().UTC()
	if err := tx.PutLink(invitation); err != nil {
		return Entered{}, err
	}
	if err := tx.PutLink(back); err != nil {
		return Entered{}, err
	}
	return Entered{who, &access, invitation.Address}, s.put(tx, c, s.entry(who, string(flexjob.JoinName), c.ID, invitation.ID))
}
