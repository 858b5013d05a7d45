package kv

import (
	"errors"
	"fmt"
	"iter"
)

// A GuardedReader passes reads on to an engine and enforces the contract on
// both sides: it refuses uses after the end and remembers the first failure,
// so that a function which ignores one cannot make a transaction succeed.
type GuardedReader struct {
	raw   Reader
	err   error // the first failure
	ended bool
	scans int // loops under way
}

// GuardReader guards the raw reads of an engine, which need not check their
// arguments.
func GuardReader(raw Reader) *GuardedReader { return &GuardedReader{raw: raw} }

// End makes later uses fail with ErrEnded and returns what the transaction
// came to, given the error of the caller's function: that error, unless it
// hides an earlier failure.
func (g *GuardedReader) End(err error) error {
	g.ended = true
	if g.err != nil && !errors.Is(err, g.err) {
		return g.err
	}
	return err
}

// fail remembers err as the first failure, if it is one.
func (g *GuardedReader) fail(err error) error {
	if err != nil && g.err == nil && !errors.Is(err, ErrNotFound) {
		g.err = err
	}
	return err
}

// Get implements Reader.
func (g *GuardedReader) Get(key []byte) ([]byte, error) {
	if g.ended {
		return nil, ErrEnded
	}
	v, err := g.raw.Get(key)
	return v, g.fail(err)
}

// GetMany implements Reader.
func (g *GuardedReader) GetMany(keys [][]byte) ([][]byte, error) {
	if g.ended {
		return nil, ErrEnded
	}
	values, err := g.raw.GetMany(keys)
	return values, g.fail(err)
}

// Scan implements Reader.
func (g *GuardedReader) Scan(start, end []byte) iter.Seq2[Pair, error] {
	return g.scan(g.raw.Scan, start, end)
}

// ScanBack implements Reader.
func (g *GuardedReader) ScanBack(start, end []byte) iter.Seq2[Pair, error] {
	return g.scan(g.raw.ScanBack, start, end)
}

func (g *GuardedReader) scan(raw func(start, end []byte) iter.Seq2[Pair, error], start, end []byte) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		if g.ended {
			yield(Pair{}, ErrEnded)
			return
		}
		g.scans++
		defer func() { g.scans-- }()
		for p, err := range raw(start, end) {
			if !yield(p, g.fail(err)) || err != nil {
				return
			}
			if g.ended { // the loop was kept alive with iter.Pull
				yield(Pair{}, ErrEnded)
				return
			}
		}
	}
}

// A Guarded is a GuardedReader that writes too: it also checks keys and
// values, and refuses writes during a scan.
type Guarded struct {
	GuardedReader
	raw Tx
}

// Guard guards the raw transaction of an engine, which need not check its
// arguments.
func Guard(raw Tx) *Guarded { return &Guarded{GuardedReader: GuardedReader{raw: raw}, raw: raw} }

// Put implements Tx.
func (g *Guarded) Put(key, value []byte) error {
	if len(value) > MaxValue {
		return g.fail(fmt.Errorf("%w: %d bytes", ErrValue, len(value)))
	}
	return g.write(key, func() error { return g.raw.Put(key, value) })
}

// Delete implements Tx.
func (g *Guarded) Delete(key []byte) error {
	return g.write(key, func() error { return g.raw.Delete(key) })
}

// Await implements Tx.
func (g *Guarded) Await(wait func() error) {
	if !g.ended {
		g.raw.Await(wait)
	}
}

func (g *Guarded) write(key []byte, do func() error) error {
	switch {
	case g.ended:
		return ErrEnded
	case len(key) == 0 || len(key) > MaxKey:
		return g.fail(fmt.Errorf("%w: %d bytes", ErrKey, len(key)))
	case g.scans > 0:
		return g.fail(ErrScanning)
	}
	return g.fail(do())
}
