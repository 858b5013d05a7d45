package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"ab325/internal/kv"
)

// Errors of Open. A missing folder is fs.ErrNotExist; with Create, one that is
// there already is fs.ErrExist.
var (
	// ErrLocked reports that another process has the vault open.
	ErrLocked = errors.New("another process has the keys open")

	// ErrDamaged reports a file that is cut off or changed; of Key, a slot
	// that is.
	ErrDamaged = errors.New("cut off or changed")

	// ErrForeign reports keys of another instance than the keyring.
	ErrForeign = errors.New("the keys are not of this keyring")
)

// Errors of Key.
var (
	// ErrErased reports a slot whose key was destroyed.
	ErrErased = errors.New("the key was erased")

	// ErrNoSlot reports a number that Grow has not been asked for.
	ErrNoSlot = errors.New("there is no such key")

	// ErrWrapped reports a slot that no key of the keyring opens. Open returns
	// it too, since the house key is needed for everything.
	ErrWrapped = errors.New("no key of the keyring opens it")
)

// House is the slot of the key that seals what belongs to no case.
const House = 0

// What is in the folder.
const (
	keysName = "keys"
	newName  = "keys.new" // while Rewrap writes it
	oldName  = "keys.old" // while Rewrap overwrites it
	logName  = "erasures"
)

// A Vault is a folder of keys. It is safe for concurrent use.
type Vault struct {
	dir    string
	random io.Reader
	disk   disk
	slots  atomic.Uint64

	whole  chan struct{} // held while CopyTo or Rewrap runs
	change sync.Mutex    // held while files are written
	head   header        // of table; guarded by change
	log    *eraseLog     // guarded by change
	copied *copied       // what Rewrap has written already; guarded by change

	mu    sync.RWMutex // held for reading while table is in use, and not while anything is written
	table *table

	failing sync.Once
	failed  chan struct{}
	cause   error // why; set before failed is closed
	closed  atomic.Bool
}

// A disk is how files are changed; tests make it fail.
type disk struct {
	write func(*os.File, []byte, int64) (int, error)
	sync  func(*os.File) error
}

func realDisk() disk { return disk{(*os.File).WriteAt, (*os.File).Sync} }

// Close waits for a CopyTo or Rewrap under way and releases the files.
func (v *Vault) Close() error {
	v.whole <- struct{}{}
	defer v.letGo()
	v.change.Lock()
	defer v.change.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed.Swap(true) {
		return nil
	}
	return v.release()
}

func (v *Vault) release() (err error) {
	if v.table != nil {
		err = v.table.file.Close()
	}
	if v.log != nil {
		err = errors.Join(err, v.log.file.Close())
	}
	return err
}

// Failed returns a channel that is closed when a change could not be made
// durable. From then on everything returns kv.ErrFailed and the cause: what
// the disk holds is not known any more, and the process should end.
func (v *Vault) Failed() <-chan struct{} { return v.failed }

// Err returns nil while the vault is open and nothing failed.
func (v *Vault) Err() error {
	select {
	case <-v.failed:
		return fmt.Errorf("vault: %w: %w", kv.ErrFailed, v.cause)
	default:
	}
	if v.closed.Load() {
		return fmt.Errorf("vault: %w", os.ErrClosed)
	}
	return nil
}

// fail records that nothing can be relied on any more, and returns Err.
func (v *Vault) fail(cause error) error {
	v.failing.Do(func() {
		v.cause = cause
		close(v.failed)
	})
	return v.Err()
}

// Len returns how many slots there are, erased ones among them.
func (v *Vault) Len() uint64 { return v.slots.Load() }

// Key returns the key in a slot, or ErrErased, ErrNoSlot, ErrWrapped or
// ErrDamaged. It reads the slot each time, a microsecond, so that no copy of a
// key outlives its erasure longer than the work it was read for.
func (v *Vault) Key(number uint64) (*Key, error) {
	if err := v.Err(); err != nil {
		return nil, err
	}
	key, err := v.read(number)
	if errors.Is(err, ErrDamaged) {
		// Or read while it was overwritten. Nobody writes now.
		v.change.Lock()
		key, err = v.read(number)
		v.change.Unlock()
	}
	if gone := v.gone(err); gone != nil {
		return nil, gone
	}
	if err != nil {
		return nil, fmt.Errorf("vault: key %d: %w", number, err)
	}
	return newCaseKey(key), nil
}

// gone fails the vault, and returns Err, if err means that nothing can be read
// any more. A bad sector may take some keys, and the others are to be had; but
// without the first of all there is no work.
func (v *Vault) gone(err error) error {
	var system syscall.Errno
	if !errors.As(err, &system) {
		return nil
	}
	v.mu.RLock()
	_, first := v.table.read(0)
	v.mu.RUnlock()
	if !errors.As(first, &system) {
		return nil
	}
	return v.fail(err)
}

func (v *Vault) read(number uint64) (secret, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if number >= v.slots.Load() {
		return nil, ErrNoSlot
	}
	return v.table.unwrap(number)
}

// hold takes the right to CopyTo or Rewrap, which letGo gives back.
func (v *Vault) hold(ctx context.Context) error {
	select {
	case v.whole <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := v.Err(); err != nil {
		v.letGo()
		return err
	}
	return nil
}

func (v *Vault) letGo() { <-v.whole }
