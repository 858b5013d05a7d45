// Package kvtest holds the tests that every implementation of kv.DB must pass.
//
// A check is a function that returns an error, not a test, so that the suite
// itself can be tested: broken_test.go runs each check on an engine that is
// broken in the way it is there to find, and fails if it finds nothing.
//
// Where a check needs two transactions at once, it holds them with gates that
// let go after a while: on an engine that runs them side by side the order is
// exact, on one that runs them in turn the second starts later.
package kvtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ab325/internal/kv"
)

// Run runs all checks as subtests. Each calls open for a DB with no keys in it,
// which open must close at the end; closing twice is no error.
func Run(t *testing.T, open func(t *testing.T) kv.DB) {
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			if err := c.f(t.Context(), open(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// A check returns an error if db, which is empty at first, is not as it must.
type check struct {
	name string
	f    func(ctx context.Context, db kv.DB) error
}

func checks() []check {
	return slices.Concat(valueChecks(), scanChecks(), atomicChecks(), groupChecks(), isolationChecks(), endChecks())
}

// faultf is fmt.Errorf for the findings of checks, which name methods as they
// are written, with a capital.
func faultf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// patience is how long a gate holds a transaction that may be holding up the
// very one it waits for.
const patience = 100 * time.Millisecond

// A gate holds goroutines until it is opened.
type gate chan struct{}

// pass waits until g is open, but no longer than patience.
func (g gate) pass() {
	select {
	case <-g:
	case <-time.After(patience):
	}
}

// open opens g; it may be open already, but only one goroutine may open it.
func (g gate) open() {
	select {
	case <-g:
	default:
		close(g)
	}
}

// put stores pairs, given as key, value, key, value, in one transaction.
func put(ctx context.Context, db kv.DB, pairs ...string) error {
	return db.Update(ctx, func(tx kv.Tx) error {
		for p := range slices.Chunk(pairs, 2) {
			if err := tx.Put([]byte(p[0]), []byte(p[1])); err != nil {
				return err
			}
		}
		return nil
	})
}

// get returns the value of key in a transaction of its own.
func get(ctx context.Context, db kv.DB, key string) (v []byte, err error) {
	err = db.View(ctx, func(r kv.Reader) error {
		v, err = r.Get([]byte(key))
		return err
	})
	return v, err
}

// want returns an error unless the value of key is value.
func want(ctx context.Context, db kv.DB, key, value string) error {
	got, err := get(ctx, db, key)
	if string(got) != value || err != nil {
		return faultf("Get(%q) = %q, %v, want %q", key, got, err, value)
	}
	return nil
}

// wantKeys returns an error unless the keys that begin with prefix are keys.
func wantKeys(ctx context.Context, db kv.DB, prefix string, keys ...string) error {
	return db.View(ctx, func(r kv.Reader) error {
		got, err := collect(r.Scan(kv.Range([]byte(prefix))))
		if err != nil || !slices.Equal(got, keys) {
			return faultf("the keys are %q, %v, want %q", got, err, keys)
		}
		return nil
	})
}

// collect returns the keys of a scan.
func collect(scan func(func(kv.Pair, error) bool)) (keys []string, err error) {
	for p, err := range scan {
		if err != nil {
			return nil, err
		}
		keys = append(keys, string(p.Key))
	}
	return keys, nil
}

// Twice returns a DB that calls every function passed to Update twice and
// keeps the second call's writes only, to find functions that must not be
// called again although the contract allows it. It is for the tests of what
// is built on kv.
func Twice(db kv.DB) kv.DB { return twice{db} }

type twice struct{ kv.DB }

func (d twice) Update(ctx context.Context, fn func(kv.Tx) error) error {
	err := d.DB.Update(ctx, func(tx kv.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errAgain
	})
	if err != errAgain {
		return err
	}
	return d.DB.Update(ctx, fn)
}

var errAgain = errors.New("kvtest: the first of two calls")
