package boltkv

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"iter"

	"github.com/google/btree"
	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// A change is the new value of a key; nil if it was deleted. Neither slice is
// ever changed, or handed out.
type change struct{ key, value []byte }

// A layer is changes upon what is in the file, in the order of their keys.
type layer struct {
	*btree.BTreeG[change]
	need int64 // what putting them there takes of the disk, at most
}

func newLayer() *layer {
	return &layer{BTreeG: btree.NewG(16, func(a, b change) bool { return bytes.Compare(a.key, b.key) < 0 })}
}

// with returns a layer of the changes of l and then those of upper. Neither may be
// changed any more.
func (l *layer) with(upper *layer) *layer {
	if l.Len() == 0 {
		return upper
	}
	both := &layer{BTreeG: l.Clone(), need: l.need + upper.need}
	upper.Ascend(func(c change) bool {
		both.ReplaceOrInsert(c)
		return true
	})
	return both
}

// get returns the change of a key, if there is one.
func (l *layer) get(key []byte) (change, bool) { return l.Get(change{key: key}) }

// apply makes the changes in a bucket, which keeps the values until its
// transaction ends.
func (l *layer) apply(to *bbolt.Bucket) (err error) {
	l.Ascend(func(c change) bool {
		err = c.apply(to)
		return err == nil
	})
	return err
}

func (c change) apply(to *bbolt.Bucket) error {
	if c.value == nil {
		return to.Delete(c.key)
	}
	return to.Put(c.key, c.value)
}

// encode returns the changes as a journal has them: for each the length of its key,
// the key, one more than the length of its value, and the value; or 0 if the key
// was deleted.
func (l *layer) encode() []byte {
	var b []byte
	l.Ascend(func(c change) bool {
		b = append(binary.AppendUvarint(b, uint64(len(c.key))), c.key...)
		if c.value == nil {
			b = append(b, 0)
		} else {
			b = append(binary.AppendUvarint(b, uint64(len(c.value))+1), c.value...)
		}
		return true
	})
	return b
}

// decode returns the changes that were encoded.
func decode(b []byte) (changes []change, err error) {
	r := bytes.NewBuffer(b)
	for r.Len() > 0 {
		key, keyErr := next(r, 0)
		value, err := next(r, 1)
		if err := errors.Join(keyErr, err); err != nil {
			return nil, err
		}
		changes = append(changes, change{key, value})
	}
	return changes, nil
}

// next returns what stands next in r, behind its length and so many more; nil if
// the length is less than that.
func next(r *bytes.Buffer, more uint64) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil || n < more {
		return nil, err
	}
	if n -= more; n > uint64(r.Len()) {
		return nil, io.ErrUnexpectedEOF
	}
	return r.Next(int(n)), nil
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
