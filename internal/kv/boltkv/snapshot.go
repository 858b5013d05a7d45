package boltkv

import (
	"bytes"
	"errors"
	"iter"
	"slices"

	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// A snapshot reads what is in the file as layers change it.
type snapshot struct {
	file      *file
	tx        *bbolt.Tx
	committed bucket
	layers    []*layer // the lowest first
}

// begin begins to read what is durable. The file stays open for that until end.
func (d *DB) begin() (*snapshot, error) {
	d.swap.RLock()
	defer d.swap.RUnlock()
	tx, err := d.file.Begin(false)
	if err != nil {
		return nil, err
	}
	d.file.views.Add(1)
	s := &snapshot{file: d.file, tx: tx, committed: bucket{tx.Bucket(root)}}
	s.add(d.flushing)
	s.add(d.pool)
	return s, nil
}

func (s *snapshot) end() {
	s.tx.Rollback()
	s.file.views.Done()
}

// add has a layer change what is read, unless it is nil or empty.
func (s *snapshot) add(l *layer) {
	if l != nil && l.Len() > 0 {
		s.layers = append(s.layers, l)
	}
}

// reader returns what reads as the snapshot does.
func (s *snapshot) reader() kv.Reader {
	if len(s.layers) == 0 {
		return s.committed
	}
	return s
}

func (s *snapshot) Get(key []byte) ([]byte, error) {
	for _, l := range slices.Backward(s.layers) {
		if c, ok := l.get(key); ok && c.value == nil {
			return nil, kv.ErrNotFound
		} else if ok {
			return clone(c.value), nil
		}
	}
	return s.committed.Get(key)
}

func (s *snapshot) GetMany(keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		v, err := s.Get(key)
		if err != nil && !errors.Is(err, kv.ErrNotFound) {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (s *snapshot) Scan(start, end []byte) iter.Seq2[kv.Pair, error] {
	pairs := s.committed.Scan(start, end)
	for _, l := range s.layers {
		if changes := l.scan(start, end); some(changes) {
			pairs = over(pairs, changes, bytes.Compare)
		}
	}
	return pairs
}

func (s *snapshot) ScanBack(start, end []byte) iter.Seq2[kv.Pair, error] {
	pairs := s.committed.ScanBack(start, end)
	for _, l := range s.layers {
		if changes := l.scanBack(start, end); some(changes) {
			pairs = over(pairs, changes, func(a, b []byte) int { return bytes.Compare(b, a) })
		}
	}
	return pairs
}

// some reports whether there are any.
func some(changes iter.Seq[change]) bool {
	for range changes {
		return true
	}
	return false
}
