package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"iter"

	"ab325/internal/audit"
	"ab325/internal/kv"
)

// A logCheck verifies the log within one view.
type logCheck struct {
	ctx   context.Context
	tx    *Tx
	check *audit.Check
	seed  maphash.Seed
	cases uint64 // sum over the entries of the hash of case and id
}

func (k *logCheck) run(kept []audit.Checkpoint) (audit.Report, error) {
	size, err := k.tx.logSize()
	if err != nil {
		return audit.Report{}, err
	}
	k.check, k.seed = audit.NewCheck(size, k.tx.tile), maphash.MakeSeed()
	for _, step := range []func() error{
		k.tiles,
		func() error { return k.checkpoints(kept) },
		k.entries,
		k.listed,
	} {
		if err := step(); err != nil {
			return audit.Report{}, err
		}
	}
	return k.check.End()
}

func (k *logCheck) tiles() error {
	for pair, err := range k.tx.r.Scan(kv.Range(tileKeys.key())) {
		if err := pause(k.ctx, err); err != nil {
			return fmt.Errorf("read the tree: %w", err)
		}
		parts := kv.Split(pair.Key, tileKeys.key())
		tile := audit.Tile{Level: parts.Uint(), N: parts.Uint(), Data: pair.Value}
		if parts.End() != nil {
			return &audit.BrokenError{Fault: audit.Damaged}
		}
		if err := k.check.Tile(tile); err != nil {
			return err
		}
	}
	return nil
}

func (k *logCheck) checkpoints(kept []audit.Checkpoint) error {
	_, last, err := k.tx.LastCheckpoint()
	if err != nil {
		return &audit.BrokenError{Fault: audit.Alien}
	}
	known := map[audit.Checkpoint]bool{}
	for _, c := range append([]audit.Checkpoint{last}, kept...) {
		tree := audit.Checkpoint{Size: c.Size, Root: c.Root} // to sign it again changes nothing
		if known[tree] {
			continue
		}
		if err := k.check.Holds(c); err != nil {
			return err
		}
		known[tree] = true
	}
	for _, c := range kept { // each was stored here before it was kept elsewhere
		if c.Size > last.Size {
			return &audit.BrokenError{Fault: audit.Stale}
		}
	}
	return nil
}

// entries reads the entries side by side with their numbers, which have the
// same order.
func (k *logCheck) entries() error {
	numbers := newPointers(k.tx, logNumberKeys)
	defer numbers.stop()
	fresh := newPointers(k.tx, logNewKeys)
	defer fresh.stop()
	for pair, err := range k.tx.r.Scan(kv.Range(logKeys.key())) {
		if err := pause(k.ctx, err); err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		id, err := logID(pair.Key, logKeys.key())
		if err != nil {
			return &audit.BrokenError{Fault: audit.Damaged}
		}
		s := audit.Stored{ID: id}
		number, numbered, err := numbers.at(id)
		if err != nil {
			return err
		}
		leaf, waits, err := fresh.at(id)
		if err != nil {
			return err
		}
		if numbered == waits || numbered && len(number) != 8 || waits && len(leaf) != hashSize {
			return &audit.BrokenError{ID: id, Fault: audit.PutIn}
		}
		if numbered {
			if s.Number = binary.BigEndian.Uint64(number); s.Number == 0 {
				return &audit.BrokenError{ID: id, Fault: audit.PutIn}
			}
		} else {
			s.Leaf = audit.Hash(leaf)
		}
		if err := k.entry(s, pair.Value); err != nil {
			return err
		}
	}
	if err := numbers.end(); err != nil {
		return err
	}
	return fresh.end()
}

func (k *logCheck) entry(s audit.Stored, record []byte) error {
	if erasedRecord(record) {
		s.Stub = new(audit.Stub)
		if err := decode(auditErasedKind, record, s.Stub); err != nil {
			return &audit.BrokenError{Number: s.Number, ID: s.ID, Fault: audit.Unknown}
		}
	} else {
		s.Record = record
	}
	caseID, err := k.check.Entry(s)
	if caseID != "" {
		k.cases += maphash.Bytes(k.seed, logCaseKey(caseID, s.ID))
	}
	return err
}

// listed verifies that the entries of each case, and no others, are listed with
// it. It compares sums of hashes whose key nobody knows, so that neither side
// has to be sorted like the other; only where they differ it looks for what.
func (k *logCheck) listed() error {
	var sum uint64
	for pair, err := range k.tx.r.Scan(kv.Range(logCaseKeys.key())) {
		if err := pause(k.ctx, err); err != nil {
			return fmt.Errorf("read the log of cases: %w", err)
		}
		sum += maphash.Bytes(k.seed, append(pair.Key, pair.Value...)) // which has none
	}
	if sum == k.cases {
		return nil
	}
	for e, err := range k.tx.Audit(audit.ID{}) {
		if err != nil {
			return err
		}
		if e.Case == "" {
			continue
		}
		if _, err := k.tx.r.Get(logCaseKey(e.Case, e.ID)); err != nil {
			return k.misplaced(e.ID)
		}
	}
	return &audit.BrokenError{Fault: audit.Stray}
}

func (k *logCheck) misplaced(id audit.ID) error {
	numbers, err := k.tx.LogNumbers([]audit.ID{id})
	if err != nil {
		return err
	}
	return &audit.BrokenError{Number: numbers[0], ID: id, Fault: audit.Misplaced}
}

// A pointers walks through the keys that have an entry's id behind a prefix.
type pointers struct {
	p    prefix
	next func() (kv.Pair, error, bool)
	stop func()
	pair kv.Pair
	more bool
	err  error
}

func newPointers(t *Tx, p prefix) *pointers {
	w := &pointers{p: p}
	w.next, w.stop = iter.Pull2(t.r.Scan(kv.Range(p.key())))
	w.advance()
	return w
}

func (w *pointers) advance() { w.pair, w.err, w.more = w.next() }

// at returns the value for an entry. The entries come in order; a key that was
// passed over has no entry.
func (w *pointers) at(id audit.ID) (value []byte, ok bool, err error) {
	key := logKey(w.p, id)
	switch {
	case w.err != nil:
		return nil, false, fmt.Errorf("read the log: %w", w.err)
	case !w.more || string(w.pair.Key) > string(key):
		return nil, false, nil
	case string(w.pair.Key) < string(key):
		return nil, false, w.end()
	}
	value = w.pair.Value
	w.advance()
	return value, true, nil
}

// end returns an error unless every key had its entry.
func (w *pointers) end() error {
	if w.err != nil {
		return fmt.Errorf("read the log: %w", w.err)
	}
	if !w.more {
		return nil
	}
	id, err := logID(w.pair.Key, w.p.key())
	if err != nil {
		return &audit.BrokenError{Fault: audit.Damaged}
	}
	var number uint64
	if len(w.pair.Value) == 8 {
		number = binary.BigEndian.Uint64(w.pair.Value)
	}
	return &audit.BrokenError{Number: number, ID: id, Fault: audit.Missing}
}
