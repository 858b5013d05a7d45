package kvtest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"time"

	"ab325/internal/kv"
)

func groupChecks() []check {
	return []check{
		{"GroupFailure", checkGroupFailure},
		{"CalledAgain", checkCalledAgain},
	}
}

// A member is one of several Updates that run at the same time, by how it
// ends.
type member struct {
	end    func() error
	before bool   // it ends so before it has written anything
	want   string // what comes of its Update
	good   bool
}

// What an engine commits together fails apart: a member that fails, panics or
// exits, before or after it wrote, fails nobody else, and keeps nothing.
func checkGroupFailure(ctx context.Context, db kv.DB) error {
	var members []member
	good := 0
	for i := range 24 {
		no := faultf("error %d", i)
		m := []member{
			{func() error { return nil }, false, "returns <nil>", true},
			{func() error { return no }, false, "returns " + no.Error(), false},
			{func() error { return no }, true, "returns " + no.Error(), false},
			{func() error { panic(no) }, false, "panics with " + no.Error(), false},
			{func() error { return nil }, false, "returns <nil>", true},
			{func() error { panic(no) }, true, "panics with " + no.Error(), false},
			{func() error { runtime.Goexit(); return nil }, false, "exits", false},
			{func() error { return nil }, false, "returns <nil>", true},
		}[i%8]
		if members = append(members, m); m.good {
			good++
		}
	}
	got := make([]string, len(members))
	err := together(ctx, db, len(members), func(i int) { got[i] = members[i].run(ctx, db, i) })
	for i, m := range members {
		if got[i] != m.want {
			err = errors.Join(err, faultf("member %d %s, want %s", i, got[i], m.want))
		}
		if _, found := get(ctx, db, fmt.Sprint("m", i)); (found == nil) != m.good {
			err = errors.Join(err, faultf("the key of member %d, which %s: %v", i, m.want, found))
		}
	}
	return errors.Join(err, want(ctx, db, "n", strconv.Itoa(good)))
}

// run adds one to the key n and writes a key of its own, unless it ends
// before, and returns what came of it.
func (m member) run(ctx context.Context, db kv.DB, i int) string {
	return outcome(func() error {
		return db.Update(ctx, func(tx kv.Tx) error {
			if m.before {
				return m.end()
			}
			if err := errors.Join(addOne(tx, "n"), tx.Put(fmt.Append(nil, "m", i), nil)); err != nil {
				return err
			}
			return m.end()
		})
	})
}

// outcome runs f in a goroutine of its own and says how it ended.
func outcome(f func() error) string {
	got := make(chan string, 1)
	go func() {
		text := "exits"
		defer func() {
			if r := recover(); r != nil {
				text = fmt.Sprint("panics with ", r)
			}
			got <- text
		}()
		text = fmt.Sprint("returns ", f())
	}()
	return <-got
}

// together holds the database with one Update, which sets the key n to 0,
// until n calls of f have had time to queue up behind it, and waits for all.
func together(ctx context.Context, db kv.DB, n int, f func(i int)) error {
	if err := put(ctx, db, "n", "0"); err != nil {
		return err
	}
	inside, held := make(gate), make(chan error, 1)
	go func() {
		held <- db.Update(ctx, func(tx kv.Tx) error {
			inside.open()
			time.Sleep(patience)
			return nil
		})
	}()
	<-inside
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
	return <-held
}

// addOne adds one to the number that is the value of key.
func addOne(tx kv.Tx, key string) error {
	v, err := tx.Get([]byte(key))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(v))
	if err != nil {
		return err
	}
	return tx.Put([]byte(key), []byte(strconv.Itoa(n+1)))
}

// A function may be called more than once; of all calls only the last one's
// writes are kept, and each starts from what is committed.
func checkCalledAgain(ctx context.Context, db kv.DB) error {
	const n = 24
	calls, faults := make([]int, n), make([]error, n)
	undo := errors.New("undo")
	err := together(ctx, db, n, func(i int) {
		faults[i] = db.Update(ctx, func(tx kv.Tx) error {
			calls[i]++
			err := errors.Join(addOne(tx, "n"), tx.Put(fmt.Appendf(nil, "call/%02d/%d", i, calls[i]), nil))
			if err == nil && i%4 == 3 {
				return undo // it has written: an engine may start the others again
			}
			return err
		})
	})
	var kept []string
	for i := range n {
		if i%4 == 3 {
			if !errors.Is(faults[i], undo) {
				err = errors.Join(err, faultf("Update %d: %v, want the function's error", i, faults[i]))
			}
			continue
		}
		err = errors.Join(err, faults[i])
		kept = append(kept, fmt.Sprintf("call/%02d/%d", i, calls[i]))
	}
	return errors.Join(err, want(ctx, db, "n", strconv.Itoa(len(kept))), wantKeys(ctx, db, "call/", kept...))
}
