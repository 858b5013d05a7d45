package files

import "sync"

// spareFiles is how many empty files a Store keeps once it has written one. They
// are made in so many at a time, in one folder, which is synced once.
const (
	spareFiles = 32
	spareBatch = 16
)

// A spares is empty files whose names are durable. What is written into one
// waits for its own bytes alone, and the disk has half to do. They are removed
// when the Store is closed; after a crash they are left, as files that nothing
// refers to are.
type spares struct {
	keep int // how many to make; tests make it 0

	mu    sync.Mutex
	ready []*Unwritten
	empty map[string]bool // ids of files that were made, or will be, and are not written
	work  sync.WaitGroup
	busy  bool // some are being made
	shut  bool
}

// makeSpares has spares made where few are left, and does not wait for them.
func (s *Store) makeSpares() {
	p := &s.spares
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy || p.shut || p.enough() {
		return
	}
	p.busy = true
	p.work.Go(func() {
		err := s.Err()
		for more := true; more; {
			if err == nil {
				err = s.makeBatch()
			}
			p.mu.Lock()
			more = err == nil && !p.shut && !p.enough()
			p.busy = more
			p.mu.Unlock()
		}
	})
}

// makeBatch makes some spares, in a random folder. They are ready when their
// names are durable.
func (s *Store) makeBatch() error {
	folder, err := s.newID()
	if err != nil {
		return err
	}
	folder = folder[:2]
	in, err := s.root.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer in.Close()
	var batch []*Unwritten
	for range spareBatch {
		var id string
		if id, err = s.newID(); err != nil {
			break
		}
		n := &Unwritten{store: s, id: folder + id[2:]}
		s.spares.expect(n.id)
		if n.f, err = createIn(in, n.id); err != nil { // they are made when they are needed, or it is told then
			s.spares.forget(n.id)
			break
		}
		batch = append(batch, n)
	}
	if failed := s.fail(s.syncDir(folder)); failed != nil {
		return failed
	}
	s.spares.add(batch...)
	return err
}

// removeSpares ends the making of spares and removes those that are left.
func (s *Store) removeSpares() {
	p := &s.spares
	p.mu.Lock()
	p.shut = true
	p.mu.Unlock()
	p.work.Wait()
	for n := p.take(); n != nil; n = p.take() {
		n.remove()
	}
}

// enough reports whether no more are needed now. The lock is held.
func (p *spares) enough() bool { return len(p.ready) > p.keep-spareBatch }

// take returns a spare, or nil.
func (p *spares) take() *Unwritten {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.ready) - 1
	if last < 0 {
		return nil
	}
	n := p.ready[last]
	p.ready = p.ready[:last]
	return n
}

// add makes spares ready. Once the Store is being closed it removes them; when it
// is closed, they are left as after a crash.
func (p *spares) add(some ...*Unwritten) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shut {
		p.ready = append(p.ready, some...)
		return
	}
	for _, n := range some {
		n.remove()
	}
}

// remove removes a spare. One that cannot be removed is left as after a crash.
func (n *Unwritten) remove() {
	_ = n.f.Close()
	_ = n.store.removeAny(path(n.id))
}

// expect notes that there will be an empty file with an id.
func (p *spares) expect(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.empty == nil {
		p.empty = map[string]bool{}
	}
	p.empty[id] = true
}

// forget notes that a file is not empty any more, or not there.
func (p *spares) forget(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.empty, id)
}

// has reports whether there is an empty file with an id.
func (p *spares) has(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.empty[id]
}
