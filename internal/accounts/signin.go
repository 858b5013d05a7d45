package accounts

import (
	"context"
	"fmt"
	"strings"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// wrongPassword is the one answer to a user name and password that do not let
// anybody in, whatever it is that is wrong.
func wrongPassword() error {
	return &problem.Error{Kind: problem.Invalid, Detail: "Brugernavnet eller adgangskoden er forkert.",
		Fields: []problem.Field{{ID: "username", Text: "Kontrollér brugernavn og adgangskode"}}}
}

// SignIn begins a session for a member of staff. A user name that does not
// exist, an account that is disabled and a wrong password have the same
// answer, an Invalid problem, after the same time. Guessing is slowed down for
// the account and for the client, which is an address or the like; who has to
// wait is told so by an Unavailable problem.
func (s *Service) SignIn(ctx context.Context, username, password, client string) (SignedIn, error) {
	username = oneLine(username)
	was, rehash, err := s.verify(ctx, username, password, client)
	if err != nil {
		return SignedIn{}, err
	}
	if was.ID == "" {
		return SignedIn{}, s.refused(ctx, username)
	}
	hash := was.Password
	if rehash {
		if hash, err = s.Hasher.Hash(ctx, password); err != nil {
			return SignedIn{}, err
		}
	}
	begun, err := s.start(ctx, func(tx *store.Tx) (auth.Actor, error) {
		a, err := tx.Staff(was.ID)
		if err != nil {
			return auth.Actor{}, err
		}
		if !a.Disabled.IsZero() || a.Password != was.Password { // since a moment ago
			return auth.Actor{}, wrongPassword()
		}
		a.Password, a.LastSignIn = hash, s.now()
		who := actor(a)
		return who, tx.PutStaff(a, s.entry(who, "sign-in", ""))
	})
	begun.Given = s.given(&was)
	return begun, err
}

// actor returns who a member of staff is to the rest of the program.
func actor(a *store.Staff) auth.Actor {
	return auth.Actor{Provider: auth.StaffAccount, Subject: a.ID, Assurance: flexjob.ByPassword, Roles: a.Roles, Municipality: a.Municipality}
}

// verify returns the account that the user name and password are of, or an
// empty one where they are of none that can be used, and whether its password
// should be hashed anew.
func (s *Service) verify(ctx context.Context, username, password, client string) (found store.Staff, rehash bool, err error) {
	account := strings.ToLower(username)
	if wait, ok := s.byClient.Allow(client); !ok {
		return store.Staff{}, false, auth.TooMany(wait)
	}
	if wait, ok := s.byAccount.Allow(account); !ok {
		s.byClient.Pass(client)
		return store.Staff{}, false, auth.TooMany(wait)
	}
	defer func() {
		switch {
		case err != nil: // nothing was learned
			s.byClient.Pass(client)
			s.byAccount.Pass(account)
		case found.ID == "":
			s.byClient.Fail(client)
			s.byAccount.Fail(account)
		default:
			s.byClient.Pass(client)
			s.byAccount.Reset(account)
		}
	}()
	a, err := s.usable(ctx, username)
	if err != nil {
		return store.Staff{}, false, err
	}
	ok, rehash, err := s.Hasher.Verify(ctx, a.Password, password)
	if err != nil || !ok {
		return store.Staff{}, false, err
	}
	return a, rehash, nil
}

// usable returns the account with the given user name; an empty one where
// there is none that can be used.
func (s *Service) usable(ctx context.Context, username string) (found store.Staff, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		found = store.Staff{}
		a, err := tx.StaffNamed(username)
		if problem.Of(err) == problem.NotFound {
			return nil
		}
		if err == nil && a.Disabled.IsZero() {
			found = *a
		}
		return err
	})
	return found, err
}

// refused logs a try that failed, under the account's id where there is one,
// and returns the answer to it. The log is written either way, so that it
// takes the same time.
func (s *Service) refused(ctx context.Context, username string) error {
	err := s.Store.Look(ctx, func(tx *store.Tx) error {
		who := auth.Actor{Subject: "stranger"}
		switch a, err := tx.StaffNamed(username); {
		case err == nil:
			who = actor(a)
		case problem.Of(err) != problem.NotFound:
			return err
		}
		e := s.entry(who, "sign-in", "")
		e.Result = "refused"
		return tx.Log(e)
	})
	if err != nil {
		return fmt.Errorf("log a sign-in: %w", err)
	}
	return wrongPassword()
}

// ChangePassword gives who another password. It ends all sessions of who and
// begins a new one in place of that of the caller.
func (s *Service) ChangePassword(ctx context.Context, who auth.Actor, old, password, client string) (SignedIn, error) {
	if !who.Staff() {
		return SignedIn{}, problem.New(problem.Forbidden, "Kun medarbejdere har en adgangskode.")
	}
	if err := s.Store.View(ctx, (*store.Tx).Fresh); err != nil {
		return SignedIn{}, err // else the old password would be found wrong
	}
	is, err := s.Staff(ctx, who.Subject)
	if err != nil {
		return SignedIn{}, err
	}
	was, _, err := s.verify(ctx, is.Username, old, client)
	if err != nil {
		return SignedIn{}, err
	}
	if was.ID != who.Subject {
		return SignedIn{}, invalid([]problem.Field{{ID: "old", Text: "Indtast din nuværende adgangskode"}})
	}
	choose, err := s.chosen(ctx, &was, old, password)
	if err != nil {
		return SignedIn{}, err
	}
	return s.start(ctx, choose)
}

// ChoosePassword is [Service.ChangePassword] for a command: it begins no session,
// and who it is shows by the user name and the old password.
func (s *Service) ChoosePassword(ctx context.Context, username, old, password, client string) error {
	username = oneLine(username)
	was, _, err := s.verify(ctx, username, old, client)
	if err != nil {
		return err
	}
	if was.ID == "" {
		return s.refused(ctx, username)
	}
	choose, err := s.chosen(ctx, &was, old, password)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx *store.Tx) error {
		_, err := choose(tx)
		return err
	})
}

// chosen returns what gives an account the password that its owner chose, and
// ends its sessions. Old is the password that it has, and had when that was
// checked.
func (s *Service) chosen(ctx context.Context, was *store.Staff, old, password string) (func(*store.Tx) (auth.Actor, error), error) {
	if old == password {
		return nil, invalid([]problem.Field{{ID: "password", Text: "Vælg en anden adgangskode end den, du har nu"}})
	}
	if err := auth.CheckPassword(password, was.Username, was.Name); err != nil {
		return nil, err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	return func(tx *store.Tx) (auth.Actor, error) {
		a, err := tx.Staff(was.ID)
		if err != nil {
			return auth.Actor{}, err
		}
		if !a.Disabled.IsZero() || a.Password != was.Password { // since a moment ago
			return auth.Actor{}, problem.New(problem.Conflict, "Din adgang er ændret imens. Log ind igen, eller spørg kommunens administrator.")
		}
		a.Password, a.PasswordOwn, a.SessionsFrom = hash, true, s.now()
		who := actor(a)
		return who, tx.PutStaff(a, s.entry(who, "password", ""))
	}, nil
}
