package main

import (
	"context"
	"time"
)

// A medium is something that holds data and may fail to write them. From then
// on it answers nothing: what it holds is uncertain until it is opened anew.
type medium interface {
	Failed() <-chan struct{} // closed when it failed
	Err() error              // why, once it is
}

// lastWords is how long requests under way have to be told that nothing was
// saved, once a medium failed. The process then ends within a second.
const lastWords = 400 * time.Millisecond

// whileWhole returns what f does, unless one of the media fails: then f's
// context ends, and the medium's error is returned when f has ended too, or
// when lastWords are over. What is still under way ends with the process: it
// may itself wait for the disk.
func whileWhole(ctx context.Context, media []medium, f func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended, failed := make(chan error, 1), make(chan struct{}, len(media))
	for _, m := range media {
		go func() {
			select {
			case <-m.Failed():
				failed <- struct{}{}
			case <-ctx.Done():
			}
		}()
	}
	go func() { ended <- f(ctx) }()
	var err error
	select {
	case err = <-ended:
	case <-failed:
		stop()
		select {
		case <-ended:
		case <-time.After(lastWords):
		}
	}
	for _, m := range media {
		select {
		case <-m.Failed():
			return hinted(m.Err(), "see whether the disk is full or damaged, then start again: what was acknowledged is saved")
		default:
		}
	}
	return err
}
