package vault

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Verify opens every key in what CopyTo wrote, without a file: that [Load] would
// make a whole vault of it which ring opens. A copy that is cut off or changed
// is ErrDamaged.
func Verify(r io.Reader, ring *Keyring) error {
	err := verify(r, ring)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: the copy ends too early", ErrDamaged)
	}
	if err != nil {
		return fmt.Errorf("vault: verify a copy: %w", err)
	}
	return nil
}

func verify(r io.Reader, ring *Keyring) error {
	sum := sha256.New()
	body := io.TeeReader(r, sum)
	h, top, err := readTop(body)
	if err != nil {
		return err
	}
	if _, instance, _ := decodeHeader(top); instance != ring.instance {
		return fmt.Errorf("%w: they belong to %x and the keyring to %s", ErrForeign, instance, ring.Instance())
	}
	bad, err := verifySlots(io.LimitReader(body, offset(h.slots)-slotsAt), h.slots, ring)
	if err != nil {
		return err
	}
	size, err := readSize(body)
	if err != nil {
		return err
	}
	if err := verifyErasures(body, size, h, bad); err != nil {
		return err
	}
	if err := readSum(r, sum); err != nil {
		return err
	}
	for n, err := range bad {
		return fmt.Errorf("key %d: %w", n, err)
	}
	return nil
}

// enoughBad is how many keys may not open before nobody asks for more.
const enoughBad = 1000

// verifySlots reads all slots and returns those whose keys do not open.
func verifySlots(r io.Reader, slots uint64, ring *Keyring) (bad map[uint64]error, err error) {
	var s slot
	bad = map[uint64]error{}
	b := bufio.NewReader(r)
	for n := range slots {
		if _, err := io.ReadFull(b, s[:]); err != nil {
			return nil, err
		}
		_, err := ring.unwrap(n, &s)
		if err != nil && (n == House || !errors.Is(err, ErrErased)) && len(bad) < enoughBad {
			bad[n] = err
		}
	}
	return bad, nil
}

// verifyErasures reads a log of erasures, whose beginning h vouches for, and
// takes what it has erased out of bad: it may have been overwritten while it was
// copied.
func verifyErasures(r io.Reader, size int64, h header, bad map[uint64]error) error {
	if size < h.erased {
		return fmt.Errorf("%w: the log of erasures is not what it was", ErrDamaged)
	}
	sum := sha256.New()
	for _, lines := range []io.Reader{io.TeeReader(io.LimitReader(r, h.erased), sum), io.LimitReader(r, size-h.erased)} {
		for e, err := range ReadErasures(lines) {
			if err != nil {
				return err
			}
			delete(bad, e.Slot)
		}
	}
	if [sha256.Size]byte(sum.Sum(nil)) != h.sum {
		return fmt.Errorf("%w: the log of erasures is not what it was", ErrDamaged)
	}
	return nil
}

// IsCopy reports whether r begins as what CopyTo wrote.
func IsCopy(r io.Reader) bool {
	_, _, err := readTop(r)
	return err == nil
}

// readTop reads how a copy begins: its header, and that as it stands there.
func readTop(r io.Reader) (h header, top []byte, err error) {
	b := make([]byte, len(copyBegin)+headerSize)
	if _, err := io.ReadFull(r, b); err != nil {
		return h, nil, err
	}
	top = b[len(copyBegin):]
	h, _, ok := decodeHeader(top)
	if !ok || string(b[:len(copyBegin)]) != copyBegin {
		return h, nil, fmt.Errorf("%w: it does not begin as a copy of keys does", ErrDamaged)
	}
	return h, top, nil
}

// readSize reads how long the log of erasures is that follows.
func readSize(r io.Reader) (int64, error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, err
	}
	size := int64(binary.BigEndian.Uint64(b[:]))
	if size < 0 {
		return 0, fmt.Errorf("%w: the log of erasures has no length", ErrDamaged)
	}
	return size, nil
}

// readSum reads the checksum at a copy's end and compares it with that of what
// came before.
func readSum(r io.Reader, sum hash.Hash) error {
	want := sum.Sum(nil)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil {
		return err
	}
	if string(got) != string(want) {
		return fmt.Errorf("%w: the copy's checksum is of another one", ErrDamaged)
	}
	return nil
}
