package accounts

import (
	"context"
	"fmt"
	"time"

	"ab325/internal/auth"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// How long a session lasts, and how exactly its last use is known.
const (
	staffIdle = 30 * time.Minute // without use
	staffDay  = 12 * time.Hour   // in all
	partyTime = 14 * 24 * time.Hour
	seenEvery = time.Minute    // a use is written at most so often
	recalled  = 24 * time.Hour // an ended session is remembered, so that a post from it can be kept
)

// RepeatTime is how long a request is known again that is sent once more: as
// long as a session that it was sent in can last.
const RepeatTime = partyTime

// SignedIn is a session that began.
type SignedIn struct {
	Token string // for the browser; the store has only its hash
	Actor auth.Actor
	Ends  time.Time // at the latest
	Given bool      // another password is to be chosen first, see [Staff]
}

// Idle returns how long the actor's sessions last without use; 0 is no limit.
func Idle(a auth.Actor) time.Duration {
	if a.Staff() {
		return staffIdle
	}
	return 0
}

// StartSession begins a session for who, as vouched for by a provider: staff
// for 12 hours and 30 minutes without use, a party for 14 days.
func (s *Service) StartSession(ctx context.Context, who auth.Actor) (SignedIn, error) {
	return s.start(ctx, func(tx *store.Tx) (auth.Actor, error) {
		if !who.Staff() {
			return who, nil
		}
		a, err := tx.Staff(who.Subject)
		if err != nil {
			return auth.Actor{}, err
		}
		if !a.Disabled.IsZero() {
			return auth.Actor{}, problem.New(problem.Forbidden, "Brugeren er spærret. Spørg kommunens administrator.")
		}
		return actor(a), nil
	})
}

// start begins a session for whom f returns, in f's transaction.
func (s *Service) start(ctx context.Context, f func(*store.Tx) (auth.Actor, error)) (SignedIn, error) {
	token, hash, err := auth.NewToken(s.Rand)
	if err != nil {
		return SignedIn{}, err
	}
	begun := SignedIn{Token: token}
	err = s.Store.Look(ctx, func(tx *store.Tx) error {
		if begun.Actor, err = f(tx); err != nil {
			return err
		}
		now, lasts := s.now(), partyTime
		if begun.Actor.Staff() {
			lasts = staffDay
		}
		begun.Ends = now.Add(lasts)
		return tx.PutSession(&store.Session{Hash: hash, Actor: begun.Actor, Created: now, Seen: now, Ends: begun.Ends})
	})
	if err != nil {
		return SignedIn{}, err
	}
	return begun, nil
}

// Session returns who the session with the given token is of, with the roles
// of now, and counts as a use of it. A token that is of no session is an
// Unknown problem, one of a session that has ended an Expired one. Sessions of
// an account that was disabled, or got another password, or of a link that was
// ended, have ended.
func (s *Service) Session(ctx context.Context, token string) (auth.Actor, error) {
	var who auth.Actor
	var use *store.Session
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		who, use = auth.Actor{}, nil
		session, err := tx.Session(auth.HashToken(token))
		if err != nil {
			return err
		}
		if who, err = s.current(tx, session); err != nil {
			return err
		}
		if s.now().Sub(session.Seen) >= seenEvery {
			use = session
		}
		return nil
	})
	if err != nil || use == nil {
		return who, err
	}
	return who, s.Store.Look(ctx, func(tx *store.Tx) error {
		session, err := tx.Session(use.Hash)
		if err != nil {
			return err
		}
		session.Seen = s.now()
		return tx.PutSession(session)
	})
}

func ended() error {
	return problem.New(problem.Expired, "Du er logget ud, fordi der er gået lang tid, eller fordi din adgang er ændret. Log ind igen, eller brug dit link.")
}

// current returns the actor of a session that goes on, as they are now.
func (s *Service) current(tx *store.Tx, session *store.Session) (auth.Actor, error) {
	who := session.Actor
	if !s.now().Before(end(session)) {
		return auth.Actor{}, ended()
	}
	if !who.Staff() {
		link, err := tx.Link(who.Subject)
		if problem.Of(err) == problem.NotFound || err == nil && link.Ended() {
			return auth.Actor{}, ended()
		}
		return who, err
	}
	a, err := tx.Staff(who.Subject)
	if err != nil {
		return auth.Actor{}, fmt.Errorf("session: %w", err)
	}
	if !a.Disabled.IsZero() || session.Created.Before(a.SessionsFrom) {
		return auth.Actor{}, ended()
	}
	return actor(a), nil
}

// end returns when a session ends, or ended, unless it is used again.
func end(session *store.Session) time.Time {
	at := session.Ends
	if idle := Idle(session.Actor); idle > 0 && session.Seen.Add(idle).Before(at) {
		at = session.Seen.Add(idle)
	}
	if !session.Ended.IsZero() && session.Ended.Before(at) {
		at = session.Ended
	}
	return at
}

// EndSession ends the session with the given token, if there is one.
func (s *Service) EndSession(ctx context.Context, token string) error {
	return s.Store.Look(ctx, func(tx *store.Tx) error {
		session, err := tx.Session(auth.HashToken(token))
		if problem.Of(err) == problem.Unknown {
			return nil
		} else if err != nil {
			return err
		}
		if session.Ended.IsZero() {
			session.Ended = s.now()
		}
		return tx.PutSession(session)
	})
}

// Sweep forgets the sessions and parked posts that are no longer remembered,
// the requests that nobody repeats any more, and what was in messages whose
// links lead nowhere any more. It is to be called now and then.
func (s *Service) Sweep(ctx context.Context) error {
	if err := s.Store.ForgetOnce(ctx, s.now().Add(-RepeatTime)); err != nil {
		return err
	}
	if _, err := s.Store.SweepMessages(ctx, s.now().Add(-partyTime), s.now()); err != nil {
		return err
	}
	var sessions []*store.Session
	var parked []*store.Parked
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
		sessions, parked, err = s.outlived(tx)
		return err
	})
	if err != nil || len(sessions)+len(parked) == 0 {
		return err
	}
	return s.Store.Look(ctx, func(tx *store.Tx) error {
		for _, session := range sessions {
			if err := tx.ForgetSession(session.Hash); err != nil {
				return err
			}
		}
		for _, p := range parked {
			if err := tx.ForgetParked(p.Subject, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// outlived returns the sessions and parked posts that are no longer remembered.
func (s *Service) outlived(tx *store.Tx) (sessions []*store.Session, parked []*store.Parked, err error) {
	for session, err := range tx.Sessions() {
		if err != nil {
			return nil, nil, err
		}
		if s.forgotten(session) {
			sessions = append(sessions, session)
		}
	}
	for p, err := range tx.AllParked() {
		if err != nil {
			return nil, nil, err
		}
		if s.now().Sub(p.At) >= parkedTime {
			parked = append(parked, p)
		}
	}
	return sessions, parked, nil
}

// forgotten reports whether a session ended so long ago that nothing from it
// is kept.
func (s *Service) forgotten(session *store.Session) bool {
	return s.now().Sub(end(session)) >= recalled
}
