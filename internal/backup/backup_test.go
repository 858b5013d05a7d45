package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

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

// What the municipality's key opens is what was in the store, and nothing of it
// can be read without.
func TestMake(t *testing.T) {
	s, identity, o := prepared(t)
	s.gone = fmt.Sprintf("%032x", 3)
	shown := map[string]int64{}
	o.Show = func(step string, done, _ int64) { shown[step] = done }
	got, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(o.Place.dir, "ab325-00ff325a-20261122T031500Z.age"); got.Path != want || !got.At.Equal(at) {
		t.Errorf("Make = %+v, want it at %s", got, want)
	}
	data, err := os.ReadFile(got.Path)
	if err != nil || int64(len(data)) != got.Size || bytes.Contains(data, []byte("MARKED")) || bytes.Contains(data, []byte("key/")) {
		t.Errorf("the backup has %d bytes of %d, %v, or shows what is in it", len(data), got.Size, err)
	}
	r, err := NewReader(bytes.NewReader(data), identity)
	if err != nil {
		t.Fatal(err)
	}
	pairs, documents, err := drain(r)
	if err != nil {
		t.Fatal(err)
	}
	delete(s.documents, s.gone)
	if diff := cmp.Diff(s.pairs, pairs) + cmp.Diff(s.documents, documents); diff != "" {
		t.Errorf("the backup differs (-stored +read):\n%.2000s", diff)
	}
	if want := (Manifest{1, instance, at}); r.Manifest != want || string(r.Mark) != "a signed note\n" {
		t.Errorf("manifest %+v and mark %q, want %+v", r.Manifest, r.Mark, want)
	}
	keys, err := os.Open(got.KeysPath)
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	plain, err := OpenKeys(keys, identity)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(plain); string(b) != "MARKED keys" || err != nil {
		t.Errorf("the keys are %q, %v", b, err)
	}
	for _, name := range []string{got.Path, got.KeysPath} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v, want 600", name, info.Mode(), err)
		}
	}
	if left := names(t, o.Spool); left != nil {
		t.Errorf("the spool's folder holds %v", left)
	}
	if len(shown) != 4 || shown[stepVerify] != got.Size {
		t.Errorf("shown is %v, want all steps, to the end", shown)
	}
}

// Whatever goes wrong, what is in the place is what was in it before.
func TestMakeFails(t *testing.T) {
	cause := errors.New("the cause")
	for _, test := range []struct {
		name  string
		want  error
		spoil func(o *Options)
	}{
		{"the mark", cause, func(o *Options) { o.Source.Mark = func(context.Context) ([]byte, error) { return nil, cause } }},
		{"the records", cause, func(o *Options) {
			dump := o.Source.Dump
			o.Source.Dump = func(ctx context.Context, yield func([]kv.Pair) error) error {
				return errors.Join(dump(ctx, yield), cause)
			}
		}},
		{"the keys", cause, func(o *Options) { o.Source.Keys = func(context.Context, io.Writer) error { return cause } }},
		{"the list of documents", cause, func(o *Options) {
			o.Source.Documents = func() iter.Seq2[string, error] {
				return func(yield func(string, error) bool) { yield("", cause) }
			}
		}},
		{"a document", cause, func(o *Options) { o.Source.Document = func(string) ([]byte, bool, error) { return nil, false, cause } }},
		{"the check", cause, func(o *Options) { o.Check = func(context.Context, *Reader) error { return cause } }},
		{"the check of the keys", cause, func(o *Options) { o.CheckKeys = func(context.Context, io.Reader) error { return cause } }},
		{"a check that reads nothing", ErrDamaged, func(o *Options) { o.Check = func(context.Context, *Reader) error { return nil } }},
		{"a target that is full at once", cause, func(o *Options) { o.Place.write = full(0, cause) }},
		{"a target that is full later", cause, func(o *Options) { o.Place.write = full(1, cause) }},
		{"a target that changes a byte", ErrDamaged, func(o *Options) { o.Place.write = changing }},
		{"a target that loses a piece", ErrDamaged, func(o *Options) { o.Place.write = losing() }},
		{"no key to encrypt to", errNoKey, func(o *Options) { o.To = nil }},
	} {
		_, _, o := prepared(t)
		good, err := Make(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		before := names(t, o.Place.dir)
		test.spoil(&o)
		if _, err := Make(t.Context(), o); !errors.Is(err, test.want) {
			t.Errorf("%s: Make = %v, want %v", test.name, err, test.want)
		}
		if after := names(t, o.Place.dir); !slices.Equal(before, after) {
			t.Errorf("%s: the place holds %v, want %v", test.name, after, before)
		}
		if left := names(t, o.Spool); left != nil {
			t.Errorf("%s: the spool's folder holds %v", test.name, left)
		}
		if info, err := os.Stat(good.Path); err != nil || info.Size() != good.Size {
			t.Errorf("%s: the good one is %v, %v", test.name, info, err)
		}
	}
}

// full returns a way to write that fails after some pieces.
func full(pieces int, cause error) func(*os.File, []byte) (int, error) {
	return func(f *os.File, b []byte) (int, error) {
		if pieces--; pieces < 0 {
			n, _ := f.Write(b[:len(b)/2])
			return n, cause
		}
		return f.Write(b)
	}
}

// changing writes something else in one place.
func changing(f *os.File, b []byte) (int, error) {
	b = bytes.Clone(b)
	b[len(b)/2] ^= 1
	return f.Write(b)
}

// losing returns a way to write that loses the second piece without a word.
func losing() func(*os.File, []byte) (int, error) {
	pieces := 0
	return func(f *os.File, b []byte) (int, error) {
		if pieces++; pieces == 2 {
			return len(b), nil
		}
		return f.Write(b)
	}
}

// A backup that is told to stop leaves nothing either.
func TestMakeStops(t *testing.T) {
	_, _, o := prepared(t)
	ctx, stop := context.WithCancel(t.Context())
	o.Show = func(step string, _, _ int64) {
		if step == stepCopy {
			stop()
		}
	}
	if _, err := Make(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("Make that was told to stop = %v, want context.Canceled", err)
	}
	if left := names(t, o.Place.dir); left != nil {
		t.Errorf("the place holds %v", left)
	}
}

// A disk that does not read is no damaged backup, and neither is one that was
// told to stop.
func TestReadFails(t *testing.T) {
	_, identity, o := prepared(t)
	made, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(made.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, cause := range []error{&os.PathError{Op: "read", Path: "x", Err: syscall.EIO}, context.Canceled} {
		for _, n := range []int{10, 5000, len(data) / 2} {
			src := io.MultiReader(bytes.NewReader(data[:n]), readerFunc(func([]byte) (int, error) { return 0, cause }))
			r, err := NewReader(src, identity)
			if err == nil {
				_, _, err = drain(r)
			}
			if !errors.Is(err, cause) || errors.Is(err, ErrDamaged) {
				t.Errorf("read that fails after %d bytes = %v, want %v alone", n, err, cause)
			}
		}
	}
}

// What a process has left that was killed is no backup, and the next one
// removes it; what belongs to another installation stays.
func TestMakeAfterAKill(t *testing.T) {
	_, _, o := prepared(t)
	other := filepath.Join(o.Place.dir, partPrefix("aa")+"1")
	for _, name := range []string{filepath.Join(o.Place.dir, partPrefix(instance)+"1"), other} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if copies, err := o.Place.Copies(instance); len(copies) != 0 || err != nil {
		t.Errorf("Copies of half a backup = %v, %v", copies, err)
	}
	if _, err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if all := names(t, o.Place.dir); len(all) != 3 || !slices.Contains(all, filepath.Base(other)) {
		t.Errorf("the place holds %v, want a backup, its keys and what is another's", all)
	}
}

func TestMakeKeys(t *testing.T) {
	s, identity, o := prepared(t)
	if err := MakeKeys(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s.keys = []byte("one less")
	o.Now = func() time.Time { return at.Add(time.Hour) }
	if err := MakeKeys(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(o.Place.dir, "ab325-00ff325a-20261122T041500Z.keys.age"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := OpenKeys(f, identity)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(plain); string(b) != "one less" || err != nil {
		t.Errorf("the newest keys are %q, %v", b, err)
	}
	if copies, err := o.Place.Copies(instance); len(copies) != 0 || err != nil {
		t.Errorf("Copies where there are only keys = %v, %v", copies, err)
	}
}

// A file that was cut off or changed anywhere is found out, and so is the wrong
// key; a backup of one engine's records is no other file.
func TestRead(t *testing.T) {
	_, identity, o := prepared(t)
	made, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(made.Path)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	changed := func(i int) []byte {
		b := bytes.Clone(data)
		b[i] ^= 1
		return b
	}
	n := len(data)
	for _, test := range []struct {
		name string
		data []byte
		key  age.Identity
		want error
	}{
		{"whole", data, identity, nil},
		{"another key", data, stranger, ErrIdentity},
		{"nothing", nil, identity, ErrDamaged},
		{"text", []byte("Dette er ingen sikkerhedskopi.\n"), identity, ErrDamaged},
		{"cut in the header", data[:100], identity, ErrDamaged},
		{"cut after the header", data[:500], identity, ErrDamaged},
		{"cut by half", data[:n/2], identity, ErrDamaged},
		{"cut by a byte", data[:n-1], identity, ErrDamaged},
		{"cut between two chunks", data[:headerLen(t, data)+16+2*(64<<10+16)], identity, ErrDamaged},
		{"with a byte more", append(bytes.Clone(data), 0), identity, ErrDamaged},
		{"changed in the header", changed(headerLen(t, data) - 10), identity, ErrDamaged},
		{"changed at the beginning", changed(1000), identity, ErrDamaged},
		{"changed in the middle", changed(n / 2), identity, ErrDamaged},
		{"changed at the end", changed(n - 1), identity, ErrDamaged},
		{"keys", sealed(t, identity, []byte("MARKED keys")), identity, ErrDamaged},
		{"of the future", forged(t, identity, Manifest{Format: format + 1}, nil, nil), identity, ErrNewer},
		{"empty", forged(t, identity, Manifest{Format: format}, nil, &Count{}), identity, nil},
		{"without its end", forged(t, identity, Manifest{Format: format}, nil, nil), identity, ErrDamaged},
		{"that counts wrong", forged(t, identity, Manifest{Format: format}, nil, &Count{Pairs: 1}), identity, ErrDamaged},
		{"with garbled records", forged(t, identity, Manifest{Format: format}, []byte{200}, &Count{Pairs: 1}), identity, ErrDamaged},
		{"with records out of order", forged(t, identity, Manifest{Format: format}, []byte{1, 'b', 0, 1, 'a', 0}, &Count{Pairs: 2}), identity, ErrDamaged},
	} {
		r, err := NewReader(bytes.NewReader(test.data), test.key)
		if err == nil {
			_, _, err = drain(r)
		}
		if !errors.Is(err, test.want) {
			t.Errorf("%s: read = %v, want %v", test.name, err, test.want)
		}
	}
}

// To a post-quantum key, this process's own is one too.
func TestMakeToAHybridKey(t *testing.T) {
	_, _, o := prepared(t)
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	o.To = []age.Recipient{identity.Recipient()}
	made, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(made.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := NewReader(f, identity); err != nil {
		t.Errorf("NewReader with the municipality's key: %v", err)
	}
}
