package boltkv

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"ab325/internal/kv"
)

// A disk that cannot be read fails the database with a word about why; a
// process that bbolt's memory is taken from would end without one.
func TestUnreadable(t *testing.T) {
	read := func(r kv.Reader) error { _, err := r.Get([]byte("k")); return err }
	for name, use := range map[string]func(*DB) error{
		"View":   func(db *DB) error { return db.View(t.Context(), read) },
		"Update": func(db *DB) error { return db.Update(t.Context(), func(tx kv.Tx) error { return read(tx) }) },
	} {
		db, err := Open(t.TempDir()+"/db", Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		save(t, db, "k", strings.Repeat("v", 100_000))
		if err := os.Truncate(db.path, 2*4096); err != nil { // pages that are gone are a fault, like those that a disk does not give
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- use(db) }()
		select {
		case err = <-done:
		case <-db.Failed():
			err = db.Err() // whoever waits for the committer waits for the end
		case <-time.After(5 * time.Second):
			t.Fatalf("%s of a file that cannot be read hangs", name)
		}
		if !errors.Is(err, kv.ErrFailed) || !strings.Contains(err.Error(), "cannot be read") {
			t.Errorf("%s of a file that cannot be read = %v, want ErrFailed and why", name, err)
		}
		<-db.Failed()
	}
}

// A disk that cannot be read while the file is written, or closed, is told like
// that; and Close comes to an end.
func TestUnreadableForTheFile(t *testing.T) {
	for name, put := range map[string]func(*DB) error{
		"a flush": func(db *DB) error { return db.between(func() error { return nil }) },
		"Close":   func(db *DB) error { return nil },
	} {
		db, err := Open(t.TempDir()+"/db", Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		save(t, db, "k", strings.Repeat("v", 100_000))
		inFile(t, db)
		save(t, db, "l", "w")
		if name == "Close" {
			inFile(t, db)
		}
		if err := os.Truncate(db.path, 2*4096); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- errors.Join(put(db), db.Close()) }()
		select {
		case err := <-ended:
			t.Logf("%s: %v", name, err)
		case <-time.After(5 * time.Second):
			t.Errorf("Close after a fault in %s waits for ever", name)
		}
		if err := db.Err(); !errors.Is(err, kv.ErrFailed) || !strings.Contains(err.Error(), "cannot be read") {
			t.Errorf("%s of a file that cannot be read: %v, want ErrFailed and why", name, err)
		}
	}
}

// What panics by itself panics as it did.
func TestPanicsAreTheCallers(t *testing.T) {
	db := newDB(t, Options{})
	for name, use := range map[string]func(){
		"View":   func() { _ = db.View(t.Context(), func(kv.Reader) error { panic("mine") }) },
		"Update": func() { _ = db.Update(t.Context(), func(kv.Tx) error { panic("mine") }) },
		"nil":    func() { _ = db.View(t.Context(), func(kv.Reader) error { var p *int; *p = 1; return nil }) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || db.Err() != nil {
					t.Errorf("%s: recovered %v, and the database has failed: %v", name, r, db.Err())
				}
			}()
			use()
		}()
	}
}
