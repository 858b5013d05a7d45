package boltkv

import (
	"context"
	"sync/atomic"

	"ab325/internal/kv"
)

// A member is an Update in the queue. Its function runs in the goroutine that
// called Update, when the committer lends it a transaction: a panic or a Goexit
// is then the caller's own, with its own stack.
type member struct {
	fn     func(kv.Tx) error
	frees  bool // it may use the reserve
	state  atomic.Int32
	turn   chan kv.Tx  // the committer lends a transaction
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

// A result is what came of a member's function.
type result struct {
	err      error
	returned bool // rather than panicked or exited
}

func newMember(fn func(kv.Tx) error, frees bool) *member {
	return &member{fn: fn, frees: frees, turn: make(chan kv.Tx), ran: make(chan result), answer: make(chan error, 1)}
}

// wait runs the function when the committer asks, and returns the answer.
func (m *member) wait(ctx context.Context) error {
	ended := ctx.Done()
	for {
		select {
		case tx := <-m.turn:
			m.run(tx)
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

// begin reports whether the member still waits. From then on it is not gone.
func (m *member) begin() bool { return m.state.CompareAndSwap(waiting, begun) }

func (m *member) run(tx kv.Tx) {
	g := kv.Guard(tx)
	var r result
	defer func() { // also when the function panics or exits
		g.End(nil)
		m.ran <- r
	}()
	r.err = g.End(m.fn(g))
	r.returned = true
}

// lend has the member run in tx. It reports whether the function succeeded, so
// that what it wrote is to be kept.
func (m *member) lend(tx kv.Tx) bool {
	m.turn <- tx
	r := <-m.ran
	m.err = r.err
	return r.returned && r.err == nil
}
