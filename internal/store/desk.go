package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"
)

// A desk is where records are taken apart and made: room that one after the
// other uses, since each would else need twice its length anew. It is for one
// goroutine at a time, and what is on it is gone when it is used again.
type desk struct {
	plain  []byte // a body that was opened
	sealed []byte // a record that was made

	from bytes.Reader
	in   *json.Decoder // of from
	body bytes.Buffer
	out  *json.Encoder // to body
}

func newDesk() *desk {
	d := new(desk)
	d.in, d.out = json.NewDecoder(&d.from), json.NewEncoder(&d.body)
	d.in.DisallowUnknownFields()
	return d
}

// decode reads a body, which is one value and nothing else, into v. It refuses
// a field that v does not have. Of the body nothing is kept.
func (d *desk) decode(body []byte, v any) error {
	body = bytes.TrimSpace(body)
	d.from.Reset(body)
	before := d.in.InputOffset()
	if err := d.in.Decode(v); err != nil {
		return err
	}
	if d.in.InputOffset()-before != int64(len(body)) {
		return errors.New("the record goes on after its body")
	}
	return nil
}

// encode returns v as a body, which stays until the next one.
func (d *desk) encode(v any) ([]byte, error) {
	d.body.Reset()
	err := d.out.Encode(v)
	return bytes.TrimSuffix(d.body.Bytes(), []byte("\n")), err
}

// desks are those that nobody uses at the moment. They are safe for concurrent
// use.
type desks struct{ free sync.Pool }

func (d *desks) take() *desk {
	if free, ok := d.free.Get().(*desk); ok {
		return free
	}
	return newDesk()
}

// biggestDesk is the most room, in bytes, that is worth keeping for the next.
const biggestDesk = 256 << 10

// leave gives a desk back. One where something went wrong is not to be used
// again, for its decoder may hold a part of what it could not read.
func (d *desks) leave(used *desk, err error) {
	if err == nil && cap(used.plain)+cap(used.sealed)+used.body.Cap() <= biggestDesk {
		d.free.Put(used)
	}
}
