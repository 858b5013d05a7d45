package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ab325/internal/audit"
	"ab325/internal/durable"
	"ab325/internal/store"
)

// Each second the entries of the audit log get their places in its tree, and
// the tree is signed if it has grown. The signed checkpoint is kept in the
// database and in the mark, which lies outside the data folder and tells data
// that are whole from older ones: older by more than a second or two. Each
// minute one goes to where the operator said, a place that whoever can change
// the data cannot change too.

// numberAtOnce is how many entries get their places in one transaction, which
// others wait for: a few milliseconds.
const numberAtOnce = 1000

// number gives every entry of the audit log that has none yet its place.
func (op *operator) number(ctx context.Context) error {
	for {
		n, err := op.store.Number(ctx, numberAtOnce)
		if err != nil || n < numberAtOnce {
			return err
		}
	}
}

// keepUp gives every entry its place, and has the mark follow.
func (op *operator) keepUp(ctx context.Context) error {
	if err := op.number(ctx); err != nil {
		return err
	}
	if signed, err := op.store.Signed(ctx); err != nil || signed {
		return err
	}
	_, err := op.sign(ctx)
	return err
}

// checkpoint signs what the audit log is now, and keeps what it signed in every
// place. A place that fails does not keep it from the others.
func (op *operator) checkpoint(ctx context.Context) error {
	if err := op.number(ctx); err != nil {
		return err
	}
	signed, err := op.sign(ctx)
	if signed == nil {
		return err
	}
	return errors.Join(err, op.publish(signed))
}

// sign signs what the audit log is now and makes it the mark. It signs nothing
// while the data are not those of the mark. What was signed is returned also
// where the mark cannot be written.
func (op *operator) sign(ctx context.Context) ([]byte, error) {
	op.marking.Lock()
	defer op.marking.Unlock()
	if err := op.holdsMark(ctx); err != nil {
		return nil, err
	}
	signed, err := op.store.Checkpoint(ctx, op.now())
	if err != nil {
		return nil, fmt.Errorf("sign the audit log: %w", err)
	}
	return signed, op.writeMark(signed)
}

// settle signs what a command has added while no service runs.
func (op *operator) settle(ctx context.Context) error {
	if err := op.number(ctx); err != nil {
		return err
	}
	signed, err := op.store.Signed(ctx)
	if err != nil || signed {
		return err
	}
	return op.checkpoint(ctx)
}

// holdsMark returns nil if the data have all that the mark says, or if there
// is no mark, and else store.ErrOlder, store.ErrChanged or store.ErrForeign.
func (op *operator) holdsMark(ctx context.Context) error {
	mark, err := op.readMark()
	if err != nil || mark == nil {
		return err
	}
	if err := op.store.Holds(ctx, mark); err != nil {
		return fmt.Errorf("compare the data with %s: %w", op.mark, err)
	}
	return nil
}

// readMark returns the mark, or nil if there is none.
func (op *operator) readMark() ([]byte, error) {
	if op.mark == "" {
		return nil, nil
	}
	mark, err := os.ReadFile(op.mark)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return mark, err
}

// writeMark makes a signed checkpoint the mark. What it says is durable in the
// database already, so the mark is never newer than the data.
func (op *operator) writeMark(signed []byte) error {
	if op.mark == "" {
		return nil
	}
	if err := errors.Join(replaceFile(op.mark, signed, 0o600), durable.Names(filepath.Dir(op.mark))); err != nil {
		return fmt.Errorf("write the mark: %w", err)
	}
	return nil
}

// publish appends a signed checkpoint to the operator's file or, in the
// operator's folder, to the file of the day.
func (op *operator) publish(signed []byte) error {
	if op.checkpoints == "" {
		return nil
	}
	now := op.now()
	if err := appendCheckpoint(op.checkpoints, signed, now); err != nil {
		return fmt.Errorf("keep the checkpoint in %s: %w", op.checkpoints, err)
	}
	op.published.Store(&now)
	return nil
}

func appendCheckpoint(place string, signed []byte, now time.Time) (err error) {
	name, err := checkpointFile(place, now)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	whole, err := endsWell(file)
	if err != nil {
		return err
	}
	if !whole { // the power went while the last one was written
		signed = append([]byte("\n\n"), signed...)
	}
	if _, err := file.Write(append(bytes.Clone(signed), '\n')); err != nil {
		return err
	}
	return errors.Join(file.Sync(), durable.NamesAnywhere(filepath.Dir(name)))
}

// checkpointFile returns the file in a place that checkpoints are added to now:
// the place itself or, where it is a folder, the file of the day in it. The
// file may not be there yet; its folder is.
func checkpointFile(place string, now time.Time) (string, error) {
	info, err := os.Stat(place)
	switch {
	case err == nil && info.IsDir():
		return filepath.Join(place, "ab325-checkpoints-"+now.UTC().Format(time.DateOnly)+".txt"), nil
	case err == nil && !info.Mode().IsRegular():
		return "", errors.New("it is neither a file nor a folder")
	case errors.Is(err, fs.ErrNotExist):
		_, err = os.Stat(filepath.Dir(place))
	}
	return place, err
}

// endsWell reports whether a file of checkpoints is empty or ends in a line
// that is.
func endsWell(file *os.File) (bool, error) {
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return true, err
	}
	tail := make([]byte, 2)
	if _, err := file.ReadAt(tail, max(0, end-2)); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return string(tail) == "\n\n", nil
}

// kept returns what the mark says, to compare the log with.
func (op *operator) kept() ([]audit.Checkpoint, error) {
	mark, err := op.readMark()
	if err != nil || mark == nil {
		return nil, err
	}
	c, err := op.store.LogKey().Open(mark)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", op.mark, store.ErrForeign, err)
	}
	return []audit.Checkpoint{c}, nil
}
