package boltkv

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ab325/internal/kv"
)

// held returns a DB whose next Update, begun here, waits in its function until
// release is called, so that others queue up behind it. Commits are counted.
func held(t *testing.T, o Options) (db *DB, commits *atomic.Int32, release func() error) {
	t.Helper()
	db = newDB(t, o)
	commits = new(atomic.Int32)
	db.durably = func(b []byte) error { commits.Add(1); return db.appendGroup(b) }
	inside, let, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var once sync.Once
	go func() {
		done <- db.Update(t.Context(), func(tx kv.Tx) error {
			once.Do(func() { close(inside) })
			<-let
			return tx.Put([]byte("held"), nil)
		})
	}()
	<-inside
	release = sync.OnceValue(func() error { close(let); return <-done })
	t.Cleanup(func() { release() }) // a test that gives up must not leave Close waiting
	return db, commits, release
}

// queue starts an Update and returns when it is in the queue behind n others.
func queue(t *testing.T, db *DB, n int, fn func(kv.Tx) error) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- db.Update(context.Background(), fn) }()
	for len(db.queue) <= n {
		time.Sleep(100 * time.Microsecond)
	}
	return done
}

func putter(key string) func(kv.Tx) error {
	return func(tx kv.Tx) error { return tx.Put([]byte(key), nil) }
}

func has(t *testing.T, db *DB, key string) bool {
	t.Helper()
	err := db.View(t.Context(), func(r kv.Reader) error {
		_, err := r.Get([]byte(key))
		return err
	})
	if err != nil && !errors.Is(err, kv.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// busy returns a DB whose disk is busy with the change that begin makes until
// release is called. Commits are counted.
func busy(t *testing.T) (db *DB, commits *atomic.Int32, begin func(fn func(kv.Tx) error) <-chan error, release func()) {
	t.Helper()
	db = newDB(t, Options{})
	commits = new(atomic.Int32)
	entered, let := make(chan struct{}), make(chan struct{})
	db.durably = func(b []byte) error {
		if commits.Add(1) == 1 {
			close(entered)
		}
		<-let
		return db.appendGroup(b)
	}
	begin = func(fn func(kv.Tx) error) <-chan error {
		answer := ran(db, fn)
		<-entered
		return answer
	}
	release = sync.OnceFunc(func() { close(let) })
	t.Cleanup(release)
	return db, commits, begin, release
}

// ran starts an Update and returns when its function has run.
func ran(db *DB, fn func(kv.Tx) error) (answer <-chan error) {
	done, told := make(chan struct{}), make(chan error, 1)
	go func() {
		told <- db.Update(context.Background(), func(tx kv.Tx) error { defer close(done); return fn(tx) })
	}()
	<-done
	return told
}

func TestWaitingUpdatesAreOneCommit(t *testing.T) {
	db, commits, begin, release := busy(t)
	waiting := []<-chan error{begin(putter("first"))}
	for i := range 100 {
		waiting = append(waiting, ran(db, putter(fmt.Sprint("k", i))))
	}
	release()
	for _, w := range waiting {
		if err := <-w; err != nil {
			t.Error(err)
		}
	}
	if n := commits.Load(); n != 2 {
		t.Errorf("a change and 100 behind it took %d commits, want 2", n)
	}
}

// While the disk is busy with a change the next ones run, and see it; Views do
// not, and nobody is told before it is durable.
func TestRunsWhileTheDiskIsBusy(t *testing.T) {
	db, _, begin, release := busy(t)
	first := begin(putter("k"))
	sees := func(tx kv.Tx) error { _, err := tx.Get([]byte("k")); return err }
	answers := []<-chan error{first, ran(db, sees), ran(db, func(tx kv.Tx) error { return errors.Join(sees(tx), tx.Delete([]byte("k"))) })}
	gone := ran(db, sees)
	if has(t, db, "k") {
		t.Error("a View sees what is not durable")
	}
	select {
	case err := <-first:
		t.Errorf("a change was answered with %v before it was durable", err)
	case err := <-gone:
		t.Errorf("what rests on a change was answered with %v before that was durable", err)
	case <-time.After(20 * time.Millisecond):
	}
	release()
	for i, a := range answers {
		if err := <-a; err != nil {
			t.Errorf("Update %d = %v", i, err)
		}
	}
	if err := <-gone; !errors.Is(err, kv.ErrNotFound) {
		t.Errorf("an Update behind the one that deletes = %v, want ErrNotFound", err)
	}
}

// What ran upon a change that could not be made durable has failed, too.
func TestFailedCommitTakesTheNextAlong(t *testing.T) {
	db, commits, begin, release := busy(t)
	broken, commit := errors.New("input/output error"), db.durably
	db.durably = func(b []byte) error { return errors.Join(commit(b), broken) }
	answers := []<-chan error{begin(putter("one")), ran(db, putter("two")), ran(db, func(tx kv.Tx) error { return nil })}
	release()
	for i, a := range answers {
		if err := <-a; !errors.Is(err, kv.ErrFailed) || !errors.Is(err, broken) {
			t.Errorf("Update %d = %v, want ErrFailed and the cause", i, err)
		}
	}
	if n := commits.Load(); n != 1 {
		t.Errorf("%d commits were tried, want none behind the one that failed", n)
	}
}

// What is done between two groups finds all that has run, whoever waits to run.
func TestBetweenFindsWhatHasRun(t *testing.T) {
	db, _, begin, release := busy(t)
	answers := []<-chan error{begin(putter("one")), ran(db, putter("two"))}
	between := make(chan error, 1)
	go func() {
		between <- db.between(func() error {
			if !has(t, db, "one") || !has(t, db, "two") {
				return errors.New("something that ran is missing")
			}
			return nil
		})
	}()
	time.Sleep(20 * time.Millisecond) // until the committer waits for the disk
	answers = append(answers, queue(t, db, 0, putter("three")))
	release()
	if err := <-between; err != nil {
		t.Error(err)
	}
	for _, a := range answers {
		if err := <-a; err != nil {
			t.Error(err)
		}
	}
}

// However many wait, the first of them waits for no more than a group of them.
func TestGroupsAreBounded(t *testing.T) {
	db, commits, begin, release := busy(t)
	first := begin(putter("first"))
	var all sync.WaitGroup
	var run atomic.Int32
	for i := range maxGroup + 44 {
		all.Go(func() {
			err := db.Update(t.Context(), func(tx kv.Tx) error { run.Add(1); return tx.Put(fmt.Append(nil, i), nil) })
			if err != nil {
				t.Error(err)
			}
		})
	}
	for run.Load() < maxGroup || len(db.queue) < 44 {
		time.Sleep(100 * time.Microsecond)
	}
	release()
	if all.Wait(); <-first != nil || commits.Load() < 3 {
		t.Errorf("%d changes behind another took %d commits, want at least 2 and its own", maxGroup+44, commits.Load())
	}
}

func TestReadingCommitsNothing(t *testing.T) {
	db := newDB(t, Options{})
	db.durably = func([]byte) error { t.Error("commit"); return nil }
	for _, want := range []error{nil, errors.New("no")} {
		if err := db.Update(t.Context(), func(kv.Tx) error { return want }); err != want {
			t.Errorf("Update = %v, want %v", err, want)
		}
	}
}

func TestBusy(t *testing.T) {
	db, _, release := held(t, Options{Queue: 2})
	one := queue(t, db, 0, putter("one"))
	two := queue(t, db, 1, putter("two"))
	if err := db.Update(t.Context(), putter("three")); !errors.Is(err, kv.ErrBusy) {
		t.Errorf("Update behind a full queue: %v, want ErrBusy", err)
	}
	if err := errors.Join(release(), <-one, <-two); err != nil {
		t.Fatal(err)
	}
	if !has(t, db, "one") || !has(t, db, "two") || has(t, db, "three") {
		t.Error("of three Updates the first two were to be kept")
	}
	save(t, db, "three", "") // there is room again
}

func TestCancelledWhileQueued(t *testing.T) {
	db, _, release := held(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	called := false
	go func() { done <- db.Update(ctx, func(kv.Tx) error { called = true; return nil }) }()
	for len(db.queue) == 0 {
		time.Sleep(100 * time.Microsecond)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) { // the queue is still held
		t.Errorf("Update with a cancelled context: %v", err)
	}
	if err := release(); err != nil || called {
		t.Errorf("the others: %v; the function was called: %t", err, called)
	}
}

func TestCloseCarriesOutTheQueue(t *testing.T) {
	db, _, release := held(t, Options{})
	path := db.path
	waiting := queue(t, db, 0, putter("k"))
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	for err := error(nil); !errors.Is(err, kv.ErrClosed); {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		err = db.Update(ctx, putter("late"))
		cancel()
	}
	if err := errors.Join(release(), <-waiting, <-closed); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if !has(t, again, "k") || has(t, again, "late") {
		t.Error("after Close the queued change was to be kept, the late one not")
	}
}

// What is answered may not rest on what may yet be undone: a failure that was
// found behind another's writes is told when they are durable, or found anew.
func TestAnswersRestOnWhatIsDurable(t *testing.T) {
	taken := errors.New("taken")
	for _, writes := range []bool{false, true} {
		db, _, release := held(t, Options{})
		var durable atomic.Bool
		db.durably = func(b []byte) error {
			time.Sleep(20 * time.Millisecond)
			durable.Store(true)
			return db.appendGroup(b)
		}
		early := make(chan bool, 1)
		done := queue(t, db, 0, putter("name"))
		second := queue(t, db, 1, func(tx kv.Tx) error {
			if writes {
				if err := tx.Put([]byte("junk"), nil); err != nil {
					return err
				}
			}
			if _, err := tx.Get([]byte("name")); err != nil {
				return err
			}
			return taken
		})
		told := make(chan error, 1)
		go func() { err := <-second; early <- !durable.Load(); told <- err }()
		if err := errors.Join(release(), <-done); err != nil {
			t.Fatal(err)
		}
		if <-early {
			t.Errorf("writes: %t: a failure was told before what it rests on was durable", writes)
		}
		if err := <-told; !errors.Is(err, taken) || has(t, db, "junk") {
			t.Errorf("writes: %t: Update = %v, want taken, and nothing kept", writes, err)
		}
	}
}

// A commit that failed may be there or not; nothing more is acknowledged,
// nothing shown, and what was acknowledged before is in the file.
func TestFailedCommit(t *testing.T) {
	broken := errors.New("input/output error")
	for name, commit := range map[string]func(*DB, []byte) error{
		"before": func(*DB, []byte) error { return broken },
		"after":  func(db *DB, b []byte) error { return errors.Join(db.appendGroup(b), broken) },
	} {
		t.Run(name, func(t *testing.T) {
			db, _, release := held(t, Options{})
			path := db.path
			if err := release(); err != nil || db.Err() != nil {
				t.Fatal(err, db.Err())
			}
			db.durably = func(b []byte) error { return commit(db, b) }
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					err := db.Update(t.Context(), putter(fmt.Sprint("k", i)))
					if !errors.Is(err, kv.ErrFailed) || !errors.Is(err, broken) {
						t.Errorf("Update %d: %v, want ErrFailed and the cause", i, err)
					}
				})
			}
			wg.Wait()
			<-db.Failed()
			view := db.View(t.Context(), func(kv.Reader) error { return nil })
			if !errors.Is(view, kv.ErrFailed) || !errors.Is(db.Err(), broken) {
				t.Errorf("after a failed commit View: %v, Err: %v", view, db.Err())
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			again, err := Open(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			if err := again.Check(); err != nil || !has(t, again, "held") {
				t.Errorf("reopened: %v; the acknowledged key is there: %t", err, has(t, again, "held"))
			}
		})
	}
}

// newDB creates and opens a database for the length of the test.
func newDB(t testing.TB, o Options) *DB {
	t.Helper()
	o.Create = true
	db, err := Open(filepath.Join(t.TempDir(), "db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
