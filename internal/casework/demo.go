package casework

import (
	"context"

	"ab325/internal/auth"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// DemoAccess makes a way in for a member of staff, for the address that a
// demonstration prints when it starts. Elsewhere there is none.
func (s *Service) DemoAccess(ctx context.Context, staff string) (Access, error) {
	if !s.Demo {
		return Access{}, problem.New(problem.Forbidden, "Medarbejdere logger ind med brugernavn og adgangskode.")
	}
	access, link, err := s.newLink("", "", store.LinkDemo, "")
	if err != nil {
		return Access{}, err
	}
	link.Staff = staff
	return access, s.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.PutLink(link); err != nil {
			return err
		}
		return tx.Log(s.entry(auth.System(), "demo-access", "", staff))
	})
}

// enterDemo lets the member of staff in that a demonstration's link is for.
func (s *Service) enterDemo(tx *store.Tx, link store.Link) (Entered, error) {
	if !s.Demo {
		return Entered{}, unknownLink(problem.New(problem.NotFound, ""))
	}
	staff, err := tx.Staff(link.Staff)
	if err != nil {
		return Entered{}, err
	}
	who := auth.Actor{Provider: auth.StaffAccount, Subject: staff.ID, Roles: staff.Roles, Municipality: staff.Municipality}
	return Entered{Actor: who}, tx.Log(s.entry(who, "enter", "", link.ID))
}
