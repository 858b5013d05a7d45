package store

import (
	"bytes"
	"context"
	"sync"
)

// A memory is what the Views of one act have decoded of cases and rows, by key,
// with the records that it was decoded from.
type memory struct {
	mu   sync.Mutex
	read map[string]remembered
}

// remembered is a record and what it says.
type remembered struct {
	record []byte
	header header
	value  any
}

type rereadKey struct{}

// Reread returns a context for one act that looks at a case in a View, and then
// changes it in an Update, for which others wait: if the case is stored there
// byte for byte as it was, it is not decoded again, but handed on. So whoever
// reads a case in a View with the context must not keep it, or what it refers
// to, nor change it.
//
// What others change meanwhile is seen as ever: what a transaction reads is what
// is stored.
func Reread(ctx context.Context) context.Context {
	return context.WithValue(ctx, rereadKey{}, &memory{read: map[string]remembered{}})
}

func memoryOf(ctx context.Context) *memory {
	m, _ := ctx.Value(rereadKey{}).(*memory)
	return m
}

// keep remembers what a View has read of a case. Of other records nothing is
// remembered.
func (m *memory) keep(k kind, key string, r remembered) {
	if m == nil || k.name != caseKind.name && k.name != rowKind.name {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.read[key] = r
}

// recall returns what the record at a key says, if it is remembered. A case is
// handed out once, for who gets it may change it; rows are never changed.
func (m *memory) recall(k kind, key string, record []byte) (r remembered, ok bool) {
	if m == nil {
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
