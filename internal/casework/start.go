package casework

import (
	"context"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

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
	return Entered{Actor: who, Access: &access}, nil
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
