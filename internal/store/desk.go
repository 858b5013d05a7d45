package store

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json"
	v1 "github.com/go-json-experiment/json/v1"
)

// jsonForm is how bodies are read and written: as encoding/json does, but that
// a field which is not known is refused, and that no body is read twice so that
// nothing is decoded of a wrong one.
var jsonForm = json.JoinOptions(v1.DefaultOptionsV1(), json.RejectUnknownMembers(true), v1.ReportErrorsWithLegacySemantics(false))

// sealedForm is how bodies are written that are sealed, no two of them alike: the
// order of what is in a map is left as it comes.
var sealedForm = json.JoinOptions(jsonForm, json.Deterministic(false))

// A desk is where records are taken apart and made: room that one after the
// other uses, since each would else need twice its length anew. It is for one
// goroutine at a time, and what is on it is gone when it is used again.
type desk struct {
	plain  []byte // a body that was opened
	sealed []byte // a record that was made
	body   bytes.Buffer
}

// decode reads a body, which is one value and nothing else, into v. It refuses
// a field that v does not have. Of the body nothing is kept. The error says where
// a body is wrong, and not what stands there, which may be about somebody.
func (d *desk) decode(body []byte, v any) error {
	err := json.Unmarshal(body, v, jsonForm)
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok && wrong.Err != json.ErrUnknownName {
		return fmt.Errorf("what stands at %q is no %v", wrong.JSONPointer, wrong.GoType)
	}
	return err
}

// encode returns v as a body, which stays until the next one.
func (d *desk) encode(v any) ([]byte, error) {
	d.body.Reset()
	err := json.MarshalWrite(&d.body, v, sealedForm)
	return d.body.Bytes(), err
}

// desks are those that nobody uses at the moment. They are safe for concurrent
// use.
type desks struct{ free sync.Pool }

func (d *desks) take() *desk {
	if free, ok := d.free.Get().(*desk); ok {
		return free
	}
	return new(desk)
}

// biggestDesk is the most room, in bytes, that is worth keeping for the next.
const biggestDesk = 256 << 10

// leave gives a desk back.
func (d *desks) leave(used *desk) {
	if cap(used.plain)+cap(used.sealed)+used.body.Cap() <= biggestDesk {
		d.free.Put(used)
	}
}
