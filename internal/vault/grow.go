package vault

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"ab325/internal/kv"
)

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
