package boltkv

import (
	"context"
	"runtime"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// maxGroup bounds how many Updates are committed together, and with it how
// long the first of them waits.
const maxGroup = 256

// A member is an Update in the queue. Its function runs in the goroutine that
// called Update, when the committer lends it the group's transaction: a panic
// or a Goexit is then the caller's own, with its own stack.
type member struct {
	fn     func(kv.Tx) error
	frees  bool // it may use the reserve
	state  atomic.Int32
	turn   chan bucket // the committer lends the transaction
	ran    chan result // and gets it back
	answer chan error  // what Update returns
	err    error       // that, once the group is durable
}

// A member waits until the committer begins it, or its context ends and it is
// gone. Of the two only one can happen.
const (
	waiting = iota
	begun
	gone
)

// A result is what came of one run of a member's function.
type result struct {
	err      error
	returned bool // rather than panicked or exited
	wrote    bool
}

func newMember(fn func(kv.Tx) error, frees bool) *member {
	return &member{fn: fn, frees: frees, turn: make(chan bucket), ran: make(chan result), answer: make(chan error, 1)}
}

// wait runs the function as often as the committer asks, and returns the
// answer.
func (m *member) wait(ctx context.Context) error {
	ended := ctx.Done()
	for {
		select {
		case b := <-m.turn:
			m.run(b)
		case err := <-m.answer:
			return err
		case <-ended:
			if m.state.CompareAndSwap(waiting, gone) {
				return ctx.Err()
			}
			ended = nil
		}
	}
}

func (m *member) run(b bucket) {
	g := kv.Guard(b)
	var r result
	defer func() { // also when the function panics or exits
		g.End(nil)
		r.wrote = g.Wrote()
		m.ran <- r
	}()
	r.err = g.End(m.fn(g))
	r.returned = true
}

// lend has the member run in tx; not if it is gone.
func (m *member) lend(tx *bbolt.Tx, took *tally) (r result, ok bool) {
	if !m.state.CompareAndSwap(waiting, begun) {
		return result{}, false
	}
	took.frees = m.frees
	m.turn <- bucket{tx.Bucket(root), took}
	return <-m.ran, true
}

// run is the committer: it takes what is queued and commits it together, as
// soon as the disk is done with what came before.
func (d *DB) run() {
	defer close(d.idle)
	var err error // which fail has kept: whoever waits here waits for the process to end
	defer d.guardFaults(&err)()
	for {
		select {
		case do := <-d.errand:
			do()
		case m, ok := <-d.queue:
			if !ok {
				return
			}
			again := d.group([]*member{m}, true)
			for len(again) > 0 {
				again = append(d.group(again[0], false), again[1:]...)
			}
		}
	}
}

// between has the committer call do between two groups, and returns what do
// does.
func (d *DB) between(do func() error) error {
	done := make(chan error, 1)
	select {
	case d.errand <- func() { done <- do() }:
		return <-done
	case <-d.idle:
		return kv.ErrClosed
	}
}

// group runs the members one after the other in one transaction and commits
// it. A fresh group takes in what is queued meanwhile. It returns the groups
// that must run again, in this order, because one of them failed when it had
// already written.
//
// An answer must not rest on what may be undone. So a member that ran behind
// the writes of others, even if it failed or only read, is answered when they
// are durable; and one that must be undone behind the writes of others runs
// again as the first of its group, to fail on what is committed.
func (d *DB) group(members []*member, fresh bool) (again [][]*member) {
	if err := d.Err(); err != nil {
		return answer(members, err)
	}
	tx, took, err := d.beginGroup()
	if err != nil {
		d.fail(err)
		return answer(members, d.Err())
	}
	var done []*member // the first that wrote, and all that ran behind it
	for i := 0; i < len(members); i++ {
		m := members[i]
		r, ok := m.lend(tx, took)
		m.err = r.err
		switch failed := r.err != nil || !r.returned; {
		case !ok: // gone
		case failed && r.wrote:
			tx.Rollback()
			return undone(done, m, r.returned, members[i+1:])
		case !r.returned: // its panic is the answer
		case r.wrote || len(done) > 0:
			done = append(done, m)
		default:
			m.answer <- m.err
		}
		if fresh && i+1 == len(members) {
			runtime.Gosched() // whoever was just answered may have the next one ready
			members = d.more(members)
		}
	}
	d.finish(tx, done)
	return nil
}

func (d *DB) beginGroup() (*bbolt.Tx, *tally, error) {
	room, err := d.room()
	if err != nil {
		return nil, nil, err
	}
	tx, err := d.file.Begin(true)
	return tx, &tally{room: room, reserve: d.reserve, changed: d.changed}, err
}

// finish makes what the members wrote durable and answers them.
func (d *DB) finish(tx *bbolt.Tx, done []*member) {
	if len(done) == 0 {
		tx.Rollback()
		return
	}
	if err := d.commit(tx); err != nil {
		d.fail(err)
		answer(done, d.Err())
		return
	}
	for _, m := range done {
		m.answer <- m.err
	}
}

// undone returns what must run again after m failed when it had written: those
// before it, whose writes were undone with its own, and the rest.
func undone(done []*member, m *member, returned bool, rest []*member) (again [][]*member) {
	for _, m := range done {
		m.state.Store(waiting)
	}
	switch {
	case !returned:
		rest = append(done, rest...)
	case len(done) == 0:
		m.answer <- m.err
	default:
		m.state.Store(waiting)
		again = [][]*member{done}
		rest = append([]*member{m}, rest...)
	}
	if len(rest) > 0 {
		again = append(again, rest)
	}
	return again
}

// more adds what is queued to members, without waiting.
func (d *DB) more(members []*member) []*member {
	for len(members) < maxGroup {
		select {
		case m, ok := <-d.queue:
			if !ok {
				return members
			}
			members = append(members, m)
		default:
			return members
		}
	}
	return members
}

// answer gives all members the same answer. None runs again.
func answer(members []*member, err error) [][]*member {
	for _, m := range members {
		m.answer <- err
	}
	return nil
}
