package boltkv

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// save stores a pair and fails the test if it cannot.
func save(t testing.TB, db *DB, key, value string) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx kv.Tx) error { return tx.Put([]byte(key), []byte(value)) }); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	for i, o := range []Options{{Create: true}, {}, {Queue: 1}} {
		db, err := Open(path, o)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			save(t, db, "k", "v")
		}
		err = db.View(t.Context(), func(r kv.Reader) error {
			_, err := r.Get([]byte("k"))
			return err
		})
		if err := errors.Join(err, db.Check(), db.Close()); err != nil {
			t.Fatalf("opened %d times: %v", i+1, err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v, want 0600", info.Mode(), err)
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("the folder holds %v, want the file alone", names)
	}
}

// Each of these would be, to bbolt, a new database, a panic, or a fault that
// ends the process. It stays as it is.
func TestOpenRefuses(t *testing.T) {
	whole := wholeFile(t)
	page := os.Getpagesize()
	for _, test := range []struct {
		name string
		data []byte
	}{
		{"empty", []byte{}},
		{"one byte", []byte{0}},
		{"text", []byte(strings.Repeat("Dette er ikke en database.\n", 1000))},
		{"zeros", make([]byte, 1<<20)},
		{"cut to one page", whole[:page]},
		{"cut to two pages", whole[:2*page]},
		{"cut to five pages", whole[:5*page]},
		{"cut by half", whole[:len(whole)/2]},
		{"both meta pages garbled", append(bytes.Repeat([]byte{0xaa}, 2*page), whole[2*page:]...)},
		{"all but the meta pages garbled", append(bytes.Clone(whole[:2*page]), bytes.Repeat([]byte{0xaa}, len(whole)-2*page)...)},
		{"another program's", otherBolt(t)},
	} {
		path := filepath.Join(t.TempDir(), "db")
		if err := os.WriteFile(path, test.data, 0o600); err != nil {
			t.Fatal(err)
		}
		if db, err := Open(path, Options{}); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: Open = %v, %v, want ErrDamaged and the path", test.name, db, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, test.data) {
			t.Errorf("%s: Open changed the file, %v", test.name, err)
		}
	}
}

// wholeFile returns a database of some hundred pages, all in use at its end.
func wholeFile(t *testing.T) []byte {
	path := filepath.Join(t.TempDir(), "whole")
	db, err := Open(path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		save(t, db, strings.Repeat("k", i+1), strings.Repeat("v", 100_000))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var used bytes.Buffer // the file itself has room to grow at its end
	err = b.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(&used)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return used.Bytes()
}

func otherBolt(t *testing.T) []byte {
	path := filepath.Join(t.TempDir(), "other")
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestOpenMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	if db, err := Open(path, Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of a missing file = %v, %v, want fs.ErrNotExist", db, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open made the missing file: %v", err)
	}
	if db, err := Open(filepath.Join(path, "db"), Options{Create: true}); err == nil {
		t.Errorf("Open made %v in a missing folder", db)
	}
}

func TestCreateNeverReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := Open(path, Options{Create: true}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Open of an existing file with Create = %v, %v, want fs.ErrExist", db, err)
	}
	if got, err := os.ReadFile(path); string(got) != "precious" {
		t.Errorf("the file became %q, %v", got, err)
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("the folder holds %v, want the file alone", names)
	}
}

func TestOpenLocked(t *testing.T) {
	db := newDB(t, Options{})
	if two, err := Open(db.path, Options{}); !errors.Is(err, ErrLocked) {
		t.Errorf("a second Open = %v, %v, want ErrLocked", two, err)
	}
	save(t, db, "k", "v") // and the first goes on
}
