package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// A certificate is replaced while the service runs: whoever renews it puts the
// new one in the place of -seal, and within a minute the service tries it and
// seals with it. A new one that does not work is not taken: the old one goes on,
// and the log, health and the page of administrators say why.

// sum returns the hash of the files that a seal is made of, by which it is known
// that one of them was replaced.
func (s *sealConfig) sum(env *environ) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	for _, name := range []string{s.file, s.authorities, credential(env, sealPasswordCredential)} {
		if name == "" {
			continue
		}
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return sum, hinted(fmt.Errorf("-seal: %w", err), "name the file of the certificate with its key")
		} else if err != nil {
			return sum, fmt.Errorf("-seal: %w", err)
		}
		part := sha256.Sum256(data)
		h.Write(part[:])
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// followSeal is the job that takes a new certificate into use.
func (op *operator) followSeal(ctx context.Context) error {
	took, err := op.seal.replace(ctx)
	if err != nil {
		return fmt.Errorf("the new seal is not taken, and the old one goes on: %w", err)
	}
	if took {
		now := op.seal.Sealer()
		op.duty.log.Info("the seal was replaced", "by", now.Identity().By(), "level", now.Level(), "ends", now.Identity().NotAfter().UTC().Format(time.DateOnly))
		op.seal.warn(op.duty.log)
		op.duty.jobs.Soon(sealJob)
	}
	return nil
}

// replace takes what lies in the place of the seal now, if it is another than
// the one in use and works.
func (s *sealing) replace(ctx context.Context) (took bool, err error) {
	s.follow.Lock()
	defer s.follow.Unlock()
	sum, err := s.from.sum(s.env)
	if err != nil {
		return false, s.refuse(sum, err)
	}
	if known, fault := s.judged(sum); known {
		return false, fault
	}
	next, err := s.from.made(s.env, s.demo)
	if err != nil {
		return false, s.refuse(sum, err)
	}
	if err := s.try(ctx, next); err != nil {
		return false, s.refuse(sum, fmt.Errorf("it does not work: %w", err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inUse.Store(next)
	s.read, s.fault, s.checked, s.failed = sum, nil, s.now(), nil
	return true, nil
}

// judged reports whether files need no trial, and why they are not taken: those
// in use are, and those that were not taken lately are not. After a while these
// are tried again, for it may have been the timestamp service.
func (s *sealing) judged(sum [sha256.Size]byte) (known bool, fault error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sum == s.read {
		return true, nil
	}
	return sum == s.tried && s.fault != nil && s.now().Sub(s.triedAt) < retryEvery, s.fault
}

// refuse notes why files are not taken, and returns that.
func (s *sealing) refuse(sum [sha256.Size]byte, why error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried, s.triedAt, s.fault = sum, s.now(), why
	return why
}
