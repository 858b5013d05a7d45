package store

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/problem"
)

// Staff is the account of a member of staff.
type Staff struct {
	ID           string      `json:"id"`       // random; stands in cases and the audit log
	Username     string      `json:"username"` // unique; upper and lower case alike
	Name         string      `json:"name"`
	Password     string      `json:"password"` // hash, as package auth writes it
	Roles        []auth.Role `json:"roles"`
	Municipality string      `json:"municipality"` // code
	Created      time.Time   `json:"created"`
	Disabled     time.Time   `json:"disabled"` // zero while it can be used
	LastSignIn   time.Time   `json:"lastSignIn"`
	// SessionsFrom ends every session that was begun before it.
	SessionsFrom time.Time `json:"sessionsFrom"`
}

// Staff returns the account with the given id, or a NotFound problem.
func (t *Tx) Staff(id string) (*Staff, error) {
	s, err := get[Staff](t, staffKind, staffKeys.text(id))
	if errors.Is(err, errNone) {
		return nil, problem.New(problem.NotFound, "Brugeren findes ikke. Gå tilbage til listen over brugere.")
	} else if err != nil {
		return nil, fmt.Errorf("staff %s: %w", id, err)
	}
	return s, nil
}

// StaffNamed returns the account with the given user name, or a NotFound
// problem.
func (t *Tx) StaffNamed(username string) (*Staff, error) {
	id, err := t.pointer(t.staffNameKey(username))
	if errors.Is(err, errNone) {
		return nil, problem.New(problem.NotFound, "Der er ingen bruger med det brugernavn. Kontrollér stavningen.")
	} else if err != nil {
		return nil, err
	}
	return t.Staff(id)
}

// AllStaff yields every account, the disabled too, in no particular order.
func (t *Tx) AllStaff() iter.Seq2[*Staff, error] { return all[Staff](t, staffKind, staffKeys) }

// PutStaff saves an account with the audit entry that explains the change. A
// user name that another account has is a Conflict problem.
func (t *Tx) PutStaff(s *Staff, why audit.Entry) error {
	switch has, err := t.StaffNamed(s.Username); {
	case err == nil && has.ID != s.ID:
		return &problem.Error{Kind: problem.Conflict, Detail: "Brugernavnet er optaget.",
			Fields: []problem.Field{{ID: "username", Text: "Vælg et andet brugernavn"}}}
	case err != nil && problem.Of(err) != problem.NotFound:
		return err
	}
	if old, err := t.Staff(s.ID); err == nil {
		if err := t.remove(t.staffNameKey(old.Username)); err != nil {
			return err
		}
	} else if problem.Of(err) != problem.NotFound {
		return err
	}
	if err := t.put(staffKind, staffKeys.text(s.ID), s); err != nil {
		return err
	}
	if err := t.write(t.staffNameKey(s.Username), []byte(s.ID)); err != nil {
		return err
	}
	return t.Log(why)
}

func (t *Tx) staffNameKey(username string) []byte {
	return staffNameKeys.text(t.store.keyed("username", strings.ToLower(username)))
}

// A Session is one signing-in, known by the hash of the token that the
// browser holds.
type Session struct {
	Hash    audit.Hash `json:"hash"`
	Actor   auth.Actor `json:"actor"` // as vouched for when it began
	Created time.Time  `json:"created"`
	Seen    time.Time  `json:"seen"`
	Ends    time.Time  `json:"ends"`  // at the latest
	Ended   time.Time  `json:"ended"` // by signing out; zero before
}

// Session returns the session with the given hash, or an Unknown problem.
func (t *Tx) Session(hash audit.Hash) (*Session, error) {
	s, err := get[Session](t, sessionKind, sessionKeys.text(hash.String()))
	if errors.Is(err, errNone) {
		return nil, problem.New(problem.Unknown, "Du er ikke logget ind. Log ind for at gå videre.")
	}
	return s, err
}

// Sessions yields every session that is remembered, in no particular order.
func (t *Tx) Sessions() iter.Seq2[*Session, error] {
	return all[Session](t, sessionKind, sessionKeys)
}

// PutSession saves a session.
func (t *Tx) PutSession(s *Session) error {
	return t.put(sessionKind, sessionKeys.text(s.Hash.String()), s)
}

// ForgetSession removes a session.
func (t *Tx) ForgetSession(hash audit.Hash) error {
	return t.remove(sessionKeys.text(hash.String()))
}
