package casework

import (
	"context"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// An Access is a way into a case for one party: a link that carries a secret
// in its fragment, and a short code for where the link cannot be used. It is
// shown once; the store has only hashes.
type Access struct {
	Link string
	Code string
	Ends time.Time
}

// Entered is what opening a case with a link or code gives.
type Entered struct {
	Actor  auth.Actor
	Access *Access // the party's own way back, where it is new

	// Proposed is the e-mail address that an invitation went to. The other
	// party wrote it, so nothing is sent there before this one has said that it
	// is its own: see [Service.RegisterAddress].
	Proposed string
}

// accessDays is how long a link or code can be used.
const accessDays = 14

// Resend sends a new way in to the registered address of the party whose link
// or code was secret. It answers the same whether there is such a link or
// not, so that nobody can find out by it.
func (s *Service) Resend(ctx context.Context, secret, client string) error {
	if wait, ok := s.guesses.Allow(client); !ok {
		return auth.TooMany(wait)
	}
	s.guesses.Fail(client)
	return s.Store.Update(ctx, func(tx *store.Tx) error {
		old, err := tx.LinkBySecret(secret)
		if problem.Of(err) == problem.NotFound {
			return nil
		} else if err != nil {
			return err
		}
		c, err := tx.Case(old.Case)
		if err != nil {
			return err
		}
		m := c.Member(old.Party)
		if m == nil || m.Address == "" {
			return nil
		}
		access, link, err := s.newLink(c.ID, old.Party, store.LinkReturn, m.Address)
		if err != nil {
			return err
		}
		if err := tx.PutLink(link); err != nil {
			return err
		}
		return s.put(tx, c, s.entry(auth.System(), "resend-access", c.ID, string(old.Party)), s.accessMail(c, old.Party, m.Address, access, link.ID, false))
	})
}

// Renew makes a new way back for the party itself, which ends its earlier
// ones and the sessions begun with them: the caller begins one for the actor
// that is returned.
func (s *Service) Renew(ctx context.Context, who auth.Actor, id string) (Entered, error) {
	if who.Provider != auth.PartyLink {
		return Entered{}, problem.New(problem.Forbidden, "Kun parterne har et link.")
	}
	access, link, err := s.grantAccess(ctx, who, id, who.Party)
	who.Subject = link
	return Entered{Actor: who, Access: &access}, err
}

// GiveAccess makes a new way in for a party that is in the case, for a
// caseworker to hand over once they know who they talk to. It ends the
// party's earlier ones, and the sessions begun with them.
func (s *Service) GiveAccess(ctx context.Context, who auth.Actor, id string, party flexjob.Party) (Access, error) {
	if !who.Staff() && who.Provider != auth.Service {
		return Access{}, problem.New(problem.Forbidden, "Kun jobcenteret kan give en part adgang.")
	}
	access, _, err := s.grantAccess(ctx, who, id, party)
	return access, err
}

// grantAccess makes a way in for party and returns it with its link's id.
func (s *Service) grantAccess(ctx context.Context, who auth.Actor, id string, party flexjob.Party) (access Access, linkID string, err error) {
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Allow(flexjob.RegisterAddressName, c); err != nil {
			return err
		}
		kind, address := store.LinkReturn, ""
		if m := c.Member(party); m != nil {
			address = m.Address
		} else {
			kind = store.LinkInvitation
		}
		var link store.Link
		if access, link, err = s.newLink(id, party, kind, address); err != nil {
			return err
		}
		if err := tx.EndLinks(id, party); err != nil {
			return err
		}
		if err := tx.PutLink(link); err != nil {
			return err
		}
		linkID = link.ID
		return s.put(tx, c, s.entry(who, "give-access", id, string(party)))
	})
	return access, linkID, s.logRefusal(ctx, who, id, "give-access", err)
}

// newLink makes a way in and the record of it.
func (s *Service) newLink(caseID string, party flexjob.Party, kind store.LinkKind, address string) (Access, store.Link, error) {
	secret, hash, err := auth.NewToken(s.Rand)
	if err != nil {
		return Access{}, store.Link{}, err
	}
	code, err := auth.NewCode(s.Rand)
	if err != nil {
		return Access{}, store.Link{}, err
	}
	id, err := s.newID()
	if err != nil {
		return Access{}, store.Link{}, err
	}
	now := s.Now().UTC()
	ends := now.AddDate(0, 0, accessDays)
	return Access{Link: s.BaseURL + "/adgang#" + secret, Code: code, Ends: ends},
		store.Link{ID: id, Hash: hash, CodeHash: auth.HashCode(code), Case: caseID, Party: party, Kind: kind,
			Address: address, Created: now, Expires: ends}, nil
}
