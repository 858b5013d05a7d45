package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ab325/internal/files"
	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
)

// dumped returns the chunks of a dump.
func dumped(t testing.TB, s *Store) iter.Seq2[[]kv.Pair, error] {
	t.Helper()
	var chunks [][]kv.Pair
	if err := s.Dump(context.Background(), func(pairs []kv.Pair) error { chunks = append(chunks, pairs); return nil }); err != nil {
		t.Fatal(err)
	}
	return each(chunks...)
}

func each(chunks ...[]kv.Pair) iter.Seq2[[]kv.Pair, error] {
	return func(yield func([]kv.Pair, error) bool) {
		for _, c := range chunks {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// What was dumped from one engine and loaded into another is the same.
func TestDumpLoad(t *testing.T) {
	h := whole(t, kv.Mem())
	doUpdate(t, h.Store, func(tx *Tx) error { // more than a chunk
		for i := range 30 {
			m := Municipality{Code: fmt.Sprintf("99%02d", i), Hours: strings.Repeat("x", 100_000)}
			if err := tx.PutMunicipality(m, why("set")); err != nil {
				return err
			}
		}
		return nil
	})
	chunks := 0
	for chunk := range dumped(t, h.Store) {
		size := 0
		for _, p := range chunk {
			size += len(p.Key) + len(p.Value)
		}
		if chunks++; size > chunkSize+200_000 {
			t.Errorf("a chunk has %d bytes", size)
		}
	}
	if chunks < 3 {
		t.Errorf("%d chunks, want one for each MiB", chunks)
	}
	db, err := boltkv.Open(filepath.Join(t.TempDir(), "db"), boltkv.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := Load(t.Context(), db, dumped(t, h.Store)); err != nil {
		t.Fatal(err)
	}
	s := h.on(t, db)
	if n, err := s.ReplayErasures(t.Context(), why("erase")); n != 0 || err != nil {
		t.Errorf("ReplayErasures = %d, %v, want none", n, err)
	}
	var slot uint64
	doUpdate(t, s, func(tx *Tx) (err error) { slot, err = tx.counter(slotCount.key()); return err })
	if slot != h.Vault.Len()-1 {
		t.Errorf("the last key that was given is %d of %d: a case that was begun after the dump may have the next", slot, h.Vault.Len())
	}
	want := slices.DeleteFunc(pairsOf(t, h.DB), isSlotCount)
	got := slices.DeleteFunc(pairsOf(t, db), isSlotCount)
	if !slices.EqualFunc(got, want, func(a, b kv.Pair) bool { return bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value) }) {
		t.Errorf("%d pairs came back, want the same %d", len(got), len(want))
	}
	if got := faults(t, s); len(got) > 0 {
		t.Errorf("Check finds %q", got)
	}
}

// isSlotCount tells the keys that a restore changes: no key of a case that it
// does not know is given again.
func isSlotCount(p kv.Pair) bool { return bytes.HasPrefix(p.Key, []byte("slot-")) }

func TestLoadRefuses(t *testing.T) {
	one, two := kv.Pair{Key: []byte("a"), Value: []byte{}}, kv.Pair{Key: []byte("b"), Value: []byte{}}
	full := kv.Mem()
	rawPut(t, full, []byte("x"), []byte("y"))
	oops := errors.New("oops")
	for _, test := range []struct {
		name   string
		db     kv.DB
		chunks iter.Seq2[[]kv.Pair, error]
	}{
		{"a database that is not empty", full, each([]kv.Pair{one})},
		{"a chunk twice", kv.Mem(), each([]kv.Pair{one, two}, []kv.Pair{one, two})},
		{"chunks in another order", kv.Mem(), each([]kv.Pair{two}, []kv.Pair{one})},
		{"a source that fails", kv.Mem(), func(yield func([]kv.Pair, error) bool) { yield(nil, oops) }},
	} {
		if err := Load(t.Context(), test.db, test.chunks); err == nil {
			t.Errorf("Load of %s has no error", test.name)
		}
	}
	if err := mem(t).Dump(t.Context(), func([]kv.Pair) error { return nil }); err != nil {
		t.Errorf("Dump of nothing = %v", err)
	}
	if err := whole(t, kv.Mem()).Dump(t.Context(), func([]kv.Pair) error { return oops }); !errors.Is(err, oops) {
		t.Errorf("Dump to what fails = %v, want its error", err)
	}
}

// Documents are compared with the index side by side, some of it at a time: one
// that is missing is found wherever it is, and no more are held in memory.
func TestVerifierManyDocuments(t *testing.T) {
	s := mem(t)
	const n = 2*wantedAtOnce + 7
	ids, sealed := make([]string, n), make([][]byte, n)
	for i := range n {
		ids[i] = fmt.Sprintf("%032x", 2*i) // between which there are others
		var err error
		if sealed[i], err = s.keychain().seal(kind{name: "file"}, 1, 1, []byte("%PDF"), fileSeal, "c1", ids[i]); err != nil {
			t.Fatal(err)
		}
		rawPut(t, s.DB, fileKeys.text(ids[i]), []byte("c1"))
	}
	for _, missing := range []int{-1, 0, 1, wantedAtOnce - 1, wantedAtOnce, n - 1} {
		v := NewVerifier(s.Vault)
		v.DocumentsOf(s.DB)
		for i, id := range ids {
			if i == missing {
				id = fmt.Sprintf("%032x", 2*i+1) // which nobody refers to
			}
			if err := v.Document(t.Context(), id, sealed[i]); err != nil {
				t.Fatalf("document %d: %v", i, err)
			}
			if len(v.wanted.some) > wantedAtOnce {
				t.Fatalf("%d documents are held", len(v.wanted.some))
			}
		}
		if err := v.End(t.Context()); errors.Is(err, files.ErrNotFound) != (missing >= 0) {
			t.Errorf("with document %d missing: End = %v", missing, err)
		}
		if want := n - min(1, missing+1); v.Documents != want {
			t.Errorf("with document %d missing: %d were opened, want %d", missing, v.Documents, want)
		}
	}
}

// A dump is verified without being loaded, and every byte of a record counts.
func TestVerifier(t *testing.T) {
	h := whole(t, kv.Mem())
	verify := func(change func(*kv.Pair), document func(id string, sealed []byte) []byte) (*Verifier, error) {
		v := NewVerifier(h.Vault)
		for chunk := range dumped(t, h.Store) {
			for i := range chunk {
				if change != nil {
					change(&chunk[i])
				}
			}
			if err := v.Pairs(chunk); err != nil {
				return v, err
			}
		}
		v.DocumentsOf(h.DB)
		for _, file := range slices.Sorted(maps.Values(h.files)) {
			sealed, err := h.Files.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			if document != nil {
				sealed = document(file, sealed)
			}
			if sealed == nil {
				continue
			}
			if err := v.Document(t.Context(), file, sealed); err != nil {
				return v, err
			}
		}
		return v, v.End(t.Context())
	}
	if v, err := verify(nil, nil); err != nil || v.Documents != 2 || v.Records < 20 {
		t.Errorf("verified %d records and %d documents, %v, want all", v.Records, v.Documents, err)
	}
	for name, key := range map[string]kv.Key{"case": caseKeys.text("case-2"), "row": rowKeys.text("case-1"), "account": staffKeys.text("s1"), "message": messageKeys.number(1)} {
		_, err := verify(func(p *kv.Pair) {
			if bytes.Equal(p.Key, key) {
				p.Value[len(p.Value)-1] ^= 1
			}
		}, nil)
		if err == nil {
			t.Errorf("a changed %s is verified", name)
		}
	}
	if _, err := verify(func(p *kv.Pair) { p.Key = bytes.Replace(p.Key, []byte("staff/"), []byte("stamm/"), 1) }, nil); err == nil {
		t.Error("a key of no kind is verified")
	}
	for name, document := range map[string]func(string, []byte) []byte{
		"changed": func(_ string, sealed []byte) []byte { sealed[len(sealed)-1] ^= 1; return sealed },
		"missing": func(id string, sealed []byte) []byte {
			if id == h.files["case-2"] {
				return nil
			}
			return sealed
		},
		"another's": func(string, []byte) []byte { b, _ := h.Files.Read(h.files["case-2"]); return b },
	} {
		if _, err := verify(nil, document); err == nil || (name == "missing") != errors.Is(err, files.ErrNotFound) {
			t.Errorf("a document that is %s: %v", name, err)
		}
	}
	// What is erased meanwhile is no fault.
	doUpdate(t, h.Store, func(tx *Tx) error { return tx.Log(why("look")) })
	if err := h.Vault.Erase(1, "case-1", now); err != nil {
		t.Fatal(err)
	}
	if v, err := verify(nil, func(id string, sealed []byte) []byte {
		if id == h.files["case-1"] {
			return nil
		}
		return sealed
	}); err != nil {
		t.Errorf("verified %d records with one case erased: %v", v.Records, err)
	}
}
