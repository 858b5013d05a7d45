package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ab325/internal/casework"
	"ab325/internal/pdf/seal"
	"ab325/internal/web"
)

// A sealing is the seal of a service that runs, and how it is doing. It is safe
// for concurrent use.
type sealing struct {
	*seal.Sealer
	now func() time.Time

	mu      sync.Mutex
	checked time.Time // when it was tried last
	failed  bool      // by that trial
}

// check tries everything that a seal needs.
func (s *sealing) check(ctx context.Context) error {
	_, err := s.Check(ctx, s.now())
	if ctx.Err() != nil && err == nil {
		err = ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checked, s.failed = s.now(), err != nil
	return err
}

// checkSeal is the daily trial. It says in the log that the certificate ends
// soon, so that somebody who reads nothing else knows in time.
func (op *operator) checkSeal(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, sealTrialTime)
	defer cancel()
	if err := op.seal.check(ctx); err != nil {
		return err
	}
	op.seal.warn(op.duty.log)
	return nil
}

// warn says in the log that the certificate ends soon, if it does.
func (s *sealing) warn(log *slog.Logger) {
	if end := s.Identity().NotAfter(); end.Sub(s.now()) < seal.WarnBefore {
		log.Warn("the seal's certificate ends soon: get a new one, and name it with -seal", "ends", end.UTC().Format(time.DateOnly))
	}
}

// sealLate is how long a document may wait for its seal before that is an error.
const sealLate = 24 * time.Hour

// reportSeal returns what health says of the seal, and what is wrong with it.
func (op *operator) reportSeal(ctx context.Context) (lines []string, wrong []error, err error) {
	s, now := op.seal, op.now()
	if s == nil {
		return nil, nil, nil
	}
	end := s.Identity().NotAfter()
	left := end.Sub(now)
	switch day := end.UTC().Format(time.DateOnly); {
	case left < 0:
		wrong = append(wrong, fmt.Errorf("the seal's certificate ended on %s: what is signed and issued waits for its seal", day))
	case left < seal.WarnBefore:
		lines = append(lines, fmt.Sprintf("warning: the seal's certificate ends in %s, on %s", ageOf(left), day))
	default:
		lines = append(lines, fmt.Sprintf("seal: PAdES %s by %q, its certificate ends in %s", s.Level(), s.Identity().By(), ageOf(left)))
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
	id := s.Identity()
	return web.SealState{By: id.By(), Level: string(s.Level()), Demo: id.Demo(), Ends: id.NotAfter(), WarnBefore: seal.WarnBefore,
		Checked: s.checked, Failed: s.failed, Waiting: waits}, err
}
