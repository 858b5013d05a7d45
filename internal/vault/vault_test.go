package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ab325/internal/kv"
)

var day = time.Date(2026, 12, 1, 9, 30, 0, 0, time.UTC)

func newRing(t testing.TB) *Keyring {
	t.Helper()
	ring, err := NewKeyring(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// newVault makes a vault and opens it.
func newVault(t testing.TB, ring *Keyring) (*Vault, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "vault")
	if err := Create(dir, ring, rand.Reader); err != nil {
		t.Fatal(err)
	}
	return openVault(t, dir, ring), dir
}

func openVault(t testing.TB, dir string, ring *Keyring) *Vault {
	t.Helper()
	v, err := Open(dir, ring, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func mustKey(t testing.TB, v *Vault, slot uint64) *Key {
	t.Helper()
	key, err := v.Key(slot)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func mustErase(t testing.TB, v *Vault, slot uint64, id string) {
	t.Helper()
	if err := v.Erase(slot, id, day); err != nil {
		t.Fatal(err)
	}
}

func erasures(t testing.TB, v *Vault) (all []Erasure) {
	t.Helper()
	for e, err := range v.Erasures() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestSealOpen(t *testing.T) {
	v, _ := newVault(t, newRing(t))
	one, two := mustKey(t, v, 1), mustKey(t, v, 2)
	for _, plain := range []string{"", "x", strings.Repeat("Nørby ", 4000)} {
		sealed := one.Seal([]byte(plain), "case", "row/17", "3")
		if len(sealed) != len(plain)+Overhead {
			t.Errorf("Seal of %d bytes has %d, want %d more", len(plain), len(sealed), Overhead)
		}
		if len(plain) > 1 && bytes.Contains(sealed, []byte("Nørby")) {
			t.Error("Seal shows what it seals")
		}
		if got, err := one.Open(sealed, "case", "row/17", "3"); string(got) != plain || err != nil {
			t.Errorf("Open = %q, %v, want %q", got, err, plain)
		}
		for name, open := range map[string]func() ([]byte, error){
			"another key":      func() ([]byte, error) { return two.Open(sealed, "case", "row/17", "3") },
			"another revision": func() ([]byte, error) { return one.Open(sealed, "case", "row/17", "4") },
			"other limits":     func() ([]byte, error) { return one.Open(sealed, "case", "row/1", "73") },
			"one text less":    func() ([]byte, error) { return one.Open(sealed, "case", "row/17") },
			"one text more":    func() ([]byte, error) { return one.Open(sealed, "case", "row/17", "3", "") },
			"cut off":          func() ([]byte, error) { return one.Open(sealed[:len(sealed)-1], "case", "row/17", "3") },
			"nothing":          func() ([]byte, error) { return one.Open(nil, "case", "row/17", "3") },
		} {
			if got, err := open(); !errors.Is(err, ErrSeal) || got != nil {
				t.Errorf("Open with %s = %q, %v, want ErrSeal", name, got, err)
			}
		}
	}
}

// Keys are the same after the vault is opened again.
func TestKeysStay(t *testing.T) {
	ring := newRing(t)
	v, dir := newVault(t, ring)
	if err := v.Grow(300); err != nil {
		t.Fatal(err)
	}
	if v.Len() != 512 {
		t.Errorf("Len() = %d after Grow(300), want 512", v.Len())
	}
	sealed := map[uint64][]byte{}
	for _, slot := range []uint64{House, 1, 255, 256, 511} {
		sealed[slot] = mustKey(t, v, slot).Seal([]byte("plain"), "place")
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := ParseKeyring(ring.Text())
	if err != nil {
		t.Fatal(err)
	}
	v = openVault(t, dir, again)
	for slot, sealed := range sealed {
		if got, err := mustKey(t, v, slot).Open(sealed, "place"); string(got) != "plain" || err != nil {
			t.Errorf("key %d opens %q, %v", slot, got, err)
		}
	}
	if _, err := v.Key(512); !errors.Is(err, ErrNoSlot) {
		t.Errorf("Key(512): %v, want ErrNoSlot", err)
	}
	if err := v.Grow(1 << 60); err == nil {
		t.Error("Grow to more than there can be has no error")
	}
}

func TestErase(t *testing.T) {
	ring := newRing(t)
	v, dir := newVault(t, ring)
	was, err := v.table.read(7)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // again changes nothing
		mustErase(t, v, 7, "c7")
	}
	mustErase(t, v, 9, "c-9")
	for _, bad := range []struct {
		slot uint64
		id   string
	}{{House, "c"}, {8, ""}, {8, "a b"}, {8, "a\n"}, {8, "å"}, {v.Len(), "c"}} {
		if err := v.Erase(bad.slot, bad.id, day); err == nil {
			t.Errorf("Erase(%d, %q) has no error", bad.slot, bad.id)
		}
	}
	want := []Erasure{{"c7", 7, day}, {"c-9", 9, day}}
	for _, when := range []string{"before", "after"} {
		for _, slot := range []uint64{7, 9} {
			if _, err := v.Key(slot); !errors.Is(err, ErrErased) {
				t.Errorf("%s it is opened again, Key(%d): %v, want ErrErased", when, slot, err)
			}
		}
		mustKey(t, v, 8)
		if got := erasures(t, v); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%s it is opened again, Erasures() = %v, want %v", when, got, want)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		v = openVault(t, dir, ring)
	}
	for _, name := range []string{keysName, logName} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, was[8:40]) {
			t.Errorf("%s still has the erased key", name)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	ring := newRing(t)
	v, dir := newVault(t, ring)
	refused := func(name string, dir string, ring *Keyring, want error) {
		t.Helper()
		if v, err := Open(dir, ring, rand.Reader); !errors.Is(err, want) {
			t.Errorf("Open %s = %v, %v, want %v", name, v, err, want)
		}
	}
	refused("while it is open", dir, ring, ErrLocked)
	v.Close()
	refused("with another's keyring", dir, newRing(t), ErrForeign)
	next, err := ring.WithNewWrap(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	refused("without the wrapping key", dir, next.WithoutOldWraps(), ErrWrapped)
	refused("where there is none", dir+"x", ring, fs.ErrNotExist)
	if err := Create(dir, ring, rand.Reader); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create where one is: %v, want fs.ErrExist", err)
	}
	if err := Create(filepath.Join(dir, "missing", "vault"), ring, rand.Reader); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Create in a missing folder: %v, want fs.ErrNotExist", err)
	}
	mustKey(t, openVault(t, dir, next), 3)
}

func TestClosed(t *testing.T) {
	v, _ := newVault(t, newRing(t))
	for range 2 {
		if err := v.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	_, keyErr := v.Key(1)
	for name, err := range map[string]error{"Key": keyErr, "Grow": v.Grow(1000), "Erase": v.Erase(1, "c", day), "Rewrap": v.Rewrap(t.Context(), newRing(t))} {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s after Close: %v, want os.ErrClosed", name, err)
		}
	}
}

// A slot that is read while it is overwritten is read again.
func TestTornRead(t *testing.T) {
	v, _ := newVault(t, newRing(t))
	v.change.Lock()
	half := []byte(erasedSlot[:slotSize/2])
	if _, err := v.table.file.WriteAt(half, offset(7)); err != nil {
		t.Fatal(err)
	}
	got := make(chan error)
	go func() {
		_, err := v.Key(7)
		got <- err
	}()
	select {
	case err := <-got:
		t.Errorf("Key of a slot that is being overwritten does not wait: %v", err)
		v.change.Unlock()
		return
	case <-time.After(20 * time.Millisecond):
	}
	if _, err := v.table.file.WriteAt([]byte(erasedSlot), offset(7)); err != nil {
		t.Fatal(err)
	}
	v.change.Unlock()
	if err := <-got; !errors.Is(err, ErrErased) {
		t.Errorf("Key of a slot that was overwritten meanwhile: %v, want ErrErased", err)
	}
}

// A disk that gives back nothing any more is the end, as one that takes nothing
// is. An end of file in the middle is damage, and no word of the disk's.
func TestKeysThatCannotBeRead(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(v *Vault) error
		gone  bool
	}{
		{"nothing can be read", func(v *Vault) error {
			blind, err := os.OpenFile(v.table.file.Name(), os.O_WRONLY, 0)
			if err == nil {
				t.Cleanup(func() { blind.Close() })
				v.table.file, blind = blind, v.table.file
			}
			return err
		}, true},
		{"the file was cut", func(v *Vault) error { return v.table.file.Truncate(offset(2)) }, false},
	} {
		v, _ := newVault(t, newRing(t))
		if err := v.Grow(10); err != nil {
			t.Fatal(err)
		}
		if err := test.spoil(v); err != nil {
			t.Fatal(err)
		}
		_, err := v.Key(5)
		if errors.Is(err, kv.ErrFailed) != test.gone || err == nil || (v.Err() != nil) != test.gone {
			t.Errorf("%s: Key = %v, Err = %v, want the vault failed: %t", test.name, err, v.Err(), test.gone)
		}
	}
}
