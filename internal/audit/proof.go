package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A Proof shows, to somebody who has the public key and nothing else, that
// entries stand in the log of a signed checkpoint, or that the log of one
// checkpoint begins with the log of an earlier one. It does not show that there
// are no other entries.
type Proof struct {
	Format     string        `json:"format"`     // proofFormat
	Checkpoint string        `json:"checkpoint"` // a signed note
	Entries    []ProvenEntry `json:"entries,omitempty"`

	Earlier string         `json:"earlier,omitempty"` // a signed note
	Path    tlog.TreeProof `json:"path,omitempty"`    // from the earlier one's root to the other's
}

// proofFormat tells a proof from other files.
const proofFormat = "ab325 proof 1"

// A ProvenEntry is an entry, or what is left of it, with the way from its leaf
// to the root.
type ProvenEntry struct {
	Number uint64           `json:"number"` // place in the tree, from 1
	ID     ID               `json:"id"`
	Record string           `json:"record,omitempty"` // the bytes as they are kept
	Erased *Stub            `json:"erased,omitempty"` // where no record is left
	Path   tlog.RecordProof `json:"path"`
}

// Entry returns what a proven entry says; of one that was erased, its time and
// its case.
func (p *ProvenEntry) Entry() (Entry, error) {
	if p.Erased != nil {
		return Entry{At: p.ID.At(), Case: p.Erased.Case}, nil
	}
	r, err := ParseRecord([]byte(p.Record))
	return r.Entry, err
}

// leaf returns the entry's hash in the tree.
func (p *ProvenEntry) leaf() (Hash, error) {
	e, err := p.Entry()
	switch {
	case err != nil:
		return Hash{}, err
	case p.Erased == nil:
		return Leaf(p.ID, e.Case, Digest([]byte(p.Record))), nil
	case p.Record != "":
		return Hash{}, errors.New("audit: an entry both erased and there")
	}
	return Leaf(p.ID, e.Case, p.Erased.Digest), nil
}

// Prove adds paths to entries that have a number and what they say, and returns
// the proof of them for the tree of a checkpoint, which signed is the note of.
func (t *Tree) Prove(signed []byte, c Checkpoint, entries []ProvenEntry) (*Proof, error) {
	for i := range entries {
		p := &entries[i]
		if p.Number < 1 || p.Number > c.Size {
			return nil, fmt.Errorf("audit: entry %d is not among the %d of the checkpoint", p.Number, c.Size)
		}
		var err error
		if p.Path, err = tlog.ProveRecord(int64(c.Size), int64(p.Number)-1, t); err != nil {
			return nil, fmt.Errorf("audit: prove entry %d: %w", p.Number, err)
		}
	}
	return &Proof{Format: proofFormat, Checkpoint: string(signed), Entries: entries}, nil
}

// ProveGrowth returns the proof that the log of checkpoint c begins with that of
// the earlier one; signed and earlierSigned are their notes.
func (t *Tree) ProveGrowth(earlierSigned []byte, earlier Checkpoint, signed []byte, c Checkpoint) (*Proof, error) {
	p := &Proof{Format: proofFormat, Checkpoint: string(signed), Earlier: string(earlierSigned)}
	if earlier.Size == 0 || earlier.Size > c.Size { // nothing to prove, or nothing that can be
		return p, nil
	}
	var err error
	p.Path, err = tlog.ProveTree(int64(c.Size), int64(earlier.Size), t)
	return p, err
}

// ParseProof reads a proof as json.Marshal writes it.
func ParseProof(data []byte) (*Proof, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var p Proof
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("audit: read the proof: %w", err)
	}
	if p.Format != proofFormat {
		return nil, fmt.Errorf("audit: a proof of the format %q, this program reads %q", p.Format, proofFormat)
	}
	return &p, nil
}

// Check returns the checkpoint that the proof is for, and an error unless the
// checkpoint is signed by v's installation and everything in the proof follows
// from it.
func (p *Proof) Check(v *Verifier) (Checkpoint, error) {
	c, err := v.Open([]byte(p.Checkpoint))
	if err != nil {
		return Checkpoint{}, err
	}
	for i := range p.Entries {
		e := &p.Entries[i]
		leaf, err := e.leaf()
		if err == nil {
			err = tlog.CheckRecord(e.Path, int64(c.Size), tlog.Hash(c.Root), int64(e.Number)-1, tlog.Hash(leaf))
		}
		if err != nil {
			return c, fmt.Errorf("audit: entry %d is not what the log holds: %w", e.Number, err)
		}
	}
	if p.Earlier == "" {
		return c, nil
	}
	earlier, err := v.Open([]byte(p.Earlier))
	if err != nil {
		return c, fmt.Errorf("the earlier one: %w", err)
	}
	return c, consistent(p.Path, earlier, c)
}

// ErrInconsistent means that the log of one checkpoint does not begin with that
// of an earlier one: entries were changed, removed, moved or put in between. Or
// erasures were taken out of the log of those.
var ErrInconsistent = errors.New("audit: the log of the later checkpoint does not begin with that of the earlier")

func consistent(path tlog.TreeProof, earlier, c Checkpoint) error {
	if was, is := earlier.Erasures, c.Erasures; was.Bytes > is.Bytes || was.Bytes == is.Bytes && was != is {
		return ErrInconsistent
	}
	if earlier.Size == 0 {
		if earlier.Root != Nothing().Root || len(path) > 0 {
			return ErrInconsistent
		}
		return nil
	}
	if tlog.CheckTree(path, int64(c.Size), tlog.Hash(c.Root), int64(earlier.Size), tlog.Hash(earlier.Root)) != nil {
		return ErrInconsistent
	}
	return nil
}
