// Package audit says what an entry of the log is, and proves that the log is
// what it was when it was signed.
//
// An entry says who did what to which case. It holds ids, words of the program
// and hashes, and nothing about a person: [Entry.Checked] refuses every text
// that could be a name, an address or a CPR number.
//
// The entries are the leaves of one Merkle tree, the kind that certificates and
// Go modules are logged in (golang.org/x/mod/sumdb/tlog). Whoever keeps a
// signed [Checkpoint], three lines that name the tree's size and root, can tell
// later whether every entry that was there is there still, unchanged and in its
// place; and a [Proof] shows an entry to somebody who has neither the log nor
// its key. Checkpoints are signed notes (golang.org/x/mod/sumdb/note), which
// other programs read too.
//
// A leaf is the hash of the entry's id and case, and of the hash of the record
// that holds the entry with a random salt. So the record can be erased, salt
// and all: what is left, a [Stub], says nothing of what it said, and still
// proves where it stood and which case it was of.
//
// The package does no input or output and keeps no state.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// An Entry says that somebody did, saw or was refused something.
type Entry struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`             // id of the account, link or job
	Role    string    `json:"role,omitempty"`    // that the actor had in it
	Unit    string    `json:"unit,omitempty"`    // code of the actor's municipality
	Action  string    `json:"action"`            // what was done
	Case    string    `json:"case,omitempty"`    // id of the case
	Object  string    `json:"object,omitempty"`  // id of what in the case, or beside cases, it was done to
	Purpose string    `json:"purpose,omitempty"` // why; the person whose data it is may ask
	Result  string    `json:"result"`            // how it went

	// Revision is how often the record was saved that the change made: the
	// case or, without a case, the account or setting that is the object or,
	// without one, the actor. So an older record that was put back is betrayed.
	// 0 of what changed none, and of entries from before it was noted.
	Revision int `json:"rev,omitempty"`

	// Detail is the hash of a record that is kept, and erased, apart. What can
	// be guessed, such as a CPR number searched for, is hashed with a key.
	Detail Hash `json:"detail,omitzero"`
}

// Erased is the action of the entry that explains why a case's entries were
// erased, where its result is Done: it may also have been refused.
const Erased = "erase"

// Done is the result of what was not refused.
const Done = "ok"

// Erases reports whether e explains why the entries of its case were erased.
func (e *Entry) Erases() bool { return e.Action == Erased && e.Result == Done && e.Case != "" }

// A Hash is a SHA-256 hash. The zero Hash is none.
type Hash [sha256.Size]byte

// IsZero reports whether h is none.
func (h Hash) IsZero() bool { return h == Hash{} }

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText returns the hash in hexadecimal.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) error { return unhex(h[:], text) }

// unhex sets b to what text says in hexadecimal.
func unhex(b, text []byte) error {
	if len(text) != hex.EncodedLen(len(b)) {
		return fmt.Errorf("%d hexadecimal digits, want %d", len(text), hex.EncodedLen(len(b)))
	}
	_, err := hex.Decode(b, text)
	return err
}

// Checked returns e as it may be written, with the time in UTC. It refuses an
// entry without time, actor, action or result, one with a text that is not an
// id, and one with a revision that no record has.
func (e Entry) Checked() (Entry, error) {
	if e.At.IsZero() {
		return Entry{}, errors.New("audit: entry without time")
	}
	if e.Revision < 0 {
		return Entry{}, errors.New("audit: entry with a revision below 0")
	}
	for _, f := range e.texts() {
		if err := f.check(); err != nil {
			return Entry{}, fmt.Errorf("audit: %s: %w", f.name, err)
		}
	}
	e.At = e.At.UTC() // which leaves out the monotonic clock: no record has it
	return e, nil
}

// A text is a field of an entry.
type text struct {
	name, s  string
	required bool
}

func (e *Entry) texts() [8]text {
	return [...]text{
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
