package casework

import (
	"context"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// Invite makes an invitation for the other party, which ends earlier ones
// that were not used, so that a wrong address is mended by inviting again.
// With an address, the link is sent there and not returned: new links will go
// to that address, so that who invites must not have had the first. Once the
// other party is in, nobody on this side can make a way in for it.
func (s *Service) Invite(ctx context.Context, who auth.Actor, id, address string) (Access, error) {
	if err := checkAddress(address); err != nil {
		return Access{}, err
	}
	if address != "" && !s.Delivers {
		return Access{}, problem.New(problem.Unavailable, "Tjenesten kan ikke sende e-mail endnu. Kopiér linket, og send det selv.")
	}
	other := who.Party.Other()
	access, link, err := s.newLink(id, other, store.LinkInvitation, address)
	if err != nil {
		return Access{}, err
	}
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := s.mayInvite(who, c); err != nil {
			return err
		}
		if err := tx.EndLinks(id, other); err != nil {
			return err
		}
		if err := tx.PutLink(link); err != nil {
			return err
		}
		var mail []store.Message
		if address != "" {
			mail = append(mail, s.accessMail(c, other, address, access, link.ID, true))
		}
		return s.put(tx, c, s.entry(who, "invite", id, string(other)), mail...)
	})
	if address != "" {
		access = Access{Ends: access.Ends}
	}
	return access, s.logRefusal(ctx, who, id, "invite", err)
}

// mayInvite returns a problem unless who may invite the other party.
func (s *Service) mayInvite(who auth.Actor, c *flexjob.Case) error {
	if err := who.Open(c); err != nil {
		return err
	}
	if who.Provider != auth.PartyLink {
		return problem.New(problem.Forbidden, "Kun parterne kan invitere hinanden.")
	}
	if c.Member(who.Party.Other()) != nil {
		return problem.New(problem.NotNow, "Den anden part er allerede inde i sagen. Et nyt link sendes kun til partens egen e-mailadresse eller fås hos jobcenteret.")
	}
	if !c.Status().Open() {
		return problem.New(problem.NotNow, "Blad 1 er sendt. Jobcenteret kan give den anden part adgang.")
	}
	return nil
}

// HandOver lets the other party in on this device, where both fill in turn on
// one. It works only while the other party has not been in; the caller ends
// the session of who.
func (s *Service) HandOver(ctx context.Context, who auth.Actor, id string) (Entered, error) {
	other := who.Party.Other()
	access, link, err := s.newLink(id, other, store.LinkReturn, "")
	if err != nil {
		return Entered{}, err
	}
	next := auth.Actor{Provider: auth.PartyLink, Subject: link.ID, Assurance: flexjob.ByLink, Party: other, Case: id}
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := s.mayInvite(who, c); err != nil {
			return err
		}
		if err := c.Do(flexjob.Join{}, s.by(next)); err != nil {
			return err
		}
		if err := tx.EndLinks(id, other); err != nil {
			return err
		}
		if err := tx.PutLink(link); err != nil {
			return err
		}
		return s.put(tx, c, s.entry(who, "hand-over", id, string(other)))
	})
	if err != nil {
		return Entered{}, s.logRefusal(ctx, who, id, "hand-over", err)
	}
	return Entered{Actor: next, Access: &access}, nil
}
