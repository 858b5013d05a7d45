package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sort"

	"filippo.io/age"

	"ab325/internal/kv"
)

// A table reads the records of a backup that was read once already, in any
// order: they are sorted, so it is enough to know with which key each piece
// begins. It is a [kv.DB] that cannot be written to. A scan holds one piece in
// memory, and each of several at a time holds its own.
type table struct {
	plain  io.ReaderAt
	pieces []piece
	recent []kv.Pair // of the piece that was asked for a key last
	which  int       // of pieces that is, + 1
}

// A piece is where some records are in the tar file, and with which key they
// begin.
type piece struct {
	first []byte
	at    int64
	size  int
}

var errReadOnly = errors.New("a backup cannot be changed")

// again returns the records that r has read, to be read from src once more.
func (r *Reader) again(src io.ReaderAt, size int64, identity age.Identity) (*table, error) {
	plain, _, err := age.DecryptReaderAt(src, size, identity)
	if err != nil {
		return nil, damaged(err)
	}
	return &table{plain: plain, pieces: r.pieces}, nil
}

// View implements [kv.DB].
func (t *table) View(ctx context.Context, fn func(kv.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g := kv.GuardReader(&table{plain: t.plain, pieces: t.pieces})
	return g.End(fn(g))
}

// Update implements [kv.DB]: it fails.
func (t *table) Update(context.Context, func(kv.Tx) error) error { return errReadOnly }

// Close implements [kv.DB].
func (t *table) Close() error { return nil }

// Get implements [kv.Reader].
func (t *table) Get(key []byte) ([]byte, error) {
	i := t.from(key)
	if i == len(t.pieces) {
		return nil, kv.ErrNotFound
	}
	if t.which != i+1 {
		pairs, err := t.read(i)
		if err != nil {
			return nil, err
		}
		t.recent, t.which = pairs, i+1
	}
	n, found := slices.BinarySearchFunc(t.recent, key, func(p kv.Pair, key []byte) int { return bytes.Compare(p.Key, key) })
	if !found {
		return nil, kv.ErrNotFound
	}
	return bytes.Clone(t.recent[n].Value), nil
}

// GetMany implements [kv.Reader].
func (t *table) GetMany(keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		v, err := t.Get(key)
		if err != nil && !errors.Is(err, kv.ErrNotFound) {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

// Scan implements [kv.Reader].
func (t *table) Scan(start, end []byte) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		for i := t.from(start); i < len(t.pieces) && before(t.pieces[i].first, end); i++ {
			pairs, err := t.read(i)
			for _, p := range pairs {
				if bytes.Compare(p.Key, start) < 0 {
					continue
				}
				if !before(p.Key, end) || !yield(p, nil) {
					return
				}
			}
			if err != nil {
				yield(kv.Pair{}, err)
				return
			}
		}
	}
}

// ScanBack implements [kv.Reader].
func (t *table) ScanBack(start, end []byte) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		last := sort.Search(len(t.pieces), func(i int) bool { return !before(t.pieces[i].first, end) })
		for i := last - 1; i >= t.from(start); i-- {
			pairs, err := t.read(i)
			if err != nil {
				yield(kv.Pair{}, err)
				return
			}
			for _, p := range slices.Backward(pairs) {
				if !before(p.Key, end) {
					continue
				}
				if bytes.Compare(p.Key, start) < 0 || !yield(p, nil) {
					return
				}
			}
		}
	}
}

// before reports whether key comes before end, where an empty end is no bound.
func before(key, end []byte) bool { return len(end) == 0 || bytes.Compare(key, end) < 0 }

// from returns the first piece that may have a key that is key or later, or
// how many pieces there are.
func (t *table) from(key []byte) int {
	i := sort.Search(len(t.pieces), func(i int) bool { return bytes.Compare(t.pieces[i].first, key) > 0 })
	return min(max(i-1, 0), len(t.pieces))
}

// read returns the pairs of a piece. They are the caller's.
func (t *table) read(i int) (pairs []kv.Pair, err error) {
	b := make([]byte, t.pieces[i].size)
	if n, err := t.plain.ReadAt(b, t.pieces[i].at); n < len(b) {
		return nil, damaged(fmt.Errorf("read records again: %w", err))
	}
	for len(b) > 0 {
		var p kv.Pair
		var ok bool
		if p, b, ok = cutPair(b); !ok {
			return nil, fmt.Errorf("%w: its records are garbled", ErrDamaged)
		}
		pairs = append(pairs, p)
	}
	return pairs, nil
}
