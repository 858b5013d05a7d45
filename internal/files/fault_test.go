package files

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"ab325/internal/kv"
)

// A Write that fails, wherever that is, leaves nothing and says so.
func TestFailureLeavesNothing(t *testing.T) {
	for fails := 1; ; fails++ {
		s, dir := open(t)
		n := 0
		s.sync = func(f *os.File) error {
			if n++; n == fails {
				return syscall.EIO
			}
			return f.Sync()
		}
		id, err := write(t.Context(), s, []byte("data"))
		if n < fails { // there is no such sync
			if err != nil || fails != 3 {
				t.Fatalf("Write = %q, %v after %d syncs, want 2: the file and its folder", id, err, n)
			}
			return
		}
		if !errors.Is(err, syscall.EIO) || id != "" {
			t.Errorf("Write whose sync %d fails = %q, %v, want its error", fails, id, err)
		}
		if got := on(t, dir); len(got) > 0 {
			t.Errorf("Write whose sync %d fails leaves %q", fails, got)
		}
		checkFailed(t, s)
	}
}

// A disk without room is no failure: nothing is left of the file, and the next
// one may fit.
func TestFullDisk(t *testing.T) {
	s, dir := open(t)
	s.put = func(f *os.File, b []byte) (int, error) {
		n, err := f.Write(b[:len(b)/2])
		return n, errors.Join(err, &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC})
	}
	if id, err := write(t.Context(), s, []byte("data")); !errors.Is(err, kv.ErrFull) {
		t.Errorf("Write on a full disk = %q, %v, want ErrFull", id, err)
	}
	if got := on(t, dir); len(got) > 0 || s.Err() != nil {
		t.Errorf("Write on a full disk leaves %q, %v", got, s.Err())
	}
	s.put = (*os.File).Write
	if _, err := write(t.Context(), s, []byte("data")); err != nil {
		t.Errorf("Write with room again: %v", err)
	}
	s.put = func(*os.File, []byte) (int, error) { return 0, syscall.EIO }
	if _, err := write(t.Context(), s, []byte("data")); !errors.Is(err, syscall.EIO) {
		t.Errorf("Write on a broken disk = %v, want its error", err)
	}
	s.put = (*os.File).Write
	checkFailed(t, s)
}

// checkFailed checks that s says that it failed, and writes nothing more.
func checkFailed(t *testing.T, s *Store) {
	t.Helper()
	select {
	case <-s.Failed():
	default:
		t.Error("Failed is not closed")
	}
	s.sync = (*os.File).Sync
	if id, err := write(context.Background(), s, []byte("later")); !errors.Is(err, kv.ErrFailed) || !errors.Is(err, syscall.EIO) {
		t.Errorf("Write after a failure = %q, %v, want ErrFailed and its cause", id, err)
	}
	if err := s.Remove(strings.Repeat("a", 32)); !errors.Is(err, kv.ErrFailed) {
		t.Errorf("Remove after a failure = %v, want ErrFailed", err)
	}
}

// A removal that is not durable is a failure too.
func TestRemoveFails(t *testing.T) {
	s, _ := open(t)
	id, err := write(t.Context(), s, []byte("data"))
	if err != nil {
		t.Fatal(err)
	}
	s.sync = func(*os.File) error { return syscall.EIO }
	if err := s.Remove(id); !errors.Is(err, syscall.EIO) {
		t.Errorf("Remove whose sync fails = %v", err)
	}
	checkFailed(t, s)
}
