package casework

import (
	"context"

	"ab325/internal/store"
)

// Mailbox returns the latest n messages, sent or not, latest first: for a
// demonstration, whose messages go nowhere else. The messages hold links and
// codes, so nothing but a demonstration may show them.
func (s *Service) Mailbox(ctx context.Context, n int) (all []store.Message, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		all = nil
		for m, err := range tx.Messages() {
			if err != nil {
				return err
			}
			if len(all) == n {
				return nil
			}
			all = append(all, *m)
		}
		return nil
	})
	return all, err
}
