package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"ab325/internal/audit"
	"ab325/internal/files"
	"ab325/internal/kv"
	"ab325/internal/problem"
	"ab325/internal/vault"
)

// Options are what a Store is made of.
type Options struct {
	DB      kv.DB
	Vault   *vault.Vault   // the keys that seal records and documents
	Files   *files.Store   // the documents
	Keyring *vault.Keyring // its index keys hide what cases are found by
	Rand    io.Reader      // secret: crypto/rand.Reader

	// Space returns kv.ErrFull if there is no room for a document; nil is
	// room for any.
	Space func() error
}

// A Store is the records and documents of one installation. It is safe for
// concurrent use.
type Store struct {
	Options
	indexes  atomic.Pointer[[]vault.IndexKey] // the first writes, all find
	signer   *audit.Signer                    // of checkpoints
	commons  commons                          // what documents begin with
	settings memory                           // what is set for municipalities
	sealed   sync.Pool                        // *[]byte: sealed documents on their way to the disk
	desks    desks
}

// New returns the store that o makes.
func New(o Options) (*Store, error) {
	if o.DB == nil || o.Vault == nil || o.Files == nil || o.Keyring == nil || o.Rand == nil {
		return nil, errors.New("store: something that it is made of is missing")
	}
	seeds := o.Keyring.Seeds()
	signer, err := audit.NewSigner(o.Keyring.Instance(), seeds[0], seeds[1:]...)
	if err != nil {
		return nil, err
	}
	s := &Store{Options: o, signer: signer, settings: memory{read: map[string]remembered{}}, sealed: sync.Pool{New: func() any { return new([]byte) }}}
	s.indexes.Store(new([]vault.IndexKey))
	s.UseIndexes(o.Keyring)
	return s, nil
}

// UseIndexes makes the index keys of ring those that hide what cases are found
// by: the first for what is written from now on. What was written with the keys
// of before is found until the process ends.
func (s *Store) UseIndexes(ring *vault.Keyring) {
	keys := ring.Index()
	for _, old := range *s.indexes.Load() {
		if !slices.ContainsFunc(keys, func(k vault.IndexKey) bool { return k.ID == old.ID }) {
			keys = append(keys, old)
		}
	}
	s.indexes.Store(&keys)
}

// A Tx reads and writes records within one transaction, and sees its own
// writes. It must not be used after the function that it was passed to
// returns. What it returns are copies. In a View every write fails.
type Tx struct {
	store   *Store
	r       kv.Reader
	w       kv.Tx // nil in a View
	keys    *keychain
	indexes []vault.IndexKey
	rows    map[string]place  // of cases that were met here; nil: none
	read    map[string]int    // revision of each case that was read or saved here; nil: none
	given   map[string]uint64 // slots of cases that are yet to be saved; nil: none

	memory  *memory // of the act, or nil: see Reread
	claim   *claim  // of the request, or nil: see Once
	claimed bool    // here, so it holds once this is durable
}

func (s *Store) begin(ctx context.Context, r kv.Reader, w kv.Tx) *Tx {
	t := &Tx{store: s, r: r, w: w, indexes: *s.indexes.Load(), claim: claimOf(ctx), memory: memoryOf(ctx)}
	if t.memory != nil {
		t.keys = t.memory.keys.of(s)
	} else {
		t.keys = s.keychain()
	}
	return t
}

// assign sets what a map has at key. Most transactions need none of their maps.
func assign[T any](m *map[string]T, key string, v T) {
	if *m == nil {
		*m = map[string]T{}
	}
	(*m)[key] = v
}

// keychain returns an empty one.
func (s *Store) keychain() *keychain { return newKeychain(s.Vault, &s.desks) }

var errReadOnly = errors.New("store: write in a view")

// View calls fn with a consistent view of the records. Its error is fn's, or
// an Unavailable problem when the database cannot answer.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return unavailable(s.DB.View(ctx, func(r kv.Reader) error {
		t := s.begin(ctx, r, nil)
		return t.once(fn(t))
	}))
}

// Look is Update for what reads, and changes no more than the log, or than what
// a session is for: it goes on when the disk is nearly full.
func (s *Store) Look(ctx context.Context, fn func(*Tx) error) error {
	return s.Update(kv.WithReserve(ctx), fn)
}

// Update calls fn in a transaction; its changes are durable when Update
// returns nil, and none is kept when it returns an error. It may call fn more
// than once, see [kv.DB]. Its error is fn's, or an Unavailable problem when the
// database cannot take the change, or ErrRepeated, see [Once].
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	claimed := false
	err := s.DB.Update(ctx, func(w kv.Tx) error {
		t := s.begin(ctx, w, w)
		err := t.once(fn(t))
		for id := range t.given {
			if err == nil {
				err = fmt.Errorf("store: something was saved of case %s, which was not", id)
			}
		}
		claimed = err == nil && t.claimed
		return err
	})
	if err == nil && claimed {
		claimOf(ctx).held.Store(true)
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

// keyed returns the hash that stands for a value in a key, where no key
// outside the data folder is needed to hide it. The purpose keeps equal values
// of different kinds apart.
func (t *Tx) keyed(purpose, value string) (string, error) {
	k, err := t.keys.key(house)
	if err != nil {
		return "", err
	}
	sum := k.Index(purpose).Sum(value)
	return string(sum[:]), nil
}
