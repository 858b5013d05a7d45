package auth

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ab325/internal/problem"
)

// A clock is moved by hand.
type clock struct{ t time.Time }

func (c *clock) now() time.Time       { return c.t }
func (c *clock) pass(d time.Duration) { c.t = c.t.Add(d) }
func newThrottle() (*Throttle, *clock) {
	c := &clock{time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	return NewThrottle(c.now), c
}

// try makes a try that fails as soon as it may, and returns the wait before it.
func try(t *testing.T, th *Throttle, c *clock, key string) time.Duration {
	t.Helper()
	wait, ok := th.Allow(key)
	if !ok {
		c.pass(wait - 1)
		if left, ok := th.Allow(key); ok || left != 1 {
			t.Errorf("a moment too early Allow = %v, %t, want 1ns, false", left, ok)
		}
		c.pass(1)
		if left, ok := th.Allow(key); !ok {
			t.Fatalf("after the wait of %v Allow says to wait %v more", wait, left)
		}
	} else if wait != 0 {
		t.Errorf("Allow = %v, true, want no wait", wait)
	}
	th.Fail(key)
	return wait
}

func TestThrottleSlowsDown(t *testing.T) {
	th, c := newThrottle()
	const s = time.Second
	want := []time.Duration{0, 0, 0, 0, 0, s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 64 * s, 128 * s, 256 * s, 512 * s, 900 * s, 900 * s}
	var got []time.Duration
	for range want {
		got = append(got, try(t, th, c, "a"))
	}
	if !slices.Equal(got, want) {
		t.Errorf("waits are %v, want %v", got, want)
	}
	if _, ok := th.Allow("b"); !ok {
		t.Error("failures of one key make another wait")
	}
	c.pass(forgetAfter)
	if wait := try(t, th, c, "a"); wait != 0 {
		t.Errorf("an hour later the wait is %v, want none", wait)
	}
	for range freeFailures - 1 {
		if wait := try(t, th, c, "a"); wait != 0 {
			t.Errorf("after the hour a free try waits %v", wait)
		}
	}
	if _, ok := th.Allow("a"); ok {
		t.Error("failures after the hour are not counted")
	}
	th.Reset("a")
	if wait, ok := th.Allow("a"); !ok {
		t.Errorf("after a success the wait is %v, want none", wait)
	}
}

// Hours of guessing, without a pause, get nowhere.
func TestThrottleOverADay(t *testing.T) {
	th, c := newThrottle()
	tries := 0
	for end := c.t.Add(24 * time.Hour); c.t.Before(end); tries++ {
		try(t, th, c, "a")
	}
	if tries > 120 {
		t.Errorf("%d tries in a day, want at most 120", tries)
	}
}

// A hundred tries sent at once are no better than one after the other.
func TestThrottleBurst(t *testing.T) {
	th, _ := newThrottle()
	var mu sync.Mutex
	var allowed int
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, ok := th.Allow("a"); ok {
				mu.Lock()
				allowed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if allowed != freeFailures {
		t.Errorf("%d of 100 tries at once are allowed, want %d", allowed, freeFailures)
	}
	for range allowed {
		th.Fail("a")
	}
	if wait, ok := th.Allow("a"); ok || wait != firstWait {
		t.Errorf("after %d failures Allow = %v, %t, want %v, false", allowed, wait, ok, firstWait)
	}
}

// What succeeds behind a shared key is no failure, and wipes out none.
func TestThrottlePass(t *testing.T) {
	th, c := newThrottle()
	for range 10 * freeFailures {
		if wait, ok := th.Allow("a"); !ok {
			t.Fatalf("after a success Allow = %v, false", wait)
		}
		th.Pass("a")
	}
	for range freeFailures - 1 {
		try(t, th, c, "a")
	}
	if _, ok := th.Allow("a"); !ok {
		t.Error("the last free try is not allowed")
	}
	th.Pass("a")
	try(t, th, c, "a")
	if _, ok := th.Allow("a"); ok {
		t.Error("a success wiped out the failures before it")
	}
	th.Pass("unknown")
}

// A try that was never ended does not count for ever.
func TestThrottleForgottenTry(t *testing.T) {
	th, c := newThrottle()
	for range freeFailures {
		th.Allow("a")
	}
	if _, ok := th.Allow("a"); ok {
		t.Error("tries that go on do not count")
	}
	c.pass(tryTakes)
	if wait, ok := th.Allow("a"); !ok {
		t.Errorf("half a minute later the wait is %v, want none", wait)
	}
}

// A flood of other keys neither fills the memory nor wipes out what is known
// of the key that is guessed at.
func TestThrottleFlood(t *testing.T) {
	th, c := newThrottle()
	for range freeFailures {
		try(t, th, c, "a")
	}
	for i := range 3 * maxThrottled {
		c.pass(time.Microsecond)
		th.Fail(fmt.Sprint("flood", i))
		if len(th.keys) > maxThrottled {
			t.Fatalf("%d keys are held, want at most %d", len(th.keys), maxThrottled)
		}
	}
	if _, ok := th.Allow("a"); ok {
		t.Error("a flood of keys wipes out the failures of another")
	}
	c.pass(forgetAfter)
	for i := range maxThrottled {
		th.Fail(fmt.Sprint("later", i))
	}
	th.Fail("last")
	if len(th.keys) > maxThrottled {
		t.Errorf("%d keys are held, want at most %d", len(th.keys), maxThrottled)
	}
}

func TestTooMany(t *testing.T) {
	for _, test := range []struct {
		wait time.Duration
		want string
	}{
		{time.Second, "Vent et minut, "},
		{time.Minute, "Vent et minut, "},
		{61 * time.Second, "Vent 2 minutter, "},
		{longestWait, "Vent 15 minutter, "},
	} {
		if got := TooMany(test.wait); got.Kind != problem.Unavailable || !strings.Contains(got.Detail, test.want) {
			t.Errorf("TooMany(%v) = %v, %q, want %q in it", test.wait, got.Kind, got.Detail, test.want)
		}
	}
}
