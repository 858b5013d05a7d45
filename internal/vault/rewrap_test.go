package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"ab325/internal/kv"
)

func withNewWrap(t testing.TB, ring *Keyring) *Keyring {
	t.Helper()
	next, err := ring.WithNewWrap(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestRewrap(t *testing.T) {
	s := newSample(t)
	v := openVault(t, s.dir, s.ring)
	before, err := os.ReadFile(v.path(keysName))
	if err != nil {
		t.Fatal(err)
	}
	next := withNewWrap(t, s.ring)
	for range 2 { // the second time there is nothing to do
		if err := v.Rewrap(t.Context(), next); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Rewrap(t.Context(), next.WithoutOldWraps()); err != nil {
		t.Fatal(err)
	}
	if err := s.whole(v); err != nil {
		t.Error(err)
	}
	after, err := os.ReadFile(v.path(keysName))
	if err != nil {
		t.Fatal(err)
	}
	for slot := range v.Len() {
		if b := before[offset(slot):offset(slot+1)]; string(b) != erasedSlot && bytes.Contains(after, b[4:20]) {
			t.Errorf("key %d is wrapped as before", slot)
		}
	}
	if err := v.Rewrap(t.Context(), s.ring); !errors.Is(err, ErrWrapped) {
		t.Errorf("Rewrap with a ring that lacks the key in use: %v, want ErrWrapped", err)
	}
	if err := v.Rewrap(t.Context(), newRing(t)); !errors.Is(err, ErrForeign) {
		t.Errorf("Rewrap with another's ring: %v, want ErrForeign", err)
	}
	if err := s.whole(v); err != nil {
		t.Errorf("after a Rewrap that was refused: %v", err)
	}
	if err := v.Grow(v.Len() + 1); err != nil { // with a key that the ring has
		t.Fatal(err)
	}
	v.Close()
	if v, err := Open(s.dir, s.ring, rand.Reader); !errors.Is(err, ErrWrapped) {
		t.Errorf("Open with the old ring = %v, %v, want ErrWrapped", v, err)
	}
	v = openVault(t, s.dir, next.WithoutOldWraps())
	if err := s.whole(v); err != nil {
		t.Error(err)
	}
	mustKey(t, v, v.Len()-1)
}

// A Rewrap that ends early, by its context or for lack of room, leaves all as
// it was, and can be begun again.
func TestRewrapEndsEarly(t *testing.T) {
	s := newSample(t)
	v := openVault(t, s.dir, s.ring)
	if err := v.Grow(4 * step); err != nil {
		t.Fatal(err)
	}
	next := withNewWrap(t, s.ring)
	cancelled, cancel := context.WithCancel(t.Context())
	n := 0
	v.disk.write = func(f *os.File, b []byte, at int64) (int, error) {
		if n++; n == 1 {
			return 0, syscall.ENOSPC
		} else if n == 3 {
			cancel()
		}
		return f.WriteAt(b, at)
	}
	if err := v.Rewrap(cancelled, next); !errors.Is(err, kv.ErrFull) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Rewrap without room: %v, want kv.ErrFull", err)
	}
	if err := v.Rewrap(cancelled, next); !errors.Is(err, context.Canceled) {
		t.Errorf("Rewrap that is cancelled: %v", err)
	}
	if entries, err := os.ReadDir(s.dir); len(entries) != 2 || err != nil {
		t.Errorf("the folder has %v, %v, want the keys and the log", entries, err)
	}
	if err := errors.Join(s.whole(v), v.Rewrap(t.Context(), next), s.whole(v), v.Err()); err != nil {
		t.Error(err)
	}
}

// Without room on the disk, Grow and Erase change nothing and all goes on.
func TestFull(t *testing.T) {
	s := newSample(t)
	v := openVault(t, s.dir, s.ring)
	v.disk.write = func(f *os.File, b []byte, at int64) (int, error) {
		n, _ := f.WriteAt(b[:len(b)/2], at)
		return n, syscall.ENOSPC
	}
	if err := v.Grow(600); !errors.Is(err, kv.ErrFull) {
		t.Errorf("Grow without room: %v, want kv.ErrFull", err)
	}
	if err := v.Erase(5, "c", day); !errors.Is(err, kv.ErrFull) {
		t.Errorf("Erase without room: %v, want kv.ErrFull", err)
	}
	if err := s.whole(v); err != nil {
		t.Error(err)
	}
	v.disk = realDisk()
	mustErase(t, v, 5, "c5")
	if err := v.Grow(600); err != nil {
		t.Error(err)
	}
	mustKey(t, v, 599)
	if got := erasures(t, v); len(got) != 3 || got[2].Case != "c5" {
		t.Errorf("Erasures() = %v", got)
	}
}

// Any other error of the disk is the end: nothing is answered from then on.
func TestFailed(t *testing.T) {
	for name, change := range map[string]func(*Vault) error{
		"Grow":   func(v *Vault) error { return v.Grow(600) },
		"Erase":  func(v *Vault) error { return v.Erase(5, "c", day) },
		"Rewrap": func(v *Vault) error { return v.Rewrap(t.Context(), withNewWrap(t, v.table.ring)) },
	} {
		for _, sync := range []bool{true, false} {
			s := newSample(t)
			v := openVault(t, s.dir, s.ring)
			if sync {
				v.disk.sync = func(*os.File) error { return syscall.EIO }
			} else {
				v.disk.write = func(*os.File, []byte, int64) (int, error) { return 0, syscall.EIO }
			}
			if err := change(v); !errors.Is(err, kv.ErrFailed) || !errors.Is(err, syscall.EIO) {
				t.Errorf("%s on a broken disk: %v, want kv.ErrFailed and EIO", name, err)
			}
			<-v.Failed()
			v.disk = realDisk() // too late
			_, keyErr := v.Key(1)
			for name, err := range map[string]error{
				"Key": keyErr, "Grow": v.Grow(1), "Erase": v.Erase(6, "c", day),
				"Rewrap": v.Rewrap(t.Context(), s.ring), "CopyTo": v.CopyTo(t.Context(), &bytes.Buffer{}), "Err": v.Err(),
			} {
				if !errors.Is(err, kv.ErrFailed) {
					t.Errorf("%s after a failure: %v, want kv.ErrFailed", name, err)
				}
			}
			for _, err := range v.Erasures() {
				if !errors.Is(err, kv.ErrFailed) {
					t.Errorf("Erasures after a failure: %v", err)
				}
			}
		}
	}
}

// Keys are read, made and erased while they are wrapped anew, and none of it
// fails.
func TestConcurrent(t *testing.T) {
	s := newSample(t)
	v := openVault(t, s.dir, s.ring)
	v.disk.sync = func(*os.File) error { return nil } // which would take most of the time
	if err := v.Grow(2000); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var stop atomic.Bool
	var erased sync.Map // slot → true once Erase has returned
	for worker := range 3 {
		wg.Go(func() {
			for n := uint64(worker); !stop.Load(); n = (n + 7) % v.Len() {
				_, gone := erased.Load(n)
				key, err := v.Key(n)
				if gone && !errors.Is(err, ErrErased) || err != nil && !errors.Is(err, ErrErased) {
					t.Errorf("Key(%d): %v", n, err)
					return
				}
				if sealed := s.sealed[n]; err == nil && sealed != nil {
					if _, err := key.Open(sealed); err != nil {
						t.Errorf("key %d opens: %v", n, err)
					}
				}
			}
		})
	}
	wg.Go(func() {
		for n := uint64(2000); !stop.Load() && n < 8_000; n += 100 {
			if err := v.Grow(n); err != nil {
				t.Errorf("Grow(%d): %v", n, err)
			}
		}
	})
	wg.Go(func() {
		for n := uint64(20); !stop.Load(); n += 11 {
			if err := v.Erase(n%2000+1, fmt.Sprint("c", n), day); err != nil {
				t.Errorf("Erase(%d): %v", n, err)
			}
			erased.Store(n%2000+1, true)
		}
	})
	wg.Go(func() {
		for !stop.Load() {
			if err := v.CopyTo(t.Context(), &bytes.Buffer{}); err != nil {
				t.Errorf("CopyTo: %v", err)
			}
		}
	})
	ring := s.ring
	for range 6 {
		ring = withNewWrap(t, ring)
		if err := v.Rewrap(t.Context(), ring); err != nil {
			t.Errorf("Rewrap: %v", err)
		}
		ring = ring.WithoutOldWraps()
		if err := v.Rewrap(t.Context(), ring); err != nil {
			t.Errorf("Rewrap without the old: %v", err)
		}
	}
	stop.Store(true)
	wg.Wait()
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	v = openVault(t, s.dir, ring)
	for slot := range v.Len() {
		_, gone := erased.Load(slot)
		if _, err := v.Key(slot); gone && !errors.Is(err, ErrErased) || err != nil && !errors.Is(err, ErrErased) {
			t.Errorf("after it is opened again, Key(%d): %v", slot, err)
		}
	}
}
