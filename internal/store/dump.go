package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"ab325/internal/kv"
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
