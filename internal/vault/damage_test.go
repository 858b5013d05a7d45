package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A sample is a closed vault with more than it was made with, two erased
// slots, and something sealed by each of the others.
type sample struct {
	ring   *Keyring
	dir    string
	sealed map[uint64][]byte
}

func newSample(t testing.TB) *sample {
	t.Helper()
	s := &sample{ring: newRing(t), sealed: map[uint64][]byte{}}
	v, dir := newVault(t, s.ring)
	s.dir = dir
	if err := v.Grow(300); err != nil {
		t.Fatal(err)
	}
	mustErase(t, v, 300, "c-300")
	mustErase(t, v, 3, "c-3")
	for slot := range v.Len() {
		if slot != 3 && slot != 300 {
			s.sealed[slot] = mustKey(t, v, slot).Seal([]byte(mark))
		}
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

// whole returns an error unless all keys open.
func (s *sample) whole(v *Vault) error {
	total := uint64(len(s.sealed) + 2)
	for slot := range total {
		key, err := v.Key(slot)
		if sealed := s.sealed[slot]; sealed == nil {
			if !errors.Is(err, ErrErased) {
				return fmt.Errorf("key %d was erased: %w", slot, err)
			}
		} else if err != nil {
			return err
		} else if _, err := key.Open(sealed); err != nil {
			return fmt.Errorf("key %d: %w", slot, err)
		}
	}
	if v.Len() < total {
		return fmt.Errorf("there are %d keys", v.Len())
	}
	return nil
}

// with runs fn with the vault after change has changed the content of a file,
// and with what Open returned.
func (s *sample) with(t *testing.T, name string, change func([]byte) []byte, fn func(*Vault, error)) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "vault")
	if err := os.CopyFS(dir, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(data), 0o600); err != nil {
		t.Fatal(err)
	}
	v, err := Open(dir, s.ring, rand.Reader)
	fn(v, err)
	if err == nil {
		v.Close()
	}
}

// A byte that is changed in a slot keeps that key from opening, and no other.
// One that is changed in a header changes nothing, because there are two.
func TestChangedByte(t *testing.T) {
	s := newSample(t)
	flip := func(i int) func([]byte) []byte {
		return func(b []byte) []byte { b[i] ^= 1 << (i % 8); return b }
	}
	for i := 0; i < slotsAt; i += 29 {
		s.with(t, keysName, flip(i), func(v *Vault, err error) {
			if err != nil {
				t.Errorf("Open with byte %d of the headers changed: %v", i, err)
			} else if err := s.whole(v); err != nil {
				t.Errorf("with byte %d of the headers changed: %v", i, err)
			}
		})
	}
	for i := range slotSize {
		s.with(t, keysName, flip(slotsAt+i), func(_ *Vault, err error) {
			if !errors.Is(err, ErrWrapped) && !errors.Is(err, ErrDamaged) {
				t.Errorf("Open with byte %d of the house key changed: %v", i, err)
			}
		})
	}
	v := openVault(t, s.dir, s.ring)
	for i := slotsAt + slotSize; i < int(offset(v.Len())); i++ {
		slot := uint64(i-slotsAt) / slotSize
		if slot > 8 && slot < 296 || slot > 304 {
			continue // the same again
		}
		b := make([]byte, 1)
		if _, err := v.table.file.ReadAt(b, int64(i)); err != nil {
			t.Fatal(err)
		}
		for _, c := range [][]byte{{b[0] ^ 1<<(i%8)}, b} {
			if _, err := v.table.file.WriteAt(c, int64(i)); err != nil {
				t.Fatal(err)
			}
			key, err := v.Key(slot)
			changed := c[0] != b[0]
			if changed && !errors.Is(err, ErrWrapped) && !errors.Is(err, ErrDamaged) {
				t.Errorf("Key(%d) with byte %d changed = %v, %v", slot, i, key, err)
			}
			for _, other := range []uint64{slot - 1, slot + 1} {
				if _, err := v.Key(other); err != nil && s.sealed[other] != nil {
					t.Errorf("with byte %d changed: %v", i, err)
				}
			}
		}
	}
	if err := s.whole(v); err != nil {
		t.Error(err)
	}
}

// Slots that change places do not open.
func TestMovedSlot(t *testing.T) {
	s := newSample(t)
	s.with(t, keysName, func(b []byte) []byte {
		one, two := b[offset(1):offset(2)], b[offset(2):offset(3)]
		for i := range one {
			one[i], two[i] = two[i], one[i]
		}
		return b
	}, func(v *Vault, err error) {
		if err != nil {
			t.Fatal(err)
		}
		for _, slot := range []uint64{1, 2} {
			if _, err := v.Key(slot); !errors.Is(err, ErrDamaged) {
				t.Errorf("Key(%d) of slots that changed places: %v, want ErrDamaged", slot, err)
			}
		}
	})
}

func TestCutOff(t *testing.T) {
	s := newSample(t)
	for _, name := range []string{keysName, logName} {
		info, err := os.Stat(filepath.Join(s.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for size := int64(0); size < info.Size(); size += 1 + info.Size()/80 {
			s.with(t, name, func(b []byte) []byte { return b[:size] }, func(_ *Vault, err error) {
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("Open with %d bytes of %s: %v, want ErrDamaged", size, name, err)
				}
			})
		}
		s.with(t, name, func(b []byte) []byte { return make([]byte, len(b)) }, func(_ *Vault, err error) {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("Open with zeros as %s: %v, want ErrDamaged", name, err)
			}
		})
	}
	s.with(t, logName, func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, func(_ *Vault, err error) {
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("Open with a byte of the log changed: %v, want ErrDamaged", err)
		}
	})
}

// What a crash leaves behind the end of what counts is no obstacle and is not
// lost where it is whole.
func TestTornAppend(t *testing.T) {
	s := newSample(t)
	more, err := newSlots(s.ring, 512, 4, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	blank := make([]byte, slotSize)
	for name, test := range map[string]struct {
		tail []byte
		want uint64
	}{
		"nothing":     {nil, 512},
		"a few bytes": {more[:50], 512},
		"zeros":       {make([]byte, 5*slotSize), 512},
		"whole slots": {more[:130], 514},
		"a hole":      {append(blank, more[slotSize:]...), 516},
	} {
		s.with(t, keysName, func(b []byte) []byte { return append(b, test.tail...) }, func(v *Vault, err error) {
			if err != nil {
				t.Errorf("Open with %s behind: %v", name, err)
				return
			}
			if v.Len() != test.want {
				t.Errorf("Len() with %s behind = %d, want %d", name, v.Len(), test.want)
			}
			if err := v.Grow(600); err != nil {
				t.Error(err)
			}
			for slot := range v.Len() {
				if _, err := v.Key(slot); err != nil && s.sealed[slot] != nil {
					t.Errorf("with %s behind: %v", name, err)
				}
			}
		})
	}
}

// An erasure that was written down and not carried out is carried out by Open;
// one that was not wholly written down is none.
func TestTornErasure(t *testing.T) {
	s := newSample(t)
	line, err := Erasure{"c-9", 9, day}.line()
	if err != nil {
		t.Fatal(err)
	}
	beyond, err := Erasure{"c-9000", 9000, day}.line()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, tail string
		erased     bool
		lines      int
		err        error
	}{
		{"whole", string(line), true, 3, nil},
		{"whole, and a torn one", string(line) + string(line[:9]), true, 3, nil},
		{"torn", string(line[:len(line)-1]), false, 2, nil},
		{"zeros", strings.Repeat("\x00", 40), false, 2, nil},
		{"of keys that were made after a backup", string(beyond), false, 3, nil},
		{"changed, and a whole one", "x" + string(line) + string(line), false, 0, ErrDamaged},
	} {
		s.with(t, logName, func(b []byte) []byte { return append(b, test.tail...) }, func(v *Vault, err error) {
			if !errors.Is(err, test.err) {
				t.Errorf("Open with a line %s: %v, want %v", test.name, err, test.err)
			}
			if err != nil {
				return
			}
			if _, err := v.Key(9); errors.Is(err, ErrErased) != test.erased {
				t.Errorf("Key with a line %s: %v", test.name, err)
			}
			mustErase(t, v, 10, "c-10")
			if got := erasures(t, v); len(got) != test.lines+1 || got[test.lines].Slot != 10 {
				t.Errorf("the log with a line %s is %v, want %d more", test.name, got, test.lines)
			}
		})
	}
}

// Open removes what a Rewrap that was killed has left, and nothing can be read
// in it any more.
func TestLeftOvers(t *testing.T) {
	s := newSample(t)
	keys := filepath.Join(s.dir, keysName)
	data, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{newName, oldName} {
		left, second := filepath.Join(s.dir, name), filepath.Join(t.TempDir(), "second")
		if err := errors.Join(os.WriteFile(left, data[:len(data)-100], 0o600), os.Link(left, second)); err != nil {
			t.Fatal(err)
		}
		v := openVault(t, s.dir, s.ring)
		if err := errors.Join(s.whole(v), v.Close()); err != nil {
			t.Error(err)
		}
		if got, err := os.ReadFile(second); err != nil || strings.Trim(string(got), "\x00") != "" || len(got) != len(data)-100 {
			t.Errorf("%s was removed and not overwritten: %d bytes, %v", name, len(got), err)
		}
		if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left", name)
		}
	}
	if err := os.Link(keys, filepath.Join(s.dir, oldName)); err != nil { // swap came no further
		t.Fatal(err)
	}
	if err := s.whole(openVault(t, s.dir, s.ring)); err != nil {
		t.Error(err)
	}
}

func TestCheck(t *testing.T) {
	s := newSample(t)
	faults := func(v *Vault) (slots []uint64) {
		t.Helper()
		err := v.Check(t.Context(), func(slot uint64, err error) {
			if err == nil {
				t.Errorf("slot %d is reported without a fault", slot)
			}
			slots = append(slots, slot)
		})
		if err != nil {
			t.Error(err)
		}
		return slots
	}
	s.with(t, keysName, func(b []byte) []byte {
		b[offset(9)+20] ^= 1                              // changed
		copy(b[offset(12):], erasedSlot)                  // erased by somebody else
		copy(b[offset(300):], b[offset(301):offset(302)]) // put in the place of an erased one
		return b
	}, func(v *Vault, err error) {
		if err != nil {
			t.Fatal(err)
		}
		if got := faults(v); !slices.Equal(got, []uint64{9, 300, 12}) {
			t.Errorf("Check reports %v, want 9, 300, 12", got)
		}
	})
	s.with(t, keysName, func(b []byte) []byte { return b }, func(v *Vault, err error) {
		if err != nil {
			t.Fatal(err)
		}
		if got := faults(v); got != nil {
			t.Errorf("Check of a whole vault reports %v", got)
		}
		undone := s.ring.wrap(3, newSecret()) // as an old copy of the file has it
		if _, err := v.table.file.WriteAt(undone[:], offset(3)); err != nil {
			t.Fatal(err)
		}
		if got := faults(v); !slices.Equal(got, []uint64{3}) {
			t.Errorf("Check with a key that came back reports %v, want 3", got)
		}
	})
}
