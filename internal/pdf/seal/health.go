package seal

import (
	"context"
	"fmt"
	"math"
	"time"
)

// WarnBefore is how long before a certificate's end Check warns.
const WarnBefore = 60 * 24 * time.Hour

// Health is what Check found.
type Health struct {
	NotAfter time.Time // when the first certificate of the chain ends

	// Days are how many whole days are left till then; negative after it.
	Days int

	// Soon says that NotAfter is less than WarnBefore away.
	Soon bool
}

// Check tries everything that a seal needs: the certificate's dates, the key,
// the timestamp service, and the revocation data. The error says what keeps the
// Sealer from sealing; what it returns besides is true all the same.
func (s *Sealer) Check(ctx context.Context, now time.Time) (Health, error) {
	id := s.Options.Identity
	end := id.NotAfter()
	h := Health{NotAfter: end, Days: int(math.Floor(end.Sub(now).Hours() / 24)), Soon: end.Sub(now) < WarnBefore}
	if !id.validAt(now) {
		return h, ErrOutdated
	}
	digest := s.scheme.sum([]byte("a trial of the seal"))
	cms, token, err := s.sign(ctx, digest)
	if err != nil {
		return h, err
	}
	trial, err := readSigned(cms)
	if err != nil {
		return h, fmt.Errorf("read a trial of the seal: %w", err)
	}
	if err := trial.check(digest); err != nil {
		return h, fmt.Errorf("check a trial of the seal: %w", err)
	}
	if room := s.room(); len(cms) > room {
		return h, fmt.Errorf("a trial of the seal has %d bytes and room for %d", len(cms), room)
	}
	if s.Revocation == nil {
		return h, nil
	}
	if _, err := s.Revocation.collect(ctx, id.Chain, token, now); err != nil {
		return h, fmt.Errorf("get revocation data: %w", err)
	}
	return h, nil
}
