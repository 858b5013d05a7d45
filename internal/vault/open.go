package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

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
