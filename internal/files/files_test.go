package files

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// open opens a new Store, which makes no files ahead.
func open(t *testing.T) (*Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	s, err := Open(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s.spares.keep = 0
	t.Cleanup(func() { s.Close() })
	return s, dir
}

// write stores data under a new id.
func write(ctx context.Context, s *Store, data []byte) (id string, err error) {
	n, err := s.New()
	if err != nil {
		return "", err
	}
	defer n.Discard()
	if err := errors.Join(n.Write(ctx, data), s.Wait(n.ID())); err != nil {
		return "", err
	}
	return n.ID(), nil
}

// on returns the files below dir, as they are on the disk.
func on(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			names = append(names, strings.TrimPrefix(name, dir+"/"))
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func all(t *testing.T, s *Store) (ids []string) {
	t.Helper()
	for id, err := range s.All() {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func TestWriteReadRemove(t *testing.T) {
	s, dir := open(t)
	var ids []string
	for _, data := range [][]byte{{}, []byte("%PDF-1.7"), bytes.Repeat([]byte("x"), 10<<20)} {
		id, err := write(t.Context(), s, data)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Read(id); !bytes.Equal(got, data) || err != nil {
			t.Errorf("Read(%s) has %d bytes, %v, want %d", id, len(got), err, len(data))
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if got := all(t, s); !slices.Equal(got, ids) {
		t.Errorf("All() = %q, want %q", got, ids)
	}
	if got := on(t, dir); len(got) != 3 || got[0] != ids[0][:2]+"/"+ids[0] {
		t.Errorf("the files are %q", got)
	}
	for range 2 { // removing what is not there is no error
		if err := s.Remove(ids[1]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Read(ids[1]); !errors.Is(err, ErrNotFound) {
		t.Errorf("Read after Remove: %v, want ErrNotFound", err)
	}
	if got := all(t, s); !slices.Equal(got, []string{ids[0], ids[2]}) {
		t.Errorf("All() after Remove = %q", got)
	}
	for range s.All() {
		break // stops early
	}
}

func TestOpenAgain(t *testing.T) {
	s, dir := open(t)
	id, err := write(t.Context(), s, []byte("kept"))
	if err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, "new", strings.Repeat("a", 32)) // as a crash of an earlier version leaves it
	if err := errors.Join(os.Mkdir(filepath.Dir(half), 0o700), os.WriteFile(half, []byte("ha"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got, err := again.Read(id); string(got) != "kept" || err != nil {
		t.Errorf("Read = %q, %v, want kept", got, err)
	}
	if got := on(t, dir); !slices.Equal(got, []string{path(id)}) {
		t.Errorf("the files are %q, want the complete one", got)
	}
	if s, err := Open(filepath.Join(dir, "missing", "files"), rand.Reader); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open in a missing folder = %v, %v", s, err)
	}
}

// No id leads anywhere but to the files.
func TestIDs(t *testing.T) {
	s, dir := open(t)
	secret := filepath.Join(filepath.Dir(dir), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := strings.Repeat("ab", 16)
	if err := os.Symlink(secret, filepath.Join(dir, "ab", link)); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{
		"", "a", ".", "..", "../secret", "/etc/passwd", "new", "new/" + strings.Repeat("a", 28), strings.Repeat("../", 10) + "aa",
		strings.Repeat("A", 32), strings.Repeat("a", 31), strings.Repeat("a", 33), strings.Repeat("a", 31) + "\x00",
		"aa/" + strings.Repeat("a", 29), strings.Repeat("å", 16), secret,
	} {
		if got, err := s.Read(id); !errors.Is(err, ErrNotFound) {
			t.Errorf("Read(%q) = %q, %v, want ErrNotFound", id, got, err)
		}
		if err := s.Remove(id); err == nil {
			t.Errorf("Remove(%q) has no error", id)
		}
	}
	if got, err := s.Read(link); err == nil {
		t.Errorf("Read followed a link out of the folder to %q", got)
	}
	if err := s.Remove(link); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(secret); string(got) != "secret" {
		t.Errorf("the file outside became %q, %v", got, err)
	}
	if _, err := s.Read(strings.Repeat("0", 32)); !errors.Is(err, ErrNotFound) {
		t.Errorf("Read of a missing file: %v, want ErrNotFound", err)
	}
}

func TestWritten(t *testing.T) {
	s, _ := open(t)
	before := time.Now().Add(-time.Minute)
	id, err := write(t.Context(), s, []byte("data"))
	if err != nil {
		t.Fatal(err)
	}
	if at, empty, err := s.Written(id); err != nil || empty || at.Before(before) || at.After(time.Now().Add(time.Minute)) {
		t.Errorf("Written = %v, %v, want about now", at, err)
	}
	for _, id := range []string{strings.Repeat("0", 32), "../x"} {
		if _, _, err := s.Written(id); !errors.Is(err, ErrNotFound) {
			t.Errorf("Written(%q) = %v, want ErrNotFound", id, err)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	s, dir := open(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if id, err := write(gone, s, []byte("data")); !errors.Is(err, context.Canceled) {
		t.Errorf("Write with a cancelled context = %q, %v", id, err)
	}
	s.random = strings.NewReader("too short")
	if id, err := write(t.Context(), s, []byte("data")); err == nil {
		t.Errorf("Write without randomness = %q", id)
	}
	for _, id := range []string{"", "../secret", strings.Repeat("A", 32)} {
		if err := s.Write(t.Context(), id, nil); err == nil {
			t.Errorf("Write(%q) has no error", id)
		}
	}
	if err := s.Err(); err != nil {
		t.Errorf("refusals count as a failure: %v", err)
	}
	if got := on(t, dir); len(got) > 0 {
		t.Errorf("what was refused leaves %q", got)
	}
}

// Randomness that repeats replaces no file.
func TestRepeatedID(t *testing.T) {
	s, _ := open(t)
	s.random = strings.NewReader(strings.Repeat("0123456789abcdef", 3))
	id, err := write(t.Context(), s, []byte("first"))
	if err != nil {
		t.Fatal(err)
	}
	if two, err := write(t.Context(), s, []byte("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Write with the same id = %q, %v, want fs.ErrExist", two, err)
	}
	if got, err := s.Read(id); string(got) != "first" || err != nil {
		t.Errorf("the first file became %q, %v", got, err)
	}
}

// A folder that fails, for real: it is not there any more.
func TestMissingFolder(t *testing.T) {
	s, dir := open(t)
	s.random = strings.NewReader(strings.Repeat("\xab", 16))
	if err := os.Remove(filepath.Join(dir, "ab")); err != nil {
		t.Fatal(err)
	}
	if id, err := write(t.Context(), s, []byte("data")); err == nil {
		t.Errorf("Write into a missing folder = %q", id)
	}
	if got := on(t, dir); len(got) > 0 {
		t.Errorf("Write into a missing folder leaves %q", got)
	}
	var last error
	for _, last = range s.All() {
	}
	if !errors.Is(last, fs.ErrNotExist) {
		t.Errorf("All with a missing folder ends with %v, want fs.ErrNotExist", last)
	}
}

func TestConcurrentWrites(t *testing.T) {
	s, _ := open(t)
	var wg sync.WaitGroup
	ids := make([]string, 64)
	for i := range ids {
		wg.Go(func() {
			id, err := write(t.Context(), s, []byte{byte(i)})
			if err != nil {
				t.Error(err)
			}
			ids[i] = id
		})
	}
	wg.Wait()
	for i, id := range ids {
		if got, err := s.Read(id); !bytes.Equal(got, []byte{byte(i)}) || err != nil {
			t.Errorf("file %d holds %v, %v", i, got, err)
		}
	}
	if got := all(t, s); len(got) != len(ids) {
		t.Errorf("All() has %d ids, want %d", len(got), len(ids))
	}
}
