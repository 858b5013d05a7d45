package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"ab325/internal/durable"
)

const copyBegin = "ab325 vault copy 1\r\n\x00"

// CopyTo writes the keys and the log of erasures to w, for a backup. They are
// as wrapped and as worthless without the keyring as in the folder. Keys are
// made and erased meanwhile, but not wrapped anew, however slow w is: a key
// that is erased meanwhile may be in the copy, and the log that has it is
// behind it, so that Load erases it.
func (v *Vault) CopyTo(ctx context.Context, w io.Writer) error {
	if err := v.hold(ctx); err != nil {
		return err
	}
	defer v.letGo()
	sum := sha256.New()
	err := v.copyTo(ctx, io.MultiWriter(w, sum))
	if err == nil {
		_, err = w.Write(sum.Sum(nil))
	}
	if err != nil {
		return fmt.Errorf("vault: copy: %w", err)
	}
	return nil
}

func (v *Vault) copyTo(ctx context.Context, w io.Writer) error {
	v.change.Lock()
	head, file := v.head, v.table.file
	v.change.Unlock()
	_, err := w.Write(append([]byte(copyBegin), head.encode(v.table.ring.instance)...))
	if err != nil {
		return err
	}
	if err := copyRange(ctx, w, file, slotsAt, offset(head.slots)); err != nil {
		return err
	}
	v.change.Lock()
	file, size := v.log.file, v.log.size
	v.change.Unlock()
	if _, err := w.Write(binary.BigEndian.AppendUint64(nil, uint64(size))); err != nil {
		return err
	}
	if err := copyRange(ctx, w, file, 0, size); err != nil {
		return err
	}
	return v.Err()
}

// copyRange writes the bytes of a file from one offset to another.
func copyRange(ctx context.Context, w io.Writer, file *os.File, from, to int64) error {
	const piece = 1 << 20
	for ; from < to; from += piece {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(piece, to-from)
		if m, err := io.Copy(w, io.NewSectionReader(file, from, n)); err != nil {
			return err
		} else if m < n {
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

// Load makes a vault in dir of what CopyTo wrote: whole and durable, or not at
// all. As with Create, dir must not exist. A copy that is cut off or changed
// is ErrDamaged. Open erases what the copied log says.
func Load(dir string, r io.Reader) error {
	err := makeDir(dir, func(temp string) error { return load(temp, r) })
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: the copy ends too early", ErrDamaged)
	}
	if err != nil {
		return fmt.Errorf("vault: load into %s: %w", dir, err)
	}
	return nil
}

func load(temp string, r io.Reader) error {
	sum := sha256.New()
	body := io.TeeReader(r, sum)
	h, top, err := readTop(body)
	if err != nil {
		return err
	}
	slots := io.LimitReader(body, offset(h.slots)-slotsAt)
	if err := writeFile(filepath.Join(temp, keysName), bytes.Repeat(top, 2), slots); err != nil {
		return err
	}
	size, err := readSize(body)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(temp, logName), nil, io.LimitReader(body, size)); err != nil {
		return err
	}
	return readSum(r, sum)
}

// makeDir makes dir with what fill puts there, or not at all.
func makeDir(dir string, fill func(temp string) error) (err error) {
	temp := filepath.Clean(dir) + ".new"
	if err := removeDir(temp); err != nil { // of a crash
		return err
	}
	if err := os.Mkdir(temp, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeDir(temp))
		}
	}()
	if err := errors.Join(fill(temp), durable.Names(temp)); err != nil {
		return err
	}
	if err := os.Rename(temp, dir); err != nil { // which replaces no folder
		return err
	}
	return durable.Names(filepath.Dir(filepath.Clean(dir)))
}

// removeDir removes a folder that was not finished, and overwrites its keys.
func removeDir(temp string) error {
	err := discard(realDisk(), nil, filepath.Join(temp, keysName))
	return errors.Join(err, os.RemoveAll(temp))
}

// writeFile makes a durable file of head and all that r has.
func writeFile(path string, head []byte, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(head)
	if err == nil {
		_, err = io.Copy(f, r)
	}
	return errors.Join(err, f.Sync(), f.Close())
}
