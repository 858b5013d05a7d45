package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

// disk is a medium that fails when it is told to.
type disk struct {
	failed chan struct{}
	cause  error
}

func (d *disk) Failed() <-chan struct{} { return d.failed }

func (d *disk) Err() error {
	select {
	case <-d.failed:
		return d.cause
	default:
		return nil
	}
}

// A medium that failed ends the service, whatever is under way, with one line
// and a hint; what ended otherwise ends as it did.
func TestWhileWhole(t *testing.T) {
	full, other := errors.New("the disk is full"), errors.New("another reason")
	for _, test := range []struct {
		name string
		run  func(ctx context.Context, d *disk) error
		want error
	}{
		{"ends well", func(context.Context, *disk) error { return nil }, nil},
		{"ends with an error", func(context.Context, *disk) error { return other }, other},
		{"fails and ends", func(ctx context.Context, d *disk) error { close(d.failed); <-ctx.Done(); return other }, full},
		{"fails as it ends", func(_ context.Context, d *disk) error { close(d.failed); return nil }, full},
		{"fails and hangs", func(_ context.Context, d *disk) error { close(d.failed); select {} }, full},
	} {
		d := &disk{make(chan struct{}), full}
		began := time.Now()
		whole := &disk{make(chan struct{}), nil}
		err := whileWhole(t.Context(), []medium{whole, d}, func(ctx context.Context) error { return test.run(ctx, d) })
		if took := time.Since(began); !errors.Is(err, test.want) || took > time.Second {
			t.Errorf("%s: whileWhole = %v after %v, want %v within a second", test.name, err, took, test.want)
		}
		if f, ok := errors.AsType[*failure](err); (ok && f.hint != "") != (test.want == full) {
			t.Errorf("%s: whileWhole = %v, want a hint only about the disk", test.name, err)
		}
	}
}
