package auth

import (
	"strconv"
	"testing"
	"time"
)

func TestMeter(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	m := NewMeter(func() time.Time { return now }, 3, 10*time.Second)
	for i, step := range []struct {
		after  time.Duration
		client string
		wait   time.Duration
	}{
		{0, "a", 0}, {0, "a", 0}, {0, "a", 0},
		{0, "a", 10 * time.Second}, {4 * time.Second, "a", 6 * time.Second},
		{0, "b", 0},
		{6 * time.Second, "a", 0}, {0, "a", 10 * time.Second},
		{time.Hour, "a", 0}, {0, "a", 0}, {0, "a", 0}, {0, "a", 10 * time.Second},
	} {
		now = now.Add(step.after)
		if wait, ok := m.Take(step.client); wait != step.wait || ok != (step.wait == 0) {
			t.Errorf("step %d: Take(%q) = %v, %v, want a wait of %v", i, step.client, wait, ok, step.wait)
		}
	}
}

func TestMeterIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	m := NewMeter(func() time.Time { return now }, 1, time.Hour)
	for i := range maxThrottled + 10 {
		m.Take(strconv.Itoa(i))
	}
	if got := len(m.full); got > maxThrottled {
		t.Errorf("%d clients are held, want at most %d", got, maxThrottled)
	}
}
