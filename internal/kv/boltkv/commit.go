package boltkv

import (
	"cmp"
	"errors"
	"runtime"

	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// maxGroup bounds how many Updates are committed together, and with it how
// long the first of them waits.
const maxGroup = 256

// A group is what is committed together: the changes of its members, who are
// answered when that is done.
type group struct {
	changes *layer
	took    *tally
	awaited []func() error // before it is committed
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
	writing *group        // is being made durable; nil while the disk is free
	written chan struct{} // tells when it is
}

// run is the committer's goroutine.
func (d *DB) run() {
	defer close(d.idle)
	var err error // which fail has kept: whoever waits here waits for the process to end
	defer d.guardFaults(&err)()
	c := committer{DB: d, written: make(chan struct{})}
	for closed := false; !closed; c.goOn() {
		select {
		case m, ok := <-c.waiting():
			if closed = !ok; ok {
				c.take(m)
			}
		case <-c.written:
			c.writing = nil
		case do := <-d.errand:
			c.settle()
			do()
		}
	}
	c.settle()
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

// join runs a member's function upon what is committed, what is being written and
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
	tx, err := c.file.Begin(false)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	c.next.took.frees = m.frees
	p := pending{committed: bucket{tx.Bucket(root)}, group: c.next, need: c.next.took.need, awaited: len(c.next.awaited)}
	if c.writing != nil {
		p.layers = append(p.layers, c.writing.changes)
	}
	p.layers = append(p.layers, c.next.changes)
	if !m.lend(&p) {
		p.undo()
	}
	c.next.members = append(c.next.members, m)
	return nil
}

// beginGroup begins the next group. What the one before takes of the disk may
// still be missing from what is in use.
func (c *committer) beginGroup() error {
	room, err := c.DB.room()
	if err != nil {
		return err
	}
	if c.writing != nil {
		room -= c.writing.took.need
	}
	c.next = &group{changes: newLayer(), took: &tally{room: room, reserve: c.reserve, changed: c.changed}}
	return nil
}

// goOn has the next group written, if the disk is free and nobody is about to
// join it.
func (c *committer) goOn() {
	if c.next == nil || c.writing != nil {
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

// makeDurable commits what a group wrote.
func (d *DB) makeDurable(g *group) (err error) {
	defer d.guardFaults(&err)()
	if err := d.Err(); err != nil {
		return err
	}
	tx, err := d.file.Begin(true)
	if err != nil {
		return err
	}
	if err := g.prepare(tx.Bucket(root)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return d.commit(tx)
}

// prepare makes the changes in a bucket, and waits for what they refer to.
func (g *group) prepare(to *bbolt.Bucket) error {
	if err := g.changes.apply(to); err != nil {
		return err
	}
	for _, wait := range g.awaited {
		if err := wait(); err != nil {
			return err
		}
	}
	return nil
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
		c.writing = nil
	}
}
