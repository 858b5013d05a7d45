package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/go-json-experiment/json"

	"ab325/internal/kv"
	"ab325/internal/vault"
)

// A kind of record, with its history. A record is a line that names its kind
// and version, and a body in JSON:
//
//	{"kind":"case","v":1,"rev":3,"key":17}
//	…
//
// The body is sealed, and the line says with the key of which slot and how
// often the record was saved; see seal.go. Of a kind that is open the body
// stands as it is, and the line has neither.
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
	open     bool                                // nothing in it is about a person

	// kept records are what people were told is saved. The others come and go
	// with those who look: see Once.
	kept bool
}

// The kinds of records, by the struct that they hold.
var (
	caseKind         = kind{name: "case", kept: true, upgrades: caseUpgrades}   // flexjob.Case
	rowKind          = kind{name: "row", kept: true, upgrades: rowUpgrades}     // entry
	auditKind        = kind{name: "audit", open: true, upgrades: auditUpgrades} // audit.Record
	auditErasedKind  = kind{name: "audit-erased", open: true}                   // audit.Stub
	staffKind        = kind{name: "staff", kept: true, upgrades: staffUpgrades} // Staff
	sessionKind      = kind{name: "session"}                                    // Session
	parkedKind       = kind{name: "parked"}                                     // Parked
	linkKind         = kind{name: "link", kept: true}                           // Link
	messageKind      = kind{name: "message", kept: true}                        // Message
	municipalityKind = kind{name: "municipality", kept: true}                   // Municipality
	erasingKind      = kind{name: "erasing", open: true}                        // erasing
	fileKind         = kind{name: "file", upgrades: fileUpgrades}               // a document, see documents.go
)

// asIs is the upgrade to a version that has a field more, which may be missing.
func asIs(body []byte) ([]byte, error) { return body, nil }

// caseUpgrades: the second version has a code and a seal of each document that
// is kept.
var caseUpgrades = []func([]byte) ([]byte, error){asIs}

// rowUpgrades: the second version has since when a document waits for its seal,
// and is found by documents and by codes. What is derived otherwise from cases is
// a new version too: RenewRows makes older ones anew.
var rowUpgrades = []func([]byte) ([]byte, error){asIs}

// auditUpgrades: the second version has the revision.
var auditUpgrades = []func([]byte) ([]byte, error){asIs}

// staffUpgrades: the second version has whose choice the password is. Earlier ones
// do not tell, so each is taken for one that somebody else knows.
var staffUpgrades = []func([]byte) ([]byte, error){asIs}

// fileUpgrades: the second version has the id of what the document begins with.
// Each is read as it is, see openFile.
var fileUpgrades = []func([]byte) ([]byte, error){asIs}

func (k kind) version() int { return len(k.upgrades) + 1 }

// A header is the first line of a record: JSON, in one form alone.
type header struct {
	Kind     string
	Version  int
	Revision int     // how often it was saved; of an open record 0
	Slot     *uint64 // in the vault, of the key that seals the body; of an open record nil
}

// append adds the line of h to b.
func (h *header) append(b []byte) []byte {
	b = append(append(b, `{"kind":"`...), h.Kind...)
	b = strconv.AppendInt(append(b, `","v":`...), int64(h.Version), 10)
	if h.Slot != nil {
		b = strconv.AppendInt(append(b, `,"rev":`...), int64(h.Revision), 10)
		b = strconv.AppendUint(append(b, `,"key":`...), *h.Slot, 10)
	}
	return append(b, '}')
}

// parse reads the line that append adds, and no other.
func (h *header) parse(line []byte) error {
	kind, rest, _ := bytes.Cut(bytes.TrimPrefix(line, []byte(`{"kind":"`)), []byte(`","v":`))
	version, rest, sealed := bytes.Cut(bytes.TrimSuffix(rest, []byte("}")), []byte(`,"rev":`))
	revision, key, _ := bytes.Cut(rest, []byte(`,"key":`))
	*h = header{Kind: string(kind)}
	h.Version, _ = strconv.Atoi(string(version))
	if sealed {
		h.Slot = new(uint64)
		h.Revision, _ = strconv.Atoi(string(revision))
		*h.Slot, _ = strconv.ParseUint(string(key), 10, 64)
	}
	if !bytes.Equal(h.append(make([]byte, 0, len(line))), line) {
		return errors.New("the first line is not one of a record")
	}
	return nil
}

// encode returns an open record.
func encode(k kind, v any) ([]byte, error) {
	body, err := json.Marshal(v, jsonForm)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", k.name, err)
	}
	h := header{Kind: k.name, Version: k.version()}
	record := h.append(make([]byte, 0, 64+len(body)))
	return append(append(record, '\n'), body...), nil
}

// decode reads an open record of any version into v.
func decode(k kind, record []byte, v any) error {
	h, _, body, err := k.split(record)
	if err != nil {
		return err
	}
	return k.read(new(desk), h.Version, body, v)
}

// split takes a record apart. It refuses one of another kind, or of a newer
// version.
func (k kind) split(record []byte) (h header, line, body []byte, err error) {
	line, body, _ = bytes.Cut(record, []byte("\n"))
	if err := h.parse(line); err != nil {
		return h, nil, nil, fmt.Errorf("decode %s: %w", k.name, err)
	}
	if h.Kind != k.name || h.Version < 1 || h.Version > k.version() {
		return h, nil, nil, fmt.Errorf("decode %s: the record is %q version %d, this program reads version 1 to %d", k.name, h.Kind, h.Version, k.version())
	}
	return h, line, body, nil
}

// read reads the body of a record of any version into v. It refuses a field
// that v does not have: an older program would drop it at the next save.
func (k kind) read(d *desk, version int, body []byte, v any) error {
	for i, upgrade := range k.upgrades[version-1:] {
		var err error
		if body, err = upgrade(body); err != nil {
			return fmt.Errorf("upgrade %s from version %d: %w", k.name, version+i, err)
		}
	}
	if err := d.decode(body, v); err != nil {
		return fmt.Errorf("decode %s: %w", k.name, err)
	}
	return nil
}

// errNone reports that there is no such record, or that its key was erased,
// which is the same.
var errNone = errors.New("no such record")

// get reads the record at key, or fails with errNone.
func get[T any](t *Tx, k kind, key kv.Key) (*T, error) {
	v, _, err := load[T](t, k, key)
	return v, err
}

// load is get with the record's header.
func load[T any](t *Tx, k kind, key kv.Key) (*T, header, error) {
	record, err := t.r.Get(key)
	if errors.Is(err, kv.ErrNotFound) {
		return nil, header{}, errNone
	} else if err != nil {
		return nil, header{}, fmt.Errorf("read %s: %w", k.name, err)
	}
	memory := t.remembers(k)
	if was, ok := memory.recall(k, string(key), record); ok {
		return was.value.(*T), was.header, nil
	}
	v := new(T)
	h, err := t.keys.decode(k, key, record, v)
	if errors.Is(err, vault.ErrErased) {
		return nil, header{}, errNone
	}
	if err == nil && t.w == nil {
		memory.keep(k, string(key), remembered{record, h, v})
	}
	return v, h, err
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

// put writes an open record at key.
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
	return records[T](t, k, t.r.Scan(kv.Range(p.key())))
}

// backwards yields what all does, last first.
func backwards[T any](t *Tx, k kind, p prefix) iter.Seq2[*T, error] {
	return records[T](t, k, t.r.ScanBack(kv.Range(p.key())))
}

// records decodes the records among pairs; one whose key was erased is none.
func records[T any](t *Tx, k kind, pairs iter.Seq2[kv.Pair, error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for pair, err := range pairs {
			if err != nil {
				yield(nil, fmt.Errorf("read %s: %w", k.name, err))
				return
			}
			v := new(T)
			if _, err := t.keys.decode(k, pair.Key, pair.Value, v); errors.Is(err, vault.ErrErased) {
				continue
			} else if err != nil {
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

// counter returns the number at key, 0 where there is none.
func (t *Tx) counter(key kv.Key) (n uint64, err error) {
	value, err := t.r.Get(key)
	if errors.Is(err, kv.ErrNotFound) {
		return 0, nil
	} else if err != nil {
		return 0, fmt.Errorf("counter: %w", err)
	}
	parts := kv.Split(value, nil)
	if n = parts.Uint(); parts.End() != nil {
		return 0, fmt.Errorf("counter: %w", parts.End())
	}
	return n, nil
}

// next adds one to the counter at key and returns it.
func (t *Tx) next(key kv.Key) (uint64, error) {
	n, err := t.counter(key)
	if err != nil {
		return 0, err
	}
	n++
	return n, t.write(key, kv.Key(nil).Uint(n))
}
