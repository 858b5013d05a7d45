package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"

	"filippo.io/age"

	"ab325/internal/kv"
)

// format is the version of the format, in every manifest.
const format = 1

// The entries of the tar file, in their order.
const (
	manifestEntry   = "manifest.json"
	markEntry       = "mark"
	recordsPrefix   = "records/"   // a number follows
	documentsPrefix = "documents/" // an id follows
	endEntry        = "end.json"
)

// pieceSize is how many bytes of records make an entry.
const pieceSize = 1 << 20

// A Manifest says what a backup is of.
type Manifest struct {
	Format   int       `json:"format"`
	Instance string    `json:"instance"` // names the installation
	At       time.Time `json:"at"`       // when it was begun
}

// A Count says how much is in a backup.
type Count struct {
	Pairs     int64 `json:"pairs"`
	Documents int64 `json:"documents"`
}

// A writer writes a backup. Its output may be changed on the way.
type writer struct {
	out    *bufio.Writer
	sealed io.WriteCloser
	tar    *tar.Writer
	sum    hash.Hash // of the tar file
	count  Count
	pieces int
	piece  bytes.Buffer
}

func newWriter(out io.Writer, to []age.Recipient) (*writer, error) {
	w := &writer{out: inStretches(out), sum: sha256.New()}
	var err error
	if w.sealed, err = age.Encrypt(w.out, to...); err != nil {
		return nil, err
	}
	w.tar = tar.NewWriter(io.MultiWriter(w.sealed, w.sum))
	return w, nil
}

// inStretches gathers what is written to w: each write to a disk is a sync.
func inStretches(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, stretch) }

// pause makes what was written go where it goes to.
func (w *writer) pause() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.out.Flush()
}

// goOn makes what follows go to out.
func (w *writer) goOn(out io.Writer) { w.out.Reset(out) }

func (w *writer) begin(m Manifest, mark []byte) error {
	if err := w.json(manifestEntry, m); err != nil {
		return err
	}
	return w.entry(markEntry, mark)
}

// pairs adds records, in pieces of one size however many come at a time.
func (w *writer) pairs(pairs []kv.Pair) error {
	for _, p := range pairs {
		w.piece.Write(appendPair(w.piece.AvailableBuffer(), p))
		w.count.Pairs++
		if w.piece.Len() >= pieceSize {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes what is left of the records.
func (w *writer) flush() error {
	if w.piece.Len() == 0 {
		return nil
	}
	w.pieces++
	err := w.entry(fmt.Sprintf("%s%08d", recordsPrefix, w.pieces), w.piece.Bytes())
	w.piece.Reset()
	return err
}

func (w *writer) document(id string, data []byte) error {
	w.count.Documents++
	return w.entry(documentsPrefix+id, data)
}

// end writes what is left of everything.
func (w *writer) end() error {
	if err := w.json(endEntry, w.count); err != nil {
		return err
	}
	if err := w.tar.Close(); err != nil {
		return err
	}
	if err := w.sealed.Close(); err != nil {
		return err
	}
	return w.out.Flush()
}

func (w *writer) json(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err // unreachable: both kinds can be marshalled
	}
	return w.entry(name, b)
}

func (w *writer) entry(name string, data []byte) error {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data)), Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := w.tar.Write(data)
	return err
}

// appendPair adds a pair to b: each part with its length in front.
func appendPair(b []byte, p kv.Pair) []byte {
	for _, part := range [][]byte{p.Key, p.Value} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return b
}

// cutPair returns the first pair of b and what follows it.
func cutPair(b []byte) (p kv.Pair, rest []byte, ok bool) {
	for _, part := range []*[]byte{&p.Key, &p.Value} {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return p, nil, false
		}
		b = b[size:]
		*part, b = b[:n:n], b[n:]
	}
	return p, b, true
}
