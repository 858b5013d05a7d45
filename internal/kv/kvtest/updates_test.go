package kvtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"ab325/internal/kv"
)

// An updateFunc does an Update on db; all here do it wrong.
type updateFunc = func(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error

// An overlay collects writes above a snapshot, and which keys it has read.
type overlay struct {
	base   kv.Reader
	writes map[string][]byte // nil: deleted
	reads  map[string]bool
	waits  []func() error
}

func (o *overlay) Get(key []byte) ([]byte, error) {
	o.reads[string(key)] = true
	if v, ok := o.writes[string(key)]; ok && v == nil {
		return nil, kv.ErrNotFound
	} else if ok {
		return slices.Clone(v), nil
	}
	return o.base.Get(key)
}

func (o *overlay) GetMany(keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		v, err := o.Get(key)
		if err != nil && !errors.Is(err, kv.ErrNotFound) {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (o *overlay) Scan(start, end []byte) iter.Seq2[kv.Pair, error] {
	all := map[string][]byte{}
	for p := range o.base.Scan(start, end) {
		all[string(p.Key)] = p.Value
	}
	for k, v := range o.writes {
		if k >= string(start) && (len(end) == 0 || k < string(end)) {
			all[k] = v
		}
	}
	return func(yield func(kv.Pair, error) bool) {
		for _, k := range slices.Sorted(maps.Keys(all)) {
			if all[k] != nil && !yield(kv.Pair{Key: []byte(k), Value: all[k]}, nil) {
				return
			}
		}
	}
}

func (o *overlay) ScanBack(start, end []byte) iter.Seq2[kv.Pair, error] {
	return o.base.ScanBack(start, end)
}

func (o *overlay) Put(key, value []byte) error {
	o.writes[string(key)] = append([]byte{}, value...)
	return nil
}

func (o *overlay) Delete(key []byte) error {
	o.writes[string(key)] = nil
	return nil
}

func (o *overlay) Await(wait func() error) { o.waits = append(o.waits, wait) }

func (o *overlay) apply(tx kv.Tx) error {
	for _, wait := range o.waits {
		tx.Await(wait)
	}
	for _, k := range slices.Sorted(maps.Keys(o.writes)) {
		if v := o.writes[k]; v == nil {
			if err := tx.Delete([]byte(k)); err != nil {
				return err
			}
		} else if err := tx.Put([]byte(k), v); err != nil {
			return err
		}
	}
	return nil
}

// onSnapshot runs fn on an overlay and returns it.
func onSnapshot(ctx context.Context, db kv.DB, fn func(kv.Tx) error) (o *overlay, err error) {
	o = &overlay{writes: map[string][]byte{}, reads: map[string]bool{}}
	err = db.View(ctx, func(r kv.Reader) error { o.base = r; return fn(o) })
	return o, err
}

func lastWriterWins(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	o, err := onSnapshot(ctx, db, fn)
	if err != nil {
		return err
	}
	return db.Update(ctx, o.apply)
}

// conflicting refuses a commit, and starts again, if one of the keys that
// watch returns was written since the transaction began.
func conflicting(watch func(*overlay) iter.Seq[string]) updateFunc {
	var mu sync.Mutex
	now, written := 0, map[string]int{}
	commit := func(ctx context.Context, db kv.DB, o *overlay, began int) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		for key := range watch(o) {
			if written[key] > began {
				return false, nil
			}
		}
		now++
		for key := range o.writes {
			written[key] = now
		}
		return true, db.Update(ctx, o.apply)
	}
	return func(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
		for {
			mu.Lock()
			began := now
			mu.Unlock()
			o, err := onSnapshot(ctx, db, fn)
			if err != nil {
				return err
			}
			if ok, err := commit(ctx, db, o, began); ok {
				return err
			}
		}
	}
}

func snapshotOnly() updateFunc {
	return conflicting(func(o *overlay) iter.Seq[string] { return maps.Keys(o.writes) })
}

func rowsOnly() updateFunc {
	return conflicting(func(o *overlay) iter.Seq[string] { return maps.Keys(o.reads) })
}

func blindWrites(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	o, err := onSnapshot(ctx, db, func(tx kv.Tx) error { return fn(readsThrough{tx.(*overlay).base, tx}) })
	return errors.Join(err, db.Update(ctx, o.apply))
}

func keepsSlices(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	return db.Update(ctx, func(tx kv.Tx) error {
		var puts []kv.Pair
		err := fn(&alteredTx{Tx: tx, put: func(key, value []byte) error {
			puts = append(puts, kv.Pair{Key: key, Value: value})
			return nil
		}})
		for _, p := range puts {
			err = errors.Join(err, tx.Put(p.Key, p.Value))
		}
		return err
	})
}

func keepsOnError(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	var fault error
	err := db.Update(ctx, func(tx kv.Tx) error { fault = fn(tx); return nil })
	return errors.Join(fault, err)
}

func keepsOnPanic(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	var r any
	err := db.Update(ctx, func(tx kv.Tx) error {
		defer func() { r = recover() }()
		return fn(tx)
	})
	if r != nil {
		panic(r)
	}
	return err
}

func panicIsError(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	return db.Update(ctx, func(tx kv.Tx) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
			}
		}()
		return fn(tx)
	})
}

// keepsOnExit commits in a deferred function.
func keepsOnExit(ctx context.Context, db kv.DB, fn func(kv.Tx) error) (err error) {
	o := &overlay{writes: map[string][]byte{}, reads: map[string]bool{}}
	defer func() {
		if err == nil {
			err = db.Update(ctx, o.apply)
		}
	}()
	return db.View(ctx, func(r kv.Reader) error { o.base = r; return fn(o) })
}

func noContext(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	return db.Update(context.WithoutCancel(ctx), fn)
}

// losesAnswers rolls back when the context has ended, and says it did not.
func losesAnswers(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	err := db.Update(ctx, func(tx kv.Tx) error { return errors.Join(fn(tx), ctx.Err()) })
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// naiveGroup collects for a while, runs all in one transaction, and gives all
// the same answer.
func naiveGroup() updateFunc {
	type waiting struct {
		fn   func(kv.Tx) error
		done chan error
	}
	var mu sync.Mutex
	var group []waiting
	run := func(ctx context.Context, db kv.DB) {
		mu.Lock()
		members := group
		group = nil
		mu.Unlock()
		err := db.Update(ctx, func(tx kv.Tx) error {
			for _, m := range members {
				if how := outcome(func() error { return m.fn(tx) }); how != "returns <nil>" {
					return errors.New(how)
				}
			}
			return nil
		})
		for _, m := range members {
			m.done <- err
		}
	}
	return func(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
		m := waiting{fn, make(chan error, 1)}
		mu.Lock()
		if group = append(group, m); len(group) == 1 {
			time.AfterFunc(5*time.Millisecond, func() { run(ctx, db) })
		}
		mu.Unlock()
		return <-m.done
	}
}

// A hasty transaction waits for nothing.
type hasty struct{ kv.Tx }

func (h hasty) Await(func() error) {}

func callsAgain(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	return db.Update(ctx, func(tx kv.Tx) error { return errors.Join(fn(tx), fn(tx)) })
}

// newestReads gives each read a View of its own.
func newestReads(ctx context.Context, db kv.DB, fn func(kv.Reader) error) error {
	return fn(&altered{
		get: func(key []byte) (v []byte, err error) { return get(ctx, db, string(key)) },
		many: func(keys [][]byte) (values [][]byte, err error) {
			err = db.View(ctx, func(r kv.Reader) error { values, err = r.GetMany(keys); return err })
			return values, err
		},
		scan: func(start, end []byte) iter.Seq2[kv.Pair, error] {
			var pairs []kv.Pair
			err := db.View(ctx, func(r kv.Reader) error {
				for p := range r.Scan(start, end) {
					pairs = append(pairs, p)
				}
				return nil
			})
			return func(yield func(kv.Pair, error) bool) {
				for _, p := range pairs {
					if !yield(p, err) {
						return
					}
				}
			}
		},
		back: func(start, end []byte) iter.Seq2[kv.Pair, error] { return func(func(kv.Pair, error) bool) {} },
	})
}

// oneByOne commits each write by itself.
func oneByOne(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
	o, err := onSnapshot(ctx, db, fn)
	for _, k := range slices.Sorted(maps.Keys(o.writes)) {
		err = errors.Join(err, put(ctx, db, k, string(o.writes[k])))
	}
	return err
}

// staleViews shows every View the database as it was a commit ago.
func staleViews() *broken {
	old := kv.Mem()
	var last *overlay
	return &broken{
		view: func(ctx context.Context, _ kv.DB, fn func(kv.Reader) error) error { return old.View(ctx, fn) },
		update: func(ctx context.Context, db kv.DB, fn func(kv.Tx) error) error {
			if last != nil {
				if err := old.Update(ctx, last.apply); err != nil {
					return err
				}
			}
			o, err := onSnapshot(ctx, db, fn)
			last = o
			return errors.Join(err, db.Update(ctx, o.apply))
		},
	}
}
