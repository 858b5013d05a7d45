package store

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/kv"
	"ab325/internal/problem"
)

var accounts = table[Staff]{kind: staffKind, at: staffKeys, index: func(s *Staff, rev int) []kv.Pair {
	return []kv.Pair{{Key: staffNameKeys.text(string(s.NameKey)), Value: kv.Key(nil).Text(s.ID).Uint(uint64(rev))}}
}}

// Staff is the account of a member of staff.
type Staff struct {
	ID       string `json:"id"`       // random; stands in cases and the audit log
	Username string `json:"username"` // unique; upper and lower case alike
	Name     string `json:"name"`
	Password string `json:"password"` // hash, as package auth writes it
	// PasswordOwn tells that the person chose the password, so that nobody else
	// knows it.
	PasswordOwn  bool        `json:"passwordOwn"`
	Roles        []auth.Role `json:"roles"`
	Municipality string      `json:"municipality"` // code
	Created      time.Time   `json:"created"`
	Disabled     time.Time   `json:"disabled"` // zero while it can be used
	LastSignIn   time.Time   `json:"lastSignIn"`
	// SessionsFrom ends every session that was begun before it.
	SessionsFrom time.Time `json:"sessionsFrom"`

	NameKey []byte `json:"nameKey"` // keyed hash of Username; set when it is saved
}

// Staff returns the account with the given id, or a NotFound problem.
func (t *Tx) Staff(id string) (*Staff, error) {
	s, err := accounts.get(t, staffKeys.text(id))
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
	hash, err := t.nameKey(username)
	if err != nil {
		return nil, err
	}
	value, err := t.pointer(staffNameKeys.text(hash))
	if errors.Is(err, errNone) {
		return nil, problem.New(problem.NotFound, "Der er ingen bruger med det brugernavn. Kontrollér stavningen.")
	} else if err != nil {
		return nil, err
	}
	parts := kv.Split([]byte(value), nil)
	id, rev := parts.Text(), parts.Uint()
	if err := parts.End(); err != nil {
		return nil, fmt.Errorf("user name: %w", err)
	}
	s, h, err := load[Staff](t, staffKind, staffKeys.text(id))
	if err == nil && uint64(h.Revision) != rev {
		err = fmt.Errorf("it is at revision %d of %d: an older one was put back", h.Revision, rev)
	}
	if err != nil {
		return nil, fmt.Errorf("staff %s: %w", id, err)
	}
	return s, nil
}

func (t *Tx) nameKey(username string) (string, error) {
	return t.keyed("user name", strings.ToLower(username))
}

// AllStaff yields every account, the disabled too, in no particular order.
func (t *Tx) AllStaff() iter.Seq2[*Staff, error] { return accounts.all(t) }

// PutStaff saves an account with the audit entry that explains the change; its
// object is the account, unless that is the actor and the entry has none. A user
// name that another account has is a Conflict problem.
func (t *Tx) PutStaff(s *Staff, why audit.Entry) error {
	switch has, err := t.StaffNamed(s.Username); {
	case err == nil && has.ID != s.ID:
		return &problem.Error{Kind: problem.Conflict, Detail: "Brugernavnet er optaget.",
			Fields: []problem.Field{{ID: "username", Text: "Vælg et andet brugernavn"}}}
	case err != nil && problem.Of(err) != problem.NotFound:
		return err
	}
	hash, err := t.nameKey(s.Username)
	if err != nil {
		return err
	}
	saved := *s
	saved.NameKey = []byte(hash)
	rev, err := accounts.advance(t, staffKeys.text(s.ID), house, &saved)
	if err != nil {
		return err
	}
	return t.logChange(why, s.ID, rev)
}

var sessions = table[Session]{kind: sessionKind, at: sessionKeys, index: func(s *Session, _ int) []kv.Pair {
	if s.caseID() == "" {
		return nil
	}
	return []kv.Pair{{Key: sessionCaseKeys.text(s.caseID()).Text(s.Hash.String())}}
}}

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

// caseID returns the case of a party, which its session is erased with; "" of
// staff.
func (s *Session) caseID() string {
	if s.Actor.Staff() {
		return ""
	}
	return s.Actor.Case
}

// Session returns the session with the given hash, or an Unknown problem.
func (t *Tx) Session(hash audit.Hash) (*Session, error) {
	s, err := sessions.get(t, sessionKeys.text(hash.String()))
	if errors.Is(err, errNone) {
		return nil, problem.New(problem.Unknown, "Du er ikke logget ind. Log ind for at gå videre.")
	}
	return s, err
}

// Sessions yields every session that is remembered, in no particular order.
func (t *Tx) Sessions() iter.Seq2[*Session, error] {
	return sessions.all(t)
}

// PutSession saves a session.
func (t *Tx) PutSession(s *Session) error {
	slot, err := t.slotOf(s.caseID())
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return sessions.save(t, sessionKeys.text(s.Hash.String()), slot, s)
}

// ForgetSession removes a session.
func (t *Tx) ForgetSession(hash audit.Hash) error {
	return sessions.forget(t, sessionKeys.text(hash.String()))
}
