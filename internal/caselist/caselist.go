// Package caselist finds the cases that a jobcenter has: by part of a name, by
// number, by what stands out in them, page by page.
//
// It holds a row of each case in memory, since a stored index of names, hashed
// or not, would give names away. The rows are read in the background when the
// program starts, and each change is put in after its commit.
package caselist

import (
	"context"
	"fmt"
	"sync"

	"ab325/internal/store"
)

// A List is the cases of an installation. It is safe for concurrent use.
type List struct {
	loaded chan struct{} // closed when Load is through
	failed error         // of Load; set before loaded is closed

	mu  sync.RWMutex
	dir *directory
}

// New returns a list that answers once [List.Load] has read the cases.
func New() *List {
	return &List{loaded: make(chan struct{}), dir: newDirectory()}
}

// Load reads the rows of all cases from s. It is called once, on a goroutine
// of its own, and returns when the list answers. Rows put in meanwhile win
// over older ones.
func (l *List) Load(ctx context.Context, s *store.Store) error {
	defer close(l.loaded)
	dir := newDirectory()
	err := s.View(ctx, func(tx *store.Tx) error {
		for row, err := range tx.Rows() {
			if err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			dir.add(row)
		}
		return nil
	})
	if err != nil {
		l.failed = fmt.Errorf("load the list of cases: %w", err)
		return l.failed
	}
	dir.sort()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, it := range l.dir.items {
		dir.put(it.row)
	}
	l.dir = dir
	return nil
}

// Put brings the row of a case up to date after a commit. A row that is older
// than the one held changes nothing, so commits may be reported in any order.
func (l *List) Put(row store.Row) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dir.put(row)
}

// Query answers q. Until the list is loaded it waits, as long as ctx allows.
func (l *List) Query(ctx context.Context, q Query) (Page, error) {
	select {
	case <-l.loaded:
	case <-ctx.Done():
		return Page{}, fmt.Errorf("wait for the list of cases: %w", ctx.Err())
	}
	if l.failed != nil {
		return Page{}, l.failed
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.dir.query(q), nil
}
