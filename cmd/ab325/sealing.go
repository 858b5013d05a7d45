package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ab325/internal/casework"
	"ab325/internal/pdf/seal"
	"ab325/internal/web"
)

// A sealing is the seal of a service that runs, and how it is doing. It is safe
// for concurrent use.
type sealing struct {
	env    *environ
	from   *sealConfig
	demo   bool
	now    func() time.Time
	inUse  atomic.Pointer[seal.Sealer]
	follow sync.Mutex // held while a new certificate is looked at

	mu      sync.Mutex
	read    [sha256.Size]byte // of the files that the one in use was read from
	tried   [sha256.Size]byte // of those that were found and not taken
	triedAt time.Time
	fault   error     // why they were not taken
	checked time.Time // when the one in use was tried last
	failed  error     // what that trial found

	// awaited is closed when the trial ends that health has asked for; nil if there
	// is none.
	awaited chan struct{}
}

// Sealer returns what seals now.
func (s *sealing) Sealer() *seal.Sealer { return s.inUse.Load() }

// check tries everything that a seal needs.
func (s *sealing) check(ctx context.Context) error {
	sealer := s.Sealer()
	err := s.try(ctx, sealer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Sealer() == sealer { // and was not replaced meanwhile by one that works
		s.checked, s.failed = s.now(), err
	}
	if s.awaited != nil {
		close(s.awaited)
		s.awaited = nil
	}
	return err
}

// try tries everything that a seal needs.
func (s *sealing) try(ctx context.Context, sealer *seal.Sealer) error {
	ctx, cancel := context.WithTimeout(ctx, sealTrialTime)
	defer cancel()
	_, err := sealer.Check(ctx, s.now())
	if ctx.Err() != nil && err == nil {
		err = ctx.Err()
	}
	return err
}

// checkSeal is the daily trial. It says in the log that the certificate ends
// soon, so that somebody who reads nothing else knows in time.
func (op *operator) checkSeal(ctx context.Context) error {
	if err := op.seal.check(ctx); err != nil {
		return err
	}
	op.seal.warn(op.duty.log)
	return nil
}

// warn says in the log that the certificate ends soon, if it does.
func (s *sealing) warn(log *slog.Logger) {
	if end := s.Sealer().Identity().NotAfter(); end.Sub(s.now()) < seal.WarnBefore {
		log.Warn("the seal's certificate ends soon: get a new one, and put it in the place of -seal", "ends", end.UTC().Format(time.DateOnly))
	}
}

// How old a trial may be that health tells of, and how long it waits for a new
// one: who asks for the health of a service asks often, and does not wait long.
const (
	sealLately      = time.Hour
	sealLatelyFault = time.Minute
	sealTrialSoon   = 2 * time.Second
)

// lately returns what is wrong with the seal, by a trial that is not old: where
// the last is, again begins a new one. A timestamp service that takes longer than
// health waits is slow, and seals all the same, so the trial goes on, and until it
// ends what the last one found is true.
func (s *sealing) lately(ctx context.Context, again func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	age := s.now().Sub(s.checked)
	if age >= 0 && (s.failed == nil && age < sealLately || s.failed != nil && age < sealLatelyFault) {
		return s.failed
	}
	if s.awaited == nil {
		s.awaited = make(chan struct{})
		again()
	}
	awaited := s.awaited
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, sealTrialSoon)
	defer cancel()
	select {
	case <-awaited:
	case <-ctx.Done():
	}
	s.mu.Lock()
	return s.failed
}

// sealLate is how long a document may wait for its seal before that is an error.
const sealLate = 24 * time.Hour

// reportSeal returns what health says of the seal, and what is wrong with it.
func (op *operator) reportSeal(ctx context.Context) (lines []string, wrong []error, err error) {
	s, now := op.seal, op.now()
	if s == nil {
		return nil, nil, nil
	}
	sealer := s.Sealer()
	end := sealer.Identity().NotAfter()
	left := end.Sub(now)
	switch day := end.UTC().Format(time.DateOnly); {
	case left < 0:
		wrong = append(wrong, fmt.Errorf("the seal's certificate ended on %s, and what is signed and issued waits for its seal: put a new one in the place of -seal", day))
	case left < seal.WarnBefore:
		lines = append(lines, fmt.Sprintf("warning: the seal's certificate ends in %s, on %s: get a new one, and put it in the place of -seal", ageOf(left), day))
	default:
		lines = append(lines, fmt.Sprintf("seal: PAdES %s by %q, its certificate ends in %s", sealer.Level(), sealer.Identity().By(), ageOf(left)))
	}
	if err := s.lately(ctx, func() { op.duty.jobs.Soon(sealCheckJob) }); err != nil && left >= 0 {
		lines = append(lines, fmt.Sprintf("warning: the seal does not work, and what is signed and issued waits for it: %v", err))
	}
	waits, err := op.cases.AllUnsealed(ctx)
	if err != nil || waits.Cases == 0 {
		return lines, wrong, err
	}
	text := fmt.Sprintf("documents of %s wait for their seal, the first for %s", casesOf(waits), ageOf(now.Sub(waits.Since)))
	if now.Sub(waits.Since) > sealLate && now.Sub(op.duty.since) > sealEvery {
		return lines, append(wrong, errors.New(text)), nil
	}
	return append(lines, text), wrong, nil
}

func casesOf(u casework.Unsealed) string {
	switch {
	case u.More:
		return fmt.Sprintf("more than %d cases", u.Cases)
	case u.Cases == 1:
		return "1 case"
	}
	return fmt.Sprintf("%d cases", u.Cases)
}

// sealState returns how the seal is doing, for the page of administrators.
func (op *operator) sealState(ctx context.Context) (web.SealState, error) {
	s := op.seal
	if s == nil {
		return web.SealState{}, nil
	}
	waits, err := op.cases.AllUnsealed(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	sealer := s.Sealer()
	id := sealer.Identity()
	return web.SealState{By: id.By(), Level: string(sealer.Level()), Demo: id.Demo(), Ends: id.NotAfter(), WarnBefore: seal.WarnBefore,
		Checked: s.checked, Failed: s.failed != nil, Waiting: waits}, err
}
