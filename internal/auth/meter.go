package auth

import (
	"crypto/sha256"
	"maps"
	"sync"
	"time"
)

// A Meter bounds how often a client does what anybody may do: so often at once,
// and then once in every while. It keeps the clients' hashes in memory alone,
// and a bounded number of them. It is safe for concurrent use.
type Meter struct {
	now   func() time.Time
	burst int
	every time.Duration

	mu   sync.Mutex
	full map[[32]byte]time.Time // by client: when all of burst can be done again
}

// NewMeter returns a Meter that lets burst be done at once and one more in
// every while. It reads the time from now.
func NewMeter(now func() time.Time, burst int, every time.Duration) *Meter {
	return &Meter{now: now, burst: burst, every: every, full: map[[32]byte]time.Time{}}
}

// Take counts that client does it once more, and returns how long to wait if
// it may not be done now: then it is not counted.
func (m *Meter) Take(client string) (wait time.Duration, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, key := m.now(), sha256.Sum256([]byte(client))
	at := m.full[key]
	if at.Before(now) {
		at = now
	}
	at = at.Add(m.every)
	if wait := at.Sub(now) - time.Duration(m.burst)*m.every; wait > 0 {
		return wait, false
	}
	if _, known := m.full[key]; !known && len(m.full) >= maxThrottled {
		m.shrink(now)
	}
	m.full[key] = at
	return 0, true
}

// shrink forgets who has everything left; in a flood of others, everybody.
func (m *Meter) shrink(now time.Time) {
	maps.DeleteFunc(m.full, func(_ [32]byte, at time.Time) bool { return !at.After(now) })
	if len(m.full) >= maxThrottled {
		clear(m.full)
	}
}
