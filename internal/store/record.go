package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"ab325/internal/kv"
)

// A kind of record, with its history. A record is a line that names its kind
// and version, and a body in JSON:
//
//	{"kind":"case","v":1}
//	{"ID":"…",…}
//
// Whatever changes the shape of a stored struct, an added field too, is a new
// version: append the upgrade that turns a body of the version before into it
// (the identity where nothing has to be moved), and add its golden file. The
// files of earlier versions prove that what is stored can still be read.
//
// A case and an audit entry are stored in the shape of their own packages: a
// copy of their thirty structs here would have to be changed with each of them
// in any case. The golden test stands in for it: it fails whenever a field of
// theirs, however deep, is added, renamed, retyped or dropped.
type kind struct {
	name     string
	upgrades []func(body []byte) ([]byte, error) // the i-th turns version i+1 into i+2

	// kept records are what people were told is saved. The others come and go
	// with those who look: see Once.
	kept bool
}

// The kinds of records, by the struct that they hold.
var (
	caseKind         = kind{name: "case", kept: true}         // flexjob.Case
	rowKind          = kind{name: "row", kept: true}          // entry
	auditKind        = kind{name: "audit"}                    // audit.Record
	auditErasedKind  = kind{name: "audit-erased"}             // audit.Stub
	staffKind        = kind{name: "staff", kept: true}        // Staff
	sessionKind      = kind{name: "session"}                  // Session
	parkedKind       = kind{name: "parked"}                   // Parked
	linkKind         = kind{name: "link", kept: true}         // Link
	messageKind      = kind{name: "message", kept: true}      // Message
	municipalityKind = kind{name: "municipality", kept: true} // Municipality
)

func (k kind) version() int { return len(k.upgrades) + 1 }

type header struct {
	Kind    string `json:"kind"`
	Version int    `json:"v"`
}

// encode and decode are the one place where records become bytes and bytes
// become records.
func encode(k kind, v any) ([]byte, error) {
	head, err := json.Marshal(header{k.name, k.version()})
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", k.name, err)
	}
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", k.name, err)
	}
	return append(append(head, '\n'), body...), nil
}

// decode reads a record of any version into v. It refuses a record of another
// kind or of a newer version, and a field that v does not have: an older
// program would drop it at the next save.
func decode(k kind, record []byte, v any) error {
	head, body, _ := bytes.Cut(record, []byte("\n"))
	var h header
	if err := json.Unmarshal(head, &h); err != nil {
		return fmt.Errorf("decode %s: header: %w", k.name, err)
	}
	if h.Kind != k.name || h.Version < 1 || h.Version > k.version() {
		return fmt.Errorf("decode %s: the record is %q version %d, this program reads version 1 to %d", k.name, h.Kind, h.Version, k.version())
	}
	for i, upgrade := range k.upgrades[h.Version-1:] {
		var err error
		if body, err = upgrade(body); err != nil {
			return fmt.Errorf("upgrade %s from version %d: %w", k.name, h.Version+i, err)
		}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("decode %s: %w", k.name, err)
	}
	if d.More() {
		return fmt.Errorf("decode %s: the record goes on after its body", k.name)
	}
	return nil
}

// errNone reports that there is no such record.
var errNone = errors.New("no such record")

// get reads the record at key, or fails with errNone.
func get[T any](t *Tx, k kind, key kv.Key) (*T, error) {
	record, err := t.r.Get(key)
	if errors.Is(err, kv.ErrNotFound) {
		return nil, errNone
	} else if err != nil {
		return nil, fmt.Errorf("read %s: %w", k.name, err)
	}
	v := new(T)
	return v, decode(k, record, v)
}

// pointer returns the text at an index key, or fails with errNone.
func (t *Tx) pointer(key kv.Key) (string, error) {
	value, err := t.r.Get(key)
	if errors.Is(err, kv.ErrNotFound) {
		return "", errNone
	} else if err != nil {
		return "", fmt.Errorf("read index: %w", err)
	}
	return string(value), nil
}

// put writes a record at key.
func (t *Tx) put(k kind, key kv.Key, v any) error {
	if k.kept {
		if err := t.changing(); err != nil {
			return err
		}
	}
	record, err := encode(k, v)
	if err != nil {
		return err
	}
	return t.write(key, record)
}

// write sets a key that holds no record: an index key or a counter.
func (t *Tx) write(key kv.Key, value []byte) error {
	if t.w == nil {
		return errReadOnly
	}
	if err := t.w.Put(key, value); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// remove deletes a key.
func (t *Tx) remove(key kv.Key) error {
	if t.w == nil {
		return errReadOnly
	}
	if err := t.w.Delete(key); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}

// all yields the records whose keys begin with p, in the order of the keys.
func all[T any](t *Tx, k kind, p prefix) iter.Seq2[*T, error] {
	return records[T](k, t.r.Scan(kv.Range(p.key())))
}

// backwards yields what all does, last first.
func backwards[T any](t *Tx, k kind, p prefix) iter.Seq2[*T, error] {
	return records[T](k, t.r.ScanBack(kv.Range(p.key())))
}

func records[T any](k kind, pairs iter.Seq2[kv.Pair, error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for pair, err := range pairs {
			if err != nil {
				yield(nil, fmt.Errorf("read %s: %w", k.name, err))
				return
			}
			v := new(T)
			if err := decode(k, pair.Value, v); err != nil {
				yield(nil, err)
				return
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// ids returns the texts that end the keys beginning with p.
func (t *Tx) ids(p prefix) (ids []string, err error) {
	for pair, err := range t.r.Scan(kv.Range(p.key())) {
		if err != nil {
			return nil, fmt.Errorf("read index: %w", err)
		}
		parts := kv.Split(pair.Key, p.key())
		ids = append(ids, parts.Text())
		if err := parts.End(); err != nil {
			return nil, fmt.Errorf("read index: %w", err)
		}
	}
	return ids, nil
}

// next adds one to the counter at key and returns it.
func (t *Tx) next(key kv.Key) (uint64, error) {
	var n uint64
	switch value, err := t.r.Get(key); {
	case err == nil:
		parts := kv.Split(value, nil)
		if n = parts.Uint(); parts.End() != nil {
			return 0, fmt.Errorf("counter: %w", parts.End())
		}
	case !errors.Is(err, kv.ErrNotFound):
		return 0, fmt.Errorf("counter: %w", err)
	}
	n++
	return n, t.write(key, kv.Key(nil).Uint(n))
}
