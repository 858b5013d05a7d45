package casework

import (
	"context"

	"ab325/internal/auth"
	"ab325/internal/store"
)

// previewAction is the audit log's word for looking at what is not signed or
// issued yet.
const previewAction = "preview"

// Previewed writes to the audit log that who opened the PDF of a sheet that is
// not signed or issued yet: «blad1» or «blad2». To open a PDF is one entry,
// kept or not.
func (s *Service) Previewed(ctx context.Context, who auth.Actor, id, sheet string) error {
	err := s.Store.Look(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Open(c); err != nil {
			return err
		}
		return tx.Log(s.entry(who, previewAction, id, sheet))
	})
	return s.logRefusal(ctx, who, id, previewAction, err)
}
