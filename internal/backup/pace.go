package backup

import (
	"context"
	"os"
	"time"

	"ab325/internal/durable"
)

// stretch is how much is written or read at a time. Somebody else's sync waits
// behind one stretch at most: on a disk of 20 MB a second, for 13 ms.
const stretch = 256 << 10

// maxRest is as long as a rest gets. A disk that needs longer for a stretch is
// not the one that requests wait for, but a slow target.
const maxRest = 25 * time.Millisecond

// A pacer does things in stretches and rests after each for as long as it took,
// so that half the time the disk is there for others.
type pacer struct {
	now   func() time.Time
	rest  func(time.Duration) error // returns early, with an error, when the backup is to stop
	write func(*os.File, []byte) (int, error)
}

func newPacer(ctx context.Context, now func() time.Time, write func(*os.File, []byte) (int, error)) pacer {
	return pacer{now, func(d time.Duration) error { return rest(ctx, d) }, write}
}

// writeTo writes b to f and through to the disk. A heap of pages that wait to
// be written would be written with the next sync of whatever file, and that
// would wait for them.
func (p pacer) writeTo(f *os.File, b []byte) (n int, err error) {
	for len(b) > 0 && err == nil {
		m := 0
		err = p.step(func() error {
			if m, err = p.write(f, b[:min(stretch, len(b))]); err != nil {
				return err
			}
			if err := durable.Data(f); err != nil {
				return err
			}
			return forget(f)
		})
		n, b = n+m, b[m:]
	}
	return n, err
}

// readFrom reads from f to b.
func (p pacer) readFrom(f *os.File, b []byte) (n int, err error) {
	err = p.step(func() error {
		if n, err = f.Read(b[:min(stretch, len(b))]); err != nil {
			return err
		}
		return forget(f)
	})
	return n, err
}

func (p pacer) step(f func() error) error {
	began := p.now()
	if err := f(); err != nil {
		return err
	}
	return p.rest(min(p.now().Sub(began), maxRest))
}

// rest waits, unless ctx ends.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
