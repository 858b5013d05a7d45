package store

import (
	"bytes"
	"context"
	"sync"
)

// A memory is what one act has opened and decoded: the keys, and what its Views
// have read, by key, with the records that it was decoded from. A Store has one,
// too, for what most acts read.
type memory struct {
	mu   sync.Mutex
	keys *opened
	read map[string]remembered // nil: nothing is remembered
}

// opened are the keys of an act.
type opened struct {
	mu    sync.Mutex
	chain *keychain
}

// of returns the act's keys of a store.
func (o *opened) of(s *Store) *keychain {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.chain == nil || o.chain.vault != s.Vault {
		o.chain = s.keychain()
	}
	return o.chain
}

// remembered is a record and what it says.
type remembered struct {
	record []byte
	header header
	value  any
}

type rereadKey struct{}

// Act returns a context for one act, such as a request, which may take some
// transactions: what seals the records that it is about is opened once. So a key
// that is erased meanwhile may be used to the end of the act. What it sealed is
// gone from the database before that.
func Act(ctx context.Context) context.Context {
	return context.WithValue(ctx, rereadKey{}, &memory{keys: new(opened)})
}

// Reread returns a context for one act, or a part of one, that looks at a case in
// a View, and then changes it in an Update, for which others wait: if the case is
// stored there byte for byte as it was, it is not decoded again, but handed on. So
// whoever reads a case in a View with the context must not keep it, or what it
// refers to, nor change it.
//
// What others change meanwhile is seen as ever: what a transaction reads is what
// is stored.
func Reread(ctx context.Context) context.Context {
	m := &memory{keys: new(opened), read: map[string]remembered{}}
	if act := memoryOf(ctx); act != nil {
		m.keys = act.keys
	}
	return context.WithValue(ctx, rereadKey{}, m)
}

func memoryOf(ctx context.Context) *memory {
	m, _ := ctx.Value(rereadKey{}).(*memory)
	return m
}

// remembers returns where what is read of a kind is remembered, or nil: what is
// set for a municipality, which is of no case and seldom changed, beyond the act.
func (t *Tx) remembers(k kind) *memory {
	if k.name == municipalityKind.name {
		return &t.store.settings
	}
	return t.memory
}

// keep remembers what a View has read of a case, and what is set for a
// municipality. Of other records nothing is remembered.
func (m *memory) keep(k kind, key string, r remembered) {
	if m == nil || m.read == nil || k.name != caseKind.name && k.name != rowKind.name && k.name != municipalityKind.name {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.read[key] = r
}

// recall returns what the record at a key says, if it is remembered. A case is
// handed out once, for who gets it may change it; the others are never changed.
func (m *memory) recall(k kind, key string, record []byte) (r remembered, ok bool) {
	if m == nil || m.read == nil {
		return r, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok = m.read[key]
	if k.name == caseKind.name {
		delete(m.read, key)
	}
	return r, ok && bytes.Equal(r.record, record)
}
