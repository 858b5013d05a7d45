package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// A Fault is a way in which a chain is broken.
type Fault string

// The faults.
const (
	OutOfOrder Fault = "out of order" // another entry should stand here: one was removed, moved or put in
	Unlinked   Fault = "unlinked"     // it does not name the entry before it
	Changed    Fault = "changed"      // its hash is not that of what it says
)

// A BrokenError says where a chain is broken first.
type BrokenError struct {
	Seq   uint64 // the place in the chain, from 1
	Fault Fault
}

// Error returns the place and the fault.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("audit: entry %d is %s", e.Seq, e.Fault)
}

// Verify checks a whole chain from its first entry on. It returns how many
// entries are in order and the last of them, and a *BrokenError if another
// follows that is not. An error of entries itself is returned wrapped.
//
// Entries removed from the end leave a shorter chain that is in order, and
// whoever can write all entries can hash them all anew: compare last with what
// is known of it from elsewhere.
func Verify(entries iter.Seq2[Entry, error]) (n int, last Entry, err error) {
	for e, err := range entries {
		seq := last.Seq + 1
		if err != nil {
			return n, last, fmt.Errorf("read audit entry %d: %w", seq, err)
		}
		if fault := e.faultAfter(last); fault != "" {
			return n, last, &BrokenError{seq, fault}
		}
		last = e
		n++
	}
	return n, last, nil
}

// faultAfter returns what is wrong with e as the entry after prev, or "".
func (e Entry) faultAfter(prev Entry) Fault {
	switch {
	case e.Seq != prev.Seq+1:
		return OutOfOrder
	case e.Prev != prev.Hash:
		return Unlinked
	case e.Hash != e.sum():
		return Changed
	}
	return ""
}

// Read reads the entries of an export, each as the JSON that json.Marshal
// makes of it. It takes no other form of the same entry, so that nothing in an
// export can be changed unseen. It stops at the first error.
func Read(r io.Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for d := json.NewDecoder(r); ; {
			e, err := next(d)
			if err == io.EOF || !yield(e, err) || err != nil {
				return
			}
		}
	}
}

func next(d *json.Decoder) (e Entry, err error) {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return Entry{}, err
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return Entry{}, err
	}
	form, err := json.Marshal(e)
	if err != nil {
		return Entry{}, err
	}
	if !bytes.Equal(raw, form) {
		return Entry{}, errors.New("not written by an export")
	}
	return e, nil
}
