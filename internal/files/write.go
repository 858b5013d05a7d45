package files

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"ab325/internal/kv"
)

// An Unwritten is a file that is yet to be written.
type Unwritten struct {
	store *Store
	id    string
	f     *os.File // nil until it is made
}

// New returns a file to write, with a random id. It must be discarded when it
// is not, and may be when it is.
func (s *Store) New() (*Unwritten, error) {
	if n := s.spares.take(); n != nil {
		return n, nil
	}
	id, err := s.newID()
	return &Unwritten{store: s, id: id}, err
}

// newID returns a random id for a file.
func (s *Store) newID() (string, error) {
	b := make([]byte, idBytes)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", fmt.Errorf("files: make an id: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// ID returns the id of the file.
func (n *Unwritten) ID() string { return n.id }

// Write stores data in the file. It is durable when [Store.Wait] has returned
// nil. If Write fails it leaves nothing; where the disk has no room, that is
// kv.ErrFull, and no failure of the folder. It may be called once.
func (n *Unwritten) Write(ctx context.Context, data []byte) error {
	s := n.store
	if err := errors.Join(ctx.Err(), s.Err()); err != nil {
		return err
	}
	ahead := n.f != nil
	f, err := n.put(data)
	if err != nil {
		s.spares.forget(n.id)
		return fmt.Errorf("files: write %s: %w", n.id, err)
	}
	if !s.settling.begin(n.id, func() { s.settle(f, n.id, ahead) }) {
		s.spares.forget(n.id)
		return errors.Join(fmt.Errorf("files: write %s: %w", n.id, kv.ErrClosed), f.Close(), s.removeAny(path(n.id)))
	}
	return nil
}

// put writes data to the file.
func (n *Unwritten) put(data []byte) (f *os.File, err error) {
	s := n.store
	if f, n.f = n.f, nil; f == nil {
		if f, err = s.create(n.id); err != nil {
			return nil, err
		}
	}
	if _, err = s.put(f, data); err == nil {
		return f, nil
	}
	if full(err) {
		err = fmt.Errorf("%w: %w", kv.ErrFull, err)
	} else {
		err = s.fail(err)
	}
	return nil, errors.Join(err, f.Close(), s.removeAny(path(n.id)))
}

// settle makes a file durable, and its name, unless it was made ahead. What is
// not durable for sure is removed.
func (s *Store) settle(f *os.File, id string, ahead bool) {
	err := s.fail(errors.Join(s.sync(f), f.Close()))
	if err == nil && !ahead {
		err = s.fail(s.syncDir(filepath.Dir(path(id))))
	}
	if err != nil {
		_ = s.removeAny(path(id)) // nothing refers to it, and the folder has failed
	}
	s.spares.forget(id)
	if err == nil {
		s.makeSpares()
	}
}

// Wait returns when the file with an id, which was written, is durable; or it
// returns an error that wraps kv.ErrFailed, which all Writes do from then on.
func (s *Store) Wait(id string) error {
	s.settling.wait(id)
	return s.Err()
}

// A settling is the files that are being made durable.
type settling struct {
	mu   sync.Mutex
	busy map[string]chan struct{} // closed when it is
	work sync.WaitGroup
	shut bool
}

// begin has settle make a file durable, unless the Store is closed.
func (w *settling) begin(id string, settle func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shut {
		return false
	}
	if w.busy == nil {
		w.busy = map[string]chan struct{}{}
	}
	done := make(chan struct{})
	w.busy[id] = done
	w.work.Go(func() {
		settle()
		w.mu.Lock()
		delete(w.busy, id)
		w.mu.Unlock()
		close(done)
	})
	return true
}

// end lets nothing begin any more, and returns when what has begun is done.
func (w *settling) end() {
	w.mu.Lock()
	w.shut = true
	w.mu.Unlock()
	w.work.Wait()
}

// wait returns when nothing is left to do for a file.
func (w *settling) wait(id string) {
	w.mu.Lock()
	done := w.busy[id]
	w.mu.Unlock()
	if done != nil {
		<-done
	}
}

// Discard keeps the file for another document, if it was made and not written.
func (n *Unwritten) Discard() {
	if n.f != nil {
		n.store.spares.add(&Unwritten{n.store, n.id, n.f})
		n.f = nil
	}
}
