package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/kv"
)

// aForm is what documents have in common here.
var aForm = []byte("%PDF-1.7 " + strings.Repeat("the form's own fonts and words ", 1000))

// referTo has a case refer to a document.
func referTo(t *testing.T, s *Store, caseID, file string, data []byte) {
	t.Helper()
	save(t, s, caseID, func(c *flexjob.Case) {
		c.Attachments = append(c.Attachments, flexjob.Attachment{ID: file[:8], File: file, Hash: sha256.Sum256(data)})
	})
}

// withCommon returns a store with two documents that begin alike and are those
// of two cases, and one from before documents had anything in common.
func withCommon(t *testing.T) (h *wholeStore, ids []string, documents [][]byte) {
	t.Helper()
	h = whole(t, kv.Mem())
	for _, end := range []string{"what Åse wrote", "what Ib wrote"} {
		data := append(bytes.Clone(aForm), end...)
		id, err := h.WriteDocument(t.Context(), "case-1", data[:len(aForm)], data[len(aForm):])
		if err != nil {
			t.Fatal(err)
		}
		ids, documents = append(ids, id), append(documents, data)
	}
	f, err := h.Files.New()
	if err != nil {
		t.Fatal(err)
	}
	old := f.ID()
	sealed, err := h.keychain().seal(kind{name: "file"}, 1, 1, aForm, fileSeal, "case-1", old)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Write(t.Context(), sealed); err != nil {
		t.Fatal(err)
	}
	ids, documents = append(ids, old), append(documents, aForm)
	for i := range ids {
		referTo(t, h.Store, "case-1", ids[i], documents[i])
	}
	return h, ids, documents
}

// commonsOf returns the pairs of common bytes.
func commonsOf(t *testing.T, s *Store) (pairs []kv.Pair) {
	t.Helper()
	doView(t, s, func(tx *Tx) error {
		for p, err := range tx.r.Scan(kv.Range(commonKeys.key())) {
			if err != nil {
				return err
			}
			pairs = append(pairs, p)
		}
		return nil
	})
	return pairs
}

// Documents come back whole; what they begin with is stored once, by whoever
// writes, and is all that is.
func TestWriteDocument(t *testing.T) {
	h, ids, documents := withCommon(t)
	again := with(t, h.Options) // which has yet to learn of it
	third := append(bytes.Clone(aForm), "what Eva wrote"...)
	id, err := again.WriteDocument(t.Context(), "case-1", aForm, []byte("what Eva wrote"))
	if err != nil {
		t.Fatal(err)
	}
	referTo(t, h.Store, "case-1", id, third)
	ids, documents = append(ids, id), append(documents, third)
	for _, s := range []*Store{h.Store, again} {
		for i := range ids {
			if got, err := s.ReadFile(t.Context(), "case-1", ids[i]); err != nil || !bytes.Equal(got, documents[i]) {
				t.Errorf("document %d has %d bytes, %v, want %d", i, len(got), err, len(documents[i]))
			}
		}
	}
	if p := commonsOf(t, h.Store); len(p) != 1 || !bytes.Equal(p[0].Value, aForm) {
		t.Errorf("common bytes are stored %d times, want once", len(p))
	}
	for _, i := range []int{0, 1, 3} {
		if sealed, err := h.Files.Read(ids[i]); err != nil || len(sealed) > 200 {
			t.Errorf("document %d takes %d bytes (%v), want few", i, len(sealed), err)
		}
	}
	if got := faults(t, h.Store); len(got) > 0 {
		t.Errorf("Check finds %q", got)
	}
	if err := verifyWhole(t, h); err != nil {
		t.Error(err)
	}
}

// verifyWhole verifies a dump with the documents.
func verifyWhole(t *testing.T, h *wholeStore) error {
	t.Helper()
	v := NewVerifier(h.Vault)
	for chunk := range dumped(t, h.Store) {
		if err := v.Pairs(chunk); err != nil {
			return err
		}
	}
	v.DocumentsOf(h.DB)
	for file, err := range h.Files.All() {
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := h.Files.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Document(t.Context(), file, sealed); err != nil {
			return err
		}
	}
	return v.End(t.Context())
}

// Common bytes that are gone, or are others, are missed.
func TestCommonBytesMissed(t *testing.T) {
	for name, spoil := range map[string]func(w kv.Tx, p kv.Pair) error{
		"gone":    func(w kv.Tx, p kv.Pair) error { return w.Delete(p.Key) },
		"changed": func(w kv.Tx, p kv.Pair) error { p.Value[9] ^= 1; return w.Put(p.Key, p.Value) },
	} {
		h, ids, _ := withCommon(t)
		p := commonsOf(t, h.Store)[0]
		if err := h.DB.Update(context.Background(), func(w kv.Tx) error { return spoil(w, p) }); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ReadFile(t.Context(), "case-1", ids[0]); name == "gone" && err == nil {
			t.Error("a document without its beginning is read")
		}
		got := strings.Join(faults(t, h.Store), "\n")
		if n := strings.Count(got, "document "); n != 2 || strings.Contains(got, "was changed") != (name == "changed") {
			t.Errorf("what documents begin with is %s: Check finds %s, want it and both documents", name, got)
		}
		if err := verifyWhole(t, h); err == nil {
			t.Errorf("what documents begin with is %s, and all is verified", name)
		}
		if name == "changed" {
			continue
		}
		// Whoever starts anew writes it anew.
		if _, err := with(t, h.Options).WriteDocument(t.Context(), "case-1", aForm, []byte("more")); err != nil || len(commonsOf(t, h.Store)) != 1 {
			t.Errorf("what is gone is not written anew: %v", err)
		}
	}
}

// What documents began with is there when none does any more, and is no fault:
// the next one begins with it again, in whatever process.
func TestCommonStays(t *testing.T) {
	h, _, _ := withCommon(t)
	eraseCase(t, h, "case-1")
	own := []byte("what Eva wrote")
	data := slices.Concat(aForm, own)
	id, err := h.WriteDocument(t.Context(), "case-2", aForm, own) // and the commit never came
	if err := errors.Join(err, h.Files.Wait(id)); err != nil {
		t.Fatal(err)
	}
	if n, err := h.SweepFiles(t.Context(), time.Now().Add(time.Hour)); err != nil || n != 1 {
		t.Fatalf("swept %d documents, %v, want one", n, err)
	}
	if p := commonsOf(t, h.Store); len(p) != 1 || !bytes.Equal(p[0].Value, aForm) {
		t.Errorf("common bytes are stored %d times, want once", len(p))
	}
	if got := faults(t, h.Store); len(got) > 0 {
		t.Errorf("Check finds %q", got)
	}
	if err := verifyWhole(t, h); err != nil {
		t.Error(err)
	}
	for _, s := range []*Store{h.Store, with(t, h.Options)} {
		id, err := s.WriteDocument(t.Context(), "case-2", aForm, own)
		if err != nil {
			t.Fatal(err)
		}
		referTo(t, s, "case-2", id, data)
		if got, err := s.ReadFile(t.Context(), "case-2", id); err != nil || !bytes.Equal(got, data) || len(commonsOf(t, s)) != 1 {
			t.Errorf("the next document has %d bytes, %v, want %d, and common bytes once", len(got), err, len(data))
		}
	}
}

// A process remembers only so many, and knows each by its bytes.
func TestCommons(t *testing.T) {
	s := mem(t)
	create(t, s, aCase("c1", "2026-000001"))
	for i := range 2*mostCommon + 3 {
		if _, err := s.WriteDocument(t.Context(), "c1", append(bytes.Clone(aForm), byte(i)), []byte("x")); err != nil {
			t.Fatal(err)
		}
		if n := len(s.commons.known); n > mostCommon {
			t.Fatalf("%d are remembered", n)
		}
	}
	if n := len(commonsOf(t, s)); n != 2*mostCommon+3 {
		t.Errorf("%d are stored, want %d", n, 2*mostCommon+3)
	}
}

// A document that takes long is not what a commit, and with it others, wait for.
func TestBigDocumentsAreWaitedFor(t *testing.T) {
	h := whole(t, kv.Mem())
	for range 40 {
		id, err := h.WriteFile(t.Context(), "case-1", make([]byte, 1<<20))
		if err != nil {
			t.Fatal(err)
		}
		there := false
		for file, err := range h.Files.All() { // which does not yield one that was made ahead until it is durable
			if err != nil {
				t.Fatal(err)
			}
			there = there || file == id
		}
		if !there {
			t.Fatalf("the document %s was on its way when it was handed out", id)
		}
	}
}
