// Package store keeps the program's records in a [kv.DB].
//
// It knows records and no rules: who may change what is for the packages
// above. What it does hold them to is that a change leaves a trace:
// [Tx.PutCase] saves a case, its row for lists, its index keys, the audit
// entry that explains the change and the messages that follow from it in one
// transaction, and cannot be called without the entry.
//
// Personal data stand in records only, never in keys. A case is found by CPR,
// CVR, number or reference through a keyed hash of it; names are searched in
// memory, by package caselist, and have no index at all.
package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"

	"ab325/internal/audit"
	"ab325/internal/kv"
	"ab325/internal/problem"
)

// A Store is the records of one installation. It is safe for concurrent use.
type Store struct {
	db       kv.DB
	indexKey []byte
	rand     io.Reader     // of salts
	signer   *audit.Signer // of checkpoints
}

// New returns the store in db. The indexKey, at least 32 random bytes kept
// outside db, hides what is looked up by hash; another key finds nothing.
func New(db kv.DB, indexKey []byte) *Store {
	s := &Store{db: db, indexKey: indexKey, rand: rand.Reader}
	var err error
	if s.signer, err = audit.NewSigner("0", []byte(s.keyed("sign", ""))); err != nil {
		panic(err)
	}
	return s
}

// A Tx reads and writes records within one transaction, and sees its own
// writes. It must not be used after the function that it was passed to
// returns. What it returns are copies. In a View every write fails.
type Tx struct {
	store *Store
	r     kv.Reader
	w     kv.Tx          // nil in a View
	read  map[string]int // revision of each case that was read or saved here

	claim   *claim // of the request, or nil: see Once
	claimed bool   // here, so it holds once this is durable
}

var errReadOnly = errors.New("store: write in a view")

// View calls fn with a consistent view of the records. Its error is fn's, or
// an Unavailable problem when the database cannot answer.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return unavailable(s.db.View(ctx, func(r kv.Reader) error {
		t := &Tx{store: s, r: r, read: map[string]int{}, claim: claimOf(ctx)}
		return t.once(fn(t))
	}))
}

// Update calls fn in a transaction; its changes are durable when Update
// returns nil, and none is kept when it returns an error. It may call fn more
// than once, see [kv.DB]. Its error is fn's, or an Unavailable problem when the
// database cannot take the change, or ErrRepeated, see [Once].
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	claim, claimed := claimOf(ctx), false
	err := s.db.Update(ctx, func(w kv.Tx) error {
		t := &Tx{store: s, r: w, w: w, read: map[string]int{}, claim: claim}
		err := t.once(fn(t))
		claimed = err == nil && t.claimed
		return err
	})
	if err == nil && claimed {
		claim.held.Store(true)
	}
	return unavailable(err)
}

// unavailable makes a problem of the errors that say "not now".
func unavailable(err error) error {
	if errors.Is(err, kv.ErrFull) && problem.Of(err) == "" {
		return &problem.Error{Kind: problem.Unavailable, Err: err,
			Detail: "Der er ikke plads til mere på serveren, så intet er gemt. Prøv igen senere, og sig det til kommunen, hvis det bliver ved."}
	}
	for _, cause := range []error{kv.ErrBusy, kv.ErrFailed, kv.ErrClosed} {
		if errors.Is(err, cause) && problem.Of(err) == "" {
			return &problem.Error{Kind: problem.Unavailable, Err: err,
				Detail: "Systemet kan ikke svare lige nu. Vent et øjeblik, og prøv igen."}
		}
	}
	return err
}

// keyed returns the hash that stands for a value in a key. The purpose keeps
// equal values of different kinds apart.
func (s *Store) keyed(purpose, value string) string {
	mac := hmac.New(sha256.New, s.indexKey)
	mac.Write([]byte(purpose + "\x00" + value))
	return string(mac.Sum(nil))
}
