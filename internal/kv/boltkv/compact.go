package boltkv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"ab325/internal/durable"
	"ab325/internal/kv"
)

// compactSuffix is what the new file's name ends in until it is done.
const compactSuffix = ".compact"

// A compaction copies a little at a time and lets the disk serve others in
// between, so that they hardly notice.
const (
	copyBytes = 1 << 20
	copyKeys  = 10_000
	copyPause = 10 * time.Millisecond
)

// Changes stop while the last of them are copied. These bound how long that
// takes: so many keys, unless more than that change during one round of copying
// again and again.
const (
	lastKeys   = 500
	lastRounds = 20
)

type keySet map[string]struct{}

// Compact puts a new file in the place of the one in use, without the space and
// the content of what was deleted, and returns how many bytes the two have. It
// takes as long as it needs, while Views and Updates go on: those that run when
// the files are swapped wait for some milliseconds. Views under way go on to
// read the old file, whose space is free when the last of them ends.
//
// What was deleted before Compact was called is not in the new file; what is
// deleted while it runs may be. It needs room for the new file beside the old,
// and returns kv.ErrFull, having changed nothing, where there is not enough;
// the context may be from kv.WithReserve. A crash leaves the old file or the
// new one.
func (d *DB) Compact(ctx context.Context) (before, after int64, err error) {
	select {
	case <-d.closing:
		return 0, 0, kv.ErrClosed
	default:
	}
	if !d.compacting.TryLock() {
		return 0, 0, errors.New("boltkv: compact: it is under way already")
	}
	defer d.compacting.Unlock()
	before, after, err = d.compact(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("boltkv: compact: %w", err)
	}
	return before, after, nil
}

func (d *DB) compact(ctx context.Context) (before, after int64, err error) {
	defer d.guardFaults(&err)()
	var info fs.FileInfo
	err = d.between(func() error { // when all is in the file
		info, err = os.Stat(d.path)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	c, err := d.newCopy(info.Size())
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, c.discard()) }()
	for round := 0; !c.whole || c.behind > lastKeys && round < lastRounds; {
		if err := c.step(ctx); err != nil {
			return 0, 0, err
		}
		if c.whole {
			round++
		}
	}
	if err := d.between(c.replace); err != nil {
		return 0, 0, err
	}
	done, err := os.Stat(d.path)
	if err != nil {
		return 0, 0, err
	}
	return info.Size(), done.Size(), nil
}

// A copying is a compaction under way.
//
// Each step reads what is committed at its beginning, so that nothing is held
// for long: it brings the keys that changed since the last step up to date, as
// far as they are copied, and copies some more.
type copying struct {
	d      *DB
	path   string
	b      *bbolt.DB // nil when it is in use, or closed
	next   []byte    // keys before this are copied
	whole  bool      // all are
	behind int       // how many keys the last step brought up to date
}

// newCopy makes an empty file for the content of one of size bytes, locked: it
// must never stand at the database's name without that.
func (d *DB) newCopy(size int64) (*copying, error) {
	c := &copying{d: d, path: d.path + compactSuffix}
	if err := removeAny(c.path); err != nil {
		return nil, err
	}
	b, _, err := openBolt(c.path, size)
	if err != nil {
		return nil, err
	}
	c.b = b
	err = b.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket(root)
		return err
	})
	if err == nil {
		err = d.between(func() error { d.changed = keySet{}; return nil })
	}
	if err != nil {
		return nil, errors.Join(err, c.discard())
	}
	return c, nil
}

// discard removes the new file if it did not come into use.
func (c *copying) discard() error {
	if c.b == nil {
		return nil
	}
	err := c.d.between(func() error { c.d.changed = nil; return nil })
	if errors.Is(err, kv.ErrClosed) {
		err = nil
	}
	return errors.Join(err, c.b.Close(), removeAny(c.path))
}

// step copies some more, and waits so that others have their turn.
func (c *copying) step(ctx context.Context) error {
	if err := c.space(ctx); err != nil {
		return err
	}
	if err := c.copyCommitted(); err != nil || c.whole {
		return errors.Join(err, ctx.Err())
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-c.d.closing:
		return kv.ErrClosed
	case <-time.After(copyPause):
		return nil
	}
}

// copyCommitted copies from what is committed now.
func (c *copying) copyCommitted() error {
	var changed keySet
	var from *bbolt.Tx
	err := c.d.between(func() (err error) {
		changed, c.d.changed = c.d.changed, keySet{}
		from, err = c.d.file.Begin(false)
		return err
	})
	if err != nil {
		return err
	}
	defer from.Rollback()
	return c.copy(from, changed)
}

// space returns kv.ErrFull if the next step would take room that others need.
func (c *copying) space(ctx context.Context) error {
	room, err := c.d.room()
	if err != nil {
		return err
	}
	return (&tally{room: room, reserve: c.d.reserve, need: 2 * copyBytes, frees: kv.MayUseReserve(ctx)}).check()
}

// copy brings what is copied up to date with from, for the keys that changed,
// and copies some more.
func (c *copying) copy(from *bbolt.Tx, changed keySet) error {
	to, err := c.b.Begin(true)
	if err != nil {
		return err
	}
	defer to.Rollback() // unless it was committed
	src, dst := from.Bucket(root), to.Bucket(root)
	dst.FillPercent = 0.9 // keys come in order; some room is left for changes
	c.behind = 0
	for key := range changed {
		if !c.whole && key >= string(c.next) {
			continue
		}
		c.behind++
		if err := update(dst, []byte(key), src.Get([]byte(key))); err != nil {
			return err
		}
	}
	if !c.whole {
		if err := c.more(src, dst); err != nil {
			return err
		}
	}
	s, err := stateOf(from)
	if err == nil {
		err = s.put(to)
	}
	if err != nil {
		return err
	}
	return to.Commit()
}

// more copies the next keys.
func (c *copying) more(src, dst *bbolt.Bucket) error {
	cursor := src.Cursor()
	k, v := cursor.Seek(c.next)
	for n, size := 0, 0; k != nil && n < copyKeys && size < copyBytes; k, v = cursor.Next() {
		if err := dst.Put(k, v); err != nil {
			return err
		}
		n, size = n+1, size+len(k)+len(v)
	}
	c.next, c.whole = bytes.Clone(k), k == nil
	return nil
}

// update gives key the value v, or none if v is nil.
func update(b *bbolt.Bucket, key, v []byte) error {
	if v == nil {
		return b.Delete(key)
	}
	return b.Put(key, v)
}

// replace copies the last changes, and puts the new file in the place of the
// old. It runs in the committer, so that no change comes in between. Until the
// rename the old file is as it was, and an error is the compaction's alone;
// from then on nobody knows which of the two a crash would leave.
func (c *copying) replace() error {
	d := c.d
	if err := d.Err(); err != nil {
		return err
	}
	from, err := d.file.Begin(false)
	if err != nil {
		return err
	}
	err = c.copy(from, d.changed)
	if err := errors.Join(err, from.Rollback()); err != nil {
		return err
	}
	if err := errors.Join(os.Rename(c.path, d.path), durable.Names(filepath.Dir(d.path)), d.emptyJournals()); err != nil {
		d.fail(err)
		return d.Err()
	}
	old := d.file
	d.swap.Lock()
	d.file = &file{DB: c.b}
	d.swap.Unlock()
	c.b, d.changed = nil, nil
	d.left.Go(func() {
		old.views.Wait()
		_ = old.Close() // it has no name any more: nothing depends on it
	})
	return nil
}

// removeAny removes a file, if it is there.
func removeAny(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
