package vault

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestCopy(t *testing.T) {
	s := newSample(t)
	v := openVault(t, s.dir, s.ring)
	// Something is erased and made while it is copied.
	var copied bytes.Buffer
	during := writerFunc(func(b []byte) (int, error) {
		if copied.Len() == 0 {
			mustErase(t, v, 7, "c-7")
		} else if copied.Len() > slotsAt {
			mustErase(t, v, 8, "c-8")
		}
		return copied.Write(b)
	})
	if err := v.CopyTo(t.Context(), during); err != nil {
		t.Fatal(err)
	}
	delete(s.sealed, 7)
	dir := filepath.Join(t.TempDir(), "restored")
	if err := Load(dir, bytes.NewReader(copied.Bytes())); err != nil {
		t.Fatal(err)
	}
	if err := Verify(bytes.NewReader(copied.Bytes()), s.ring); err != nil {
		t.Error(err)
	}
	if err := Verify(bytes.NewReader(copied.Bytes()), newRing(t)); !errors.Is(err, ErrForeign) {
		t.Errorf("Verify by another keyring: %v, want ErrForeign", err)
	}
	restored := openVault(t, dir, s.ring)
	for slot, sealed := range s.sealed {
		key, err := restored.Key(slot)
		if slot == 8 && errors.Is(err, ErrErased) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := key.Open(sealed); err != nil {
			t.Errorf("key %d of the copy: %v", slot, err)
		}
	}
	got := erasures(t, restored)
	if len(got) < 3 || got[0].Slot != 300 || got[1].Slot != 3 || got[2].Slot != 7 {
		t.Errorf("Erasures() of the copy = %v", got)
	}
	if _, err := restored.Key(7); !errors.Is(err, ErrErased) {
		t.Errorf("Key(7) of the copy: %v, want ErrErased", err)
	}
	whole := copied.Bytes()
	for size := 0; size < len(whole); size += 1 + len(whole)/60 {
		if err := Load(dir+"x", bytes.NewReader(whole[:size])); !errors.Is(err, ErrDamaged) {
			t.Errorf("Load of %d bytes of %d: %v, want ErrDamaged", size, len(whole), err)
		}
		if err := Verify(bytes.NewReader(whole[:size]), s.ring); !errors.Is(err, ErrDamaged) {
			t.Errorf("Verify of %d bytes of %d: %v, want ErrDamaged", size, len(whole), err)
		}
		changed := slices.Clone(whole)
		changed[size] ^= 1
		if err := Load(dir+"x", bytes.NewReader(changed)); !errors.Is(err, ErrDamaged) {
			t.Errorf("Load with byte %d changed: %v, want ErrDamaged", size, err)
		}
		if err := Verify(bytes.NewReader(changed), s.ring); !errors.Is(err, ErrDamaged) {
			t.Errorf("Verify with byte %d changed: %v, want ErrDamaged", size, err)
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(dir)); len(entries) != 1 || err != nil {
		t.Errorf("Load that fails leaves %v, %v", entries, err)
	}
}

// A copy that is whole and not to be opened is found out: the keyring has not
// the key that it was wrapped with, or a slot was changed before it was copied.
// One that was erased meanwhile may hold anything.
func TestVerify(t *testing.T) {
	s := newSample(t)
	v := openVault(t, s.dir, s.ring)
	copied := func(change map[uint64]string) []byte {
		var b bytes.Buffer
		if err := v.CopyTo(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		body := b.Bytes()[:b.Len()-sha256.Size]
		for slot, text := range change {
			copy(body[int64(len(copyBegin)+headerSize)+int64(slot)*slotSize:], text)
		}
		sum := sha256.Sum256(body)
		return append(body, sum[:]...)
	}
	newer, err := s.ring.WithNewWrap(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		change map[uint64]string
		ring   *Keyring
		want   error
	}{
		{"whole", nil, s.ring, nil},
		{"the keyring has a newer key too", nil, newer, nil},
		{"the keyring has only a newer key", nil, newer.WithoutOldWraps(), ErrWrapped},
		{"a key is garbled", map[uint64]string{5: "garbled, and so long that it is longer than the name of a key"}, s.ring, ErrWrapped},
		{"a key has another byte", map[uint64]string{5: string(slices.Concat(copied(nil)[len(copyBegin)+headerSize+5*slotSize:][:60], []byte("xxxx")))}, s.ring, ErrDamaged},
		{"an erased key is garbled", map[uint64]string{3: "garbled"}, s.ring, nil},
		{"the house's key is erased", map[uint64]string{House: erasedSlot}, s.ring, ErrErased},
	} {
		if err := Verify(bytes.NewReader(copied(test.change)), test.ring); !errors.Is(err, test.want) {
			t.Errorf("%s: Verify = %v, want %v", test.name, err, test.want)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
