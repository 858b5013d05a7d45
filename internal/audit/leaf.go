package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// An ID names an entry, and sorts as entries do: by time, and those of the same
// nanosecond by how they came.
type ID [20]byte

// NewID returns the id of the n-th entry, from 0, of a moment.
func NewID(at time.Time, n uint64) (id ID) {
	binary.BigEndian.PutUint64(id[:], uint64(at.Unix())^1<<63) // so that negative sorts first
	binary.BigEndian.PutUint32(id[8:], uint32(at.Nanosecond()))
	binary.BigEndian.PutUint64(id[12:], n)
	return id
}

// Moment returns the part of the id that says when.
func (id ID) Moment() []byte { return id[:12] }

// At returns when the entry was written, in UTC.
func (id ID) At() time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(id[:])^1<<63), int64(binary.BigEndian.Uint32(id[8:]))).UTC()
}

// Next returns the id after id of the same moment.
func (id ID) Next() ID { return NewID(id.At(), binary.BigEndian.Uint64(id[12:])+1) }

// IsZero reports whether id names no entry.
func (id ID) IsZero() bool { return id == ID{} }

// String returns the id in 27 characters that can stand in an address.
func (id ID) String() string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// ParseID reads what String returns.
func ParseID(s string) (id ID, err error) { return id, id.UnmarshalText([]byte(s)) }

// MarshalText returns the id as String does.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) != base64.RawURLEncoding.EncodedLen(len(id)) {
		return errors.New("not the id of an entry")
	}
	if _, err := base64.RawURLEncoding.Strict().Decode(id[:], text); err != nil {
		return errors.New("not the id of an entry")
	}
	return nil
}

// A Salt keeps what an entry said from being guessed by its hash.
type Salt [16]byte

// MarshalText returns the salt in hexadecimal.
func (s Salt) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Salt) UnmarshalText(text []byte) error { return unhex(s[:], text) }

// A Record is an entry as it is kept: with its salt. As bytes it is one line
// of the store's and a body in JSON. The bytes are what is hashed, so they are
// never written anew.
type Record struct {
	Salt Salt `json:"salt"`
	Entry
}

// ParseRecord reads the bytes of a record.
func ParseRecord(record []byte) (r Record, err error) {
	_, body, _ := bytes.Cut(record, []byte("\n"))
	if err := json.Unmarshal(body, &r); err != nil {
		return Record{}, fmt.Errorf("audit: record: %w", err)
	}
	return r, nil
}

// A Stub is what is left of an entry that was erased with its case.
type Stub struct {
	Case   string `json:"case"`   // id
	Digest Hash   `json:"digest"` // of the record that was there
	By     ID     `json:"by"`     // the entry that says who erased the case, and why
}

// Digest returns the hash of the bytes of a record.
func Digest(record []byte) Hash { return sha256.Sum256(record) }

// Leaf returns the hash of an entry in the tree. It never changes, or no old
// checkpoint holds.
func Leaf(id ID, caseID string, digest Hash) Hash {
	b := make([]byte, 0, 128)
	b = append(b, "ab325 entry 1\n"...)
	b = append(b, id[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(caseID)))
	b = append(b, caseID...)
	return Hash(tlog.RecordHash(append(b, digest[:]...)))
}
