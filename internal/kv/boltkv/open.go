package boltkv

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"ab325/internal/durable"
)

// Errors of Open. A missing file is fs.ErrNotExist; one that is there already,
// with Options.Create, fs.ErrExist.
var (
	// ErrLocked reports that another process has the file open.
	ErrLocked = errors.New("another process has it open")

	// ErrDamaged reports a file that is empty, cut off or not a database.
	ErrDamaged = errors.New("the file is empty, cut off or not a database")

	// ErrApart reports a file and journals that are not of the same time, or not
	// of the same database: one of them is an older copy, or is missing.
	ErrApart = errors.New("the file and the journals beside it do not go together")
)

// lockWait is how long Open waits, twice, for another process to end.
const lockWait = 500 * time.Millisecond

// Options say how to open a file. The zero value is right for one that exists.
type Options struct {
	// Create makes a new file, which must not exist. Without it a missing or
	// empty file is an error: bbolt would make a new database without a word,
	// and a volume that is not mounted would look like a first start.
	Create bool

	// Queue is how many Updates may wait; 1024 if it is 0.
	Queue int

	// Reserve is how many bytes must be left on the disk after an Update,
	// which otherwise returns kv.ErrFull; 64 MiB if it is 0.
	Reserve int64
}

// Open opens the file at path.
func Open(path string, o Options) (*DB, error) {
	if o.Create {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("create %s: %w", path, err)
		}
	}
	b, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	d := &DB{
		path:       path,
		file:       &file{DB: b},
		commit:     (*bbolt.Tx).Commit,
		pool:       newLayer(),
		room:       func() (int64, error) { return room(path) },
		reserve:    cmp.Or(o.Reserve, defaultReserve),
		flushAfter: defaultFlushAfter,
		queue:      make(chan *member, cmp.Or(o.Queue, 1024)),
		errand:     make(chan func(), 1),
		idle:       make(chan struct{}),
		closing:    make(chan struct{}),
		failed:     make(chan struct{}),
	}
	d.durably = d.appendGroup
	d.close = sync.OnceValue(d.shut)
	go d.run()
	return d, nil
}

// open opens an existing file after a look at it. bbolt panics on some damage;
// the operator must read which file it is instead.
func open(path string) (b *bbolt.DB, err error) {
	defer func() {
		if r := recover(); r != nil {
			b, err = nil, fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	size, err := inspect(path)
	if err != nil {
		return nil, err
	}
	b, file, err := openBolt(path, size)
	if err != nil {
		return nil, boltError(err)
	}
	err = ours(path, file)
	if err == nil {
		err = replay(path, b)
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// openBolt opens and locks the file, or makes a new one, for a database of
// size bytes.
func openBolt(path string, size int64) (b *bbolt.DB, file *os.File, err error) {
	b, err = bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         lockWait,
		InitialMmapSize: mapSize(size),
		FreelistType:    bbolt.FreelistMapType, // the array is slow when much is free
		NoStatistics:    true,                  // nobody reads them, and readers share their lock
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	})
	return b, file, err
}

// ours makes sure that the locked file is still the one at path, and not one
// that another process has put a new one in the place of while this one waited
// for the lock. A new file that is half done there is then of nobody's use.
func ours(path string, file *os.File) error {
	locked, err := file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !os.SameFile(locked, named) {
		return ErrLocked
	}
	return removeAny(path + compactSuffix)
}

// inspect returns the size of the file, or an error if it is not a whole
// database. It must come before the opening proper: to read a page that the
// file lacks is a fault that ends the process.
func inspect(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if info.Size() == 0 {
		return 0, ErrDamaged
	}
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait})
	if err != nil {
		return 0, boltError(err)
	}
	defer b.Close()
	if info, err = os.Stat(path); err != nil { // now that nobody writes to it
		return 0, err
	}
	err = b.View(func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: it has %d bytes of %d", ErrDamaged, info.Size(), tx.Size())
		}
		if tx.Bucket(root) == nil {
			return fmt.Errorf("%w: it has no bucket %q", ErrDamaged, root)
		}
		return nil
	})
	return info.Size(), err
}

// boltError tells the errors of Open apart: bbolt's own are about what is in
// the file, except for the lock, and the others are the system's.
func boltError(err error) error {
	var system syscall.Errno
	switch {
	case err == nil, errors.As(err, &system):
		return err
	case errors.Is(err, berrors.ErrTimeout):
		return ErrLocked
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// mapSize returns how much address space to map for a file of size bytes. When
// the file outgrows it, bbolt waits for all readers, and all readers wait: one
// slow backup freezes the service. So there is room to grow until the next
// start; what is not used costs nothing.
func mapSize(size int64) int {
	if strconv.IntSize < 64 {
		return int(size)
	}
	return int(max(1<<30, 4*size))
}

// create makes a new database at path: whole and durable, or not at all. It
// never replaces a file, not even one that another process makes just now.
func create(path string) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	b, err := bbolt.Open(temp.Name(), 0o600, &bbolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	err = b.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket(root)
		return err
	})
	if err := errors.Join(err, b.Close(), temp.Sync()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil {
		return err
	}
	return durable.Names(filepath.Dir(path))
}
