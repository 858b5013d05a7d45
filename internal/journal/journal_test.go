package journal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// some are records of all kinds: empty, big, and one that looks like the
// beginning of one.
var some = []Record{
	{Run{1}, 1, []byte("one")},
	{Run{1}, 2, []byte{}},
	{Run{1}, 3, bytes.Repeat([]byte("three"), 400)},
	{Run{1}, 4, []byte(mark)},
	{Run{2}, 5, []byte("five")},
}

// created returns an empty journal and its path.
func created(t *testing.T) (*File, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal")
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, path
}

// written returns the path of a journal with those records.
func written(t *testing.T, records []Record) string {
	t.Helper()
	f, path := created(t)
	for _, r := range records {
		if err := f.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestRead(t *testing.T) {
	path := written(t, some)
	got, err := Read(path)
	if diff := cmp.Diff(some, got); diff != "" || err != nil {
		t.Errorf("Read = %v (-want +got):\n%s", err, diff)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v, want 0600", info.Mode(), err)
	}
	if got, err := Read(path + "-none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read of none = %v, %v, want that it is not there", got, err)
	}
}

// However much of the file is there, each record is there whole or not at all.
func TestReadCutOff(t *testing.T) {
	data, err := os.ReadFile(written(t, some))
	if err != nil {
		t.Fatal(err)
	}
	var ends []int
	for i, r := range some {
		ends = append(ends, startOf(i)+headerSize+len(r.Body))
	}
	whole := 0
	for size := range len(data) + 1 {
		if whole < len(ends) && size == ends[whole] {
			whole++
		}
		if got := all(data[:size]); !slices.EqualFunc(got, some[:whole], equal) {
			t.Fatalf("of the first %d bytes Read = %d records, want the first %d", size, len(got), whole)
		}
	}
}

func equal(a, b Record) bool {
	return a.Run == b.Run && a.Number == b.Number && bytes.Equal(a.Body, b.Body)
}

// startOf returns where a record of some begins.
func startOf(i int) (at int) {
	for _, r := range some[:i] {
		at += pages(headerSize + len(r.Body))
	}
	return at
}

// A byte that was changed takes its record away, and no other.
func TestReadChanged(t *testing.T) {
	data, err := os.ReadFile(written(t, some))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range some {
		without := append(append([]Record{}, some[:i]...), some[i+1:]...)
		start := startOf(i)
		for at := range pages(headerSize + len(r.Body)) {
			changed, want := bytes.Clone(data), without
			changed[start+at] ^= 1 << (at % 8)
			if at >= headerSize+len(r.Body) { // behind it
				want = some
			}
			if got := all(changed); !slices.EqualFunc(want, got, equal) {
				t.Fatalf("with byte %d of record %d changed there are %d records, want %d", at, i, len(got), len(want))
			}
		}
	}
}

// What looks like a record in the body of one is none.
func TestReadInABody(t *testing.T) {
	inner, err := os.ReadFile(written(t, some[:1]))
	if err != nil {
		t.Fatal(err)
	}
	outer := Record{Run{1}, 1, append(make([]byte, pageSize-headerSize), inner...)} // where one could begin
	got, err := Read(written(t, []Record{outer, some[1]}))
	if diff := cmp.Diff([]Record{outer, some[1]}, got); diff != "" || err != nil {
		t.Errorf("Read = %v (-want +got):\n%s", err, diff)
	}
}

// What is appended after Rewind takes the place of what was there, and no more.
func TestRewind(t *testing.T) {
	f, path := created(t)
	long := Record{Run{1}, 2, bytes.Repeat([]byte("long"), 2*pageSize/4)}
	for _, r := range []Record{some[0], long, some[2]} {
		if err := f.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	f.Rewind()
	for i, want := range [][]Record{{some[3], long, some[2]}, {some[3], some[4], some[2]}} {
		if err := f.Append(some[3+i]); err != nil {
			t.Fatal(err)
		}
		got, err := Read(path)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Read after Rewind and %d records = %v (-want +got):\n%s", i+1, err, diff)
		}
	}
}

func TestEmpty(t *testing.T) {
	f, path := created(t)
	for _, r := range some[:3] {
		if err := errors.Join(f.Append(r), f.Empty(), f.Append(some[4])); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() != pageSize {
			t.Errorf("after Empty and an Append the file has %d bytes, %v, want one page", info.Size(), err)
		}
		if got, err := Read(path); err != nil || !cmp.Equal(got, some[4:]) {
			t.Errorf("Read after Empty and an Append = %v, %v, want the one appended since", got, err)
		}
	}
}

func TestCreateNeverReplaces(t *testing.T) {
	path := written(t, some)
	if f, err := Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create of one that is there = %v, %v, want fs.ErrExist", f, err)
	}
	if got, err := Read(path); err != nil || len(got) != len(some) {
		t.Errorf("and then Read = %d records, %v, want %d", len(got), err, len(some))
	}
}

// What could not be made durable is told.
func TestAppendFails(t *testing.T) {
	f, err := os.Open(written(t, nil)) // nothing can be written to it
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := (&File{f: f}).Append(some[0]); err == nil {
		t.Error("Append to a file that cannot be written = nil")
	}
	path := filepath.Join(t.TempDir(), "null")
	if err := syscall.Mknod(path, syscall.S_IFCHR|mode, 1<<8|3); err != nil {
		t.Skipf("only root may make a device of its own: %v", err)
	}
	null, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("no devices may be here: %v", err)
	}
	defer null.Close()
	if err := (&File{f: null}).Append(some[0]); !errors.Is(err, syscall.EINVAL) {
		t.Errorf("Append to a file that cannot be synced = %v, want EINVAL", err)
	}
}

// A big record's memory is given back.
func TestAppendKeepsLittle(t *testing.T) {
	f, _ := created(t)
	for _, size := range []int{10, keptSize + 1, 10} {
		if err := f.Append(Record{Body: make([]byte, size)}); err != nil {
			t.Fatal(err)
		}
		if cap(f.buf) > keptSize {
			t.Errorf("after a record of %d bytes %d are kept, want at most %d", size, cap(f.buf), keptSize)
		}
	}
}
