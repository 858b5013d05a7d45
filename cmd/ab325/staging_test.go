package main

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"ab325/internal/kv"
)

// A staging is a kv.DB that a database is filled by: it takes changes in any
// order of their keys, and gives what they came to in the one order in which a
// database grows at its end and writes each page once. A million cases put
// straight into the file would write most of its pages hundreds of times.
//
// It keeps the last changes in memory and the others in runs, files that are
// sorted and never changed. Nothing in it is durable, transactions run one at a
// time, and one that fails ends its use.
type staging struct {
	dir string

	mu     sync.Mutex // held by the transaction under way
	broken error
	top    map[string][]byte // a nil value is a deleted key
	runs   []*stagedRun      // the oldest first
	saving sync.WaitGroup
}

var _ kv.DB = (*staging)(nil)

// newStaging returns a staging with files in dir, of what is in a database: not
// much, since it is held in memory.
func newStaging(ctx context.Context, dir string, of kv.DB) (*staging, error) {
	s := &staging{dir: dir, top: map[string][]byte{}}
	return s, of.View(ctx, func(r kv.Reader) error {
		for p, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			s.top[string(p.Key)] = p.Value
		}
		return nil
	})
}

// View implements kv.DB.
func (s *staging) View(ctx context.Context, fn func(kv.Reader) error) error {
	return s.Update(ctx, func(tx kv.Tx) error { return fn(tx) })
}

// Update implements kv.DB, but for what is undone.
func (s *staging) Update(_ context.Context, fn func(kv.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		g := kv.Guard(stagingTx{s})
		err := g.End(fn(g))
		s.broken = errors.Join(s.broken, err)
	}
	return s.broken
}

// Close implements kv.DB. It returns when nothing reads the files any more.
func (s *staging) Close() error {
	s.saving.Wait()
	err := s.broken
	for _, r := range s.runs {
		err = errors.Join(err, r.err, r.close())
	}
	return err
}

// changes returns how many changed keys are in memory.
func (s *staging) changes() int { return len(s.top) }

// rotate makes a run of what is in memory, which is written in the background,
// while one that was begun before is done.
func (s *staging) rotate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saving.Wait()
	r := &stagedRun{name: filepath.Join(s.dir, "run-"+strconv.Itoa(len(s.runs))), fresh: s.top}
	s.runs, s.top = append(s.runs, r), map[string][]byte{}
	s.saving.Go(func() { r.err = r.save() })
}

// all yields every pair in order, once nothing is changed any more. The slices
// are of the files.
func (s *staging) all() iter.Seq2[kv.Pair, error] {
	s.rotate()
	s.saving.Wait()
	return stagingTx{s}.Scan(nil, nil)
}

// A stagingTx is the raw transaction.
type stagingTx struct{ *staging }

func (s stagingTx) Get(key []byte) ([]byte, error) {
	value, ok := s.top[string(key)]
	for i := len(s.runs) - 1; i >= 0 && !ok; i-- {
		value, ok = s.runs[i].get(key)
	}
	if value == nil {
		return nil, kv.ErrNotFound
	}
	return append([]byte{}, value...), nil
}

func (s stagingTx) GetMany(keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		values[i], _ = s.Get(key) // which only tells that there is none
	}
	return values, nil
}

func (s stagingTx) Put(key, value []byte) error {
	s.top[string(key)] = append([]byte{}, value...)
	return nil
}

func (s stagingTx) Delete(key []byte) error {
	s.top[string(key)] = nil
	return nil
}

func (s stagingTx) Await(wait func() error) { s.broken = errors.Join(s.broken, wait()) }

func (s stagingTx) Scan(start, end []byte) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		m := s.merge(start, end)
		for len(m) > 0 {
			p := m[0].pair
			m.pass()
			for len(m) > 0 && bytes.Equal(m[0].pair.Key, p.Key) {
				m.pass() // older
			}
			if p.Value != nil && !yield(p, nil) {
				return
			}
		}
	}
}

func (s stagingTx) ScanBack(start, end []byte) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		var pairs []kv.Pair
		for p := range s.Scan(start, end) {
			pairs = append(pairs, p)
		}
		for _, p := range slices.Backward(pairs) {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// merge begins to read keys from start to end in all runs and in memory.
func (s stagingTx) merge(start, end []byte) (m merging) {
	s.saving.Wait()
	top := &stagedRun{fresh: map[string][]byte{}}
	for key, value := range s.top {
		if key >= string(start) && (len(end) == 0 || key < string(end)) {
			top.fresh[key] = value
		}
	}
	top.sort()
	for i, r := range append(slices.Clone(s.runs), top) {
		c := &cursor{run: r, age: -i, at: r.from(start), end: end}
		if c.read() {
			m = append(m, c)
		}
	}
	heap.Init(&m)
	return m
}

// A merging is cursors whose first has the first key, and of equal ones the
// newest.
type merging []*cursor

// pass moves on the first cursor.
func (m *merging) pass() {
	if (*m)[0].read() {
		heap.Fix(m, 0)
	} else {
		heap.Pop(m)
	}
}

func (m merging) Len() int { return len(m) }
func (m merging) Less(i, j int) bool {
	return cmp.Or(bytes.Compare(m[i].pair.Key, m[j].pair.Key), cmp.Compare(m[i].age, m[j].age)) < 0
}
func (m merging) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merging) Push(c any)   { *m = append(*m, c.(*cursor)) }
func (m *merging) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

// A cursor reads a run.
type cursor struct {
	run  *stagedRun
	age  int
	at   int
	end  []byte
	pair kv.Pair
}

// read reads the next pair.
func (c *cursor) read() bool {
	if c.at == c.run.len() {
		return false
	}
	c.pair = c.run.pair(c.at)
	c.at++
	return len(c.end) == 0 || bytes.Compare(c.pair.Key, c.end) < 0
}
