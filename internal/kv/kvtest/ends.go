package kvtest

import (
	"context"
	"errors"
	"iter"

	"ab325/internal/kv"
)

func endChecks() []check {
	return []check{
		{"Ended", checkEnded},
		{"EndedScan", checkEndedScan},
		{"Closed", checkClosed},
		{"CloseWaits", checkCloseWaits},
	}
}

// A Reader or Tx that was kept answers ErrEnded and touches nothing.
func checkEnded(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "k", "v"); err != nil {
		return err
	}
	var r kv.Reader
	var committed, failed kv.Tx
	no := errors.New("no")
	err := errors.Join(
		db.View(ctx, func(x kv.Reader) error { r = x; return nil }),
		db.Update(ctx, func(x kv.Tx) error { committed = x; return x.Put([]byte("k"), []byte("w")) }),
	)
	if err2 := db.Update(ctx, func(x kv.Tx) error { failed = x; return no }); err != nil || !errors.Is(err2, no) {
		return errors.Join(err, err2)
	}
	for name, r := range map[string]kv.Reader{"a View": r, "an Update": committed, "a failed Update": failed} {
		_, get := r.Get([]byte("k"))
		_, many := r.GetMany([][]byte{[]byte("k")})
		_, scan := collect(r.Scan(nil, nil))
		_, back := collect(r.ScanBack(nil, nil))
		faults := []error{get, many, scan, back}
		if tx, ok := r.(kv.Tx); ok {
			faults = append(faults, tx.Put([]byte("k"), nil), tx.Delete([]byte("k")))
		}
		for i, err := range faults {
			if !errors.Is(err, kv.ErrEnded) {
				return faultf("use %d after %s: %v, want ErrEnded", i, name, err)
			}
		}
	}
	return want(ctx, db, "k", "w")
}

// So does a scan that was kept.
func checkEndedScan(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "a", "1", "b", "2", "c", "3"); err != nil {
		return err
	}
	var next func() (kv.Pair, error, bool)
	var stop func()
	err := db.View(ctx, func(r kv.Reader) error {
		next, stop = iter.Pull2(r.Scan(nil, nil))
		_, err, _ := next()
		return err
	})
	if err != nil {
		return err
	}
	defer stop()
	if p, err, ok := next(); !ok || !errors.Is(err, kv.ErrEnded) {
		return faultf("a scan that outlives its transaction yields %q, %v, %t, want ErrEnded", p.Key, err, ok)
	}
	return nil
}

func checkClosed(ctx context.Context, db kv.DB) error {
	if err := errors.Join(put(ctx, db, "k", "v"), db.Close()); err != nil {
		return err
	}
	called := false
	view := db.View(ctx, func(kv.Reader) error { called = true; return nil })
	update := db.Update(ctx, func(kv.Tx) error { called = true; return nil })
	if !errors.Is(view, kv.ErrClosed) || !errors.Is(update, kv.ErrClosed) || called {
		return faultf("after Close View: %v, Update: %v, function called: %t, want ErrClosed", view, update, called)
	}
	return db.Close() // again is no error
}

// Close returns after the transactions under way, which succeed.
func checkCloseWaits(ctx context.Context, db kv.DB) error {
	inside, viewing, closed, release := make(gate), make(gate), make(gate), make(chan struct{})
	updated, viewed, shut := make(chan error, 1), make(chan error, 1), make(chan error, 1)
	go func() {
		updated <- db.Update(ctx, func(tx kv.Tx) error {
			inside.open()
			<-release
			return tx.Put([]byte("k"), nil)
		})
	}()
	<-inside
	go func() {
		viewed <- db.View(ctx, func(r kv.Reader) error {
			viewing.open()
			<-release
			_, err := r.Get([]byte("k"))
			return err
		})
	}()
	viewing.pass() // an engine may have a View wait for an Update
	go func() { shut <- db.Close(); closed.open() }()
	closed.pass()
	var err error
	select {
	case <-closed:
		err = faultf("Close returned while transactions were under way")
	default:
	}
	close(release)
	if view := <-viewed; !errors.Is(view, kv.ErrNotFound) && !errors.Is(view, kv.ErrClosed) && view != nil {
		err = errors.Join(err, faultf("the View: %w", view))
	}
	return errors.Join(err, <-updated, <-shut)
}
