package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"ab325/internal/files"
	"ab325/internal/kv"
	"ab325/internal/vault"
)

// A Verifier opens everything in a dump and its documents: that each can be
// read, and is what it says. What belongs to a case that was erased since the
// dump began may be there or not. It holds no more in memory however many there
// are, and is not safe for concurrent use.
type Verifier struct {
	Records   int // that were opened
	Documents int // likewise

	keys   *keychain
	schema schema
	last   []byte // the last key of the dump
	wanted wantedFiles

	commons map[commonID]struct{} // what documents begin with
	lacking map[string]string     // documents that are missing, by the case that refers to them
}

// NewVerifier returns a Verifier of what is sealed with the keys of v.
func NewVerifier(v *vault.Vault) *Verifier {
	return &Verifier{keys: newKeychain(v, new(desks)), schema: newSchema(), lacking: map[string]string{}, commons: map[commonID]struct{}{}}
}

// Pairs verifies the next chunk of the dump.
func (v *Verifier) Pairs(chunk []kv.Pair) (err error) {
	if v.last, err = ordered(v.last, chunk); err != nil {
		return err
	}
	for _, p := range chunk {
		if err := v.pair(p); err != nil {
			return fmt.Errorf("at %q: %w", p.Key, err)
		}
	}
	return nil
}

func (v *Verifier) pair(p kv.Pair) error {
	sec, err := v.schema.of(p.Key)
	if err != nil {
		return err
	}
	if sec.at == commonKeys {
		id, err := checkCommon(p)
		v.commons[id] = struct{}{}
		return err
	}
	if sec.at == fileKeys {
		if _, err := wantedFile(p); err != nil {
			return err
		}
	}
	if sec.new == nil {
		return nil
	}
	if _, _, err = sec.decode(v.keys, p); errors.Is(err, vault.ErrErased) {
		return nil
	}
	v.Records++
	return err
}

// DocumentsOf says where the dump that Pairs was given can be read again, which
// must be before the first Document.
func (v *Verifier) DocumentsOf(dump kv.DB) { v.wanted.dump = dump }

// Document verifies the next document, with its bytes as they are stored. They
// come in the order of their ids. One that no case refers to is not opened: it
// is on its way to be referred to, or to be removed.
func (v *Verifier) Document(ctx context.Context, file string, sealed []byte) error {
	for {
		want, ok, err := v.wanted.peek(ctx)
		switch {
		case err != nil:
			return err
		case !ok || want.file > file:
			return nil
		}
		v.wanted.next()
		if want.file < file {
			if err := v.lacks(want); err != nil {
				return err
			}
			continue
		}
		_, begin, _, err := v.keys.openFile(sealed, want.caseID, file)
		if _, ok := v.commons[begin]; err == nil && !ok && begin != (commonID{}) {
			err = errNoCommon
		}
		if err != nil && !errors.Is(err, vault.ErrErased) {
			return fmt.Errorf("document %s of case %s: %w", file, want.caseID, err)
		}
		v.Documents++
		return nil
	}
}

// End returns an error if a document is missing that a case refers to.
func (v *Verifier) End(ctx context.Context) error {
	for {
		want, ok, err := v.wanted.peek(ctx)
		if err != nil {
			return err
		}
		if !ok {
			return v.explained()
		}
		v.wanted.next()
		if err := v.lacks(want); err != nil {
			return err
		}
	}
}

// lacks notes that a document is missing.
func (v *Verifier) lacks(want wanted) error {
	v.lacking[want.caseID] = want.file
	if len(v.lacking) < wantedAtOnce {
		return nil
	}
	return v.explained()
}

// explained returns an error unless all cases whose documents are missing were
// erased.
func (v *Verifier) explained() error {
	if len(v.lacking) == 0 {
		return nil
	}
	for e, err := range v.keys.vault.Erasures() {
		if err != nil {
			return err
		}
		delete(v.lacking, e.Case)
	}
	for caseID, file := range v.lacking {
		return fmt.Errorf("document %s of case %s: %w", file, caseID, files.ErrNotFound)
	}
	return nil
}

// A wanted is a document that a case refers to.
type wanted struct{ file, caseID string }

func wantedFile(p kv.Pair) (wanted, error) {
	parts := kv.Split(p.Key, fileKeys.key())
	file := parts.Text()
	b, err := hex.DecodeString(file)
	if err := errors.Join(err, parts.End()); err != nil || len(b) != 16 || hex.EncodeToString(b) != file {
		return wanted{}, fmt.Errorf("document %q: not an id", file)
	}
	return wanted{file, string(p.Value)}, nil
}

// wantedAtOnce is how many documents are looked up at a time.
const wantedAtOnce = 1000

// wantedFiles are the documents that a dump refers to, in the order of their
// ids, some at a time.
type wantedFiles struct {
	dump kv.DB
	from []byte // the key to go on at; nil at the beginning
	some []wanted
	all  bool // that are left
}

// peek returns the next one; ok is false if there is none.
func (w *wantedFiles) peek(ctx context.Context) (next wanted, ok bool, err error) {
	if len(w.some) == 0 && !w.all {
		if err := w.dump.View(ctx, w.read); err != nil {
			return wanted{}, false, fmt.Errorf("see which documents there must be: %w", err)
		}
	}
	if len(w.some) == 0 {
		return wanted{}, false, nil
	}
	return w.some[0], true, nil
}

func (w *wantedFiles) next() { w.some = w.some[1:] }

func (w *wantedFiles) read(r kv.Reader) error {
	w.some = nil
	start, end := kv.Range(fileKeys.key())
	if w.from != nil {
		start = w.from
	}
	for p, err := range r.Scan(start, end) {
		if err != nil {
			return err
		}
		if len(w.some) == wantedAtOnce {
			w.from = p.Key
			return nil
		}
		one, err := wantedFile(p)
		if err != nil {
			return err
		}
		w.some = append(w.some, one)
	}
	w.all = true
	return nil
}
