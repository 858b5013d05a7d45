// Package boltkv implements kv.DB in a bbolt file and, while that is changed, two
// journals beside it. Only one process can have them open.
//
// Updates run one after the other and are made durable together, by one sync of a
// journal, by a committer of our own (commit.go). While the disk is busy with some,
// the next ones run upon what these have written (pending.go): neither waits for
// the other. What only a journal has comes into the file later, much at a time
// (flush.go), or when the file is opened after a crash (run.go); who reads sees
// both as one (snapshot.go).
//
// bbolt's own commit writes pages all over the file and syncs it twice, however
// little was changed: some ten times as long as to append to a journal. Its Batch
// waits for company by the clock, runs functions again when any of them fails, has
// no bound, and keeps whoever is next from running until the disk is done.
//
// The file is made anew while it is in use, without what was deleted
// (compact.go), changes are refused while there is still room to carry out
// those that free some (space.go), and a disk that does not give back what it
// has is told like one that does not take it (fault.go).
package boltkv

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"ab325/internal/kv"
)

// root is the one bucket that everything is in.
var root = []byte("kv")

// DB is a kv.DB in a bbolt file and its journals. Its Update returns kv.ErrBusy if
// Options.Queue others wait already.
type DB struct {
	path    string
	durably func([]byte) error    // appendGroup; tests make it fail
	commit  func(*bbolt.Tx) error // (*bbolt.Tx).Commit; tests make it fail
	room    func() (int64, error) // what is left on the disk; tests make it little
	close   func() error          // shut, once

	reserve    int64         // Options.Reserve
	flushAfter time.Duration // defaultFlushAfter; tests make it short

	// What is durable: the file in use, what is being put in it, nil for nothing,
	// and upon that what only a journal has. They are changed holding the lock, the
	// file by the committer alone, when nothing is being written; so it reads
	// without, and so does what it has written.
	swap     sync.RWMutex
	file     *file
	flushing *layer
	pool     *layer
	left     sync.WaitGroup // files that were replaced, while they are read

	journals *journals // of the run; the committer's, and what it has written

	mu     sync.RWMutex // held for reading while adding to queue
	closed bool         // queue is closed
	queue  chan *member // Updates that wait for the committer
	errand chan func()  // what the committer does between two groups
	idle   chan struct{}

	compacting sync.Mutex
	closing    chan struct{} // closed to end a compaction
	changed    keySet        // since the compaction last looked; the committer's

	failing sync.Once
	failed  chan struct{}
	cause   error // why; set before failed is closed
}

// A file is an open bbolt file and the Views that read it. bbolt counts them
// too, but a View that ends while another keeps a file from being closed would
// have to wait for that one.
type file struct {
	*bbolt.DB
	views sync.WaitGroup
}

var _ kv.DB = (*DB)(nil)

// View implements kv.DB.
func (d *DB) View(ctx context.Context, fn func(kv.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return d.view(func(s *snapshot) error {
		g := kv.GuardReader(s.reader())
		defer g.End(nil)
		return g.End(fn(g))
	})
}

func (d *DB) view(fn func(*snapshot) error) (err error) {
	defer d.guardFaults(&err)()
	if err := d.Err(); err != nil {
		return err
	}
	s, err := d.begin()
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return kv.ErrClosed
	} else if err != nil {
		return fmt.Errorf("boltkv: begin: %w", err)
	}
	defer s.end()
	return fn(s)
}

// Update implements kv.DB. It runs fn in the caller's goroutine.
func (d *DB) Update(ctx context.Context, fn func(kv.Tx) error) (err error) {
	defer d.guardFaults(&err)()
	if err := ctx.Err(); err != nil {
		return err
	}
	m := newMember(fn, kv.MayUseReserve(ctx))
	if err := d.enqueue(m); err != nil {
		return err
	}
	return m.wait(ctx)
}

func (d *DB) enqueue(m *member) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.closed {
		return kv.ErrClosed
	}
	if err := d.Err(); err != nil {
		return err
	}
	select {
	case d.queue <- m:
		return nil
	default:
		return fmt.Errorf("boltkv: %d changes wait: %w", cap(d.queue), kv.ErrBusy)
	}
}

// Failed returns a channel that is closed when a commit fails, or a read. Nothing is
// acknowledged and nothing shown from then on: every View and Update returns
// kv.ErrFailed and the cause. The process should end; what it acknowledged
// before is in the file or a journal.
func (d *DB) Failed() <-chan struct{} { return d.failed }

// Err returns nil until Failed is closed, and then kv.ErrFailed and the cause.
func (d *DB) Err() error {
	select {
	case <-d.failed:
		return fmt.Errorf("boltkv: %w: %w", kv.ErrFailed, d.cause)
	default:
		return nil
	}
}

// fail makes the database answer nothing any more. The first cause stays.
func (d *DB) fail(cause error) {
	d.failing.Do(func() {
		d.cause = cause
		close(d.failed)
	})
}

// Close carries out the Updates that wait already, waits for the Views under
// way, and releases the file, which then has everything and stands alone.
func (d *DB) Close() error { return d.close() }

func (d *DB) shut() error {
	d.mu.Lock()
	d.closed = true
	close(d.queue)
	d.mu.Unlock()
	close(d.closing)
	<-d.idle
	d.compacting.Lock() // for ever
	err := errors.Join(d.endRun(), d.file.Close())
	d.left.Wait()
	return err
}

// Check reads the whole file and returns an error if its pages do not form a
// tree in which each is used once or free. Updates wait meanwhile: what is free
// must not change.
func (d *DB) Check() error {
	return d.between(func() error {
		return d.view(func(s *snapshot) (err error) {
			for fault := range s.tx.Check() {
				err = errors.Join(err, fmt.Errorf("boltkv: check: %w", fault))
			}
			return err
		})
	})
}
