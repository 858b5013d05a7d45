package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"

	"ab325/internal/files"
	"ab325/internal/kv"
	"ab325/internal/vault"
)

// chunkSize is how many bytes of keys and values Dump yields at a time, or a
// little more; a value that is bigger comes alone.
const chunkSize = 1 << 20

// Dump calls yield with every pair of the database as it is stored, what is
// sealed still sealed, in the order of the keys and all of one moment, however
// long it takes. It stops at the first error of yield, and returns it. The
// slices are yield's to keep.
func (s *Store) Dump(ctx context.Context, yield func(pairs []kv.Pair) error) error {
	err := s.DB.View(ctx, func(r kv.Reader) error {
		var chunk []kv.Pair
		size := 0
		for pair, err := range r.Scan(nil, nil) {
			if err != nil {
				return err
			}
			chunk, size = append(chunk, pair), size+len(pair.Key)+len(pair.Value)
			if size < chunkSize {
				continue
			}
			if err := errors.Join(ctx.Err(), yield(chunk)); err != nil {
				return err
			}
			chunk, size = nil, 0
		}
		if chunk == nil {
			return nil
		}
		return yield(chunk)
	})
	if err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	return nil
}

// errOrder reports chunks that are not what Dump gave.
var errOrder = errors.New("keys are not in order: a part is missing, moved or repeated")

// Load fills an empty database with what Dump gave, chunk by chunk, whatever
// the engine. Where it fails the database is of no use. A store on it must call
// ReplayErasures before it shows anything.
func Load(ctx context.Context, db kv.DB, chunks iter.Seq2[[]kv.Pair, error]) error {
	err := db.View(ctx, func(r kv.Reader) error {
		for _, err := range r.Scan(nil, nil) {
			return errors.Join(errors.New("the database is not empty"), err)
		}
		return nil
	})
	if err == nil {
		err = db.Update(ctx, func(w kv.Tx) error { return w.Put(restoredKey.key(), nil) })
	}
	var last []byte
	for chunk, chunkErr := range chunks {
		if err = errors.Join(err, chunkErr); err != nil {
			break
		}
		if last, err = ordered(last, chunk); err != nil {
			break
		}
		if err = db.Update(ctx, func(w kv.Tx) error { return putAll(w, chunk) }); err != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

func putAll(w kv.Tx, pairs []kv.Pair) error {
	for _, p := range pairs {
		if err := w.Put(p.Key, p.Value); err != nil {
			return err
		}
	}
	return nil
}

// ordered returns the last key of chunk, or errOrder unless each key comes
// after the one before.
func ordered(last []byte, chunk []kv.Pair) ([]byte, error) {
	for _, p := range chunk {
		if bytes.Compare(p.Key, last) <= 0 {
			return nil, errOrder
		}
		last = p.Key
	}
	return last, nil
}

// A Verifier opens everything in a dump and its documents, without loading
// them: that each can be read, and is what it says. What belongs to a case that
// was erased since the dump began may be there or not. It is not safe for
// concurrent use.
type Verifier struct {
	Records   int // that were opened
	Documents int // likewise

	keys    *keychain
	schema  schema
	last    []byte
	pending map[fileID]string // documents that were referred to and not seen yet: case id
}

type fileID [16]byte

// NewVerifier returns a Verifier of what is sealed with the keys of v.
func NewVerifier(v *vault.Vault) *Verifier {
	return &Verifier{keys: newKeychain(v), schema: newSchema(), pending: map[fileID]string{}}
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
	if sec.at == fileKeys {
		parts := kv.Split(p.Key, sec.at.key())
		id, err := parseFileID(parts.Text())
		if err := errors.Join(err, parts.End()); err != nil {
			return err
		}
		v.pending[id] = string(p.Value)
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

func parseFileID(text string) (id fileID, err error) {
	if len(text) != hex.EncodedLen(len(id)) {
		return id, fmt.Errorf("document %q: not an id", text)
	}
	_, err = hex.Decode(id[:], []byte(text))
	return id, err
}

// Document verifies a document of the dump that Pairs was given before, with
// its bytes as they are stored. One that no case refers to is not opened: it
// is on its way to be referred to, or to be removed.
func (v *Verifier) Document(file string, sealed []byte) error {
	id, err := parseFileID(file)
	if err != nil {
		return err
	}
	caseID, ok := v.pending[id]
	if !ok {
		return nil
	}
	if _, _, err := v.keys.open(fileKind, sealed, fileSeal, caseID, file); err != nil && !errors.Is(err, vault.ErrErased) {
		return fmt.Errorf("document %s of case %s: %w", file, caseID, err)
	}
	delete(v.pending, id)
	v.Documents++
	return nil
}

// End returns an error if a document is missing that a case refers to.
func (v *Verifier) End() error {
	erased := map[string]bool{}
	for e, err := range v.keys.vault.Erasures() {
		if err != nil {
			return err
		}
		erased[e.Case] = true
	}
	for id, caseID := range v.pending {
		if !erased[caseID] {
			return fmt.Errorf("document %x of case %s: %w", id, caseID, files.ErrNotFound)
		}
	}
	return nil
}
