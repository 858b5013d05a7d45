package boltkv

import (
	"bytes"
	"iter"

	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// bucket reads what is committed. bbolt's memory is valid only during the
// transaction, so what it returns are copies.
type bucket struct{ b *bbolt.Bucket }

func (b bucket) Get(key []byte) ([]byte, error) {
	if v := b.b.Get(key); v != nil {
		return clone(v), nil
	}
	return nil, kv.ErrNotFound
}

func (b bucket) GetMany(keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		if v := b.b.Get(key); v != nil {
			values[i] = clone(v)
		}
	}
	return values, nil
}

func (b bucket) Scan(start, end []byte) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		c := b.b.Cursor()
		for k, v := c.Seek(start); k != nil && (len(end) == 0 || bytes.Compare(k, end) < 0); k, v = c.Next() {
			if !yield(kv.Pair{Key: clone(k), Value: clone(v)}, nil) {
				return
			}
		}
	}
}

func (b bucket) ScanBack(start, end []byte) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		c := b.b.Cursor()
		for k, v := lastBefore(c, end); k != nil && bytes.Compare(k, start) >= 0; k, v = c.Prev() {
			if !yield(kv.Pair{Key: clone(k), Value: clone(v)}, nil) {
				return
			}
		}
	}
}

// lastBefore moves c to the last key before end; an empty end is no bound.
func lastBefore(c *bbolt.Cursor, end []byte) (k, v []byte) {
	if len(end) > 0 {
		if k, _ := c.Seek(end); k != nil {
			return c.Prev()
		}
	}
	return c.Last()
}

// clone returns a copy of b that is not nil: nil would be no value.
func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }
