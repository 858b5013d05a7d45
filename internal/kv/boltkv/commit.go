package boltkv

import (
	"cmp"
	"runtime"
	"time"

	"ab325/internal/kv"
)

// maxGroup bounds how many Updates are made durable together, and with it how
// long the first of them waits.
const maxGroup = 256

// A group is what is made durable together: the changes of its members, who are
// answered when that is done.
type group struct {
	changes *layer
	took    *tally
	awaited []func() error // before it is durable
	members []*member
}

// A committer runs the functions of those in the queue, one after the other, and
// has what they wrote made durable together. While the disk is busy with a group
// it runs the next: each sees what ran before it, durable or not.
//
// An answer must not rest on what may be lost. So all that ran, those too that
// failed or only read, are answered when what ran before them is durable.
type committer struct {
	*DB
	next    *group        // has run; nil if nobody has
	writing *group        // is being made durable; nil while the journal is free
	written chan struct{} // tells when it is

	busy    bool             // the file is being written
	flushed chan struct{}    // tells when it is
	alarm   <-chan time.Time // tells when what is in a journal has waited long
	due     bool             // it has
}

// run is the committer's goroutine.
func (d *DB) run() {
	defer close(d.idle)
	var err error // which fail has kept: whoever waits here waits for the process to end
	defer d.guardFaults(&err)()
	c := committer{DB: d, written: make(chan struct{}), flushed: make(chan struct{})}
	for closed := false; !closed; c.goOn() {
		select {
		case m, ok := <-c.waiting():
			if closed = !ok; ok {
				c.take(m)
			}
		case <-c.written:
			c.isWritten()
		case <-c.flushed:
			c.busy = false
		case <-c.alarm:
			c.due = true
		case do := <-c.errands():
			c.drain()
			do()
		}
	}
	c.drain()
}

// between has the committer call do between two groups, when the file has all
// that has run, and returns what do does. One thing can be done so at a time.
func (d *DB) between(do func() error) error {
	done := make(chan error, 1)
	select {
	case d.errand <- func() { done <- do() }:
	case <-d.idle:
		return kv.ErrClosed
	}
	select {
	case err := <-done:
		return err
	case <-d.idle:
		return kv.ErrClosed
	}
}

// errands returns what is to be done between two groups, unless the file is being
// written: that takes longer than others should wait.
func (c *committer) errands() <-chan func() {
	if c.busy {
		return nil
	}
	return c.errand
}

// waiting returns the queue, unless the next group is full.
func (c *committer) waiting() <-chan *member {
	if c.next != nil && len(c.next.members) >= maxGroup {
		return nil
	}
	return c.queue
}

// take runs a member's function as the last of the next group. If it fails,
// what it wrote is undone.
func (c *committer) take(m *member) {
	if !m.begin() { // its caller is gone
		return
	}
	if err := c.join(m); err != nil {
		c.fail(err)
		m.answer <- c.Err()
	}
}

// join runs a member's function upon what is durable, what is being written and
// what has run.
func (c *committer) join(m *member) error {
	if err := c.Err(); err != nil {
		return err
	}
	if c.next == nil {
		if err := c.beginGroup(); err != nil {
			return err
		}
	}
	durable, err := c.begin()
	if err != nil {
		return err
	}
	defer durable.end()
	c.next.took.frees = m.frees
	p := pending{snapshot: durable, group: c.next, need: c.next.took.need, awaited: len(c.next.awaited)}
	if c.writing != nil {
		p.add(c.writing.changes)
	}
	p.layers = append(p.layers, c.next.changes)
	if !m.lend(&p) {
		p.undo()
	}
	c.next.members = append(c.next.members, m)
	return nil
}

// beginGroup begins the next group. What those before take of the disk may still
// be missing from what is in use.
func (c *committer) beginGroup() error {
	var writing int64
	if c.writing != nil {
		writing = c.writing.took.need
	}
	room, err := c.spare()
	if err != nil {
		return err
	}
	c.next = &group{changes: newLayer(), took: &tally{room: room - writing, reserve: c.reserve}}
	return nil
}

// goOn has the next group written, if the journal is free and nobody is about to
// join it.
func (c *committer) goOn() {
	if c.writing != nil {
		return
	}
	c.flushIfDue()
	if c.next == nil || c.busy && c.pool.need >= maxPool {
		return
	}
	runtime.Gosched() // whoever was answered just now may have the next change ready
	if len(c.queue) == 0 || len(c.next.members) >= maxGroup {
		c.write()
	}
}

// write has the next group made durable, and its members answered.
func (c *committer) write() {
	g := c.next
	c.next = nil
	if g.changes.Len() == 0 {
		g.answer(c.Err())
		return
	}
	c.writing = g
	go func() {
		if err := c.makeDurable(g); err != nil {
			c.fail(err)
		}
		g.answer(c.Err())
		c.written <- struct{}{}
	}()
}

// makeDurable puts what a group wrote in the journal, and shows it.
func (d *DB) makeDurable(g *group) (err error) {
	defer d.guardFaults(&err)()
	if err := d.Err(); err != nil {
		return err
	}
	for _, wait := range g.awaited {
		if err := wait(); err != nil {
			return err
		}
	}
	if err := d.durably(g.changes.encode()); err != nil {
		return err
	}
	g.changes.need = g.took.need
	pool := d.pool.with(g.changes)
	d.swap.Lock()
	defer d.swap.Unlock()
	d.pool = pool
	return nil
}

// isWritten notes that a group is.
func (c *committer) isWritten() {
	c.writing = nil
	if c.alarm == nil && c.pool.Len() > 0 {
		c.alarm = time.After(c.flushAfter)
	}
}

// answer tells the members what came of their functions, or that the database
// has failed.
func (g *group) answer(failed error) {
	for _, m := range g.members {
		m.answer <- cmp.Or(failed, m.err)
	}
}

// settle returns when all that has run is durable.
func (c *committer) settle() {
	for c.next != nil || c.writing != nil {
		if c.writing == nil {
			c.write()
			continue
		}
		<-c.written
		c.isWritten()
	}
}
