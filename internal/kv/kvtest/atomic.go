package kvtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"ab325/internal/kv"
)

func atomicChecks() []check {
	return []check{
		{"Rollback", checkRollback},
		{"IgnoredFailure", checkIgnoredFailure},
		{"Panic", checkPanic},
		{"Goexit", checkGoexit},
		{"Cancelled", checkCancelled},
		{"CancelledWhileWaiting", checkCancelledWhileWaiting},
		{"LostAnswer", checkLostAnswer},
		{"Await", checkAwait},
	}
}

func checkRollback(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "k", "old", "gone", "v"); err != nil {
		return err
	}
	no := errors.New("no")
	err := db.Update(ctx, func(tx kv.Tx) error {
		err := errors.Join(tx.Put([]byte("k"), []byte("new")), tx.Put([]byte("k2"), nil), tx.Delete([]byte("gone")))
		return errors.Join(err, no)
	})
	if !errors.Is(err, no) {
		return faultf("Update: %v, want the function's error", err)
	}
	if err := db.View(ctx, func(kv.Reader) error { return no }); !errors.Is(err, no) {
		return faultf("View: %v, want the function's error", err)
	}
	return errors.Join(want(ctx, db, "k", "old"), wantKeys(ctx, db, "", "gone", "k"))
}

// A function that ignores the failure of a Put must not commit the rest.
func checkIgnoredFailure(ctx context.Context, db kv.DB) error {
	err := db.Update(ctx, func(tx kv.Tx) error {
		tx.Put([]byte("half"), []byte("v"))
		tx.Put(nil, []byte("the other half"))
		return nil
	})
	if !errors.Is(err, kv.ErrKey) {
		return faultf("Update whose function ignores a failed Put: %v, want ErrKey", err)
	}
	return wantKeys(ctx, db, "")
}

// A panic reaches the caller, keeps nothing and holds no lock.
func checkPanic(ctx context.Context, db kv.DB) error {
	update := func(ctx context.Context) error {
		return db.Update(ctx, func(tx kv.Tx) error { tx.Put([]byte("k"), []byte("v")); panic("boom") })
	}
	view := func(ctx context.Context) error {
		return db.View(ctx, func(kv.Reader) error { panic("boom") })
	}
	for name, f := range map[string]func(context.Context) error{"Update": update, "View": view} {
		if r := recovered(func() { f(ctx) }); r != "boom" {
			return faultf("%s whose function panics with boom panics with %v", name, r)
		}
		if err := wantKeys(ctx, db, ""); err != nil {
			return faultf("after a panic in %s: %w", name, err)
		}
	}
	return put(ctx, db, "k", "v")
}

func recovered(f func()) (r any) {
	defer func() { r = recover() }()
	f()
	return nil
}

// A test that gives up in a transaction (t.FailNow) must not hang the others.
func checkGoexit(ctx context.Context, db kv.DB) error {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		db.Update(ctx, func(tx kv.Tx) error {
			tx.Put([]byte("k"), []byte("v"))
			runtime.Goexit()
			return nil
		})
	}()
	<-ended
	return errors.Join(wantKeys(ctx, db, ""), put(ctx, db, "k", "v"))
}

func checkCancelled(ctx context.Context, db kv.DB) error {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	called := false
	view := db.View(ctx, func(kv.Reader) error { called = true; return nil })
	update := db.Update(ctx, func(kv.Tx) error { called = true; return nil })
	if !errors.Is(view, context.Canceled) || !errors.Is(update, context.Canceled) || called {
		return faultf("with a cancelled context View: %v, Update: %v, function called: %t", view, update, called)
	}
	return nil
}

// While one transaction runs, another that waits for it can give up.
func checkCancelledWhileWaiting(ctx context.Context, db kv.DB) error {
	inside, release, held := make(gate), make(chan struct{}), make(chan error, 1)
	go func() {
		held <- db.Update(ctx, func(tx kv.Tx) error {
			inside.open()
			<-release
			return tx.Put([]byte("first"), nil)
		})
	}()
	<-inside
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	second := make(chan error, 1)
	go func() { second <- put(waiting, db, "second", "v") }()
	var err error
	select {
	case err = <-second:
	case <-time.After(20 * patience):
		err = errors.New("an Update goes on waiting after its context ended")
	}
	close(release)
	switch {
	case err == nil: // the engine runs both side by side
		err = wantKeys(ctx, db, "second", "second")
	case errors.Is(err, context.DeadlineExceeded):
		err = wantKeys(ctx, db, "second")
	}
	return errors.Join(<-held, err)
}

// Whoever is told that a change is kept finds it, even if the context ends
// around the commit.
func checkLostAnswer(ctx context.Context, db kv.DB) error {
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		key := fmt.Sprint("k", i)
		ctx2, cancel := context.WithCancel(ctx)
		pause := time.Duration(rnd.IntN(500)) * time.Microsecond
		if i%2 == 0 {
			go func() { time.Sleep(pause); cancel() }()
		}
		err := db.Update(ctx2, func(tx kv.Tx) error {
			if i%2 == 1 {
				defer cancel() // the last moment before the commit
			}
			return tx.Put([]byte(key), []byte("v"))
		})
		cancel()
		if err == nil {
			if err := want(ctx, db, key, "v"); err != nil {
				return faultf("acknowledged and missing: %w", err)
			}
		} else if !errors.Is(err, context.Canceled) {
			return faultf("Update with an ending context: %w", err)
		}
	}
	return nil
}

// What a change refers to is there first: until then the change is neither seen
// nor acknowledged, and if it never is, not kept. One that fails waits for
// nothing.
func checkAwait(ctx context.Context, db kv.DB) error {
	no := errors.New("no")
	await := func(key string, wait func() error, end error) error {
		return db.Update(ctx, func(tx kv.Tx) error {
			tx.Await(wait)
			return errors.Join(tx.Put([]byte(key), nil), end)
		})
	}
	if err := await("failed", func() error { return errors.New("waited") }, no); !errors.Is(err, no) {
		return faultf("Update that fails: %v, want the function's error", err)
	}
	waiting, release, done := make(gate), make(chan struct{}), make(chan error, 1)
	go func() { done <- await("k", func() error { waiting.open(); <-release; return nil }, nil) }()
	waiting.pass()
	_, err := get(ctx, db, "k")
	select {
	case early := <-done:
		return faultf("Update = %w before what it awaits", early)
	case <-time.After(patience / 5):
	}
	close(release)
	if !errors.Is(err, kv.ErrNotFound) {
		return errors.Join(faultf("a View before that: %v, want ErrNotFound", err), <-done)
	}
	if err := errors.Join(<-done, want(ctx, db, "k", "")); err != nil {
		return err
	}
	if err := await("never", func() error { return no }, nil); !errors.Is(err, no) {
		return faultf("Update that awaits what never comes: %v, want its error", err)
	}
	if _, err := get(ctx, db, "never"); err == nil {
		return faultf("what never came is referred to")
	}
	return nil
}
