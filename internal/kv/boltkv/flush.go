package boltkv

import (
	"time"

	"go.etcd.io/bbolt"
)

// What is in a journal alone is put in the file when that takes some room there,
// or has waited for some time. So the file gets many groups by one commit, whose
// pages lie all over it, and nobody waits for that.
const (
	flushNeed         = 32 << 20
	defaultFlushAfter = time.Second
)

// maxPool is how much may be in a journal alone while the file takes long.
const maxPool = 4 * flushNeed

// flushIfDue begins a flush if it is time to, and the disk is free.
func (c *committer) flushIfDue() {
	if !c.busy && len(c.errand) == 0 && (c.due || c.pool.need >= flushNeed) {
		c.flush()
	}
}

// flush has what only a journal has put in the file, while the other journal is
// written. Nothing may be being written, or flushed.
func (c *committer) flush() {
	c.due, c.alarm = false, nil
	if c.pool.Len() == 0 || c.Err() != nil { // what could not be put there stays to be seen
		return
	}
	c.noteChanged()
	c.swap.Lock()
	c.flushing, c.pool = c.pool, newLayer()
	c.swap.Unlock()
	done, upTo := c.journals.current, c.journals.last
	c.journals.current = (done + 1) % len(c.journals.files)
	c.busy = true
	go func() {
		if err := c.putInFile(c.flushing, upTo); err != nil {
			c.fail(err)
		}
		c.journals.files[done].Rewind()
		c.flushed <- struct{}{}
	}()
}

// putInFile makes a layer's changes in the file, which then has the groups up to
// a number.
func (d *DB) putInFile(l *layer, upTo uint64) (err error) {
	defer d.guardFaults(&err)()
	if err := d.Err(); err != nil {
		return err
	}
	err = d.inFile(func(tx *bbolt.Tx) error {
		if err := l.apply(tx.Bucket(root)); err != nil {
			return err
		}
		return state{run: d.journals.run, applied: upTo, open: true}.put(tx)
	})
	if err != nil {
		return err
	}
	d.swap.Lock()
	defer d.swap.Unlock()
	d.flushing = nil
	return nil
}

// noteChanged tells a compaction which keys the next flush changes.
func (c *committer) noteChanged() {
	if c.changed == nil {
		return
	}
	c.pool.Ascend(func(k change) bool {
		c.changed[string(k.key)] = struct{}{}
		return true
	})
}

// drain returns when the file has all that has run.
func (c *committer) drain() {
	c.settle()
	for c.busy || c.pool.Len() > 0 && c.Err() == nil {
		if !c.busy {
			c.flush()
			continue
		}
		<-c.flushed
		c.busy = false
	}
}
