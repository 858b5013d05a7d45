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
}

// accessDays is how long a link or code can be used.
const accessDays = 14

// Start begins a case for a party, which is in at once, and returns its own
// way back. Address is its e-mail address, or "".
func (s *Service) Start(ctx context.Context, party flexjob.Party, address string) (Entered, error) {
	if party != flexjob.Employee && party != flexjob.Company {
		return Entered{}, problem.New(problem.Forbidden, "Kun den ansatte og virksomheden kan begynde en blanket.")
	}
	if err := checkAddress(address); err != nil {
		return Entered{}, err
	}
	id, err := s.newID()
	if err != nil {
		return Entered{}, err
	}
	access, link, err := s.newLink(id, party, store.LinkReturn, address)
	if err != nil {
		return Entered{}, err
	}
	who := auth.Actor{Provider: auth.PartyLink, Subject: link.ID, Assurance: flexjob.ByLink, Party: party, Case: id}
	c := &flexjob.Case{}
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		number, err := tx.NextNumber(s.today().Year())
		if err != nil {
			return err
		}
		by := s.by(who)
		*c = flexjob.Case{ID: id, Number: number, Edition: s.Current, Created: by, Blad1: s.defaults(by)}
		if err := c.Do(flexjob.Join{Address: address}, by); err != nil {
			return err
		}
		if err := tx.PutLink(link); err != nil {
			return err
		}
		return s.put(tx, c, s.entry(who, "start", id, string(party)))
	})
	if err != nil {
		return Entered{}, err
	}
	s.listed(c)
	return Entered{who, &access}, nil
}

// defaults returns what a new Blad 1 starts with.
func (s *Service) defaults(by flexjob.By) flexjob.Sheet {
	sheet := flexjob.Sheet{}
	by.Party, by.Actor = flexjob.System, "system"
	for _, f := range s.Editions[s.Current].Form.Fields {
		if f.Default != "" && f.Step != "assessment" {
			sheet[f.ID] = flexjob.Entry{Value: f.Default, By: by}
		}
	}
	return sheet
}

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
			mail = append(mail, s.accessMail(c, other, address, access, true))
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
	return Entered{next, &access}, nil
}

// Enter opens a case with a link's secret or a typed code. An invitation is
// used up by it and brings the party in, with a way back of its own; the way
// back can be used again until it ends. Tries are slowed down by client.
func (s *Service) Enter(ctx context.Context, secret, client string) (Entered, error) {
	if wait, ok := s.guesses.Allow(client); !ok {
		return Entered{}, tooMany(wait)
	}
	entered, err := s.enter(ctx, secret)
	if problem.Of(err) == problem.NotFound {
		s.guesses.Fail(client)
	} else {
		s.guesses.Pass(client)
	}
	return entered, err
}

func (s *Service) enter(ctx context.Context, secret string) (Entered, error) {
	var out Entered
	err := s.Store.Update(ctx, func(tx *store.Tx) error {
		out = Entered{}
		link, err := tx.LinkBySecret(secret)
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

// join brings the invited party in.
func (s *Service) join(tx *store.Tx, c *flexjob.Case, invitation store.Link) (Entered, error) {
	access, back, err := s.newLink(c.ID, invitation.Party, store.LinkReturn, invitation.Address)
	if err != nil {
		return Entered{}, err
	}
	who := auth.Actor{Provider: auth.PartyLink, Subject: back.ID, Assurance: flexjob.ByLink, Party: invitation.Party, Case: c.ID}
	if err := c.Do(flexjob.Join{Address: invitation.Address}, s.by(who)); err != nil {
		return Entered{}, err
	}
	invitation.Used = s.Now().UTC()
	if err := tx.PutLink(invitation); err != nil {
		return Entered{}, err
	}
	if err := tx.PutLink(back); err != nil {
		return Entered{}, err
	}
	return Entered{who, &access}, s.put(tx, c, s.entry(who, string(flexjob.JoinName), c.ID, invitation.ID))
}

// Resend sends a new way in to the registered address of the party whose link
// or code was secret. It answers the same whether there is such a link or
// not, so that nobody can find out by it.
func (s *Service) Resend(ctx context.Context, secret, client string) error {
	if wait, ok := s.guesses.Allow(client); !ok {
		return tooMany(wait)
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
		return s.put(tx, c, s.entry(auth.System(), "resend-access", c.ID, string(old.Party)), s.accessMail(c, old.Party, m.Address, access, false))
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
