package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A record is what a vault has acknowledged, and what was asked of it last.
type record struct {
	sealed  map[uint64][]byte // by every slot
	erased  map[uint64]bool
	erasing uint64
	wrapped [][]byte // the contents of erased slots
}

const mark = "sealed with it"

// run grows, erases and rewraps until something fails, and writes down what
// was acknowledged.
func (r *record) run(t *testing.T, v *Vault, rings []*Keyring) error {
	grow := func(n uint64) error {
		if err := v.Grow(n); err != nil {
			return err
		}
		for i := range v.Len() {
			if r.sealed[i] == nil {
				r.sealed[i] = mustKey(t, v, i).Seal([]byte(mark))
			}
		}
		return nil
	}
	erase := func(slot uint64) error {
		s, err := v.table.read(slot)
		if err != nil {
			return err
		}
		r.erasing = slot
		if err := v.Erase(slot, fmt.Sprint("c", slot), day); err != nil {
			return err
		}
		r.erased[slot] = true
		r.wrapped = append(r.wrapped, s[4:])
		return nil
	}
	for _, do := range []func() error{
		func() error { return grow(1) },
		func() error { return erase(3) },
		func() error { return grow(300) },
		func() error { return erase(300) },
		func() error { return v.Rewrap(t.Context(), rings[1]) },
		func() error { return erase(4) },
		func() error { return grow(700) },
		func() error { return v.Rewrap(t.Context(), rings[0]) },
		func() error { return erase(301) },
	} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// check returns an error unless the vault has what the record says.
func (r *record) check(dir string, ring *Keyring) error {
	v, err := Open(dir, ring, rand.Reader)
	if err != nil {
		return err
	}
	defer v.Close()
	logged := map[uint64]bool{}
	for e, err := range v.Erasures() {
		if err != nil {
			return err
		}
		logged[e.Slot] = true
	}
	for slot, sealed := range r.sealed {
		key, err := v.Key(slot)
		switch {
		case r.erased[slot] && !logged[slot]:
			return fmt.Errorf("the erasure of %d is not in the log", slot)
		case logged[slot] && !r.erased[slot] && slot != r.erasing:
			return fmt.Errorf("an erasure of %d is in the log", slot)
		case logged[slot] && !errors.Is(err, ErrErased):
			return fmt.Errorf("key %d was erased, and Key returns %v", slot, err)
		case logged[slot]:
		case err != nil:
			return err
		default:
			if got, err := key.Open(sealed); string(got) != mark {
				return fmt.Errorf("key %d is another: %w", slot, err)
			}
		}
	}
	return r.checkFolder(dir)
}

// checkFolder returns an error if an erased key is left in any file, or a file
// that should not be there.
func (r *record) checkFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != keysName && e.Name() != logName {
			return fmt.Errorf("%s is left in the folder", e.Name())
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		for _, w := range r.wrapped {
			if bytes.Contains(data, w) {
				return fmt.Errorf("an erased key is left in %s", e.Name())
			}
		}
	}
	return nil
}

// A cutter cuts the power of copies of one new vault.
type cutter struct {
	template         string
	ring, next, back *Keyring // next has a new key before ring's, back has them in turn
}

func newCutter(t *testing.T) *cutter {
	ring := newRing(t)
	next, err := ring.WithNewWrap(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{filepath.Join(t.TempDir(), "vault"), ring, next, turned(next)}
	if err := Create(c.template, ring, rand.Reader); err != nil {
		t.Fatal(err)
	}
	return c
}

// cutAt runs a vault whose power is cut at the n-th call, and checks what is
// left. It reports whether there was such a call.
func (c *cutter) cutAt(t *testing.T, n int, seed uint64, asleep bool) (cut bool, err error) {
	dir := filepath.Join(t.TempDir(), "vault")
	if err := os.CopyFS(dir, os.DirFS(c.template)); err != nil {
		t.Fatal(err)
	}
	v, err := Open(dir, c.ring, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := newFrail(t, dir, n, seed, asleep)
	v.disk = f.disk()
	r := &record{sealed: map[uint64][]byte{}, erased: map[uint64]bool{}}
	err = r.run(t, v, []*Keyring{c.back, c.next})
	cut = errors.Is(err, errCut)
	if cut {
		select {
		case <-v.Failed():
		default:
			t.Errorf("cut at %d: %v, and the vault goes on", n, err)
		}
		if _, err := v.Key(1); !errors.Is(err, errCut) {
			t.Errorf("cut at %d: Key answers %v", n, err)
		}
	} else if err != nil {
		t.Fatal(err)
	}
	f.lose(t)
	if err := v.release(); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Fatal(err)
	}
	if err := errors.Join(r.check(dir, c.next), f.blanked()); err != nil {
		return cut, err
	}
	return cut, r.again(t, dir, c.next)
}

// again checks that a vault goes on after the cut.
func (r *record) again(t *testing.T, dir string, ring *Keyring) error {
	v, err := Open(dir, ring, rand.Reader)
	if err != nil {
		return err
	}
	defer v.Close()
	v.disk.sync = func(*os.File) error { return nil } // which would take most of the test's time
	less := ring.WithoutOldWraps()
	if err := errors.Join(v.Grow(v.Len()+1), v.Rewrap(t.Context(), ring), v.Rewrap(t.Context(), less)); err != nil {
		return err
	}
	for slot := range v.Len() {
		if _, err := v.Key(slot); err != nil && !errors.Is(err, ErrErased) {
			return err
		}
	}
	if err := v.Close(); err != nil {
		return err
	}
	return r.check(dir, less)
}

// Wherever the power is cut, and whatever of the last writes is lost then, all
// keys are there afterwards, and those that were erased are not.
func TestPowerCut(t *testing.T) {
	c, seeds := newCutter(t), uint64(2)
	if testing.Short() {
		seeds = 1
	}
	cuts := 0
	for seed := range seeds {
		for n := 1; ; n++ {
			cut, err := c.cutAt(t, n, seed, false)
			if err != nil {
				t.Errorf("cut at call %d, seed %d: %v", n, seed, err)
			}
			if !cut {
				break
			}
			cuts++
		}
	}
	if cuts < 30 {
		t.Errorf("there were %d cuts only", cuts)
	}
}

// The test above finds a vault that does not sync.
func TestPowerCutFindsMissingSync(t *testing.T) {
	c, found := newCutter(t), map[string]int{}
	for n := 1; ; n++ {
		cut, err := c.cutAt(t, n, 1, true)
		if err != nil {
			found[err.Error()]++
		}
		if !cut {
			break
		}
	}
	if len(found) < 2 {
		t.Errorf("a vault that never syncs has these faults only: %v", slices.Collect(maps.Keys(found)))
	}
}
