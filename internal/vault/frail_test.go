package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

var errCut = errors.New("the power is cut")

// A frail is a disk whose power is cut at the n-th write or sync. What was
// written since the last sync of a file is then there in part, by the sector,
// and names in the folder may be what they were when that was last synced.
type frail struct {
	cut     int // how many calls do something
	calls   int
	asleep  bool // syncs do nothing, as in a build that forgets them
	rnd     *mathrand.Rand
	dir     string
	side    string            // holds another name of every file that a sync of the folder found
	names   map[string]string // of the folder, as it was then: the name in side
	pending map[uint64]*unsynced
}

// An unsynced is what was written to a file since its last sync.
type unsynced struct {
	file    *os.File // of our own
	sectors []sector
}

// A sector is what a write replaced.
type sector struct {
	at  int64
	was []byte
}

func newFrail(t *testing.T, dir string, cut int, seed uint64, asleep bool) *frail {
	t.Helper()
	f := &frail{cut: cut, asleep: asleep, rnd: mathrand.New(mathrand.NewPCG(seed, uint64(cut))),
		dir: dir, side: dir + ".side", pending: map[uint64]*unsynced{}}
	if err := errors.Join(os.Mkdir(f.side, 0o700), f.note()); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *frail) disk() disk { return disk{f.write, f.sync} }

func (f *frail) write(file *os.File, b []byte, at int64) (int, error) {
	f.calls++
	if f.calls > f.cut {
		return 0, errCut
	}
	if err := f.remember(file, len(b), at); err != nil {
		return 0, err
	}
	if f.calls < f.cut {
		return file.WriteAt(b, at)
	}
	n, err := file.WriteAt(b[:f.rnd.IntN(len(b)+1)], at) // torn
	return n, errors.Join(err, errCut)
}

// remember keeps what a write is about to replace.
func (f *frail) remember(file *os.File, size int, at int64) error {
	inode := inodeOf(file.Stat())
	p := f.pending[inode]
	if p == nil {
		fd, err := syscall.Dup(int(file.Fd()))
		if err != nil {
			return err
		}
		p = &unsynced{file: os.NewFile(uintptr(fd), file.Name())}
		f.pending[inode] = p
	}
	for i := 0; i < size; i += headerSize { // ours begin at sectors, or are within one
		was := make([]byte, min(headerSize, size-i))
		if _, err := file.ReadAt(was, at+int64(i)); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		p.sectors = append(p.sectors, sector{at + int64(i), was})
	}
	return nil
}

func inodeOf(info os.FileInfo, err error) uint64 {
	if err != nil {
		return 0
	}
	return info.Sys().(*syscall.Stat_t).Ino
}

func (f *frail) sync(file *os.File) error {
	f.calls++
	if f.calls >= f.cut {
		return errCut
	}
	if f.asleep {
		return nil
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return f.note()
	}
	if p := f.pending[inodeOf(info, nil)]; p != nil {
		p.sectors = nil
	}
	return nil
}

// note remembers the names in the folder.
func (f *frail) note() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	f.names = map[string]string{}
	for _, e := range entries {
		side := filepath.Join(f.side, fmt.Sprint(inodeOf(e.Info())))
		if err := os.Link(filepath.Join(f.dir, e.Name()), side); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
		f.names[e.Name()] = side
	}
	return nil
}

// lose takes back some of what no sync has made durable.
func (f *frail) lose(t *testing.T) {
	for _, p := range f.pending {
		for _, s := range slices.Backward(p.sectors) {
			if f.rnd.IntN(2) == 0 {
				continue
			}
			if _, err := p.file.WriteAt(s.was, s.at); err != nil {
				t.Fatal(err)
			}
		}
		p.file.Close()
	}
	if f.rnd.IntN(2) == 0 {
		return
	}
	if err := errors.Join(os.RemoveAll(f.dir), os.Mkdir(f.dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	for name, side := range f.names {
		if err := os.Link(side, filepath.Join(f.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// blanked returns an error if a file that is not in the folder any more has
// anything in it.
func (f *frail) blanked() error {
	now := map[uint64]bool{}
	for _, name := range []string{keysName, logName} {
		now[inodeOf(os.Stat(filepath.Join(f.dir, name)))] = true
	}
	entries, err := os.ReadDir(f.side)
	if err != nil {
		return err
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(f.side, e.Name()))
		if err != nil {
			return err
		}
		if !now[inodeOf(e.Info())] && len(bytes.Trim(data, "\x00")) > 0 {
			return errors.New("a file that was replaced is not overwritten")
		}
	}
	return nil
}
