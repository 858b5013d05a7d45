// Package casework is the only way to a case: what people can do, one method
// each. The pages, the commands and whatever comes later all come through
// here, so that permission, audit, conflict and notification cannot be
// forgotten by one of them.
//
// Every change is one transaction: load the case, ask package auth, let
// package flexjob change it, and store the case, its audit entry and its
// outgoing messages together. Files are on disk before the commit that refers
// to them.
package casework

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"

	"ab325/internal/accounts"
	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/caselist"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/pdf"
	"ab325/internal/pdf/read"
	"ab325/internal/pdf/seal"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// An Edition is a form edition with the engine that prints it.
type Edition struct {
	Form  *form.Definition
	Print *pdf.Engine
}

// Options are what a Service is made of.
type Options struct {
	Store          *store.Store
	Directory      *caselist.Directory
	Accounts       *accounts.Service
	Editions       map[string]Edition
	Current        string // the edition that a new sheet begins on
	Municipalities []form.Municipality
	BaseURL        string       // of links in messages, without a slash at the end
	Delivers       bool         // messages reach people: invitations can go to an address
	Demo           bool         // everything is invented, and staff can come in by a link
	PDFs           *read.Reader // reads the files that people send

	// Sealer returns what seals what is signed and issued, at this moment: it may
	// be replaced. Where it is nil, or returns nil, documents wait for their seal.
	Sealer func() *seal.Sealer
	Now    func() time.Time
	Rand   io.Reader
}

// A Service carries out casework. It is safe for concurrent use.
type Service struct {
	Options
	guesses  *auth.Throttle // tries of links and codes, by client
	controls *auth.Throttle // tries of documents' codes, likewise
	erased   erasedHooks
	checking sync.Mutex // held while the log is checked
	sealing  sealing
	pdfs     sync.Pool // *[]byte: documents on their way to the store
}

// New returns a Service. The current edition must be among the editions.
func New(o Options) (*Service, error) {
	if _, ok := o.Editions[o.Current]; !ok {
		return nil, fmt.Errorf("casework: no edition %q", o.Current)
	}
	s := &Service{Options: o, guesses: auth.NewThrottle(o.Now), controls: auth.NewThrottle(o.Now),
		pdfs: sync.Pool{New: func() any { return new([]byte) }}}
	return s, s.checkCodes()
}

// today is the day in Denmark.
func (s *Service) today() ident.Date { return ident.DateOf(s.Now()) }

// newID returns a random id of 128 bits.
func (s *Service) newID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "", fmt.Errorf("new id: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// by returns who as the facts of a case record it.
func (s *Service) by(who auth.Actor) flexjob.By {
	return flexjob.By{Party: who.Side(), Actor: who.Subject, Assurance: who.Assurance, At: s.Now().UTC()}
}

// entry returns an audit entry about a case.
func (s *Service) entry(who auth.Actor, action, caseID, object string) audit.Entry {
	return audit.Entry{At: s.Now().UTC(), Actor: who.Subject, Role: string(who.Side()), Unit: who.Municipality,
		Action: action, Case: caseID, Object: object, Purpose: "AB325", Result: "ok"}
}

// Any is the revision of an act that does not depend on what its actor saw.
const Any = -1

// Do carries out an act. Revision is the one that the actor saw, or Any; an
// older one is a Conflict, and nothing is changed.
func (s *Service) Do(ctx context.Context, who auth.Actor, id string, revision int, act flexjob.Act) error {
	return s.change(ctx, who, id, revision, act.Name(), func(tx *store.Tx, c *flexjob.Case) error {
		if d, ok := act.(flexjob.Disqualify); ok {
			if err := mayBlock(who, d.Staff); err != nil {
				return err
			}
		}
		return c.Do(act, s.by(who))
	})
}

// change is how every act changes a case: in one transaction it loads the
// case, checks that who may do the act and has seen the latest revision, lets
// f change it, and saves it with its audit entry and what the parties are to
// be told. F may run more than once.
func (s *Service) change(ctx context.Context, who auth.Actor, id string, revision int, act flexjob.ActName, f func(*store.Tx, *flexjob.Case) error) error {
	var changed *flexjob.Case
	err := s.Store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(id)
		if err != nil {
			return err
		}
		if err := who.Allow(act, c); err != nil {
			return err
		}
		if revision != Any && !c.Seen(revision) {
			return problem.New(problem.Conflict, "Sagen er ændret af en anden, siden du åbnede den. Se, hvad der er nyt, og prøv igen.")
		}
		before := c.Status()
		if err := f(tx, c); err != nil {
			return err
		}
		if err := s.put(tx, c, s.entry(who, string(act), id, ""), s.news(c, before, act, who.Side())...); err != nil {
			return err
		}
		changed = c
		return nil
	})
	if err == nil {
		s.listed(changed)
		s.sealSoon(ctx, changed)
	}
	return s.logRefusal(ctx, who, id, string(act), err)
}

// put saves a changed case.
func (s *Service) put(tx *store.Tx, c *flexjob.Case, why audit.Entry, news ...store.Message) error {
	c.Advance()
	return tx.PutCase(c, why, news...)
}

// listed brings the directory of names up to date after a commit.
func (s *Service) listed(c *flexjob.Case) { s.Directory.Put(store.RowOf(c)) }

// logRefusal writes an access that was refused to the audit log, and returns
// err as it is. A failure to write it replaces err.
func (s *Service) logRefusal(ctx context.Context, who auth.Actor, id, action string, err error) error {
	if k := problem.Of(err); who.Subject == "" || k != problem.Forbidden {
		return err
	}
	e := s.entry(who, action, id, "")
	e.Result = "refused"
	if failed := s.Store.Look(ctx, func(tx *store.Tx) error { return tx.Log(e) }); failed != nil {
		return fmt.Errorf("log a refusal: %w", failed)
	}
	return err
}

// edition returns the edition with the given id.
func (s *Service) edition(id string) (Edition, error) {
	e, ok := s.Editions[id]
	if !ok {
		return Edition{}, fmt.Errorf("no edition %q", id)
	}
	return e, nil
}
