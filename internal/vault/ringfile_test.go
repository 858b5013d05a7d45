package vault

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeyringFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ab325.key")
	ring := newRing(t)
	if err := ring.Create(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file has mode %v, %v, want 0600", info.Mode(), err)
	}
	if err := newRing(t).Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create where a keyring is: %v, want fs.ErrExist", err)
	}
	second := filepath.Join(t.TempDir(), "second") // another name of what is replaced
	if err := os.Link(path, second); err != nil {
		t.Fatal(err)
	}
	next, err := ring.WithNewWrap(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []*Keyring{ring, next, next.WithoutOldWraps()} {
		if want != ring {
			if err := want.Replace(path); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := ReadKeyring(path); err != nil || string(got.Text()) != string(want.Text()) {
			t.Errorf("ReadKeyring = %v, %v, want %v", got, err, want)
		}
	}
	if got, err := os.ReadFile(second); err != nil || strings.Trim(string(got), "\x00") != "" {
		t.Errorf("what was replaced is not overwritten: %d bytes, %v", len(got), err)
	}
	if entries, err := os.ReadDir(dir); len(entries) != 1 || err != nil {
		t.Errorf("the folder has %v, %v, want the keyring", entries, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadKeyring(path); !errors.Is(err, ErrReadable) {
		t.Errorf("ReadKeyring of a file that the group can read: %v, want ErrReadable", err)
	}
	if _, err := ReadKeyring(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadKeyring of no file: %v, want fs.ErrNotExist", err)
	}
	if err := ring.Replace(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Replace of no file: %v, want fs.ErrNotExist", err)
	}
}

// Whatever an interrupted Replace leaves, the next one and Settle remove.
func TestKeyringSettle(t *testing.T) {
	ring := newRing(t)
	for name, leave := range map[string]func(path string) error{
		"half of the new one":   func(path string) error { return os.WriteFile(path+ringNew, ring.Text()[:300], 0o600) },
		"two names of the old":  func(path string) error { return os.Link(path, path+ringOld) },
		"the old, not blanked":  func(path string) error { return os.WriteFile(path+ringOld, ring.Text(), 0o600) },
		"the old, half blanked": func(path string) error { return os.WriteFile(path+ringOld, make([]byte, 300), 0o600) },
	} {
		for _, finish := range []func(string) error{Settle, ring.Replace} {
			dir := t.TempDir()
			path := filepath.Join(dir, "ab325.key")
			if err := errors.Join(ring.Create(path), leave(path), finish(path)); err != nil {
				t.Errorf("with %s: %v", name, err)
			}
			if got, err := ReadKeyring(path); err != nil || string(got.Text()) != string(ring.Text()) {
				t.Errorf("with %s, ReadKeyring = %v, %v", name, got, err)
			}
			if entries, err := os.ReadDir(dir); len(entries) != 1 || err != nil {
				t.Errorf("with %s, the folder has %v, %v", name, entries, err)
			}
		}
	}
}
