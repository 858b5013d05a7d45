package kvtest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"ab325/internal/kv"
)

func isolationChecks() []check {
	return []check{
		{"NoLostUpdate", checkNoLostUpdate},
		{"NoLostUpdateMany", checkNoLostUpdateMany},
		{"NoWriteSkew", checkNoWriteSkew},
		{"NoPhantomSkew", checkNoPhantomSkew},
		{"Snapshot", checkSnapshot},
		{"NoTornReads", checkNoTornReads},
		{"AcknowledgedIsSeen", checkAcknowledgedIsSeen},
	}
}

// pair runs two transactions side by side, as far as the engine does: each
// reads, waits until the other has read too, and then decides and writes.
func pair(ctx context.Context, db kv.DB, read func(tx kv.Tx) (func(me int) error, error)) error {
	var have [2]gate
	var done [2]error
	for i := range have {
		have[i] = make(gate)
	}
	var wg sync.WaitGroup
	for me := range have {
		wg.Go(func() {
			done[me] = db.Update(ctx, func(tx kv.Tx) error {
				write, err := read(tx)
				if err != nil {
					return err
				}
				have[me].open()
				have[1-me].pass()
				return write(me)
			})
		})
	}
	wg.Wait()
	return errors.Join(done[:]...)
}

// Both read a number and add one to it.
func checkNoLostUpdate(ctx context.Context, db kv.DB) error {
	err := errors.Join(put(ctx, db, "n", "0"), pair(ctx, db, func(tx kv.Tx) (func(int) error, error) {
		v, err := tx.Get([]byte("n"))
		return func(int) error {
			n, err := strconv.Atoi(string(v))
			return errors.Join(err, tx.Put([]byte("n"), []byte(strconv.Itoa(n+1))))
		}, err
	}))
	return errors.Join(err, want(ctx, db, "n", "2"))
}

func checkNoLostUpdateMany(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "n", "0"); err != nil {
		return err
	}
	faults := make([]error, 8)
	var wg sync.WaitGroup
	for i := range faults {
		wg.Go(func() {
			for range 25 {
				err := db.Update(ctx, func(tx kv.Tx) error {
					err := addOne(tx, "n")
					time.Sleep(50 * time.Microsecond) // so that the others read the same
					return err
				})
				faults[i] = errors.Join(faults[i], err)
			}
		})
	}
	wg.Wait()
	return errors.Join(errors.Join(faults...), want(ctx, db, "n", "200"))
}

// Of two that are on duty one may leave. Each reads both keys and then writes
// only its own, so no key is written twice; yet both must not leave.
func checkNoWriteSkew(ctx context.Context, db kv.DB) error {
	err := errors.Join(put(ctx, db, "duty0", "on", "duty1", "on"), pair(ctx, db, func(tx kv.Tx) (func(int) error, error) {
		on, err := tx.GetMany([][]byte{[]byte("duty0"), []byte("duty1")})
		return func(me int) error {
			if string(on[0]) != "on" || string(on[1]) != "on" {
				return nil
			}
			return tx.Put([]byte("duty"+strconv.Itoa(me)), []byte("off"))
		}, err
	}))
	a, err2 := get(ctx, db, "duty0")
	b, err3 := get(ctx, db, "duty1")
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	if on := string(a) + " " + string(b); on != "on off" && on != "off on" {
		return faultf("two transactions that each read both keys left them %s, want one off", on)
	}
	return nil
}

// Two that each read a range and add to it may not both see it empty: "at most
// one invitation per case" must hold on every engine.
func checkNoPhantomSkew(ctx context.Context, db kv.DB) error {
	err := pair(ctx, db, func(tx kv.Tx) (func(int) error, error) {
		there, err := collect(tx.Scan(kv.Range([]byte("inv/"))))
		return func(me int) error {
			if len(there) > 0 {
				return nil
			}
			return tx.Put([]byte("inv/"+strconv.Itoa(me)), nil)
		}, err
	})
	if err != nil {
		return err
	}
	return db.View(ctx, func(r kv.Reader) error {
		there, err := collect(r.Scan(kv.Range([]byte("inv/"))))
		if len(there) != 1 || err != nil {
			return faultf("two transactions each believed they were the first: %q, %v", there, err)
		}
		return nil
	})
}

// A View that began before an Update sees nothing of it, by any way of reading.
func checkSnapshot(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "a", "old", "b", "old"); err != nil {
		return err
	}
	read, written, updated := make(gate), make(gate), make(chan error, 1)
	go func() {
		<-read
		err := db.Update(ctx, func(tx kv.Tx) error {
			return errors.Join(tx.Put([]byte("a"), []byte("new")), tx.Put([]byte("b"), []byte("new")), tx.Put([]byte("c"), []byte("new")))
		})
		written.open()
		updated <- err
	}()
	err := db.View(ctx, func(r kv.Reader) error {
		defer read.open()
		a, err := r.Get([]byte("a"))
		if err != nil {
			return err
		}
		read.open()
		written.pass()
		b, err := r.GetMany([][]byte{[]byte("a"), []byte("b"), []byte("c")})
		keys, err2 := collect(r.Scan(nil, nil))
		if got := fmt.Sprintf("%s %s %q", a, show(b), keys); got != `old ["old" "old" <nil>] ["a" "b"]` || err != nil || err2 != nil {
			return faultf("a View reads %s, %v, %v around an Update, want only old", got, err, err2)
		}
		return nil
	})
	return errors.Join(err, <-updated, want(ctx, db, "b", "new"))
}

// Both keys of an Update are seen or neither is, while many run.
func checkNoTornReads(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "a", "0", "z", "0"); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		var err error
		for i := 1; i <= 300 && err == nil; i++ {
			n := strconv.Itoa(i)
			err = put(ctx, db, "a", n, "filler"+n, n, "z", n)
		}
		done <- err
	}()
	for {
		err := db.View(ctx, func(r kv.Reader) error {
			a, err := r.Get([]byte("a"))
			z, err2 := r.Get([]byte("z"))
			if string(a) != string(z) {
				return faultf("a View reads %s and %s of what was written together", a, z)
			}
			return errors.Join(err, err2)
		})
		select {
		case err2 := <-done:
			return errors.Join(err, err2)
		default:
			if err != nil {
				return errors.Join(err, <-done)
			}
		}
	}
}

// What Update has acknowledged every later transaction sees.
func checkAcknowledgedIsSeen(ctx context.Context, db kv.DB) error {
	for i := range 100 {
		n := strconv.Itoa(i)
		if err := errors.Join(put(ctx, db, "n", n), want(ctx, db, "n", n)); err != nil {
			return err
		}
		err := db.Update(ctx, func(tx kv.Tx) error {
			v, err := tx.Get([]byte("n"))
			if string(v) != n {
				return faultf("an Update after the one that wrote %s reads %s, %v", n, v, err)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
