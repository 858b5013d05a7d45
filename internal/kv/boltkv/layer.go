package boltkv

import (
	"bytes"
	"iter"

	"github.com/google/btree"
	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// A change is the new value of a key; nil if it was deleted. Neither slice is
// ever changed, or handed out.
type change struct{ key, value []byte }

// A layer is changes upon what is committed, in the order of their keys.
type layer struct{ *btree.BTreeG[change] }

func newLayer() *layer {
	return &layer{btree.NewG(16, func(a, b change) bool { return bytes.Compare(a.key, b.key) < 0 })}
}

// get returns the change of a key, if there is one.
func (l *layer) get(key []byte) (change, bool) { return l.Get(change{key: key}) }

// apply makes the changes in a bucket, which keeps the values until its
// transaction ends.
func (l *layer) apply(to *bbolt.Bucket) (err error) {
	l.Ascend(func(c change) bool {
		if c.value == nil {
			err = to.Delete(c.key)
		} else {
			err = to.Put(c.key, c.value)
		}
		return err == nil
	})
	return err
}

// scan yields the changes with start ≤ key < end; an empty end is no bound.
func (l *layer) scan(start, end []byte) iter.Seq[change] {
	return func(yield func(change) bool) {
		l.AscendGreaterOrEqual(change{key: start}, func(c change) bool {
			return (len(end) == 0 || bytes.Compare(c.key, end) < 0) && yield(c)
		})
	}
}

// scanBack yields what scan does in descending order.
func (l *layer) scanBack(start, end []byte) iter.Seq[change] {
	return func(yield func(change) bool) {
		down := func(c change) bool {
			return bytes.Compare(c.key, start) >= 0 && (bytes.Equal(c.key, end) || yield(c))
		}
		if len(end) == 0 {
			l.Descend(down)
		} else {
			l.DescendLessOrEqual(change{key: end}, down)
		}
	}
}

// over yields pairs as changes make them. Both come in the same order of keys.
func over(pairs iter.Seq2[kv.Pair, error], changes iter.Seq[change], order func(a, b []byte) int) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		next, stop := iter.Pull(changes)
		defer stop()
		c, more := next()
		for p, err := range pairs {
			changed := false
			for ; err == nil && more && order(c.key, p.Key) <= 0; c, more = next() {
				changed = bytes.Equal(c.key, p.Key)
				if !c.yield(yield) {
					return
				}
			}
			if !changed && !yield(p, err) || err != nil {
				return
			}
		}
		for ; more; c, more = next() {
			if !c.yield(yield) {
				return
			}
		}
	}
}

// yield yields a copy of the change, unless it is none that is left, and reports
// whether to go on.
func (c change) yield(yield func(kv.Pair, error) bool) bool {
	return c.value == nil || yield(kv.Pair{Key: clone(c.key), Value: clone(c.value)}, nil)
}
