package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"

	"ab325/internal/audit"
	"ab325/internal/kv"
)

// An entry of the audit log is written once, with the change that it explains,
// under a key that sorts by time. Within a second a job gives it a place in the
// tree ([Store.Number]); readers see it at once.

func logKey(p prefix, id audit.ID) kv.Key { return append(p.key(), id[:]...) }

func logCaseKey(caseID string, id audit.ID) kv.Key {
	return append(logCaseKeys.text(caseID), id[:]...)
}

// logID returns the id that ends a key.
func logID(key, beginning []byte) (audit.ID, error) {
	if len(key) != len(beginning)+len(audit.ID{}) {
		return audit.ID{}, errors.New("a key of the log has another length")
	}
	return audit.ID(key[len(beginning):]), nil
}

// Log writes an entry of the audit log: of what was opened or searched, or
// refused. What changes a record has its entry from the method that saves it,
// so this one names no revision, whatever e does.
func (t *Tx) Log(e audit.Entry) error {
	e.Revision = 0
	_, err := t.log(e, audit.ID{})
	return err
}

// logChange writes the entry of the change that made a revision of a record.
func (t *Tx) logChange(e audit.Entry, id string, rev int) error {
	if e.Revision = rev; changed(&e) != id {
		e.Object = id
	}
	_, err := t.log(e, audit.ID{})
	return err
}

// changed returns the id of the record whose revision the entry names.
func changed(e *audit.Entry) string { return cmp.Or(e.Case, e.Object, e.Actor) }

// log writes an entry whose id is later than that of another, and returns its
// id.
func (t *Tx) log(e audit.Entry, after audit.ID) (audit.ID, error) {
	e, err := e.Checked()
	if err != nil {
		return audit.ID{}, fmt.Errorf("log: %w", err)
	}
	id, err := t.newLogID(e, after)
	if err != nil {
		return audit.ID{}, err
	}
	r := audit.Record{Entry: e}
	if _, err := io.ReadFull(t.store.Rand, r.Salt[:]); err != nil {
		return audit.ID{}, fmt.Errorf("log: salt: %w", err)
	}
	record, err := encode(auditKind, r)
	if err != nil {
		return audit.ID{}, err
	}
	if err := t.write(logKey(logKeys, id), record); err != nil {
		return audit.ID{}, err
	}
	leaf := audit.Leaf(id, e.Case, audit.Digest(record))
	if err := t.write(logKey(logNewKeys, id), leaf[:]); err != nil || e.Case == "" {
		return id, err
	}
	return id, t.write(logCaseKey(e.Case, id), nil)
}

// newLogID returns an id that no entry has: the first of the entry's moment, as
// a rule.
func (t *Tx) newLogID(e audit.Entry, after audit.ID) (audit.ID, error) {
	id := audit.NewID(e.At, 0)
	if string(id[:]) <= string(after[:]) {
		id = after.Next()
	}
	switch _, err := t.r.Get(logKey(logKeys, id)); {
	case errors.Is(err, kv.ErrNotFound):
		return id, nil
	case err != nil:
		return audit.ID{}, fmt.Errorf("log: %w", err)
	}
	for pair, err := range t.r.ScanBack(kv.Range(append(logKeys.key(), id.Moment()...))) {
		if err != nil {
			return audit.ID{}, fmt.Errorf("log: %w", err)
		}
		last, err := logID(pair.Key, logKeys.key())
		return last.Next(), err
	}
	return id, nil // unreachable: one of the moment is there
}

// A Logged is an entry as it stands in the log.
type Logged struct {
	audit.Entry
	ID audit.ID

	// ErasedBy is the entry that says who erased this one with its case, and
	// why. All that Entry has then is the time and the case.
	ErasedBy audit.ID
}

// erasedRecord reports whether a record of the log is a stub.
func erasedRecord(record []byte) bool {
	return bytes.HasPrefix(record, []byte(`{"kind":"`+auditErasedKind.name+`"`))
}

// logged decodes an entry.
func logged(id audit.ID, record []byte) (Logged, error) {
	if erasedRecord(record) {
		var stub audit.Stub
		err := decode(auditErasedKind, record, &stub)
		return Logged{Entry: audit.Entry{At: id.At(), Case: stub.Case}, ID: id, ErasedBy: stub.By}, err
	}
	var r audit.Record
	err := decode(auditKind, record, &r)
	return Logged{Entry: r.Entry, ID: id}, err
}

// Audit yields the entries of the log from a place on, in the order of time;
// the zero ID is before the first.
func (t *Tx) Audit(from audit.ID) iter.Seq2[Logged, error] {
	_, end := kv.Range(logKeys.key())
	return loggedPairs(t.r.Scan(logKey(logKeys, from), end))
}

// AuditBack yields the entries of the log before a place, latest first; the
// zero ID begins with the last.
func (t *Tx) AuditBack(before audit.ID) iter.Seq2[Logged, error] {
	start, end := kv.Range(logKeys.key())
	if !before.IsZero() {
		end = logKey(logKeys, before)
	}
	return loggedPairs(t.r.ScanBack(start, end))
}

// loggedPairs decodes the entries of the log among pairs.
func loggedPairs(pairs iter.Seq2[kv.Pair, error]) iter.Seq2[Logged, error] {
	return func(yield func(Logged, error) bool) {
		for pair, err := range pairs {
			var e Logged
			var id audit.ID
			if err == nil {
				id, err = logID(pair.Key, logKeys.key())
			}
			if err == nil {
				e, err = logged(id, pair.Value)
			}
			if err != nil {
				yield(Logged{}, fmt.Errorf("audit log: %w", err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// AuditOf yields the entries of the log that are about one case, in the order
// of time.
func (t *Tx) AuditOf(caseID string) iter.Seq2[Logged, error] {
	p := logCaseKeys.text(caseID)
	return t.loggedAt(p, t.r.Scan(kv.Range(p)))
}

// AuditOfBack yields what AuditOf does before a place, latest first; the zero
// ID begins with the last.
func (t *Tx) AuditOfBack(caseID string, before audit.ID) iter.Seq2[Logged, error] {
	p := logCaseKeys.text(caseID)
	start, end := kv.Range(p)
	if !before.IsZero() {
		end = logCaseKey(caseID, before)
	}
	return t.loggedAt(p, t.r.ScanBack(start, end))
}

// loggedAtOnce is how many entries of a case are read with one question.
const loggedAtOnce = 64

// loggedAt reads the entries that index keys beginning with p name.
func (t *Tx) loggedAt(p kv.Key, index iter.Seq2[kv.Pair, error]) iter.Seq2[Logged, error] {
	return func(yield func(Logged, error) bool) {
		var ids []audit.ID
		flush := func() (bool, error) {
			entries, err := t.loggedMany(ids)
			ids = ids[:0]
			for _, e := range entries {
				if err != nil || !yield(e, nil) {
					return false, err
				}
			}
			return true, err
		}
		fail := func(err error) { yield(Logged{}, fmt.Errorf("audit log of a case: %w", err)) }
		for pair, err := range index {
			var id audit.ID
			if err == nil {
				id, err = logID(pair.Key, p)
			}
			if err != nil {
				fail(err)
				return
			}
			if ids = append(ids, id); len(ids) < loggedAtOnce {
				continue
			}
			if more, err := flush(); err != nil {
				fail(err)
				return
			} else if !more {
				return
			}
		}
		if _, err := flush(); err != nil {
			fail(err)
		}
	}
}

// loggedMany reads the entries with the given ids.
func (t *Tx) loggedMany(ids []audit.ID) ([]Logged, error) {
	records, err := t.r.GetMany(logKeysOf(logKeys, ids))
	if err != nil {
		return nil, err
	}
	entries := make([]Logged, len(ids))
	for i, record := range records {
		if record == nil {
			return nil, fmt.Errorf("entry %s is missing", ids[i])
		}
		if entries[i], err = logged(ids[i], record); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func logKeysOf(p prefix, ids []audit.ID) [][]byte {
	keys := make([][]byte, len(ids))
	for i, id := range ids {
		keys[i] = logKey(p, id)
	}
	return keys
}

// LogNumbers returns the places of entries in the tree, from 1; 0 for one that
// has none yet.
func (t *Tx) LogNumbers(ids []audit.ID) ([]uint64, error) {
	values, err := t.r.GetMany(logKeysOf(logNumberKeys, ids))
	if err != nil {
		return nil, fmt.Errorf("audit log: %w", err)
	}
	numbers := make([]uint64, len(ids))
	for i, value := range values {
		if value == nil {
			continue
		}
		if numbers[i], err = logNumber(value); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

// logNumber decodes the value of a number's key.
func logNumber(value []byte) (uint64, error) {
	if len(value) != 8 || binary.BigEndian.Uint64(value) == 0 {
		return 0, errors.New("audit log: a number is none")
	}
	return binary.BigEndian.Uint64(value), nil
}

// eraseLog erases what the entries about a case say, and their salts. By, the
// entry that explains it, is written first and stays, as earlier erasures do.
func (t *Tx) eraseLog(caseID string, by audit.Entry) error {
	var old []Logged
	for e, err := range t.AuditOf(caseID) {
		if err != nil {
			return err
		}
		if e.ErasedBy.IsZero() && !e.Erases() {
			old = append(old, e)
		}
	}
	var last audit.ID
	if len(old) > 0 {
		last = old[len(old)-1].ID
	}
	by.Case, by.Action = caseID, audit.Erased
	id, err := t.log(by, last)
	if err != nil {
		return err
	}
	for _, e := range old {
		record, err := t.r.Get(logKey(logKeys, e.ID))
		if err != nil {
			return fmt.Errorf("erase the log of a case: %w", err)
		}
		if err := t.put(auditErasedKind, logKey(logKeys, e.ID), audit.Stub{Case: caseID, Digest: audit.Digest(record), By: id}); err != nil {
			return err
		}
	}
	return nil
}
