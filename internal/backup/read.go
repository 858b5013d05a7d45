package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"iter"
	"strings"

	"filippo.io/age"

	"ab325/internal/kv"
)

// The errors of reading.
var (
	// ErrDamaged reports a file that is no backup, or one that was changed or
	// cut off.
	ErrDamaged = errors.New("it is no backup, or was changed or cut off")

	// ErrIdentity reports that none of the identities opens the file.
	ErrIdentity = errors.New("it is encrypted to another key")

	// ErrNewer reports a backup in a format of a later version of the program.
	ErrNewer = errors.New("it was made by a newer version of the program")
)

// maxEntry is the longest entry that is read into memory: a value of the
// greatest size, with room.
const maxEntry = kv.MaxValue + pieceSize + kv.MaxKey + 64

// A Reader reads a backup, once, from the beginning to the end. It checks that
// nothing was changed and that nothing is missing: its last word is the error,
// if any, of [Reader.Documents].
type Reader struct {
	Manifest Manifest
	Mark     []byte // a signed checkpoint of the log, which the records hold
	Count    Count  // of what was read so far

	// Again is the records that were read, in any order and as often as wanted.
	// It is nil but for a Reader that [Options.Check] is given.
	Again func() (kv.DB, error)

	plain  *counted
	tar    *tar.Reader
	sum    hash.Hash
	next   *tar.Header // that was read, and not yet what it heads
	pieces []piece     // of the records that were read
}

// A counted counts what is read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// NewReader begins to read a backup.
func NewReader(src io.Reader, identities ...age.Identity) (*Reader, error) {
	plain, err := decrypt(src, identities)
	if err != nil {
		return nil, err
	}
	r := &Reader{sum: sha256.New()}
	r.plain = &counted{Reader: io.TeeReader(plain, r.sum)}
	r.tar = tar.NewReader(r.plain)
	if err := r.begin(); err != nil {
		return nil, damaged(err)
	}
	return r, nil
}

// OpenKeys returns what [Source.Keys] wrote. An error of reading it may be
// anything that [Reader] returns.
func OpenKeys(src io.Reader, identities ...age.Identity) (io.Reader, error) {
	return decrypt(src, identities)
}

func decrypt(src io.Reader, identities []age.Identity) (io.Reader, error) {
	plain, err := age.Decrypt(src, identities...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, ErrIdentity
	}
	if err != nil {
		return nil, damaged(err)
	}
	return readerFunc(func(p []byte) (int, error) {
		n, err := plain.Read(p)
		if err != nil && err != io.EOF {
			err = damaged(err)
		}
		return n, err
	}), nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// damaged makes err one about what is in the file, unless it is one already, or
// one about reading it.
func damaged(err error) error {
	for _, known := range []error{ErrDamaged, ErrIdentity, ErrNewer, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return err
		}
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return err
	}
	return fmt.Errorf("%w (%w)", ErrDamaged, err)
}

func (r *Reader) begin() error {
	b, err := r.entry(manifestEntry)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &r.Manifest); err != nil {
		return err
	}
	if r.Manifest.Format > format {
		return ErrNewer
	}
	r.Mark, err = r.entry(markEntry)
	return err
}

// Records yields every pair, a good many at a time, in the order of their keys.
// An error is last.
func (r *Reader) Records() iter.Seq2[[]kv.Pair, error] {
	return func(yield func([]kv.Pair, error) bool) {
		var last []byte
		for e, err := range r.entries(recordsPrefix) {
			var pairs []kv.Pair
			for rest := e.data; err == nil && len(rest) > 0; {
				var p kv.Pair
				var ok bool
				p, rest, ok = cutPair(rest)
				if !ok || bytes.Compare(p.Key, last) <= 0 {
					err = fmt.Errorf("%w: its records are garbled", ErrDamaged)
				}
				pairs, last = append(pairs, p), p.Key
			}
			r.Count.Pairs += int64(len(pairs))
			if len(pairs) > 0 {
				r.pieces = append(r.pieces, piece{bytes.Clone(pairs[0].Key), e.at, len(e.data)})
			}
			if !yield(pairs, err) || err != nil {
				return
			}
		}
	}
}

// A Document is one as it is stored.
type Document struct {
	ID   string
	Data []byte
}

// Documents yields every document, after the records were read. An error is
// last; without one, the whole backup was there.
func (r *Reader) Documents() iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for e, err := range r.entries(documentsPrefix) {
			if err != nil {
				yield(Document{}, err)
				return
			}
			r.Count.Documents++
			if !yield(Document{strings.TrimPrefix(e.name, documentsPrefix), e.data}, nil) {
				return
			}
		}
		if err := r.end(); err != nil {
			yield(Document{}, damaged(err))
		}
	}
}

func (r *Reader) end() error {
	var want Count
	b, err := r.entry(endEntry)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &want); err != nil {
		return err
	}
	if r.Count != want {
		return fmt.Errorf("it has %d records and %d documents of %d and %d", r.Count.Pairs, r.Count.Documents, want.Pairs, want.Documents)
	}
	if _, err := r.tar.Next(); err != io.EOF {
		return errors.New("something follows its end")
	}
	_, err = io.Copy(io.Discard, r.plain) // to where age says that it is all there
	return err
}

// whole reports an error unless what was read is, byte for byte, what w wrote.
func (r *Reader) whole(w *writer) error {
	if !bytes.Equal(r.sum.Sum(nil), w.sum.Sum(nil)) {
		return fmt.Errorf("%w: it is not what was written", ErrDamaged)
	}
	return nil
}

type entry struct {
	name string
	data []byte
	at   int64 // where the data are in the tar file
}

// entries yields the entries whose names begin with prefix.
func (r *Reader) entries(prefix string) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		for {
			h, err := r.peek()
			if err != nil {
				yield(entry{}, damaged(err))
				return
			}
			if !strings.HasPrefix(h.Name, prefix) {
				return
			}
			at := r.plain.n
			data, err := r.entry(h.Name)
			if err != nil {
				yield(entry{}, damaged(err))
				return
			}
			if !yield(entry{h.Name, data, at}, nil) {
				return
			}
		}
	}
}

// entry returns the next entry, which must have the given name.
func (r *Reader) entry(name string) ([]byte, error) {
	h, err := r.peek()
	switch {
	case err != nil:
		return nil, err
	case h.Name != name:
		return nil, fmt.Errorf("it has %q where %q should be", h.Name, name)
	case h.Size > maxEntry:
		return nil, fmt.Errorf("its %s is too long", name)
	}
	r.next = nil
	data := make([]byte, h.Size)
	_, err = io.ReadFull(r.tar, data)
	return data, err
}

// peek returns the header of the next entry.
func (r *Reader) peek() (_ *tar.Header, err error) {
	if r.next == nil {
		r.next, err = r.tar.Next()
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return r.next, err
}
