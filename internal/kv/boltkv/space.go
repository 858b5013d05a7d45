package boltkv

import (
	"fmt"
	"path/filepath"
	"syscall"

	"ab325/internal/kv"
)

// defaultReserve is some times what the biggest group of changes takes, so that
// many can still be erased, and what else writes to the disk has time to be
// stopped.
const defaultReserve = 64 << 20

// changeCost is what a change takes on the disk beside its value, in a journal and
// in the file: a copy of its page and of those that lead there, and its part in
// the list of free pages.
const changeCost = 3 * 4096

// Space returns kv.ErrFull if the disk has so little room left that changes are
// refused. What else is to be written to the same disk should ask first.
func (d *DB) Space() error {
	room, err := d.spare()
	if err != nil {
		return err
	}
	return (&tally{room: room, reserve: d.reserve}).check()
}

// Reserve returns how many bytes of the disk are kept back: with no more than
// these left, changes are refused.
func (d *DB) Reserve() int64 { return d.reserve }

// spare returns how many bytes are left when the file has what only a journal has,
// at least. What comes into the file just now counts twice rather than not at all.
func (d *DB) spare() (int64, error) {
	d.swap.RLock()
	need := d.pool.need
	if d.flushing != nil {
		need += d.flushing.need
	}
	d.swap.RUnlock()
	room, err := d.room()
	return room - need, err
}

// room returns how many bytes are left for this process where path is.
func room(path string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &fs); err != nil {
		return 0, fmt.Errorf("see how much room is left at %s: %w", path, err)
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}

// A tally is what a group of changes takes. bbolt learns only from a failed
// write that the disk is full, and is then of no use any more; so changes are
// refused before.
type tally struct {
	room    int64 // when the group began
	reserve int64
	need    int64 // so far, at most
	frees   bool  // the member that runs now may use the reserve
}

// take notes a change, or refuses it with kv.ErrFull.
func (t *tally) take(key []byte, size int) error {
	t.need += changeCost + 3*int64(len(key)+size)
	return t.check()
}

// check returns kv.ErrFull if what is left after the group is kept back. Even
// those that may use the reserve leave some of it: for the commit itself.
func (t *tally) check() error {
	keep := t.reserve
	if t.frees {
		keep /= 4
	}
	if t.room-t.need < keep {
		return fmt.Errorf("boltkv: %d MiB are left on the disk: %w", t.room>>20, kv.ErrFull)
	}
	return nil
}
