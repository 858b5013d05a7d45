package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/seal"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// What was signed and issued is sealed after the commit that makes it valid:
// no decision waits for a certificate, a disk or somebody else's timestamp. The
// case says that a document waits in the same commit, so nothing is forgotten,
// and [Service.SealWaiting] goes on until none does.

// sealSoonTime is how long somebody's request may take longer for the seal.
const sealSoonTime = 3 * time.Second

// sealLaterTime is how long a document's seal may take otherwise.
const sealLaterTime = 20 * time.Second

// SealAction is the audit log's word for a seal, which the service makes by
// itself.
const SealAction = "seal"

// A sealing is how sealing goes.
type sealing struct {
	mu     sync.Mutex
	failed time.Time // when it last did, unless it has gone well since
	last   string    // the case that SealWaiting tried last
}

// paused reports whether a seal failed just now, so that the next who sign need
// not wait for the same.
func (s *sealing) paused(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	since := now.Sub(s.failed)
	return !s.failed.IsZero() && since >= 0 && since < time.Minute
}

// went notes how it went.
func (s *sealing) went(now time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = time.Time{}
	if err != nil {
		s.failed = now
	}
}

// sealer returns what seals now, nil if nothing does.
func (s *Service) sealer() *seal.Sealer {
	if s.Sealer == nil {
		return nil
	}
	return s.Sealer()
}

// sealSoon tries once to seal what waits in a case that was just changed. Where
// that fails, or takes too long, SealWaiting tries again and says why.
func (s *Service) sealSoon(ctx context.Context, c *flexjob.Case) {
	if s.sealer() == nil || c.Unsealed().IsZero() || s.sealing.paused(s.Now()) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sealSoonTime)
	defer cancel()
	_ = s.sealCase(ctx, c.ID) // the case says that it waits
}

// SealWaiting seals the documents that wait for it, whatever kept them from it
// before. It returns an error if some wait still. Where seals fail one after the
// other it gives up, and the next run begins behind those that it tried.
func (s *Service) SealWaiting(ctx context.Context) error {
	if s.sealer() == nil {
		return nil
	}
	ids, err := s.waiting(ctx)
	if err != nil {
		return err
	}
	const enough = 3 // failures in a row: it is not the documents
	var first error
	for left, row := len(ids), 0; left > 0 && row < enough; left-- {
		id := ids[len(ids)-left]
		one, cancel := context.WithTimeout(ctx, sealLaterTime)
		err := s.sealCase(one, id)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.sealing.tried(id)
		if row++; err == nil {
			row = 0
		} else if first == nil {
			first = err
		}
	}
	if first != nil {
		return fmt.Errorf("documents wait for their seal: %w", first)
	}
	return nil
}

// tried notes the case that was tried last.
func (s *sealing) tried(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = id
}

// waiting returns the cases with documents that wait, in an order that begins
// behind the one that was tried last.
func (s *Service) waiting(ctx context.Context) (ids []string, err error) {
	s.sealing.mu.Lock()
	last := s.sealing.last
	s.sealing.mu.Unlock()
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		ids = nil
		first := 0
		for w, err := range tx.Unsealed("", "") {
			if err != nil {
				return err
			}
			if ids = append(ids, w.Case); w.Case == last {
				first = len(ids)
			}
		}
		ids = append(ids[first:], ids[:first]...)
		return nil
	})
	return ids, err
}

// sealCase seals the documents of a case that wait. Those that it could seal are
// sealed, even if it fails with another. A case that is gone has none.
func (s *Service) sealCase(ctx context.Context, id string) (err error) {
	defer func() { s.sealing.went(s.Now(), err) }()
	ctx = store.Unclaimed(ctx)
	var c *flexjob.Case
	err = s.Store.View(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.Case(id)
		return err
	})
	var failed []error
	if err == nil {
		for _, k := range c.Kept() {
			if k.Waits() {
				failed = append(failed, s.sealDocument(ctx, id, k))
			}
		}
		err = errors.Join(failed...)
	}
	if err != nil && problem.Of(err) == problem.NotFound {
		return nil // erased a moment ago
	}
	return err
}

// sealDocument makes a seal, keeps it, and then says so in the case.
func (s *Service) sealDocument(ctx context.Context, id string, k flexjob.Kept) error {
	at, sealer := s.Now().UTC(), s.sealer()
	behind, err := s.sealOf(ctx, sealer, id, k, at)
	if err != nil {
		return fmt.Errorf("seal %s of case %s: %w", k.ID, id, err)
	}
	file, err := s.Store.WriteFile(ctx, id, behind)
	if err != nil {
		return fmt.Errorf("keep the seal of %s of case %s: %w", k.ID, id, err)
	}
	made := flexjob.Seal{File: file, Hash: sha256.Sum256(behind), Size: len(behind),
		Level: string(sealer.Level()), By: sealer.Identity().By(), At: at}
	var changed *flexjob.Case
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		changed = nil
		c, err := tx.Case(id)
		if err != nil || !c.Seal(k.File, made) { // somebody else was first
			return err
		}
		changed = c
		return tx.PutCase(c, s.entry(auth.System(), SealAction, id, k.ID))
	})
	if err == nil && changed != nil {
		s.listed(changed)
	}
	return err
}

// sealOf returns what is to stand behind a document to seal it.
func (s *Service) sealOf(ctx context.Context, sealer *seal.Sealer, id string, k flexjob.Kept, at time.Time) ([]byte, error) {
	record, err := s.keptFile(ctx, id, k.File, k.Hash)
	if err != nil {
		return nil, err
	}
	sealed, err := sealer.Append(ctx, nil, record, at)
	if err != nil {
		return nil, err
	}
	behind, ok := bytes.CutPrefix(sealed, record)
	if !ok {
		return nil, errors.New("the sealed file does not begin with the record")
	}
	return behind, nil
}

// An Unsealed says how many cases have documents that wait for their seal.
type Unsealed struct {
	Cases int
	More  bool      // there are more than Cases
	Since time.Time // since when the first has; zero if none does
}

// mostUnsealed is how many cases are counted: where more wait, it is not the
// figure that matters.
const mostUnsealed = 1000

// Unsealed counts the cases of the municipality of who with documents that wait
// for their seal, but for those that who is kept from. Who does not work on cases
// is told of none.
func (s *Service) Unsealed(ctx context.Context, who auth.Actor) (Unsealed, error) {
	if !who.Has(auth.Caseworker, auth.Issuer, auth.TeamLeader) || who.Municipality == "" {
		return Unsealed{}, nil
	}
	return s.unsealed(ctx, who.Municipality, who.Subject)
}

// AllUnsealed counts the cases of the whole installation with documents that
// wait for their seal.
func (s *Service) AllUnsealed(ctx context.Context) (Unsealed, error) {
	return s.unsealed(ctx, "", "")
}

func (s *Service) unsealed(ctx context.Context, municipality, staff string) (u Unsealed, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) (err error) {
		u, err = countUnsealed(tx, municipality, staff)
		return err
	})
	return u, err
}

// countUnsealed counts the cases of a municipality as a member of its staff sees
// them, or of all municipalities.
func countUnsealed(tx *store.Tx, municipality, staff string) (u Unsealed, err error) {
	for w, err := range tx.Unsealed(municipality, staff) {
		if err != nil {
			return Unsealed{}, err
		}
		if u.Cases == mostUnsealed {
			u.More = true
			break
		}
		u.Cases++
		if u.Since.IsZero() || w.Since.Before(u.Since) {
			u.Since = w.Since
		}
	}
	return u, nil
}
