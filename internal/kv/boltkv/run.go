package boltkv

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"go.etcd.io/bbolt"

	"ab325/internal/durable"
	"ab325/internal/journal"
)

// Groups of changes are durable in a journal before they are in the file
// (flush.go). A run is the time from the first change after Open to Close: only
// during a run are there journals, and after a crash. There are two, so that one
// can be written while what the other has is put in the file.
var journalSuffixes = [...]string{".journal-a", ".journal-b"}

// stateBucket has the file's state as its one value.
var (
	stateBucket = []byte("journal")
	stateKey    = []byte("state")
)

// A state tells what the file has of the groups in its journals. It is changed
// together with what it tells of.
type state struct {
	run     journal.Run // the newest
	applied uint64      // the groups of the run up to this are in the file
	open    bool        // and there may be more in the journals
}

// stateOf returns the state of the file. One from before there were journals has
// none, and nothing is missing from it.
func stateOf(tx *bbolt.Tx) (s state, err error) {
	b := tx.Bucket(stateBucket)
	if b == nil {
		return state{}, nil
	}
	v := b.Get(stateKey)
	if len(v) != len(s.run)+9 {
		return state{}, fmt.Errorf("%w: what it tells of its journals has %d bytes", ErrDamaged, len(v))
	}
	copy(s.run[:], v)
	s.applied, s.open = binary.BigEndian.Uint64(v[len(s.run):]), v[len(v)-1] != 0
	return s, nil
}

func (s state) put(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists(stateBucket)
	if err != nil {
		return err
	}
	v := binary.BigEndian.AppendUint64(s.run[:], s.applied)
	open := byte(0)
	if s.open {
		open = 1
	}
	return b.Put(stateKey, append(v, open))
}

// replay puts what a crash left in the journals of the database at path into the
// file, and removes them. Nothing is removed that the file does not have: where
// journal and file do not go together, one of them is older, or of another
// database.
func replay(path string, b *bbolt.DB) error {
	var s state
	err := b.View(func(tx *bbolt.Tx) (err error) {
		s, err = stateOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	groups, err := s.missing(path)
	if err != nil {
		return err
	}
	if s.open {
		err := b.Update(func(tx *bbolt.Tx) error {
			for _, g := range groups {
				if err := applyEncoded(g.Body, tx.Bucket(root)); err != nil {
					return err
				}
				s.applied = g.Number
			}
			s.open = false
			return s.put(tx)
		})
		if err != nil {
			return err
		}
	}
	return removeJournals(path)
}

// applyEncoded makes the changes of a group in a bucket.
func applyEncoded(group []byte, to *bbolt.Bucket) error {
	changes, err := decode(group)
	if err != nil {
		return fmt.Errorf("%w: a journal beside it: %w", ErrDamaged, err)
	}
	for _, c := range changes {
		if err := c.apply(to); err != nil {
			return err
		}
	}
	return nil
}

// missing returns the groups in the journals that the file does not have, in
// their order.
func (s state) missing(path string) (groups []journal.Record, err error) {
	for _, suffix := range journalSuffixes {
		some, err := journal.Read(path + suffix)
		switch {
		case errors.Is(err, fs.ErrNotExist) && s.open:
			return nil, fmt.Errorf("%w: %s is missing", ErrApart, path+suffix)
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		groups = append(groups, some...)
	}
	for _, g := range groups {
		if g.Run != s.run {
			return nil, fmt.Errorf("%w: they are not of its last run", ErrApart)
		}
	}
	groups = slices.DeleteFunc(groups, func(g journal.Record) bool { return g.Number <= s.applied })
	slices.SortFunc(groups, func(a, b journal.Record) int { return cmp.Compare(a.Number, b.Number) })
	for i, g := range groups {
		if before := s.applied + uint64(i); g.Number != before+1 || !s.open {
			return nil, fmt.Errorf("%w: the changes %d are followed by %d", ErrApart, before, g.Number)
		}
	}
	return groups, nil
}

func removeJournals(path string) (err error) {
	for _, suffix := range journalSuffixes {
		err = errors.Join(err, removeAny(path+suffix))
	}
	return err
}

// journals are those of a run.
type journals struct {
	run     journal.Run
	files   [len(journalSuffixes)]*journal.File
	current int    // of the files, the one that is written
	last    uint64 // number of the last group in them
}

// beginRun begins a run. The file says so when the journals are there for sure.
func (d *DB) beginRun() (err error) {
	j := &journals{}
	rand.Read(j.run[:])
	for i, suffix := range journalSuffixes {
		if j.files[i], err = journal.Create(d.path + suffix); err != nil {
			return err
		}
	}
	if err := durable.Names(filepath.Dir(d.path)); err != nil {
		return err
	}
	if err := d.putState(state{run: j.run, open: true}); err != nil {
		return err
	}
	d.journals = j
	return nil
}

// emptyJournals leaves nothing in the journals, when the file has all that they
// have.
func (d *DB) emptyJournals() (err error) {
	if d.journals == nil {
		return nil
	}
	for _, f := range d.journals.files {
		err = errors.Join(err, f.Empty())
	}
	return err
}

// endRun ends the run, if there is one, when the file has all that the journals
// have.
func (d *DB) endRun() (err error) {
	defer d.guardFaults(&err)()
	if d.journals == nil {
		return nil
	}
	failed := d.Err() != nil // and what the journals have is for the next Open
	if !failed {
		err = d.putState(state{run: d.journals.run, applied: d.journals.last})
	}
	for _, f := range d.journals.files {
		err = errors.Join(err, f.Close())
	}
	if failed || err != nil {
		return err
	}
	return removeJournals(d.path)
}

// putState makes a state durable.
func (d *DB) putState(s state) error {
	return d.inFile(func(tx *bbolt.Tx) error { return s.put(tx) })
}

// inFile makes a change of the file durable.
func (d *DB) inFile(change func(*bbolt.Tx) error) error {
	tx, err := d.file.Begin(true)
	if err != nil {
		return err
	}
	defer tx.Rollback() // unless it was committed, so that others can close the file
	if err := change(tx); err != nil {
		return err
	}
	return d.commit(tx)
}

// appendGroup makes the changes of a group durable, as the last of the run.
func (d *DB) appendGroup(changes []byte) error {
	if d.journals == nil {
		if err := d.beginRun(); err != nil {
			return err
		}
	}
	j := d.journals
	if err := j.files[j.current].Append(journal.Record{Run: j.run, Number: j.last + 1, Body: changes}); err != nil {
		return err
	}
	j.last++
	return nil
}
