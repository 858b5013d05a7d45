package boltkv

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"ab325/internal/journal"
	"ab325/internal/kv"
)

// parts are all files of a database, by what their names end in.
var parts = append([]string{""}, journalSuffixes[:]...)

// crashed returns the path of a copy of the database's files as they are now: what
// the next process would find if this one were killed.
func crashed(t *testing.T, db *DB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "db")
	for _, part := range parts {
		copyPart(t, db.path+part, path+part)
	}
	return path
}

func copyPart(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// inFile has all that was acknowledged put in the file.
func inFile(t *testing.T, db *DB) {
	t.Helper()
	if err := db.between(func() error { return nil }); err != nil {
		t.Fatal(err)
	}
}

// holds opens the database at path and checks what it has, and that it is alone
// when it is closed.
func holds(t *testing.T, path string, want map[string]string) {
	t.Helper()
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, pairs(t, db)); diff != "" {
		t.Errorf("after a crash (-want +got):\n%s", diff)
	}
	if err := errors.Join(db.Check(), db.Close()); err != nil {
		t.Error(err)
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("after Close the folder holds %v, want the file alone", names)
	}
}

// Whatever is in the file or in a journal, a crash loses nothing acknowledged,
// and brings nothing back that was deleted.
func TestCrash(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 26))
	for range 3 {
		db, model := newDB(t, Options{}), map[string]string{}
		for n := range 30 {
			changed := maps.Clone(model)
			if err := db.Update(t.Context(), func(tx kv.Tx) error {
				for range 1 + rnd.IntN(4) {
					if err := changeOne(tx, rnd, changed, fmt.Sprint(n)); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			model = changed
			switch rnd.IntN(6) {
			case 0:
				inFile(t, db)
			case 1:
				if _, _, err := db.Compact(t.Context()); err != nil {
					t.Fatal(err)
				}
			case 2, 3:
				holds(t, crashed(t, db), model)
			}
			if diff := cmp.Diff(model, pairs(t, db)); diff != "" {
				t.Fatalf("after %d changes (-want +got):\n%s", n, diff)
			}
		}
	}
}

// A crash while journals are emptied, or removed, leaves what the file has
// already: that is no change.
func TestCrashLeavesOldGroups(t *testing.T) {
	db := newDB(t, Options{})
	save(t, db, "k", "old")
	path := crashed(t, db)
	save(t, db, "k", "new")
	inFile(t, db)
	save(t, db, "l", "v")
	old := crashed(t, db)
	copyPart(t, path+journalSuffixes[0], old+journalSuffixes[0])
	holds(t, old, map[string]string{"k": "new", "l": "v"})

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	copyPart(t, db.path, path)
	holds(t, path, map[string]string{"k": "new", "l": "v"})
}

// Where a file and journals do not go together something is missing, so none of
// them is touched.
func TestOpenRefusesWhatIsApart(t *testing.T) {
	db := newDB(t, Options{})
	a, b := journalSuffixes[0], journalSuffixes[1]
	save(t, db, "k", "1")
	save(t, db, "k", "2")
	early := crashed(t, db)
	inFile(t, db)
	save(t, db, "k", "3")
	between := crashed(t, db)
	inFile(t, db)
	save(t, db, "k", "4")
	late := crashed(t, db)
	other := newDB(t, Options{})
	save(t, other, "other", "")
	closed := newDB(t, Options{})
	save(t, closed, "k", "")
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, put := range map[string]func(path string){
		"a journal is missing":                func(path string) { os.Remove(path + b) },
		"the file is older":                   func(path string) { copyPart(t, early, path) },
		"the file is older, and was closed":   func(path string) { copyPart(t, closed.path, path) },
		"a journal is another database's":     func(path string) { copyPart(t, other.path+a, path+a) },
		"the file is another database's":      func(path string) { copyPart(t, other.path, path) },
		"a group was changed":                 func(path string) { copyPart(t, early, path); copyPart(t, early+a, path+a); flip(t, path+a, 41) },
		"a group is missing between journals": func(path string) { copyPart(t, early, path); copyPart(t, between+b, path+b); truncate(t, path+a) },
	} {
		path := filepath.Join(t.TempDir(), "db")
		for _, part := range parts {
			copyPart(t, late+part, path+part)
		}
		put(path)
		before := contents(t, path)
		if _, err := Open(path, Options{}); !errors.Is(err, ErrApart) {
			t.Errorf("%s: Open = %v, want ErrApart", name, err)
		}
		if diff := cmp.Diff(before, contents(t, path)); diff != "" {
			t.Errorf("%s: Open changed the files", name)
		}
	}
	holds(t, late, map[string]string{"k": "4"})
	holds(t, early, map[string]string{"k": "2"})
}

// flip changes a byte of a file.
func flip(t *testing.T, path string, at int) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		data[at] ^= 1
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func truncate(t *testing.T, path string) {
	t.Helper()
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
}

// contents returns what the files of a database contain.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, part := range parts {
		data, err := os.ReadFile(path + part)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		} else if err == nil {
			all[part] = string(data)
		}
	}
	return all
}

// A group that was being appended in the crash is not there, and does not keep
// the others from being there.
func TestCrashInAppend(t *testing.T) {
	db := newDB(t, Options{})
	save(t, db, "k", "1")
	inFile(t, db)
	save(t, db, "k", "2")
	save(t, db, "k", "3")
	const page, size = 4096, 44 // of a record, and what it has in use
	for _, at := range []int64{0, 1, size - 1, size, page - 1, page, page + 1, page + size - 1, page + size, 2 * page} {
		want := "1"
		if at >= page+size {
			want = "3"
		} else if at >= size {
			want = "2"
		}
		path := crashed(t, db)
		if err := os.Truncate(path+journalSuffixes[1], at); err != nil {
			t.Fatal(err)
		}
		holds(t, path, map[string]string{"k": want})
	}
}

// A file from before there were journals is opened as it is.
func TestOpenWithoutState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	saveOne(t, path)
	changeState(t, path, func(tx *bbolt.Tx) error { return tx.DeleteBucket(stateBucket) })
	holds(t, path, map[string]string{"k": "v"})
}

// A state that cannot be read is no state to go on from.
func TestOpenWithBrokenState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	saveOne(t, path)
	changeState(t, path, func(tx *bbolt.Tx) error { return tx.Bucket(stateBucket).Put(stateKey, []byte("half")) })
	if db, err := Open(path, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("Open = %v, %v, want ErrDamaged", db, err)
	}
}

func changeState(t *testing.T, path string, change func(*bbolt.Tx) error) {
	t.Helper()
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Update(change), b.Close()); err != nil {
		t.Fatal(err)
	}
}

// Journals of a run that did not begin hold nothing, and stand in nobody's way.
func TestOpenAfterHalfABeginning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	saveOne(t, path)
	for _, suffix := range journalSuffixes {
		f, err := journal.Create(path + suffix)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	holds(t, path, map[string]string{"k": "v"})
}

// Whoever only reads leaves no trace.
func TestReadingBeginsNoRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	saveOne(t, path)
	before := contents(t, path)
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !has(t, db, "k") {
		t.Error("the key is missing")
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, contents(t, path)); diff != "" {
		t.Error("a View changed the file")
	}
}
