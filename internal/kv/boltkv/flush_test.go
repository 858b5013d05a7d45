package boltkv

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"ab325/internal/journal"
	"ab325/internal/kv"
)

// flushed returns a DB whose file is being written until release is called, with
// the pair k and old; and how the commit then ends.
func flushed(t *testing.T, ends func(*bbolt.Tx) error) (db *DB, release func()) {
	t.Helper()
	db = newDB(t, Options{})
	db.flushAfter = 10 * time.Millisecond
	entered, let, begun := make(chan struct{}), make(chan struct{}), false
	enter := sync.OnceFunc(func() { close(entered) })
	db.commit = func(tx *bbolt.Tx) error {
		if !begun { // the run begins
			begun = true
			return tx.Commit()
		}
		enter()
		<-let
		return ends(tx)
	}
	save(t, db, "k", "old")
	<-entered
	release = sync.OnceFunc(func() { close(let) })
	t.Cleanup(release)
	return db, release
}

// allInFile reports whether the file has all that is durable.
func allInFile(db *DB) bool {
	db.swap.RLock()
	defer db.swap.RUnlock()
	return db.flushing == nil && db.pool.Len() == 0
}

// comesTrue waits until something is so, and fails the test if that takes long.
func comesTrue(t *testing.T, what string, so func() bool) {
	t.Helper()
	for began := time.Now(); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("%s: not after %v", what, time.Since(began))
		}
	}
}

// While the file is written others are acknowledged, and all see everything; and
// then the file has it, without the journals.
func TestGoesOnWhileTheFileIsWritten(t *testing.T) {
	db, release := flushed(t, (*bbolt.Tx).Commit)
	for i := range 5 {
		save(t, db, fmt.Sprint("n", i), "new")
		if !has(t, db, "k") || !has(t, db, fmt.Sprint("n", i)) {
			t.Fatal("a change is not seen while the file is written")
		}
	}
	if err := db.Update(t.Context(), func(tx kv.Tx) error { return tx.Delete([]byte("k")) }); err != nil || has(t, db, "k") {
		t.Errorf("what is being put in the file cannot be deleted: %v", err)
	}
	path := crashed(t, db)
	release()
	comesTrue(t, "all is in the file", func() bool { return allInFile(db) })
	want := map[string]string{"n0": "new", "n1": "new", "n2": "new", "n3": "new", "n4": "new"}
	holds(t, path, want)
	path = crashed(t, db)
	for _, suffix := range journalSuffixes {
		truncate(t, path+suffix)
	}
	holds(t, path, want)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	holds(t, db.path, want)
}

// A file that cannot be written fails the database; what was acknowledged is in
// the journals.
func TestFailedFlush(t *testing.T) {
	broken := errors.New("input/output error")
	for name, ends := range map[string]func(*bbolt.Tx) error{
		"before": func(tx *bbolt.Tx) error { return errors.Join(tx.Rollback(), broken) },
		"after":  func(tx *bbolt.Tx) error { return errors.Join(tx.Commit(), broken) },
	} {
		t.Run(name, func(t *testing.T) {
			db, release := flushed(t, ends)
			save(t, db, "l", "v")
			release()
			<-db.Failed()
			if err := db.Update(t.Context(), putter("m")); !errors.Is(err, kv.ErrFailed) || !errors.Is(err, broken) {
				t.Errorf("Update = %v, want ErrFailed and the cause", err)
			}
			time.Sleep(30 * time.Millisecond) // until it is time for the next
			if diff := cmp.Diff(map[string]string{"k": "old", "l": "v"}, snapshotOf(t, db)); diff != "" {
				t.Errorf("a View that had begun already would see (-want +got):\n%s", diff)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			holds(t, db.path, map[string]string{"k": "old", "l": "v"})
		})
	}
}

// Much is put in the file at once, without waiting for the clock; and while that
// takes long, no more is taken than memory and disk have room for.
func TestPoolIsBounded(t *testing.T) {
	db, release := flushed(t, (*bbolt.Tx).Commit)
	const size = 4 << 20
	needed := func() int64 {
		db.swap.RLock()
		defer db.swap.RUnlock()
		return db.pool.need
	}
	var saving sync.WaitGroup
	saving.Go(func() {
		for i := range 2 * maxPool / (3 * size) {
			if err := db.Update(t.Context(), func(tx kv.Tx) error { return tx.Put(fmt.Append(nil, i), make([]byte, size)) }); err != nil {
				t.Error(err)
			}
		}
	})
	comesTrue(t, "the pool is full", func() bool { return needed() >= maxPool })
	time.Sleep(50 * time.Millisecond)
	if need := needed(); need > maxPool+3*size+changeCost {
		t.Errorf("%d MiB wait for the file, want no more than %d and one change", need>>20, maxPool>>20)
	}
	began := time.Now()
	release()
	saving.Wait()
	comesTrue(t, "the pool is small", func() bool {
		need := needed()
		db.swap.RLock()
		defer db.swap.RUnlock()
		return db.flushing == nil && need < flushNeed
	})
	t.Logf("all were saved, and most in the file, after %v", time.Since(began))
}

// snapshotOf returns what a View reads that begins now, whether the database has failed
// or not.
func snapshotOf(t *testing.T, db *DB) map[string]string {
	t.Helper()
	s, err := db.begin()
	if err != nil {
		t.Fatal(err)
	}
	defer s.end()
	all := map[string]string{}
	for p := range s.Scan(nil, nil) {
		all[string(p.Key)] = string(p.Value)
	}
	return all
}

// What is to be done between two groups waits for the file, and nobody else does.
func TestErrandsWaitForTheFile(t *testing.T) {
	db, release := flushed(t, (*bbolt.Tx).Commit)
	done := make(chan error, 1)
	go func() { done <- db.between(func() error { return nil }) }()
	comesTrue(t, "there is something to be done", func() bool { return len(db.errand) > 0 })
	for i := range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := db.Update(ctx, putter(fmt.Sprint(i))); err != nil {
			t.Errorf("Update while something waits for the file = %v", err)
		}
		cancel()
	}
	release()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// What is acknowledged while the file waits for the disk is in a journal alone when
// it has been written: the file does not say that it has that, and that journal is
// not the one which is written over.
func TestCrashBehindAFlush(t *testing.T) {
	db := newDB(t, Options{})
	db.flushAfter = 10 * time.Millisecond
	commits, second, let := 0, make(chan struct{}), make(chan struct{})
	db.commit = func(tx *bbolt.Tx) error {
		if commits++; commits == 3 { // the run begins, the first flush, and this is the second
			close(second)
			<-let
		}
		return tx.Commit()
	}
	defer close(let)
	save(t, db, "k", "1")
	busy, err := db.file.Begin(true)
	if err != nil {
		t.Fatal(err)
	}
	comesTrue(t, "the flush begins", func() bool { return isFlushing(db) })
	save(t, db, "k", "2")
	save(t, db, "l", "v")
	if err := busy.Rollback(); err != nil {
		t.Fatal(err)
	}
	<-second
	holds(t, crashed(t, db), map[string]string{"k": "2", "l": "v"})
	save(t, db, "k", "3") // in the other journal again
	path := crashed(t, db)
	if records, err := journal.Read(path + journalSuffixes[0]); err != nil || len(records) != 1 || records[0].Number != 4 {
		t.Errorf("the first journal has %v, %v, want the fourth group in the place of the first", records, err)
	}
	holds(t, path, map[string]string{"k": "3", "l": "v"})
}

// The clock begins anew with what is saved after a flush: one commit of the file is
// for many changes.
func TestFlushesAreRare(t *testing.T) {
	db := newDB(t, Options{})
	db.flushAfter = 200 * time.Millisecond
	var commits atomic.Int32
	db.commit = func(tx *bbolt.Tx) error { commits.Add(1); return tx.Commit() }
	for i := range 2 {
		save(t, db, "k", "v")
		comesTrue(t, "all is in the file", func() bool { return commits.Load() > int32(i+1) && allInFile(db) })
	}
	began := time.Now()
	for range 5 {
		save(t, db, "k", "w")
	}
	if n := commits.Load(); n != 3 && time.Since(began) < db.flushAfter/2 {
		t.Errorf("the file was written %d times, want three: as the run began, and after each of two changes", n)
	}
}
