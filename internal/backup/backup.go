// Package backup copies a whole store into one encrypted file, and reads it
// again.
//
// A backup is two files: one with every record and document, as they are
// stored, and one with the keys that open them. Both are encrypted (age,
// https://age-encryption.org) to the municipality's public keys, so that the
// machine which makes them cannot open them again. They are apart because they
// live apart: many backups of the records are kept for long, the keys only as
// the last few copies. A case that was erased has no key in the newest copy, so
// no backup of its records brings it back.
//
//	ab325-<instance>-<time>.age        a tar file: manifest, mark, records/…, documents/…, end
//	ab325-<instance>-<time>.keys.age   what the vault writes
//
// The records are pairs of the key-value store, whichever engine holds them: a
// backup of one engine restores onto another.
//
// [Make] disturbs nobody. The view of the store ends as soon as what it shows
// is encrypted in a spool file beside the data, however slow the target is; where
// the disk of the data has no room for that, which is when a backup is wanted
// most, it goes to the target at once, as long as the target goes on taking it
// and the disk does not fill up meanwhile. Nothing else is written beside the
// data: the copy is checked where it lies. Every piece that is written is synced by itself, so that no other write waits
// behind a heap of them; and after each piece the disk is left alone for as long
// as the piece took. When the copy is on the target it is read back from there,
// decrypted with a key that this process had for it alone, compared with what
// was meant, and given to the caller to look closer. Only then it gets its name:
// what has the name of a backup is one.
package backup

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"filippo.io/age"

	"ab325/internal/kv"
)

// A Source is a store that runs on meanwhile.
type Source struct {
	// Instance names the installation, in hexadecimal digits.
	Instance string

	// Mark returns a signed checkpoint of the log. It is asked for before Dump:
	// the records that follow must hold it.
	Mark func(ctx context.Context) ([]byte, error)

	// Dump yields every pair of one consistent view, in order. It may be held up
	// by the disk, never by the target.
	Dump func(ctx context.Context, yield func([]kv.Pair) error) error

	// Keys writes the keys. It is asked after Dump, so that no record lacks its
	// key, and may be held up as Dump may.
	Keys func(ctx context.Context, w io.Writer) error

	// Documents yields the ids of all documents. It is asked after Dump, so that
	// none is missing that a record refers to.
	Documents func() iter.Seq2[string, error]

	// Document returns one as it is stored; ok is false if it has been removed
	// since.
	Document func(id string) (data []byte, ok bool, err error)
}

// Options say how a backup is made. All but Show are needed.
type Options struct {
	Source Source
	Place  *Place          // where it is made
	To     []age.Recipient // the municipality's public keys
	Spool  string          // a folder on the disk of the data; what it has no room for goes to the place at once
	Now    func() time.Time

	// Check looks closer at what was read back from the place. It must read the
	// records and the documents to their end, and has then, or in between, the
	// records once more from [Reader.Again].
	Check func(ctx context.Context, r *Reader) error

	// CheckKeys does so with what Source.Keys has written.
	CheckKeys func(ctx context.Context, r io.Reader) error

	// Show is told how far it is, often. Total is 0 where it is not known; what
	// is counted are bytes.
	Show func(step string, done, total int64)

	free     func(*os.File) (int64, error) // how much room its disk has; tests make it full
	patience time.Duration                 // with the target; tests have less
}

// The steps that Show is told.
const (
	stepRead   = "reading the database"
	stepCopy   = "copying to the target"
	stepFiles  = "copying the documents"
	stepVerify = "reading it back"
)

// Make makes a backup. What it returns is good; when it fails, or the process
// ends, nothing is left that could be taken for a backup, and those that were
// there are still there.
func Make(ctx context.Context, o Options) (Copy, error) {
	m, err := begin(o)
	if err != nil {
		return Copy{}, fmt.Errorf("backup: %w", err)
	}
	defer m.end()
	if err := m.make(ctx); err != nil {
		return Copy{}, fmt.Errorf("backup: %w", err)
	}
	return m.copy, nil
}

// MakeKeys makes a copy of the keys alone, for when a case was erased or the
// keys were changed: older copies then hold what should be gone.
func MakeKeys(ctx context.Context, o Options) error {
	m, err := begin(o)
	if err != nil {
		return fmt.Errorf("backup of the keys: %w", err)
	}
	defer m.end()
	err = m.takeKeys(ctx)
	if err == nil {
		err = m.placeKeys(ctx)
	}
	if err != nil {
		return fmt.Errorf("backup of the keys: %w", err)
	}
	return nil
}

// A maker makes one backup.
type maker struct {
	Options
	copy    Copy
	to      []age.Recipient // the municipality and this process
	own     age.Identity    // what this process reads back with; never written anywhere
	records stream
	keys    stream
}

// A stream is one of the two files, on its way to the target.
type stream struct {
	part  *part
	spool *spool
}

// end leaves nothing of it but what was kept.
func (s stream) end() {
	if s.spool != nil {
		s.spool.close()
	}
	if s.part != nil {
		s.part.discard()
	}
}

func begin(o Options) (*maker, error) {
	m := &maker{Options: o}
	if m.Show == nil {
		m.Show = func(string, int64, int64) {}
	}
	if m.free == nil {
		m.free, m.patience = free, patience
	}
	if b, err := hex.DecodeString(o.Source.Instance); err != nil || len(b) == 0 {
		return nil, errors.New("the instance is not a hexadecimal number") // which the file's name needs
	}
	var err error
	if m.own, m.to, err = withOwn(o.To); err != nil {
		return nil, err
	}
	if m.copy, err = o.Place.next(o.Source.Instance, o.Now().UTC().Truncate(time.Second)); err != nil {
		return nil, err
	}
	if err := o.Place.sweep(o.Source.Instance); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *maker) end() {
	m.records.end()
	m.keys.end()
}

// open begins a file on the target.
func (m *maker) open(ctx context.Context) (s stream, err error) {
	if s.part, err = m.Place.create(ctx, m.Source.Instance, m.Now); err == nil {
		s.spool, err = m.spool(ctx, s.part)
	}
	return s, err
}

// make makes the backup: the keys get their name first, since records without
// keys are nothing.
func (m *maker) make(ctx context.Context) error {
	w, err := m.takeRecords(ctx)
	if err != nil {
		return err
	}
	if err := m.takeKeys(ctx); err != nil {
		return err
	}
	if err := m.placeRecords(ctx, w); err != nil {
		return err
	}
	if err := m.placeKeys(ctx); err != nil {
		return err
	}
	m.copy.Size, err = m.records.part.keep(m.copy.Path)
	return err
}

// takeRecords encrypts everything that needs the view of the store.
func (m *maker) takeRecords(ctx context.Context) (w *writer, err error) {
	if m.records, err = m.open(ctx); err != nil {
		return nil, err
	}
	mark, err := m.Source.Mark(ctx)
	if err != nil {
		return nil, fmt.Errorf("mark: %w", err)
	}
	if w, err = newWriter(m.records.spool, m.to); err != nil {
		return nil, err
	}
	if err := w.begin(Manifest{Format: format, Instance: m.Source.Instance, At: m.copy.At}, mark); err != nil {
		return nil, err
	}
	var done int64
	err = m.Source.Dump(ctx, func(pairs []kv.Pair) error {
		for _, p := range pairs {
			done += int64(len(p.Key) + len(p.Value))
		}
		m.Show(stepRead, done, 0)
		return w.pairs(pairs)
	})
	if err == nil {
		err = w.pause()
	}
	return w, err
}

func (m *maker) takeKeys(ctx context.Context) (err error) {
	if m.keys, err = m.open(ctx); err != nil {
		return err
	}
	out := inStretches(m.keys.spool)
	sealed, err := age.Encrypt(out, m.to...)
	if err != nil {
		return err
	}
	if err := m.Source.Keys(ctx, sealed); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := sealed.Close(); err != nil {
		return err
	}
	return out.Flush()
}

// placeRecords writes the rest of the backup on the target and reads it back.
func (m *maker) placeRecords(ctx context.Context, w *writer) error {
	p := m.records.part
	if err := m.records.spool.finish(func(done, total int64) { m.Show(stepCopy, done, total) }); err != nil {
		return err
	}
	w.goOn(p)
	for id, err := range m.Source.Documents() {
		if err != nil {
			return err
		}
		data, ok, err := m.Source.Document(id)
		if err != nil {
			return err
		}
		if ok {
			err = w.document(id, data)
		}
		if err != nil {
			return err
		}
		m.Show(stepFiles, p.size, 0)
	}
	if err := w.end(); err != nil {
		return err
	}
	return m.verify(ctx, p, w)
}

// verify reads the backup back from the target.
func (m *maker) verify(ctx context.Context, p *part, w *writer) error {
	back, err := p.readBack(func(done int64) { m.Show(stepVerify, done, p.size) })
	if err != nil {
		return err
	}
	defer back.close()
	r, err := NewReader(back, m.own)
	if err == nil {
		r.Again = func() (kv.DB, error) { return r.again(back, p.size, m.own) }
		err = m.Check(ctx, r)
	}
	if err == nil {
		err = r.whole(w)
	}
	if err != nil {
		return fmt.Errorf("read back from the target: %w", err)
	}
	return nil
}

// placeKeys writes the keys on the target, reads them back and gives them
// their name.
func (m *maker) placeKeys(ctx context.Context) error {
	p := m.keys.part
	if err := m.keys.spool.finish(func(int64, int64) {}); err != nil {
		return err
	}
	back, err := p.readBack(func(int64) {})
	if err != nil {
		return err
	}
	defer back.close()
	r, err := OpenKeys(back, m.own)
	if err == nil {
		err = m.CheckKeys(ctx, r)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, r) // to its end, where age sees that it is all there
	}
	if err != nil {
		return fmt.Errorf("read the keys back from the target: %w", damaged(err))
	}
	_, err = p.keep(m.copy.KeysPath)
	return err
}
