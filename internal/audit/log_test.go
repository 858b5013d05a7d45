package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

// A log is a whole log in memory.
type log struct {
	size    uint64
	tiles   map[[2]uint64][]byte
	entries []Stored
	pending []Hash
}

var errNoTile = errors.New("no such tile")

func (l *log) read(level, n uint64) ([]byte, error) {
	data, ok := l.tiles[[2]uint64{level, n}]
	if !ok {
		return nil, errNoTile
	}
	return slices.Clone(data), nil
}

func (l *log) tree() *Tree { return NewTree(l.size, l.read) }

// write adds an entry, which gets its place later.
func (l *log) write(t testing.TB, e Entry) ID {
	t.Helper()
	i := len(l.entries)
	id := NewID(at.Add(time.Duration(i)*time.Minute), 0)
	body, err := json.Marshal(Record{Salt{byte(i), byte(i >> 8)}, e})
	if err != nil {
		t.Fatal(err)
	}
	record := append([]byte("{}\n"), body...)
	leaf := Leaf(id, e.Case, Digest(record))
	l.entries = append(l.entries, Stored{ID: id, Leaf: leaf, Record: record})
	l.pending = append(l.pending, leaf)
	return id
}

// number gives every entry its place.
func (l *log) number(t testing.TB) {
	t.Helper()
	tiles, err := l.tree().Grow(l.pending)
	if err != nil {
		t.Fatal(err)
	}
	for _, tile := range tiles {
		l.tiles[[2]uint64{tile.Level, tile.N}] = tile.Data
	}
	for range l.pending {
		e := &l.entries[l.size]
		l.size++
		e.Number, e.Leaf = l.size, Hash{}
	}
	l.pending = nil
}

// newLog returns a log of n entries, numbered in batches of uneven size.
func newLog(t testing.TB, n int) *log {
	t.Helper()
	l := &log{tiles: map[[2]uint64][]byte{}}
	for i, next := 0, 1; i < n; i++ {
		e := entry()
		e.Case = fmt.Sprint("c", i%5)
		l.write(t, e)
		if i == next {
			l.number(t)
			next = 2*next + 7
		}
	}
	l.number(t)
	return l
}

// erase erases the entry at index i; by names who did.
func (l *log) erase(i int, caseID string, by ID) {
	e := &l.entries[i]
	e.Stub = &Stub{Case: caseID, Digest: Digest(e.Record), By: by}
	e.Record = nil
}

func (l *log) clone() *log {
	c := &log{size: l.size, tiles: map[[2]uint64][]byte{}, pending: slices.Clone(l.pending)}
	for k, data := range l.tiles {
		c.tiles[k] = slices.Clone(data)
	}
	for _, e := range l.entries {
		e.Record = slices.Clone(e.Record)
		if e.Stub != nil {
			stub := *e.Stub
			e.Stub = &stub
		}
		c.entries = append(c.entries, e)
	}
	return c
}

func (l *log) checkpoint(t testing.TB, n uint64) Checkpoint {
	t.Helper()
	root, err := l.tree().Root(n)
	if err != nil {
		t.Fatal(err)
	}
	return Checkpoint{Size: n, Root: root, Time: at.UTC().Truncate(time.Second)}
}

// verify checks the whole log against checkpoints.
func (l *log) verify(kept ...Checkpoint) (Report, error) {
	c := NewCheck(l.size, l.read)
	for _, k := range slices.SortedFunc(maps.Keys(l.tiles), func(a, b [2]uint64) int { return slices.Compare(a[:], b[:]) }) {
		if err := c.Tile(Tile{k[0], k[1], l.tiles[k]}); err != nil {
			return Report{}, err
		}
	}
	for _, k := range kept {
		if err := c.Holds(k); err != nil {
			return Report{}, err
		}
	}
	for _, e := range l.entries {
		if _, err := c.Entry(e); err != nil {
			return Report{}, err
		}
	}
	return c.End()
}

// aSigner returns the signer of an installation.
func aSigner(t testing.TB, instance string, seed byte) *Signer {
	t.Helper()
	s, err := NewSigner(instance, slices.Repeat([]byte{seed}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
