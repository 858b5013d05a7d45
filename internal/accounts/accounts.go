// Package accounts keeps the staff of an installation, everybody's sessions,
// and the municipalities' settings.
//
// It is the door to all that is no case, as casework is to cases: pages,
// commands and jobs come through here, and each change leaves an audit entry
// in its transaction.
package accounts

import (
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/form"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// Options are what a Service is made of.
type Options struct {
	Store          *store.Store
	Hasher         *auth.Hasher
	Municipalities []form.Municipality // all that there are
	Now            func() time.Time
	Rand           io.Reader

	// KeepGiven lets passwords be kept that somebody else gave: those of
	// examples, which everybody is told.
	KeepGiven bool
}

// A Service is safe for concurrent use.
type Service struct {
	Options
	byAccount *auth.Throttle // tries to sign in, by user name
	byClient  *auth.Throttle // tries to sign in, by client
}

// New returns a Service.
func New(o Options) *Service {
	return &Service{o, auth.NewThrottle(o.Now), auth.NewThrottle(o.Now)}
}

// now is the time that records and entries get.
func (s *Service) now() time.Time { return s.Now().UTC() }

// newID returns a random id of 128 bits.
func (s *Service) newID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "", fmt.Errorf("new id: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// entry returns an audit entry about something that is no case.
func (s *Service) entry(who auth.Actor, action, object string) audit.Entry {
	return audit.Entry{At: s.now(), Actor: who.Subject, Role: string(who.Side()), Unit: who.Municipality,
		Action: action, Object: object, Result: "ok"}
}

// mayManage returns a problem unless who may manage the staff and settings of
// the municipality with the given code: the program itself, an administrator
// of the whole installation (who belongs to no municipality, "", and manages
// those who do not either), and the municipality's own.
func mayManage(who auth.Actor, code string) error {
	if who.Provider == auth.Service || who.Has(auth.Administrator) && (who.Municipality == "" || who.Municipality == code) {
		return nil
	}
	return problem.New(problem.Forbidden, "Kun en administrator kan ændre det. Spørg kommunens administrator.")
}

// isMunicipality reports whether there is a municipality with the given code.
func (s *Service) isMunicipality(code string) bool {
	for _, m := range s.Municipalities {
		if m.Code == code {
			return true
		}
	}
	return false
}

// invalid returns a problem with what to mend, or nil where there is nothing.
func invalid(fields []problem.Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &problem.Error{Kind: problem.Invalid, Detail: "Noget skal rettes, før det kan gemmes.", Fields: fields}
}
