package boltkv

import (
	"bytes"
	"iter"

	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// bucket is the raw transaction on a bbolt bucket. bbolt's memory is valid
// only during the transaction, and it keeps the values it is given until the
// commit, so both are copied.
type bucket struct {
	b    *bbolt.Bucket
	took *tally // nil when reading
}

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
		first, _ := b.b.Cursor().First()
		first = clone(first)
		c := b.b.Cursor()
		for k, v := lastBefore(c, first, end); k != nil && bytes.Compare(k, start) >= 0; k, v = prev(c, first, k) {
			if !yield(kv.Pair{Key: clone(k), Value: clone(v)}, nil) {
				return
			}
		}
	}
}

// lastBefore moves c to the last key before end; an empty end is no bound. The
// first key of the bucket is first.
func lastBefore(c *bbolt.Cursor, first, end []byte) (k, v []byte) {
	if len(first) == 0 {
		return nil, nil // Last would never return if the keys were deleted just now
	}
	if len(end) > 0 {
		if k, _ := c.Seek(end); k != nil {
			return prev(c, first, end)
		}
	}
	return c.Last()
}

// prev moves c to the key before at. Prev alone is not enough: it also returns
// nil on a page that this transaction has emptied, and goes on from there when
// it is called again.
func prev(c *bbolt.Cursor, first, at []byte) (k, v []byte) {
	for k == nil && bytes.Compare(first, at) < 0 {
		k, v = c.Prev()
	}
	return k, v
}

func (b bucket) Put(key, value []byte) error {
	if err := b.took.take(key, len(value)); err != nil {
		return err
	}
	return b.b.Put(key, clone(value))
}

func (b bucket) Delete(key []byte) error {
	if err := b.took.take(key, 0); err != nil {
		return err
	}
	return b.b.Delete(key)
}

// clone returns a copy of b that is not nil: nil would be no value to bbolt.
func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }
