package journal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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

// written returns the path of a journal with those records.
func written(t *testing.T, records []Record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal")
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := f.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
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
	ends := []int{0}
	for _, r := range some {
		ends = append(ends, ends[len(ends)-1]+headerSize+len(r.Body))
	}
	whole := 0
	for size := range len(data) {
		if size == ends[whole+1] {
			whole++
		}
		if got := all(data[:size]); len(got) != whole || whole > 0 && !cmp.Equal(got, some[:whole]) {
			t.Fatalf("of the first %d bytes Read = %d records, want the first %d", size, len(got), whole)
		}
	}
}

// A byte that was changed takes its record away, and no other.
func TestReadChanged(t *testing.T) {
	data, err := os.ReadFile(written(t, some))
	if err != nil {
		t.Fatal(err)
	}
	at, end := -1, 0
	for i := range data {
		if i == end {
			at++
			end += headerSize + len(some[at].Body)
		}
		for _, bit := range []byte{1, 0x80} {
			changed := bytes.Clone(data)
			changed[i] ^= bit
			want := append(append([]Record{}, some[:at]...), some[at+1:]...)
			if diff := cmp.Diff(want, all(changed)); diff != "" {
				t.Fatalf("with byte %d changed (-want +got):\n%s", i, diff)
			}
		}
	}
}

func TestEmpty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, r := range some[:3] {
		if err := errors.Join(f.Append(r), f.Empty(), f.Append(some[4])); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() != int64(headerSize+len(some[4].Body)) {
			t.Errorf("after Empty and an Append the file has %d bytes, %v, want those of one record", info.Size(), err)
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
	pipe, other, err := os.Pipe() // which cannot be synced
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	defer other.Close()
	if err := (&File{f: other}).Append(some[0]); err == nil {
		t.Error("Append to a file that cannot be synced = nil")
	}
}

// A big record's memory is given back.
func TestAppendKeepsLittle(t *testing.T) {
	f, err := Create(filepath.Join(t.TempDir(), "journal"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{10, keptSize + 1, 10} {
		if err := f.Append(Record{Body: make([]byte, size)}); err != nil {
			t.Fatal(err)
		}
		if cap(f.buf) > keptSize {
			t.Errorf("after a record of %d bytes %d are kept, want at most %d", size, cap(f.buf), keptSize)
		}
	}
}
