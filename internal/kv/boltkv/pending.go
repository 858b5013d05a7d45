package boltkv

import (
	"bytes"
	"errors"
	"iter"
	"slices"

	"ab325/internal/kv"
)

// pending is the raw transaction of a member: what is committed, as the group
// that is being written changes it, as those change it that have run since.
type pending struct {
	committed bucket
	layers    []*layer // upon it, the lowest first; the last is the group's
	group     *group
	need      int64    // of the group, before this
	awaited   int      // by the group, before this
	before    []before // what each write has replaced
}

// before is what a layer held at a key before a write.
type before struct {
	key []byte
	was change
	ok  bool // it held something
}

func (p *pending) Get(key []byte) ([]byte, error) {
	for _, l := range slices.Backward(p.layers) {
		if c, ok := l.get(key); ok && c.value == nil {
			return nil, kv.ErrNotFound
		} else if ok {
			return clone(c.value), nil
		}
	}
	return p.committed.Get(key)
}

func (p *pending) GetMany(keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		v, err := p.Get(key)
		if err != nil && !errors.Is(err, kv.ErrNotFound) {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (p *pending) Scan(start, end []byte) iter.Seq2[kv.Pair, error] {
	pairs := p.committed.Scan(start, end)
	for _, l := range p.layers {
		pairs = over(pairs, l.scan(start, end), bytes.Compare)
	}
	return pairs
}

func (p *pending) ScanBack(start, end []byte) iter.Seq2[kv.Pair, error] {
	pairs := p.committed.ScanBack(start, end)
	for _, l := range p.layers {
		pairs = over(pairs, l.scanBack(start, end), func(a, b []byte) int { return bytes.Compare(b, a) })
	}
	return pairs
}

func (p *pending) Put(key, value []byte) error { return p.write(change{clone(key), clone(value)}) }

func (p *pending) Delete(key []byte) error { return p.write(change{key: clone(key)}) }

func (p *pending) write(c change) error {
	if err := p.group.took.take(c.key, len(c.value)); err != nil {
		return err
	}
	was, ok := p.group.changes.ReplaceOrInsert(c)
	p.before = append(p.before, before{c.key, was, ok})
	return nil
}

func (p *pending) Await(wait func() error) { p.group.awaited = append(p.group.awaited, wait) }

// undo takes back all that was written, the room for it, and what it waits for.
func (p *pending) undo() {
	p.group.took.need = p.need
	p.group.awaited = p.group.awaited[:p.awaited]
	for _, b := range slices.Backward(p.before) {
		if b.ok {
			p.group.changes.ReplaceOrInsert(b.was)
		} else {
			p.group.changes.Delete(change{key: b.key})
		}
	}
}
