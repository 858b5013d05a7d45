package kv

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// A Key is a composite key under construction. Each method returns a new key
// with one more part and leaves the old one as it was, so a common beginning
// may be kept and used again:
//
//	due := kv.Key("due/")
//	k := due.Date(2026, 12, 1).Text(caseID)
//
// Keys sort by byte as their parts sort, first part first, as long as they
// have the same kinds of parts. No whole part is the beginning of another, so
// a scan of all keys that begin with a part finds only those that have it.
type Key []byte

// errParts reports a key that does not have the parts that were asked for.
var errParts = errors.New("kv: key has other parts")

// A text ends in 0x00 0x01; a 0x00 within is followed by 0xff. So a text sorts
// before all that continue it.
var (
	textEnd  = []byte{0x00, 0x01}
	textZero = []byte{0x00, 0xff}
)

// Text adds a string of any bytes.
func (k Key) Text(s string) Key {
	k = k.copy(len(s) + 2)
	for {
		before, after, zero := strings.Cut(s, string(textZero[:1]))
		k = append(k, before...)
		if !zero {
			return append(k, textEnd...)
		}
		k, s = append(k, textZero...), after
	}
}

// Uint adds a number.
func (k Key) Uint(n uint64) Key { return binary.BigEndian.AppendUint64(k.copy(8), n) }

// Date adds a day of the years 0 to 65535. It does not check that the
// calendar has it.
func (k Key) Date(year, month, day int) Key {
	k = binary.BigEndian.AppendUint16(k.copy(4), uint16(year))
	return append(k, byte(month), byte(day))
}

// Time adds an instant, to the nanosecond; the zone is not kept.
func (k Key) Time(t time.Time) Key {
	k = binary.BigEndian.AppendUint64(k.copy(12), uint64(t.Unix())^1<<63) // so that negative sorts first
	return binary.BigEndian.AppendUint32(k, uint32(t.Nanosecond()))
}

// copy returns k with room for n more bytes and an array of its own.
func (k Key) copy(n int) Key { return append(make(Key, 0, len(k)+n), k...) }

// Range returns the bounds of all keys that begin with prefix, to be passed
// to Scan or ScanBack.
func Range(prefix []byte) (start, end []byte) { return prefix, PrefixEnd(prefix) }

// PrefixEnd returns the first key after all that begin with prefix, or nil,
// which is no bound, if none can be.
func PrefixEnd(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			end := clone(prefix[:i+1])
			end[i]++
			return end
		}
	}
	return nil
}

// Parts takes a composite key apart, from the front, part by part.
type Parts struct {
	rest []byte
	err  error
}

// Split returns the parts of key after prefix. A key that does not begin with
// it has none.
func Split(key, prefix []byte) *Parts {
	rest, ok := bytes.CutPrefix(key, prefix)
	if !ok {
		return &Parts{err: errParts}
	}
	return &Parts{rest: rest}
}

// Text returns the next part, which Key.Text added.
func (p *Parts) Text() string {
	var text []byte
	for p.err == nil {
		i := bytes.IndexByte(p.rest, 0)
		if i < 0 || i+1 == len(p.rest) {
			p.err = errParts
			break
		}
		text = append(text, p.rest[:i]...)
		mark := p.rest[i+1]
		p.rest = p.rest[i+2:]
		switch mark {
		case textEnd[1]:
			return string(text)
		case textZero[1]:
			text = append(text, 0)
		default:
			p.err = errParts
		}
	}
	return ""
}

// Uint returns the next part, which Key.Uint added.
func (p *Parts) Uint() uint64 { return binary.BigEndian.Uint64(p.take(8)) }

// Date returns the next part, which Key.Date added.
func (p *Parts) Date() (year, month, day int) {
	b := p.take(4)
	return int(binary.BigEndian.Uint16(b)), int(b[2]), int(b[3])
}

// Time returns the next part, which Key.Time added, in UTC.
func (p *Parts) Time() time.Time {
	b := p.take(12)
	return time.Unix(int64(binary.BigEndian.Uint64(b)^1<<63), int64(binary.BigEndian.Uint32(b[8:]))).UTC()
}

// take returns the next n bytes; zeros, and an error, if there are not so many.
func (p *Parts) take(n int) []byte {
	if p.err != nil || len(p.rest) < n {
		p.err = errParts
		return make([]byte, n)
	}
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b
}

// End returns an error unless the key had exactly the parts that were taken.
// What was taken is worth nothing if it does.
func (p *Parts) End() error {
	if p.err == nil && len(p.rest) > 0 {
		return errParts
	}
	return p.err
}
