// Package audit builds and verifies the chain of entries that says who did
// what to which case.
//
// An entry holds ids, words of the program and hashes, and nothing about a
// person: [Append] refuses every text that could be a name, an address or a
// CPR number. So the chain stays whole when a case is erased, and can be shown
// to whoever checks it. The package does no input or output and keeps no
// state.
package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// An Entry says that somebody did, saw or was refused something. Each names
// the one before it by hash, so that none can be changed, removed, moved or
// put in without every later one showing it.
type Entry struct {
	Seq     uint64    `json:"seq"` // place in the chain, from 1; set by Append
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`             // id of the account, link or job
	Role    string    `json:"role,omitempty"`    // that the actor had in it
	Unit    string    `json:"unit,omitempty"`    // code of the actor's municipality
	Action  string    `json:"action"`            // what was done
	Case    string    `json:"case,omitempty"`    // id of the case
	Object  string    `json:"object,omitempty"`  // id of what in the case, or beside cases, it was done to
	Purpose string    `json:"purpose,omitempty"` // why; the person whose data it is may ask
	Result  string    `json:"result"`            // how it went

	// Detail is the hash of a record that is kept, and erased, apart. What can
	// be guessed, such as a CPR number searched for, is hashed with a key.
	Detail Hash `json:"detail,omitzero"`

	Prev Hash `json:"prev"` // of the entry before; zero in the first; set by Append
	Hash Hash `json:"hash"` // of all the above; set by Append
}

// A Hash is a SHA-256 hash. The zero Hash is none.
type Hash [sha256.Size]byte

// IsZero reports whether h is none.
func (h Hash) IsZero() bool { return h == Hash{} }

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText returns the hash in hexadecimal.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("hash of %d characters, want %d", len(text), hex.EncodedLen(len(h)))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// Append returns e as the entry after prev, or as the first if prev is the
// zero Entry: it sets Seq, Prev, Hash, and the time to UTC. It refuses an
// entry without time, actor, action or result, and one with a text that is
// not an id.
func Append(prev, e Entry) (Entry, error) {
	if e.At.IsZero() {
		return Entry{}, errors.New("audit: entry without time")
	}
	for _, f := range e.texts() {
		if err := f.check(); err != nil {
			return Entry{}, fmt.Errorf("audit: %s: %w", f.name, err)
		}
	}
	e.At = e.At.UTC() // which leaves out the monotonic clock: no export has it
	e.Seq, e.Prev = prev.Seq+1, prev.Hash
	e.Hash = e.sum()
	return e, nil
}

// sum returns the hash of all of e but Hash. No two different entries have
// the same bytes hashed: numbers have a fixed size and texts their length in
// front.
func (e Entry) sum() Hash {
	b := []byte("ab325 audit entry 1\n")
	b = binary.BigEndian.AppendUint64(b, e.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.Unix()))
	b = binary.BigEndian.AppendUint32(b, uint32(e.At.Nanosecond()))
	for _, f := range e.texts() {
		b = binary.BigEndian.AppendUint32(b, uint32(len(f.s)))
		b = append(b, f.s...)
	}
	b = append(b, e.Detail[:]...)
	b = append(b, e.Prev[:]...)
	return sha256.Sum256(b)
}

// A text is a field of an entry.
type text struct {
	name, s  string
	required bool
}

// texts returns the fields that are texts, in the order in which they are
// hashed.
func (e Entry) texts() []text {
	return []text{
		{"actor", e.Actor, true},
		{"role", e.Role, false},
		{"unit", e.Unit, false},
		{"action", e.Action, true},
		{"case", e.Case, false},
		{"object", e.Object, false},
		{"purpose", e.Purpose, false},
		{"result", e.Result, true},
	}
}
