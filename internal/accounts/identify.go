package accounts

import (
	"context"

	"ab325/internal/auth"
	"ab325/internal/store"
)

// Identify returns who a user name and a password are of, for a command that
// asks for them: it begins no session. Otherwise it is as [Service.SignIn].
func (s *Service) Identify(ctx context.Context, username, password, client string) (auth.Actor, error) {
	username = oneLine(username)
	is, _, err := s.verify(ctx, username, password, client)
	if err != nil {
		return auth.Actor{}, err
	}
	if is.ID == "" {
		return auth.Actor{}, s.refused(ctx, username)
	}
	who := actor(&is)
	return who, s.Store.Update(ctx, func(tx *store.Tx) error { return tx.Log(s.entry(who, "identify", "")) })
}
