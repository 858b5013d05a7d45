package backup

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"filippo.io/age"

	"ab325/internal/kv"
)

const instance = "00ff325a"

var at = time.Date(2026, 11, 22, 3, 15, 0, 0, time.UTC)

// A sample is a store to make backups of. Its records and documents are not
// encrypted by themselves, so that what shows of them in a file would be seen.
type sample struct {
	pairs     []kv.Pair
	documents map[string][]byte
	keys      []byte
	gone      string // a document that is removed after it was listed
}

func newSample() *sample {
	s := &sample{documents: map[string][]byte{}, keys: []byte("MARKED keys")}
	for i := range 3000 {
		s.pairs = append(s.pairs, kv.Pair{Key: fmt.Appendf(nil, "key/%06d", i), Value: bytes.Repeat([]byte("MARKED "), i%100)})
	}
	s.pairs = append(s.pairs, kv.Pair{Key: []byte("long"), Value: bytes.Repeat([]byte{7}, pieceSize+1)})
	for i := range 5 {
		s.documents[fmt.Sprintf("%032x", i)] = bytes.Repeat([]byte("MARKED PDF"), i*1000)
	}
	return s
}

func (s *sample) source() Source {
	return Source{
		Instance: instance,
		Mark:     func(context.Context) ([]byte, error) { return []byte("a signed note\n"), nil },
		Dump: func(_ context.Context, yield func([]kv.Pair) error) error {
			for some := range slices.Chunk(s.pairs, 100) {
				if err := yield(some); err != nil {
					return err
				}
			}
			return nil
		},
		Keys: func(_ context.Context, w io.Writer) error { _, err := w.Write(s.keys); return err },
		Documents: func() iter.Seq2[string, error] {
			return func(yield func(string, error) bool) {
				for _, id := range slices.Sorted(maps.Keys(s.documents)) {
					if !yield(id, nil) {
						return
					}
				}
			}
		},
		Document: func(id string) ([]byte, bool, error) { return s.documents[id], id != s.gone, nil },
	}
}

// prepared returns a sample, the municipality's secret key, and what makes a
// backup of the one for the other.
func prepared(t testing.TB) (*sample, *age.X25519Identity, Options) {
	t.Helper()
	s := newSample()
	slices.SortFunc(s.pairs, func(a, b kv.Pair) int { return bytes.Compare(a.Key, b.Key) })
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	place, err := At(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s, identity, Options{
		Source: s.source(), Place: place, To: []age.Recipient{identity.Recipient()}, Spool: t.TempDir(),
		Now:       func() time.Time { return at },
		Check:     func(_ context.Context, r *Reader) error { _, _, err := drain(r); return err },
		CheckKeys: func(_ context.Context, r io.Reader) error { _, err := io.ReadAll(r); return err },
	}
}

// drain reads a whole backup.
func drain(r *Reader) (pairs []kv.Pair, documents map[string][]byte, err error) {
	documents = map[string][]byte{}
	for some, err := range r.Records() {
		if err != nil {
			return nil, nil, err
		}
		pairs = append(pairs, some...)
	}
	for d, err := range r.Documents() {
		if err != nil {
			return nil, nil, err
		}
		documents[d.ID] = d.Data
	}
	return pairs, documents, nil
}

// holds fails the test unless the backup has what the sample has, and
// returns what read it.
func holds(t *testing.T, name, path string, identity age.Identity, s *sample) *Reader {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(data), identity)
	if err != nil {
		t.Fatal(err)
	}
	pairs, documents, err := drain(r)
	if err != nil {
		t.Fatal(err)
	}
	same := slices.EqualFunc(s.pairs, pairs, func(a, b kv.Pair) bool { return bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value) })
	if !same || !maps.EqualFunc(s.documents, documents, bytes.Equal) {
		t.Errorf("%s: the backup is not what was stored", name)
	}
	return r
}

// names returns the names in a folder.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}
