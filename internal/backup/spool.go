package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// What a backup leaves free on the disk of the data: the service needs it more
// than the backup does.
const (
	// reserve is left by a spool.
	reserve = 512 << 20

	// floor is left while the target takes what the disk has no room for: a
	// view of the store is open then, and a store that people change grows
	// under it. A disk that has less already is as full as it gets, and that is
	// when a backup is wanted most.
	floor = 128 << 20
)

// patience is how long the target may take over one stretch while a view of the
// store waits for it.
const patience = time.Minute

var (
	// errNoRoom reports that the disk of the data would have been filled.
	errNoRoom = errors.New("the data folder's disk fills up while the target takes the backup: free some of it, or take a faster target")

	// errHangs reports a target that takes nothing.
	errHangs = errors.New("the target takes nothing, and the data folder's disk has no room for what waits")
)

// A spool holds what is encrypted and waits for the target, so that no view of
// the store waits for it. It is a file without a name on the disk of the data,
// which is gone when the process ends, however that is. What that disk has no
// room for goes to the target at once.
type spool struct {
	ctx     context.Context
	to      *part
	file    *os.File // nil where there was no room for one
	pace    pacer
	free    func(*os.File) (int64, error)
	size    int64 // of what waits in file
	checked int64 // up to where there was room
	direct  bool  // nothing waits any more
	floor   int64 // what must stay free meanwhile

	patience time.Duration
}

// spool returns a spool in the folder of them, whose end is the part.
func (m *maker) spool(ctx context.Context, to *part) (*spool, error) {
	s := &spool{ctx: ctx, to: to, pace: newPacer(ctx, m.Now, (*os.File).Write), free: m.free, patience: m.patience}
	f, err := os.CreateTemp(m.Spool, "backup-*")
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		s.direct = true
		return s, nil
	} else if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	s.file = f
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("spool: %w", err), f.Close())
	}
	return s, nil
}

// Write adds to what waits or, where there is no room, to what the target has.
func (s *spool) Write(b []byte) (int, error) {
	if !s.direct && s.size+int64(len(b)) > s.checked {
		room, err := s.room()
		if err != nil {
			return 0, err
		}
		if room < reserve {
			if err := s.goDirect(room); err != nil {
				return 0, err
			}
		}
		s.checked = s.size + int64(len(b)) + 16<<20
	}
	if s.direct {
		return s.pass(b)
	}
	n, err := s.pace.writeTo(s.file, b)
	s.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("spool: %w", err)
	}
	return n, nil
}

func (s *spool) room() (int64, error) {
	room, err := s.free(s.file)
	if err != nil {
		return 0, fmt.Errorf("spool: %w", err)
	}
	return room, nil
}

// goDirect empties the spool into the target, which takes all that follows.
func (s *spool) goDirect(room int64) error {
	if room+s.size >= floor {
		s.floor = floor
	}
	s.direct = true
	if err := s.drain(s.pass, func(int64, int64) {}); err != nil {
		return err
	}
	if err := s.file.Truncate(0); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	s.size = 0
	return nil
}

// pass writes to the target while a view of the store is open.
func (s *spool) pass(b []byte) (int, error) {
	if s.floor > 0 {
		if room, err := s.room(); err != nil {
			return 0, err
		} else if room+s.size < s.floor { // what waits goes too
			return 0, errNoRoom
		}
	}
	done := make(chan error, 1)
	go func() {
		_, err := s.to.Write(b)
		done <- err
	}()
	timer := time.NewTimer(s.patience)
	defer timer.Stop()
	select {
	case err := <-done:
		return len(b), err
	case <-timer.C:
		return 0, errHangs
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	}
}

// finish writes what waits to the target.
func (s *spool) finish(show func(done, total int64)) error {
	return s.drain(s.to.Write, show)
}

// drain writes what waits in the file.
func (s *spool) drain(write func([]byte) (int, error), show func(done, total int64)) error {
	if s.size == 0 {
		return nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	b := make([]byte, stretch)
	for done := int64(0); done < s.size; {
		n, err := s.pace.readFrom(s.file, b)
		if err != nil {
			return fmt.Errorf("spool: %w", err)
		}
		if _, err := write(b[:n]); err != nil {
			return err
		}
		done += int64(n)
		show(done, s.size)
	}
	return nil
}

// close frees the spool's room.
func (s *spool) close() {
	if s.file != nil {
		s.file.Close() // nothing of it is wanted any more
	}
}
