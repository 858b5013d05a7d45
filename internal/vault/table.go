package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// The file of keys is two headers, of a sector each, and then the slots. A
// slot is 64 bytes and so lies within a sector, which a disk writes wholly or
// not at all; the headers are written in turn, so that one is always whole.
const (
	headerSize = 512
	slotSize   = 64
	slotsAt    = 2 * headerSize
	fileBegin  = "ab325 vault 1\r\n\x00"
	// batch is how many slots are made at a time, to share the fsyncs.
	batch = 256
	// maxSlots keeps a damaged counter from filling the disk.
	maxSlots = 1 << 28
)

// erasedSlot is what an erased slot holds. Zeros would not do: that is what
// a file system leaves where a write was lost.
const erasedSlot = "erased: this key is gone, and so is what was sealed by means of."

// A slot is a name of a wrapping key and what that sealed.
type slot [slotSize]byte

func (s *slot) erased() bool { return string(s[:]) == erasedSlot }

// A header says how much of the files counts.
type header struct {
	turn   uint64            // how many headers were written before; parity says where
	slots  uint64            // how many slots there are
	erased int64             // bytes of the log of erasures that are carried out in the slots
	sum    [sha256.Size]byte // their SHA-256
}

func (h *header) encode(instance [instanceSize]byte) []byte {
	b := append(make([]byte, 0, headerSize), fileBegin...)
	b = append(b, instance[:]...)
	b = binary.BigEndian.AppendUint64(b, h.turn)
	b = binary.BigEndian.AppendUint64(b, h.slots)
	b = binary.BigEndian.AppendUint64(b, uint64(h.erased))
	b = append(b, h.sum[:]...)
	b = append(b, make([]byte, headerSize-sha256.Size-len(b))...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// decodeHeader returns the header in b, which has headerSize bytes, and the
// instance in it, if it is whole.
func decodeHeader(b []byte) (h header, instance [instanceSize]byte, ok bool) {
	sum := sha256.Sum256(b[:headerSize-sha256.Size])
	rest, begins := bytes.CutPrefix(b, []byte(fileBegin))
	if !begins || !bytes.Equal(sum[:], b[headerSize-sha256.Size:]) {
		return header{}, instance, false
	}
	rest = rest[copy(instance[:], rest):]
	h.turn = binary.BigEndian.Uint64(rest)
	h.slots = binary.BigEndian.Uint64(rest[8:])
	h.erased = int64(binary.BigEndian.Uint64(rest[16:]))
	copy(h.sum[:], rest[24:])
	return h, instance, h.slots > 0 && h.slots <= maxSlots && h.erased >= 0
}

// offset returns where the slot with the number is in the file.
func offset(number uint64) int64 { return slotsAt + int64(number)*slotSize }

// A table is an open file of keys and the ring that opens them.
type table struct {
	file *os.File
	ring *Keyring
}

// openTable opens the file at path, which this process then has alone.
func openTable(path string, ring *Keyring, flag int) (*table, error) {
	file, err := os.OpenFile(path, os.O_RDWR|flag, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lock(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &table{file, ring}, nil
}

// lock locks the file for this process alone. It waits half a second for the
// one that has it: one that has just closed the file keeps the lock until all
// the programs that it was about to start have begun.
func lock(file *os.File) error {
	for range 10 {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return ErrLocked
}

// header returns the newest whole header.
func (t *table) header() (h header, err error) {
	b := make([]byte, slotsAt)
	if _, err := t.file.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return header{}, err
	}
	found := false
	for i := range int64(2) {
		got, instance, ok := decodeHeader(b[i*headerSize : (i+1)*headerSize])
		if !ok {
			continue
		}
		if instance != t.ring.instance {
			return header{}, fmt.Errorf("%w: they belong to %x and the keyring to %s", ErrForeign, instance, t.ring.Instance())
		}
		if !found || got.turn > h.turn {
			h, found = got, true
		}
	}
	info, err := t.file.Stat()
	switch {
	case err != nil:
		return header{}, err
	case !found:
		return header{}, fmt.Errorf("%w: it has no whole header", ErrDamaged)
	case info.Size() < offset(h.slots):
		return header{}, fmt.Errorf("%w: it has %d bytes of %d", ErrDamaged, info.Size(), offset(h.slots))
	}
	return h, nil
}

// read returns the slot with the number, which the file has.
func (t *table) read(number uint64) (s slot, err error) {
	_, err = t.file.ReadAt(s[:], offset(number))
	return s, err
}

// run returns n slots from the number first on, which the file has.
func (t *table) run(first, n uint64) ([]slot, error) {
	b := make([]byte, n*slotSize)
	if _, err := t.file.ReadAt(b, offset(first)); err != nil {
		return nil, err
	}
	slots := make([]slot, n)
	for i := range slots {
		copy(slots[i][:], b[i*slotSize:])
	}
	return slots, nil
}

// unwrap returns the key in the slot with the number.
func (t *table) unwrap(number uint64) (secret, error) {
	s, err := t.read(number)
	if err != nil {
		return nil, err
	}
	return t.ring.unwrap(number, &s)
}
