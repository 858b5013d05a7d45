package files

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"ab325/internal/kv"
)

// spared returns a Store that has made files ahead, since it has written one.
func spared(t *testing.T) (s *Store, dir, first string) {
	t.Helper()
	s, dir = open(t)
	s.spares.keep = spareFiles
	first, err := write(t.Context(), s, []byte("first"))
	if err != nil {
		t.Fatal(err)
	}
	s.spares.work.Wait()
	return s, dir, first
}

// What was made ahead is no file yet, and is gone when the Store is closed.
func TestSpares(t *testing.T) {
	s, dir, first := spared(t)
	if got := on(t, dir); len(got) != 1+spareFiles {
		t.Errorf("there are %d files, want one and %d made ahead", len(got), spareFiles)
	}
	if got := all(t, s); !slices.Equal(got, []string{first}) {
		t.Errorf("All() = %q, want the one that was written", got)
	}
	var synced []string
	s.sync = func(f *os.File) error { synced = append(synced, filepath.Base(f.Name())); return f.Sync() }
	second, err := write(t.Context(), s, []byte("second"))
	if err != nil || !slices.Equal(synced, []string{second}) {
		t.Errorf("Write = %q, %v, and syncs %q, want that file alone", second, err, synced)
	}
	if got, err := s.Read(second); string(got) != "second" || err != nil {
		t.Errorf("Read = %q, %v, want second", got, err)
	}
	want := []string{first, second}
	slices.Sort(want)
	if got := all(t, s); !slices.Equal(got, want) {
		t.Errorf("All() = %q, want the two that were written", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := on(t, dir); !slices.Equal(got, []string{path(want[0]), path(want[1])}) {
		t.Errorf("after Close the files are %q, want %q", got, want)
	}
}

// What is not written is there for another.
func TestDiscard(t *testing.T) {
	s, dir, _ := spared(t)
	n, err := s.New()
	if err != nil {
		t.Fatal(err)
	}
	n.Discard()
	n.Discard() // again is nothing
	again, err := s.New()
	if err != nil || again.ID() != n.ID() {
		t.Errorf("New after Discard = %q, %v, want %q again", again.ID(), err, n.ID())
	}
	if err := again.Write(t.Context(), []byte("kept")); err != nil {
		t.Fatal(err)
	}
	again.Discard()
	next, err := s.New()
	if err != nil || next.ID() == again.ID() {
		t.Errorf("New after what was written is discarded = %q, %v, want another", next.ID(), err)
	}
	next.Discard()
	if got := on(t, dir); len(got) != 1+spareFiles {
		t.Errorf("there are %d files, want no more than were made ahead", len(got))
	}
}

// Files that a crash leaves empty can be told from documents.
func TestSparesAfterACrash(t *testing.T) {
	s, dir, first := spared(t)
	after, err := Open(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	defer after.Close()
	empties := 0
	for _, id := range all(t, after) {
		_, empty, err := after.Written(id)
		if err != nil || empty == (id == first) {
			t.Errorf("Written(%s) is empty: %t, %v", id, empty, err)
		}
		if empty {
			empties++
		}
	}
	if empties != spareFiles {
		t.Errorf("%d files are empty, want the %d that %T had made ahead", empties, spareFiles, s)
	}
}

// To write into a spare fails as to write anew does, and leaves nothing of it.
func TestSpareFails(t *testing.T) {
	s, dir, _ := spared(t)
	s.put = func(f *os.File, b []byte) (int, error) {
		n, err := f.Write(b[:1])
		return n, errors.Join(err, syscall.ENOSPC)
	}
	if id, err := write(t.Context(), s, []byte("data")); !errors.Is(err, syscall.ENOSPC) || s.Err() != nil {
		t.Errorf("Write on a full disk = %q, %v, and the folder has failed: %v", id, err, s.Err())
	}
	s.put, s.sync = (*os.File).Write, func(*os.File) error { return syscall.EIO }
	if id, err := write(t.Context(), s, []byte("data")); !errors.Is(err, syscall.EIO) {
		t.Errorf("Write whose sync fails = %q, %v, want its error", id, err)
	}
	if got := on(t, dir); len(got) != 1+spareFiles-2 {
		t.Errorf("there are %d files, want two less than before", len(got))
	}
	checkFailed(t, s)
}

// Names that could not be made durable are a failure, also where nobody waits.
func TestSparesFail(t *testing.T) {
	s, _ := open(t)
	s.spares.keep = spareFiles
	var syncs atomic.Int32
	s.sync = func(f *os.File) error {
		if syncs.Add(1) > 2 { // the first file and its folder
			return syscall.EIO
		}
		return f.Sync()
	}
	if _, err := write(t.Context(), s, []byte("data")); err != nil && !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	s.spares.work.Wait()
	s.spares.keep = 0
	checkFailed(t, s)
}

// Many who write at once each have a file of their own.
func TestSparesAreShared(t *testing.T) {
	s, dir, _ := spared(t)
	var ids sync.Map
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for range 20 {
				id, err := write(t.Context(), s, []byte{byte(i)})
				if err != nil {
					t.Error(err)
					return
				}
				if _, twice := ids.LoadOrStore(id, byte(i)); twice {
					t.Errorf("%s was written twice", id)
				}
			}
		})
	}
	writers.Wait()
	ids.Range(func(id, want any) bool {
		if got, err := s.Read(id.(string)); !bytes.Equal(got, []byte{want.(byte)}) || err != nil {
			t.Errorf("%s is %q, %v, want %q", id, got, err, want)
		}
		return true
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := on(t, dir); len(got) != 1+160 {
		t.Errorf("%d files are left, want 161", len(got))
	}
}

// Whoever comes when the Store is closed is refused, and nothing has failed.
func TestClosed(t *testing.T) {
	s, dir, first := spared(t)
	late, err := s.New()
	if err != nil {
		t.Fatal(err)
	}
	unused, err := s.New()
	if err != nil {
		t.Fatal(err)
	}
	s.settling.end() // as Close does first
	if err := late.Write(t.Context(), []byte("late")); !errors.Is(err, kv.ErrClosed) || s.Err() != nil {
		t.Errorf("Write to a closed Store = %v, and the folder has failed: %v; want ErrClosed", err, s.Err())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f := unused.f
	unused.Discard()
	if _, err := f.Stat(); !errors.Is(err, os.ErrClosed) {
		t.Error("a file that is discarded later stays open")
	}
	if got := on(t, dir); !slices.Equal(got, []string{path(min(first, unused.ID())), path(max(first, unused.ID()))}) {
		t.Errorf("the files are %q, want the one that was written, and the one that was not in time", got)
	}
}
