package boltkv

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"ab325/internal/kv"
)

// crashedWith returns the path of what a crash left of a database with the pair k
// and v, which a journal alone has, or the file.
func crashedWith(t *testing.T, flushed bool) string {
	t.Helper()
	db := newDB(t, Options{})
	save(t, db, "k", "v")
	if flushed {
		inFile(t, db)
	}
	return crashed(t, db)
}

var kAndV = map[string]string{"k": "v"}

// An Open that cannot put in the file what journals have leaves them for the next.
func TestReplayFails(t *testing.T) {
	path := crashedWith(t, false)
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := replay(path, b); !errors.Is(err, berrors.ErrDatabaseReadOnly) {
		t.Errorf("replay into a file that cannot be written = %v, want the cause", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	holds(t, path, kAndV)
}

// A journal that cannot be read may have what was acknowledged.
func TestReplayCannotRead(t *testing.T) {
	path := crashedWith(t, true)
	journal := path + journalSuffixes[1]
	if err := errors.Join(os.Remove(journal), os.Mkdir(journal, 0o700)); err != nil {
		t.Fatal(err)
	}
	if db, err := Open(path, Options{}); !errors.Is(err, syscall.EISDIR) {
		t.Errorf("Open beside a journal that cannot be read = %v, %v, want the cause", db, err)
	}
}

// A crash while Open removes the journals, or when it has, is like any other.
func TestCrashBehindAReplay(t *testing.T) {
	for _, flushed := range []bool{false, true} {
		path, before := crashedWith(t, flushed), filepath.Join(t.TempDir(), "db")
		for _, suffix := range journalSuffixes {
			copyPart(t, path+suffix, before+suffix)
		}
		holds(t, path, kAndV)
		holds(t, path, kAndV)
		for _, suffix := range journalSuffixes {
			copyPart(t, before+suffix, path+suffix)
		}
		holds(t, path, kAndV)
	}
}

// A file that cannot be told at Close that it has everything keeps its journals.
func TestCloseCannotEndTheRun(t *testing.T) {
	broken, db := errors.New("input/output error"), opened(t)
	inFile(t, db)
	db.commit = func(tx *bbolt.Tx) error { return errors.Join(tx.Rollback(), broken) }
	if err := db.Close(); !errors.Is(err, broken) {
		t.Errorf("Close = %v, want the cause", err)
	}
	holds(t, db.path, kAndV)
}

// opened returns a database with the pair k and v, which the test closes.
func opened(t *testing.T) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "db"), Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	save(t, db, "k", "v")
	return db
}

// A journal that cannot be appended to, or emptied, cannot be trusted.
func TestJournalFails(t *testing.T) {
	for name, use := range map[string]func(db *DB){
		"appended to": func(db *DB) { _ = db.Update(t.Context(), putter("l")) },
		"emptied":     func(db *DB) { _, _, _ = db.Compact(t.Context()) },
	} {
		db := opened(t)
		if err := db.journals.files[0].Close(); err != nil {
			t.Fatal(err)
		}
		use(db)
		if err := db.Err(); !errors.Is(err, kv.ErrFailed) || !errors.Is(err, os.ErrClosed) {
			t.Errorf("with a journal that cannot be %s Err = %v, want ErrFailed and the cause", name, err)
		}
		if err := db.Close(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("with a journal that cannot be %s Close = %v, want that it is closed", name, err)
		}
		holds(t, db.path, kAndV)
	}
}

// Changes are read as they were written, or not at all.
func TestDecode(t *testing.T) {
	l := newLayer()
	want := []change{{[]byte("a"), []byte{}}, {[]byte("b"), nil}, {[]byte("c"), make([]byte, 300)}}
	for _, c := range want {
		l.ReplaceOrInsert(c)
	}
	b := l.encode()
	got, err := decode(b)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(change{})); diff != "" || err != nil {
		t.Errorf("decode = %v (-want +got):\n%s", err, diff)
	}
	for size := range len(b) {
		if size == 0 || size == 3 || size == 6 { // between two of them
			continue
		}
		if got, err := decode(b[:size]); err == nil {
			t.Errorf("decode of the first %d bytes = %v, want an error", size, got)
		}
	}
}
