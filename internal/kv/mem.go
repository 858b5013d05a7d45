package kv

import (
	"bytes"
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/google/btree"
)

// Mem returns an empty DB held in memory, for tests and demonstrations. It is
// as serializable as the others: a View reads the tree as it was when it
// began, and Updates run one at a time on a lazy copy of it, which replaces
// the tree when they succeed.
func Mem() DB {
	m := &mem{writer: make(chan struct{}, 1)}
	m.tree.Store(btree.NewG(32, func(a, b Pair) bool { return bytes.Compare(a.Key, b.Key) < 0 }))
	return m
}

type tree = btree.BTreeG[Pair]

type mem struct {
	writer chan struct{}        // holds an element while an Update runs
	tree   atomic.Pointer[tree] // never changed, only replaced; nil once closed
	using  sync.RWMutex         // held for reading by every View, so that Close waits
}

func (m *mem) Close() error {
	m.writer <- struct{}{}
	defer func() { <-m.writer }()
	m.tree.Store(nil)
	m.using.Lock()
	defer m.using.Unlock()
	return nil
}

func (m *mem) View(ctx context.Context, fn func(Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.using.RLock()
	defer m.using.RUnlock()
	t := m.tree.Load()
	if t == nil {
		return ErrClosed
	}
	g := GuardReader(memTx{t: t})
	defer g.End(nil)
	return g.End(fn(g))
}

func (m *mem) Update(ctx context.Context, fn func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case m.writer <- struct{}{}:
		defer func() { <-m.writer }()
	case <-ctx.Done():
		return ctx.Err()
	}
	t := m.tree.Load()
	if t == nil {
		return ErrClosed
	}
	t = t.Clone()
	tx := memTx{t, new([]func() error)}
	g := Guard(tx)
	defer g.End(nil)
	if err := g.End(fn(g)); err != nil {
		return err
	}
	for _, wait := range *tx.awaited {
		if err := wait(); err != nil {
			return err
		}
	}
	m.tree.Store(t)
	return nil
}

// memTx is the raw transaction on a tree. The slices in the tree are never
// handed out and never changed.
type memTx struct {
	t       *tree
	awaited *[]func() error // nil when reading
}

func (x memTx) Get(key []byte) ([]byte, error) {
	p, ok := x.t.Get(Pair{Key: key})
	if !ok {
		return nil, ErrNotFound
	}
	return clone(p.Value), nil
}

func (x memTx) GetMany(keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		if p, ok := x.t.Get(Pair{Key: key}); ok {
			values[i] = clone(p.Value)
		}
	}
	return values, nil
}

func (x memTx) Scan(start, end []byte) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		x.t.AscendGreaterOrEqual(Pair{Key: start}, func(p Pair) bool {
			return (len(end) == 0 || bytes.Compare(p.Key, end) < 0) && yield(p.clone(), nil)
		})
	}
}

func (x memTx) ScanBack(start, end []byte) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		down := func(p Pair) bool {
			return bytes.Compare(p.Key, start) >= 0 && (bytes.Equal(p.Key, end) || yield(p.clone(), nil))
		}
		if len(end) == 0 {
			x.t.Descend(down)
		} else {
			x.t.DescendLessOrEqual(Pair{Key: end}, down)
		}
	}
}

func (x memTx) Put(key, value []byte) error {
	x.t.ReplaceOrInsert(Pair{key, value}.clone())
	return nil
}

func (x memTx) Delete(key []byte) error {
	x.t.Delete(Pair{Key: key})
	return nil
}

func (x memTx) Await(wait func() error) { *x.awaited = append(*x.awaited, wait) }

func (p Pair) clone() Pair { return Pair{clone(p.Key), clone(p.Value)} }

// clone returns a copy of b that is not nil.
func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }
