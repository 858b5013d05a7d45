// Package caselist finds cases by parts of the names in them.
//
// It is a directory of names that is held in memory, since a stored index of
// names, hashed or not, would give names away. It holds no more of a case than
// what it is found and filtered by: the folded names, and 32 bytes of facts.
// It is read in the background when the program starts, and each change is put
// in after its commit.
package caselist

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"ab325/internal/store"
)

// ErrLoading reports that the names are still being read.
var ErrLoading = errors.New("the directory of names is still being read")

// A Directory is the names in the cases of an installation that a jobcenter
// has or had. It is safe for concurrent use.
//
// Most cases are packed, thousands together, in chunks that hold no pointers:
// nothing to follow for the garbage collector, and no more bytes than needed.
// What does not fit there, and cases that are new or whose names have changed
// since the start, stand beside them.
type Directory struct {
	mu             sync.RWMutex
	loaded         bool
	failed         error // of Load
	chunks         []*chunk
	beside         map[string]*item // by case id; these count, whatever is packed of the same case
	municipalities names
	staff          names
}

// New returns a directory that answers once [Directory.Load] has read the
// cases.
func New() *Directory { return &Directory{beside: map[string]*item{}} }

// batch is how many rows are read in one transaction: one that lasted while a
// million are read would keep the database from using freed space again.
const batch = 2000

// Load reads the names in all cases from s. It is called once, on a goroutine
// of its own, and returns when the directory answers. Rows put in meanwhile win
// over older ones.
func (d *Directory) Load(ctx context.Context, s *store.Store) error {
	chunks, err := d.read(ctx, s)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		d.failed = fmt.Errorf("read the directory of names: %w", err)
		return d.failed
	}
	d.chunks, d.loaded = chunks, true
	for id, it := range d.beside {
		f := d.packed(id)
		if f == nil {
			continue
		}
		if it.erased() || f.older(it.revision) {
			d.unpack(id)
		} else {
			delete(d.beside, id)
		}
	}
	return nil
}

// read packs what can be packed of all cases, and puts the rest beside.
func (d *Directory) read(ctx context.Context, s *store.Store) ([]*chunk, error) {
	var p packer
	for last, done := "", false; !done; {
		err := s.View(ctx, func(tx *store.Tx) error {
			n := 0
			for row, err := range tx.RowsAfter(last) {
				if err != nil {
					return err
				}
				if n == batch {
					return nil
				}
				if n++; row.Reached && !d.pack(&p, &row) {
					d.Put(row)
				}
				last = row.ID
			}
			done = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	p.close()
	return p.chunks, nil
}

// pack adds a row to the chunks, if it fits.
func (d *Directory) pack(p *packer, row *store.Row) bool {
	d.mu.Lock()
	f, ok := d.fact(row)
	d.mu.Unlock()
	return ok && p.add(f, textOf(row))
}

// Put brings a case up to date after a commit. A row that is older than the
// one held changes nothing, so commits may be reported in any order. What no
// jobcenter has reached is the parties' own and is found by nobody.
func (d *Directory) Put(row store.Row) {
	if !row.Reached {
		return
	}
	text := textOf(&row)
	d.mu.Lock()
	defer d.mu.Unlock()
	if it, ok := d.beside[row.ID]; ok {
		if it.revision < row.Revision {
			d.beside[row.ID] = newItem(&row, text)
		}
		return
	}
	if f := d.packed(row.ID); f != nil {
		if !f.older(row.Revision) {
			return
		}
		if fresh, ok := d.fact(&row); ok && d.samePacked(row.ID, text) {
			fresh.size = f.size
			*f = fresh
			return
		}
		d.unpack(row.ID)
	}
	d.beside[row.ID] = newItem(&row, text)
}

// Forget removes a case that was erased, and overwrites the names that were in
// it. It stays forgotten, whatever is put in later.
func (d *Directory) Forget(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unpack(id)
	d.beside[id] = &item{revision: math.MaxInt}
}

// Size returns how many bytes the packed cases take, which grow with the number
// of cases and hold no pointers.
func (d *Directory) Size() (bytes int) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for _, c := range d.chunks {
		bytes += len(c.facts)*factSize + len(c.text)
	}
	return bytes
}
