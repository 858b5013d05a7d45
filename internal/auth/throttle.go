package auth

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"time"

	"ab325/internal/problem"
)

// How a throttle slows guessing down: the first failures cost nothing, since
// people mistype; then each doubles the wait. Five an hour is what is left to
// somebody who guesses on and on.
const (
	freeFailures = 5
	firstWait    = time.Second
	longestWait  = 15 * time.Minute
	forgetAfter  = time.Hour // since the last try
	tryTakes     = 30 * time.Second
	maxThrottled = 20_000 // keys held at once: about 2 MB
)

// A Throttle makes guessing slow: it counts failures by a key, such as an
// account or a client's address, and says how long the next try has to wait.
// It keeps the keys' hashes in memory alone, and a bounded number of them. It
// is safe for concurrent use.
type Throttle struct {
	now func() time.Time

	mu   sync.Mutex
	keys map[[32]byte]*failures
}

// failures is what a throttle knows of a key.
type failures struct {
	n       int       // tries that failed
	pending int       // tries allowed that have not ended: they count as failed until they do
	last    time.Time // when the last of either began or ended
}

// NewThrottle returns a throttle that reads the time from now.
func NewThrottle(now func() time.Time) *Throttle {
	return &Throttle{now: now, keys: map[[32]byte]*failures{}}
}

// Allow reports whether a try may be made now, and how long to wait if not.
// Whoever is allowed makes the try and calls Fail, Pass or Reset. Tries that
// go on at the same time count as failed, so that a burst of them gets no
// further than one after the other; one that is never ended does for half a
// minute.
func (t *Throttle) Allow(key string) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	f := t.entry(key, now)
	if wait := f.last.Add(f.wait()).Sub(now); wait > 0 {
		return wait, false
	}
	f.pending++
	f.last = now
	return 0, true
}

// Fail counts a failed try.
func (t *Throttle) Fail(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.entry(key, t.now())
	f.pending = max(f.pending-1, 0)
	f.n++
	f.last = t.now()
}

// Pass ends a try that did not fail and keeps the failures before it: for a
// key that several people share, such as an address, where one success says
// nothing of the others.
func (t *Throttle) Pass(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f, ok := t.keys[sha256.Sum256([]byte(key))]; ok {
		f.pending = max(f.pending-1, 0)
	}
}

// Reset forgets the failures of a key, after a try that succeeded.
func (t *Throttle) Reset(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.keys, sha256.Sum256([]byte(key)))
}

// wait returns how long after the last try the next may be made.
func (f *failures) wait() time.Duration {
	n := f.n + f.pending - freeFailures
	if n < 0 {
		return 0
	}
	return min(firstWait<<min(n, 30), longestWait)
}

// old reports whether the failures are so long ago that they are forgotten.
func (f *failures) old(now time.Time) bool { return now.Sub(f.last) >= forgetAfter }

// entry returns what is known of key, making room for it if it is new.
func (t *Throttle) entry(key string, now time.Time) *failures {
	k := sha256.Sum256([]byte(key)) // of one size, whatever is sent as a key
	f, ok := t.keys[k]
	if !ok && len(t.keys) >= maxThrottled {
		t.shrink(now)
	}
	if !ok || f.old(now) {
		f = &failures{last: now}
		t.keys[k] = f
	}
	if now.Sub(f.last) >= tryTakes {
		f.pending = 0
	}
	return f
}

// shrink forgets what is old, and a quarter of the rest if that is not enough:
// the keys with the fewest failures first, so that a flood of new keys drives
// out itself and not what it wants forgotten.
func (t *Throttle) shrink(now time.Time) {
	type known struct {
		key [32]byte
		f   *failures
	}
	var left []known
	for k, f := range t.keys {
		if f.old(now) {
			delete(t.keys, k)
		} else {
			left = append(left, known{k, f})
		}
	}
	if len(left) < maxThrottled*3/4 {
		return
	}
	slices.SortFunc(left, func(a, b known) int {
		return cmp.Or(cmp.Compare(a.f.n+a.f.pending, b.f.n+b.f.pending), a.f.last.Compare(b.f.last))
	})
	for _, k := range left[:maxThrottled/4] {
		delete(t.keys, k.key)
	}
}

// TooMany returns the problem of somebody whom a throttle lets wait.
func TooMany(wait time.Duration) *problem.Error {
	text := "et minut"
	if n := int((wait + time.Minute - 1) / time.Minute); n > 1 {
		text = fmt.Sprintf("%d minutter", n)
	}
	return problem.New(problem.Unavailable, "Der er prøvet for mange gange. Vent "+text+", og prøv igen.")
}
