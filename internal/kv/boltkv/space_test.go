package boltkv

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// Changes stop while there is room left, those that may use the reserve later,
// and what only reads never does.
func TestFull(t *testing.T) {
	const reserve = 8 << 20
	db := newDB(t, Options{Reserve: reserve})
	save(t, db, "k", "v")
	plain, kept := t.Context(), kv.WithReserve(t.Context())
	put := func(size int) func(kv.Tx) error {
		return func(tx kv.Tx) error { return tx.Put([]byte("k"), make([]byte, size)) }
	}
	read := func(tx kv.Tx) error { _, err := tx.Get([]byte("k")); return err }
	ignore := func(tx kv.Tx) error { _ = tx.Delete([]byte("k")); return nil }
	for _, test := range []struct {
		name string
		room int64
		ctx  context.Context
		fn   func(kv.Tx) error
		full bool
	}{
		{"plenty", 2 * reserve, plain, put(1000), false},
		{"plenty, but not for this", 2 * reserve, plain, put(reserve), true},
		{"the reserve", reserve, plain, put(0), true},
		{"the reserve, which this may use", reserve, kept, put(0), false},
		{"a quarter of it", reserve / 4, kept, put(0), true},
		{"nothing", 0, plain, put(0), true},
		{"nothing, and this only reads", 0, plain, read, false},
		{"nothing, and this hides it", 0, plain, ignore, true},
	} {
		db.room = func() (int64, error) { return test.room, nil }
		if err := db.Update(test.ctx, test.fn); errors.Is(err, kv.ErrFull) != test.full || err != nil && !test.full {
			t.Errorf("%s: Update = %v, want ErrFull: %t", test.name, err, test.full)
		}
		if !has(t, db, "k") || db.Err() != nil {
			t.Errorf("%s: the database lost the key or failed: %v", test.name, db.Err())
		}
	}
	for room, full := range map[int64]bool{2 * reserve: false, reserve - 1: true} {
		db.room = func() (int64, error) { return room, nil }
		if err := db.Space(); errors.Is(err, kv.ErrFull) != full {
			t.Errorf("Space with room for %d = %v, want ErrFull: %t", room, err, full)
		}
	}
}

// One whose change is too big does not take the others of its group with it.
func TestFullForOneOfMany(t *testing.T) {
	db, _, begin, release := busy(t)
	db.reserve, db.room = 1<<20, func() (int64, error) { return 4 << 20, nil }
	good := []<-chan error{begin(putter("first"))}
	big := ran(db, func(tx kv.Tx) error { return tx.Put([]byte("big"), make([]byte, 4<<20)) })
	for i := range 20 {
		good = append(good, ran(db, putter(fmt.Sprint("small", i))))
	}
	release()
	for i, a := range good {
		if err := <-a; err != nil {
			t.Errorf("change %d: %v", i, err)
		}
	}
	if err := <-big; !errors.Is(err, kv.ErrFull) {
		t.Errorf("the big change: %v, want ErrFull", err)
	}
	if has(t, db, "big") || !has(t, db, "small19") {
		t.Error("the small changes were to be kept, the big one not")
	}
}

// What is being written has no room yet, and must not be promised it twice.
func TestFullBehindWhatIsWritten(t *testing.T) {
	db, _, begin, release := busy(t)
	db.reserve, db.room = 1<<20, func() (int64, error) { return 5 << 20, nil }
	half := func(key string) func(kv.Tx) error {
		return func(tx kv.Tx) error { return tx.Put([]byte(key), make([]byte, 1<<20)) }
	}
	first, second, small := begin(half("first")), ran(db, half("second")), ran(db, putter("small"))
	release()
	if err := errors.Join(<-first, <-small); err != nil {
		t.Error(err)
	}
	if err := <-second; !errors.Is(err, kv.ErrFull) {
		t.Errorf("a change that fits only without the one before = %v, want ErrFull", err)
	}
}

// What a journal has comes into the file later, and needs room there then.
func TestFullBehindWhatWaitsForTheFile(t *testing.T) {
	value := make([]byte, 1<<20)
	put := func(key string) func(kv.Tx) error {
		return func(tx kv.Tx) error { return tx.Put([]byte(key), value) }
	}
	for name, db := range map[string]*DB{"a journal": newDB(t, Options{}), "the file": flushes(t)} {
		db.reserve, db.room = 1<<20, func() (int64, error) { return 5 << 20, nil }
		if err := db.Space(); err != nil {
			t.Errorf("Space with nothing = %v", err)
		}
		if err := db.Update(t.Context(), put("first")); err != nil {
			t.Fatal(err)
		}
		if name == "the file" {
			comesTrue(t, "the file is written", func() bool { return isFlushing(db) })
		}
		if err := db.Update(t.Context(), put("second")); !errors.Is(err, kv.ErrFull) {
			t.Errorf("while %s has the one before, what fits only without it = %v, want ErrFull", name, err)
		}
		db.room = func() (int64, error) { return 3 << 20, nil }
		if err := db.Space(); !errors.Is(err, kv.ErrFull) {
			t.Errorf("while %s has what takes all room, Space = %v, want ErrFull", name, err)
		}
	}
}

// What comes into the file while the disk is asked must not be missing from both,
// what is left and what is still to come.
func TestFullWhileTheFileIsWritten(t *testing.T) {
	db, release := flushed(t, (*bbolt.Tx).Commit)
	db.reserve, db.room = 1<<20, func() (int64, error) {
		release()
		comesTrue(t, "the file is written", func() bool { return !isFlushing(db) })
		return 1<<20 + changeCost + 100, nil // before it was
	}
	if err := db.Update(t.Context(), putter("l")); !errors.Is(err, kv.ErrFull) {
		t.Errorf("what fits only without what is being put in the file = %v, want ErrFull", err)
	}
}

// flushes returns a DB that puts in the file at once what is saved, and does not
// come to an end with it during the test.
func flushes(t *testing.T) *DB {
	db := newDB(t, Options{})
	db.flushAfter = time.Millisecond
	save(t, db, "k", "v") // the run begins
	comesTrue(t, "all is in the file", func() bool { return allInFile(db) })
	let := make(chan struct{})
	t.Cleanup(func() { close(let) })
	inFile(t, db) // no commit is under way
	db.commit = func(tx *bbolt.Tx) error { <-let; return tx.Commit() }
	return db
}

func isFlushing(db *DB) bool {
	db.swap.RLock()
	defer db.swap.RUnlock()
	return db.flushing != nil
}

// Whoever cannot see how much room is left must not trust the disk.
func TestRoomUnknown(t *testing.T) {
	db := newDB(t, Options{})
	broken := errors.New("input/output error")
	db.room = func() (int64, error) { return 0, broken }
	if err := db.Update(t.Context(), putter("k")); !errors.Is(err, kv.ErrFailed) || !errors.Is(err, broken) {
		t.Errorf("Update = %v, want ErrFailed and the cause", err)
	}
}

func TestRoom(t *testing.T) {
	db := newDB(t, Options{})
	if n, err := room(db.path); n <= 0 || err != nil {
		t.Errorf("room = %d, %v, want what is left", n, err)
	}
	if n, err := room("/nowhere/at/all"); err == nil {
		t.Errorf("room of a missing folder = %d, want an error", n)
	}
}
