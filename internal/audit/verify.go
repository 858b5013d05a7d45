package audit

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A Fault is a way in which a log is broken.
type Fault string

// The faults of an entry.
const (
	Changed   Fault = "changed"                                  // the tree holds another in its place
	Missing   Fault = "missing"                                  // the tree holds one, and the log none
	PutIn     Fault = "put in"                                   // it has no place, or another's
	Unknown   Fault = "unreadable"                               // it is no entry
	Unerased  Fault = "erased, and no entry says by whom or why" // or not of its case, or earlier
	Misplaced Fault = "not listed with its case"
)

// The faults of the log as a whole.
const (
	Damaged Fault = "the tree does not hold together"
	Short   Fault = "the end is missing: a signed checkpoint had more entries"
	Other   Fault = "a signed checkpoint had other entries"
	Stale   Fault = "the last checkpoint is missing, or older than one kept elsewhere"
	Stray   Fault = "a case lists an entry that is not about it"
	Alien   Fault = "the checkpoint is not this installation's, or not what was signed"
)

// A BrokenError says where a log was found to be broken.
type BrokenError struct {
	Number uint64 // of the entry, from 1; 0 if it has none
	ID     ID     // of the entry; zero where the fault is the whole log's, or no entry is there
	Fault  Fault
}

// Error returns the place and the fault.
func (e *BrokenError) Error() string {
	switch {
	case e.Number > 0:
		return fmt.Sprintf("entry %d is %s", e.Number, e.Fault)
	case !e.ID.IsZero():
		return fmt.Sprintf("entry %s is %s", e.ID, e.Fault)
	}
	return string(e.Fault)
}

// A Stored is an entry as a store has it.
type Stored struct {
	ID     ID
	Number uint64 // place in the tree, from 1; 0 before it has one
	Leaf   Hash   // what will be its leaf, before it has a number
	Record []byte // the bytes of its record; none if it is erased
	Stub   *Stub  // what is left of one that is erased
}

// order is the place of the entry among those of the tree; what is not in it
// yet comes last.
func (s *Stored) order() uint64 { return s.Number - 1 }

// A Report says what a whole log holds.
type Report struct {
	Entries uint64     // in the tree
	Pending uint64     // not yet
	Erased  uint64     // of both
	Signed  Checkpoint // the longest of those that the log holds; zero: none, or of an empty log
}

// A Check verifies a whole log: it is given every tile, then the checkpoints,
// then every entry, and computes every hash anew. It keeps a bit of memory for
// each entry.
type Check struct {
	size uint64
	tree *Tree

	level, n    uint64 // of the tile that comes next
	have, above []byte // the hashes that the level must have, and those of the level above as far as known

	seen    []uint64 // bits: numbers of entries that were there
	report  Report
	erased  map[erasure]Stored // for each that stubs name, the last of them
	erasing map[erasure]uint64 // the place of each entry that is one
}

// An erasure is of a case, by what an entry says.
type erasure struct {
	by     ID
	caseID string
}

// NewCheck begins to verify a log whose tree has size leaves. Read returns the
// data of a stored tile.
func NewCheck(size uint64, read func(level, n uint64) ([]byte, error)) *Check {
	return &Check{size: size, tree: NewTree(size, read), erased: map[erasure]Stored{}, erasing: map[erasure]uint64{}}
}

// hashes returns how many hashes the tree has on a level of tiles.
func (c *Check) hashes(level uint64) uint64 { return c.size >> (tileHeight * level) }

// Tile verifies a stored tile. They come level by level from the lowest, each
// from its first on.
func (c *Check) Tile(t Tile) error {
	if c.n*TileWidth >= c.hashes(c.level) {
		c.level, c.n, c.have, c.above = c.level+1, 0, c.above, nil
	}
	width := min(c.hashes(c.level)-c.n*TileWidth, TileWidth)
	if t.Level != c.level || t.N != c.n || width == 0 || uint64(len(t.Data)) != width*tlog.HashSize {
		return &BrokenError{Fault: Damaged}
	}
	if c.level > 0 && !bytes.Equal(t.Data, c.have[c.n*TileWidth*tlog.HashSize:][:len(t.Data)]) {
		return &BrokenError{Fault: Damaged}
	}
	c.n++
	if width == TileWidth {
		root := tileRoot(t.Data)
		c.above = append(c.above, root[:]...)
	}
	return nil
}

// tileRoot returns the root of a whole tile.
func tileRoot(data []byte) tlog.Hash {
	var row [TileWidth]tlog.Hash
	for i := range row {
		row[i] = tlog.Hash(data[i*tlog.HashSize:])
	}
	for w := TileWidth / 2; w > 0; w /= 2 {
		for i := range w {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
	}
	return row[0]
}

// Holds verifies that the log begins with what a checkpoint had. All tiles were
// verified before.
func (c *Check) Holds(cp Checkpoint) error {
	if c.n*TileWidth < c.hashes(c.level) || c.hashes(c.level+1) > 0 {
		return &BrokenError{Fault: Damaged}
	}
	if cp.Size > c.size {
		return &BrokenError{Fault: Short}
	}
	if root, err := c.tree.Root(cp.Size); err != nil {
		return err
	} else if root != cp.Root {
		return &BrokenError{Fault: Other}
	}
	if cp.Size > c.report.Signed.Size {
		c.report.Signed = cp
	}
	return nil
}

// Entry verifies an entry against the tree, and returns the id of its case.
// The entries come in any order, those of neighbouring numbers fastest one
// after the other.
func (c *Check) Entry(s Stored) (caseID string, err error) {
	broken := func(f Fault) (string, error) { return "", &BrokenError{s.Number, s.ID, f} }
	leaf, caseID := c.examine(s)
	if s.Number == 0 {
		if leaf != s.Leaf {
			return broken(Changed)
		}
		c.report.Pending++
		return caseID, nil
	}
	if c.seen == nil {
		c.seen = make([]uint64, c.size/64+1)
	}
	n := s.Number - 1
	if n >= c.size || c.seen[n/64]>>(n%64)&1 == 1 {
		return broken(PutIn)
	}
	want, err := c.tree.leaf(n)
	if err != nil {
		return "", err
	}
	if leaf != want {
		return broken(Changed)
	}
	c.seen[n/64] |= 1 << (n % 64)
	c.report.Entries++
	return caseID, nil
}

// examine returns the entry's leaf and case, and remembers what it says of
// erasures.
func (c *Check) examine(s Stored) (leaf Hash, caseID string) {
	if s.Stub != nil {
		c.report.Erased++
		named := erasure{s.Stub.By, s.Stub.Case}
		if last, ok := c.erased[named]; !ok || s.order() > last.order() {
			c.erased[named] = Stored{ID: s.ID, Number: s.Number}
		}
		return Leaf(s.ID, s.Stub.Case, s.Stub.Digest), s.Stub.Case
	}
	caseID = peek(s.Record, `"case":"`)
	if caseID != "" && peek(s.Record, `"action":"`) == Erased && peek(s.Record, `"result":"`) == Done {
		c.erasing[erasure{s.ID, caseID}] = s.order()
	}
	return Leaf(s.ID, caseID, Digest(s.Record)), caseID
}

// peek returns the text that follows the name of a field in a record's bytes.
// No text of an entry has a quotation mark in it, so the name stands there once
// or not at all; and in bytes that are no entry's, what is read is not what the
// tree holds. To decode a million records takes longer than all the rest.
func peek(record []byte, name string) string {
	_, rest, _ := bytes.Cut(record, []byte(name))
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(value)
}

// End verifies, when there are no more entries, that none is missing and that
// each that was erased was erased by a later one that says so.
func (c *Check) End() (Report, error) {
	if err := c.Holds(Nothing()); err != nil {
		return c.report, err
	}
	for n := range c.size {
		if c.report.Entries == c.size {
			break
		}
		if c.seen == nil || c.seen[n/64]>>(n%64)&1 == 0 {
			return c.report, &BrokenError{Number: n + 1, Fault: Missing}
		}
	}
	for named, last := range c.erased {
		if order, ok := c.erasing[named]; !ok || last.order() > order {
			return c.report, &BrokenError{last.Number, last.ID, Unerased}
		}
	}
	return c.report, nil
}
