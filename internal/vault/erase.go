package vault

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// An Erasure is a line of the log of erasures.
type Erasure struct {
	Case string // the id of the case
	Slot uint64 // whose key was destroyed
	At   time.Time
}

// Erase destroys the key in a slot, and returns when that is durable. That it
// did, and of which case, stands in the log of erasures from then on: a
// restored store is told by it what it must not show again. A slot that is
// erased already stays so, with the line that it has. caseID must be an id:
// of letters, digits, "-" and "_". The house key cannot be erased.
func (v *Vault) Erase(number uint64, caseID string, at time.Time) error {
	e := Erasure{caseID, number, at.UTC().Truncate(time.Second)}
	line, err := e.line()
	if err != nil {
		return fmt.Errorf("vault: erase %d: %w", number, err)
	}
	v.change.Lock()
	defer v.change.Unlock()
	if err := v.Err(); err != nil {
		return err
	}
	if number >= v.head.slots {
		return fmt.Errorf("vault: erase %d: %w", number, ErrNoSlot)
	}
	if s, err := v.table.read(number); err != nil {
		return fmt.Errorf("vault: erase %d: %w", number, err)
	} else if s.erased() {
		return nil
	}
	if err := v.write(v.log.file, line, v.log.size); err != nil {
		return err
	}
	if err := v.disk.sync(v.log.file); err != nil {
		return v.fail(err)
	}
	v.log.add(line)
	if err := errors.Join(v.overwrite(number), v.commit()); err != nil {
		return v.fail(err)
	}
	return nil
}

// ErasureBytes returns how long the log of erasures is. It only grows, so
// somebody who remembers it can tell that the vault is an older one.
func (v *Vault) ErasureBytes() uint64 {
	v.change.Lock()
	defer v.change.Unlock()
	return uint64(v.log.size)
}

// ErasureSum returns the SHA-256 of the first n bytes of the log of erasures, or
// false if it has fewer: so somebody who remembers both can tell that the log
// goes on from there.
func (v *Vault) ErasureSum(n uint64) (sum [sha256.Size]byte, ok bool, err error) {
	if err := v.Err(); err != nil {
		return sum, false, err
	}
	v.change.Lock()
	file, size, whole := v.log.file, uint64(v.log.size), v.log.sum()
	v.change.Unlock()
	if n >= size {
		return whole, n == size, nil
	}
	h := sha256.New() // what was written once is not written again
	if _, err := io.Copy(h, io.NewSectionReader(file, 0, int64(n))); err != nil {
		return sum, false, fmt.Errorf("vault: read the log of erasures: %w", err)
	}
	return [sha256.Size]byte(h.Sum(nil)), true, nil
}

// overwrite destroys the key in a slot, in place, wherever it is: also in the
// copy that Rewrap writes.
func (v *Vault) overwrite(number uint64) error {
	if v.copied != nil && number < v.copied.slots {
		if _, err := v.disk.write(v.copied.file, []byte(erasedSlot), offset(number)); err != nil {
			return err
		}
	}
	_, err := v.disk.write(v.table.file, []byte(erasedSlot), offset(number))
	return err
}

// Erasures yields the log of erasures as it was when the loop began, the
// oldest first. An error is last.
func (v *Vault) Erasures() iter.Seq2[Erasure, error] {
	return func(yield func(Erasure, error) bool) {
		if err := v.Err(); err != nil {
			yield(Erasure{}, err)
			return
		}
		v.change.Lock()
		file, size := v.log.file, v.log.size
		v.change.Unlock()
		for e, err := range ReadErasures(io.NewSectionReader(file, 0, size)) {
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}
