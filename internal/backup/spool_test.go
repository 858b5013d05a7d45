package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"ab325/internal/kv"
)

// big returns a sample of more than is written between two looks at the disk.
func big(s *sample) *sample {
	for i := range 36 {
		s.pairs = append(s.pairs, kv.Pair{Key: fmt.Appendf(nil, "zz/%02d", i), Value: bytes.Repeat([]byte{byte(i)}, 512<<10)})
	}
	return s
}

// A disk without room for what waits is no reason not to make a backup: it is
// when one is wanted most. It is the same backup, and the disk is left alone.
func TestMakeOnAFullDisk(t *testing.T) {
	for _, test := range []struct {
		name  string
		big   bool
		rooms []int64 // that are found one after the other; the last for ever
		want  error
		waits bool // something was spooled before
	}{
		{"there is room", true, []int64{reserve}, nil, true},
		{"there is none", false, []int64{0}, nil, false},
		{"little", false, []int64{reserve - 1}, nil, false},
		{"it fills up while it is spooled", true, []int64{reserve, floor - 32<<20}, nil, true},
		{"it fills up while the target takes it", false, []int64{reserve - 1, floor, floor - 1}, errNoRoom, false},
		{"it is full when the spool is taken away", true, []int64{reserve, floor - 1}, errNoRoom, true},
	} {
		s, identity, o := prepared(t)
		if test.big {
			o.Source = big(s).source()
		}
		var spooled int64
		o.free = func(f *os.File) (int64, error) {
			if info, err := f.Stat(); err == nil {
				spooled = max(spooled, info.Size())
			}
			room := test.rooms[0]
			if len(test.rooms) > 1 {
				test.rooms = test.rooms[1:]
			}
			return room, nil
		}
		o.patience = time.Minute
		made, err := Make(t.Context(), o)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: Make = %v, want %v", test.name, err, test.want)
		}
		if (spooled > 0) != test.waits {
			t.Errorf("%s: %d bytes waited, want some: %v", test.name, spooled, test.waits)
		}
		if left := names(t, o.Spool); left != nil {
			t.Errorf("%s: the spool's folder holds %v", test.name, left)
		}
		if err == nil {
			holds(t, test.name, made.Path, identity, s)
		} else if left := names(t, o.Place.dir); left != nil {
			t.Errorf("%s: the place holds %v", test.name, left)
		}
	}
}

// Where nothing can wait, a target that hangs holds the view up for no longer
// than patience, and one that is only slow for as long as it takes.
func TestMakeToATargetThatHangs(t *testing.T) {
	for _, test := range []struct {
		name     string
		took     time.Duration // by each stretch; 0 is for ever
		patience time.Duration // where it is for nothing, or never ends however busy the machine is
		want     error
	}{
		{"hangs", 0, 10 * time.Millisecond, errHangs},
		{"slow", 20 * time.Millisecond, time.Hour, nil},
	} {
		_, _, o := prepared(t)
		o.free = func(*os.File) (int64, error) { return 0, nil }
		o.patience = test.patience
		hanging := make(chan struct{})
		o.Place.write = func(f *os.File, b []byte) (int, error) {
			if test.took == 0 {
				<-hanging
			}
			time.Sleep(test.took)
			return f.Write(b)
		}
		var viewing atomic.Bool
		inner := o.Source.Dump
		o.Source.Dump = func(ctx context.Context, yield func([]kv.Pair) error) error {
			viewing.Store(true)
			defer viewing.Store(false)
			return inner(ctx, yield)
		}
		if _, err := Make(t.Context(), o); !errors.Is(err, test.want) || viewing.Load() {
			t.Errorf("to a target that %s: Make = %v, want %v; the view is open: %v", test.name, err, test.want, viewing.Load())
		}
		close(hanging)
	}
}

// A spool's folder that takes no file at all is a full disk too; one that is
// not there is a mistake.
func TestSpoolFolder(t *testing.T) {
	_, _, o := prepared(t)
	o.Spool = filepath.Join(o.Spool, "none")
	if _, err := Make(t.Context(), o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Make without a folder = %v, want that it is missing", err)
	}
	if left := names(t, o.Place.dir); left != nil {
		t.Errorf("the place holds %v", left)
	}
}
