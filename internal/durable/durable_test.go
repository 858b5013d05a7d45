package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestNames(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none")
	for name, do := range map[string]func(string) error{"Names": Names, "NamesAnywhere": NamesAnywhere} {
		if err := do(dir); err != nil {
			t.Errorf("%s of a folder = %v, want nil", name, err)
		}
		if err := do(none); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s of none = %v, want that it is not there", name, err)
		}
	}
}

// Whatever sync says is said, and the folder is closed all the same.
func TestNamesIn(t *testing.T) {
	for _, want := range []error{nil, syscall.EIO, syscall.EINVAL} {
		f, err := os.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		synced := false
		got := NamesIn(f, func(g *os.File) error {
			synced = g == f
			return want
		})
		if !errors.Is(got, want) || !synced {
			t.Errorf("NamesIn with a sync that returns %v = %v, and it was called: %v", want, got, synced)
		}
		if err := f.Close(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("NamesIn left the folder open: %v", err)
		}
	}
}

func TestAllow(t *testing.T) {
	for _, test := range []struct{ err, want error }{
		{nil, nil},
		{&os.PathError{Op: "sync", Path: "x", Err: syscall.EINVAL}, nil},
		{&os.PathError{Op: "sync", Path: "x", Err: syscall.ENOTSUP}, nil},
		{syscall.EIO, syscall.EIO},
		{syscall.ENOSPC, syscall.ENOSPC},
		{fs.ErrNotExist, fs.ErrNotExist},
	} {
		if got := allow(test.err); !errors.Is(got, test.want) {
			t.Errorf("allow(%v) = %v, want %v", test.err, got, test.want)
		}
	}
}
