package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// Create makes a new vault in dir, which must not exist and whose parent must:
// whole and durable, or not at all. It has slots from the start, the house's
// among them. random must be secret: crypto/rand.Reader.
func Create(dir string, ring *Keyring, random io.Reader) error {
	err := makeDir(dir, func(temp string) error {
		h := header{slots: batch, sum: emptySum}
		slots, err := newSlots(ring, 0, batch, random)
		if err != nil {
			return err
		}
		b := bytes.Repeat(h.encode(ring.instance), 2)
		err = writeFile(filepath.Join(temp, keysName), b, bytes.NewReader(slots))
		return errors.Join(err, writeFile(filepath.Join(temp, logName), nil, bytes.NewReader(nil)))
	})
	if err != nil {
		return fmt.Errorf("vault: create %s: %w", dir, err)
	}
	return nil
}

// newSlots returns n new slots from the number first on, as they are in the
// file.
func newSlots(ring *Keyring, first, n uint64, random io.Reader) ([]byte, error) {
	secrets := make([]byte, n*keySize)
	if _, err := io.ReadFull(random, secrets); err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	b := make([]byte, 0, slotsAt+n*slotSize)
	for i := range n {
		s := ring.wrap(first+i, hide((*[keySize]byte)(secrets[i*keySize:])))
		b = append(b, s[:]...)
	}
	return b, nil
}

// Open opens the vault in dir, and finishes what a crash interrupted: keys
// whose erasure was written down are overwritten before it returns.
func Open(dir string, ring *Keyring, random io.Reader) (*Vault, error) {
	v := &Vault{
		dir: dir, random: random, disk: realDisk(),
		whole: make(chan struct{}, 1), failed: make(chan struct{}),
	}
	if err := v.open(ring); err != nil {
		return nil, fmt.Errorf("vault: open %s: %w", dir, errors.Join(err, v.release()))
	}
	return v, nil
}

func (v *Vault) open(ring *Keyring) (err error) {
	if v.table, err = openTable(v.path(keysName), ring, 0); err != nil {
		return err
	}
	if v.head, err = v.table.header(); err != nil {
		return err
	}
	if _, err := v.table.unwrap(House); err != nil {
		return fmt.Errorf("open the house key: %w", err)
	}
	if v.log, err = openLog(v.path(logName), v.head); err != nil {
		return err
	}
	if err := v.repair(); err != nil {
		return err
	}
	v.slots.Store(v.head.slots)
	return nil
}

func (v *Vault) path(name string) string { return filepath.Join(v.dir, name) }

// repair brings the files to where a crash or a damaged header kept them from.
func (v *Vault) repair() error {
	if err := v.discard(); err != nil {
		return fmt.Errorf("remove what a change of keys has left: %w", err)
	}
	slots, err := v.extend()
	if err != nil {
		return err
	}
	changed := slots > v.head.slots
	v.head.slots = slots
	for e, err := range v.log.from(v.head.erased) {
		if err != nil {
			return err
		}
		changed = true
		if e.Slot < v.head.slots { // the log may be newer than restored keys
			if err := v.overwrite(e.Slot); err != nil {
				return err
			}
		}
	}
	if !changed {
		return nil
	}
	return v.commit()
}

// extend returns how many slots there are with those that the header does not
// count. Nobody was told of them, or the header that counted them is damaged:
// so a whole one is never written over, and what is torn before it made anew.
func (v *Vault) extend() (slots uint64, err error) {
	info, err := v.table.file.Stat()
	if err != nil {
		return 0, err
	}
	slots = v.head.slots
	var torn []uint64
	for n := slots; offset(n+1) <= info.Size(); n++ {
		if _, err := v.table.unwrap(n); err == nil || errors.Is(err, ErrErased) {
			slots = n + 1
		} else {
			torn = append(torn, n)
		}
	}
	for _, n := range torn {
		if n > slots {
			break
		}
		b, err := newSlots(v.table.ring, n, 1, v.random)
		if err != nil {
			return 0, err
		}
		if _, err := v.disk.write(v.table.file, b, offset(n)); err != nil {
			return 0, err
		}
	}
	return slots, nil // commit makes them durable
}

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
	if err != nil {
		return nil, fmt.Errorf("vault: key %d: %w", number, err)
	}
	return newCaseKey(key), nil
}

func (v *Vault) read(number uint64) (secret, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if number >= v.slots.Load() {
		return nil, ErrNoSlot
	}
	return v.table.unwrap(number)
}

// Grow returns when there are at least n slots and they are durable. The
// caller gives out their numbers, each once; after a restore it must begin at
// Len, because of cases that the vault knows and the records do not. Without
// room on the disk it returns kv.ErrFull.
func (v *Vault) Grow(n uint64) error {
	if err := v.Err(); err != nil || n <= v.slots.Load() {
		return err
	}
	if n > maxSlots {
		return fmt.Errorf("vault: %d keys are more than there can be", n)
	}
	v.change.Lock()
	defer v.change.Unlock()
	for v.head.slots < n {
		if err := v.grow(min(16*batch, (n-v.head.slots+batch-1)/batch*batch)); err != nil {
			return err
		}
	}
	return v.Err()
}

// grow appends n slots.
func (v *Vault) grow(n uint64) error {
	if err := v.Err(); err != nil {
		return err
	}
	b, err := newSlots(v.table.ring, v.head.slots, n, v.random)
	if err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	if err := v.write(v.table.file, b, offset(v.head.slots)); err != nil {
		return err
	}
	v.head.slots += n
	if err := v.commit(); err != nil {
		return v.fail(err)
	}
	v.slots.Store(v.head.slots)
	return nil
}

// write writes what nothing counts yet. Without room on the disk that is
// kv.ErrFull and all is as before; any other error fails the vault.
func (v *Vault) write(file *os.File, b []byte, at int64) error {
	_, err := v.disk.write(file, b, at)
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("vault: %w: %w", kv.ErrFull, err)
	case err != nil:
		return v.fail(err)
	}
	return nil
}

// commit makes durable what was written, and then the header that counts it:
// without the first, a power cut could leave a header that counts an erasure,
// and the key.
func (v *Vault) commit() error {
	if err := v.disk.sync(v.table.file); err != nil {
		return err
	}
	v.head.turn++
	v.head.erased, v.head.sum = v.log.size, v.log.sum()
	at := int64(v.head.turn % 2 * headerSize)
	if _, err := v.disk.write(v.table.file, v.head.encode(v.table.ring.instance), at); err != nil {
		return err
	}
	return v.disk.sync(v.table.file)
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
