package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// reserve is how much a spool leaves free on the disk of the data: the service
// needs it more than the backup does.
const reserve = 512 << 20

// errNoRoom reports that a spool would have filled the disk of the data.
var errNoRoom = errors.New("the data folder's disk has no room for what waits to be copied")

// A spool is a file without a name: what is encrypted in it waits for the
// target, and it is gone when the process ends, however that is.
type spool struct {
	file    *os.File
	pace    pacer
	size    int64
	checked int64 // up to where there was room
}

func newSpool(ctx context.Context, dir string, now func() time.Time) (*spool, error) {
	f, err := os.CreateTemp(dir, "backup-*")
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("spool: %w", err), f.Close())
	}
	return &spool{file: f, pace: newPacer(ctx, now, (*os.File).Write)}, nil
}

// Write adds to the spool.
func (s *spool) Write(b []byte) (int, error) {
	if s.size+int64(len(b)) > s.checked {
		room, err := free(s.file)
		if err != nil {
			return 0, fmt.Errorf("spool: %w", err)
		}
		if room < reserve {
			return 0, errNoRoom
		}
		s.checked = s.size + int64(len(b)) + 16<<20
	}
	n, err := s.pace.writeTo(s.file, b)
	s.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("spool: %w", err)
	}
	return n, nil
}

// copyTo writes all of the spool to w.
func (s *spool) copyTo(w io.Writer, show func(done, total int64)) error {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	b := make([]byte, stretch)
	for done := int64(0); done < s.size; {
		n, err := s.pace.readFrom(s.file, b)
		if err != nil {
			return fmt.Errorf("spool: %w", err)
		}
		if _, err := w.Write(b[:n]); err != nil {
			return err
		}
		done += int64(n)
		show(done, s.size)
	}
	return nil
}

// close frees the spool's room.
func (s *spool) close() {
	s.file.Close() // nothing of it is wanted any more
}
