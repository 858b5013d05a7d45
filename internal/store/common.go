package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"

	"ab325/internal/kv"
)

// The documents of a kind begin with the same bytes, which are most of them:
// fonts, what is printed on the form, what it is read aloud from. These say
// nothing about anybody, and stand in the database once, as they are and for
// ever; the documents hold what is behind them, and their id. So a document
// takes a sixth of the disk, and of the time to make it durable.
//
// One that no document begins with any more stays all the same. There are as many
// as sheets, fonts and editions, anew with a version of the program that draws
// them otherwise: some 100 KB each, and the next document finds its own there. Which
// documents have one is sealed in them, so who removed it would have to open them
// all first, and keep the one that is being written from counting on it: where that
// went wrong, all documents of a kind would lose their first pages.

// A commonID is the SHA-256 hash of common bytes; zero is that of none.
type commonID [sha256.Size]byte

// mostCommon is how many beginnings a process remembers: there is one for
// each sheet, in each font, of each edition.
const mostCommon = 32

// commons are the beginnings that a process knows to be durable.
type commons struct {
	mu    sync.RWMutex
	known map[commonID][]byte
}

// id returns the id of bytes that are known. To compare them is faster than to
// hash them, and takes no time where they are the very same.
func (c *commons) id(begin []byte) (id commonID, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for id, known := range c.known {
		if bytes.Equal(known, begin) {
			return id, true
		}
	}
	return id, false
}

func (c *commons) add(id commonID, begin []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= mostCommon {
		c.known = map[commonID][]byte{}
	}
	c.known[id] = begin
}

// common returns the id of common bytes, when they are durable.
func (s *Store) common(ctx context.Context, begin []byte) (commonID, error) {
	if len(begin) == 0 {
		return commonID{}, nil
	}
	if id, ok := s.commons.id(begin); ok {
		return id, nil
	}
	id := commonID(sha256.Sum256(begin))
	err := s.Update(ctx, func(t *Tx) error {
		if is, err := t.common(id); err == nil && bytes.Equal(is, begin) {
			return nil
		}
		return t.write(commonKeys.text(string(id[:])), begin)
	})
	if err == nil {
		s.commons.add(id, begin)
	}
	return id, err
}

// common returns the common bytes with an id.
func (t *Tx) common(id commonID) ([]byte, error) {
	begin, err := t.r.Get(commonKeys.text(string(id[:])))
	if errors.Is(err, kv.ErrNotFound) {
		err = errNoCommon
	}
	return begin, err
}

var errNoCommon = errors.New("what it begins with is missing")

// joined returns a document whole.
func (t *Tx) joined(id commonID, rest []byte) ([]byte, error) {
	if id == (commonID{}) {
		return rest, nil
	}
	begin, err := t.common(id)
	if err != nil {
		return nil, fmt.Errorf("common bytes %x: %w", id, err)
	}
	return slices.Concat(begin, rest), nil
}

// checkCommon returns the id of common bytes, or an error if they are not those
// of their key.
func checkCommon(p kv.Pair) (id commonID, err error) {
	parts := kv.Split(p.Key, commonKeys.key())
	text := parts.Text()
	if err := parts.End(); err != nil {
		return id, err
	}
	if id = sha256.Sum256(p.Value); text != string(id[:]) {
		err = errors.New("what documents begin with was changed")
	}
	return id, err
}
