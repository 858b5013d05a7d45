package accounts

import (
	"context"

	"ab325/internal/auth"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// Identify returns who a user name and a password are of, for a command that
// asks for them: it begins no session. A password that somebody else gave is a
// Forbidden problem: it does not show who it is. Otherwise it is as
// [Service.SignIn].
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
	e := s.entry(who, "identify", "")
	if s.given(&is) {
		e.Result = "refused"
	}
	if err := s.Store.Update(ctx, func(tx *store.Tx) error { return tx.Log(e) }); err != nil {
		return auth.Actor{}, err
	}
	if s.given(&is) {
		return auth.Actor{}, problem.New(problem.Forbidden, "En anden kender adgangskoden. Vælg først din egen.")
	}
	return who, nil
}
