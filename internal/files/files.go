// Package files keeps documents as files beside the database, which is slow
// for everybody if it must hold them: PDFs and attachments.
//
// A file is written once under a random id and never changed. Wait returns
// when it is durable, and the commit which refers to it comes after; a crash
// before that leaves a file that nothing refers to, a part of one maybe, never
// the reverse. So it is written in its place at once: to write it elsewhere and
// rename it would take a journal's commit more, of the disk's time a quarter,
// and guard from nothing.
//
// What is in a file is not for this package: package store seals it first,
// bound to the id, which New therefore gives before.
//
// Some files are made ahead (spare.go): to make a name durable takes as long as
// to make durable what is in the file.
//
// After an error in writing or syncing, what the disk holds is uncertain.
// Nothing more is written then, and Failed tells it, so that the process can
// end.
//
//	<folder>/3f/3fa9…       by the first two letters of the id
//
// Folders have mode 0700 and files 0600.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"ab325/internal/durable"
	"ab325/internal/kv"
)

// ErrNotFound reports that there is no file with an id.
var ErrNotFound = errors.New("files: not found")

// errID reports an id that no file can have.
var errID = errors.New("files: not an id")

// idBytes is how many random bytes an id has; in text it is twice as long.
const idBytes = 16

// incoming is the folder that files were once written in. Open removes it.
const incoming = "new"

// A Store is a folder of files. It is safe for concurrent use. Only one
// process may have it open.
type Store struct {
	root   *os.Root // no id and no symbolic link leads out of it
	random io.Reader

	put  func(*os.File, []byte) (int, error) // (*os.File).Write; tests make it and sync fail
	sync func(*os.File) error                // (*os.File).Sync

	spares   spares
	settling settling

	once   sync.Once
	failed chan struct{} // closed by fail
	cause  error         // set before failed is closed
}

// Open opens the store in dir, whose parent must exist. Ids are read from
// random, which must be safe for concurrent use and secret: crypto/rand.Reader.
func Open(dir string, random io.Reader) (*Store, error) {
	if err := mkdir(dir); err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	s := &Store{root: root, random: random, put: (*os.File).Write, sync: (*os.File).Sync, failed: make(chan struct{})}
	s.spares.keep = spareFiles
	if err := s.prepare(); err != nil {
		root.Close()
		return nil, fmt.Errorf("files: prepare %s: %w", dir, err)
	}
	return s, nil
}

// mkdir makes dir and its name durable, unless it exists.
func mkdir(dir string) error {
	if err := os.Mkdir(dir, 0o700); errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		return err
	}
	return durable.Names(filepath.Dir(filepath.Clean(dir)))
}

// prepare makes all folders at once, so that no Write has to wonder whether
// the name of its folder is durable yet, and removes what earlier versions left.
func (s *Store) prepare() error {
	for i := range 256 {
		if err := s.root.Mkdir(fmt.Sprintf("%02x", i), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return errors.Join(s.root.RemoveAll(incoming), s.syncDir("."))
}

// Close releases the folder, when what was written is durable.
func (s *Store) Close() error {
	s.settling.end()
	s.removeSpares()
	return s.root.Close()
}

// Failed returns a channel that is closed when a file could not be made
// durable, or not removed. Every Write and Remove fails from then on.
func (s *Store) Failed() <-chan struct{} { return s.failed }

// Err returns nil until Failed is closed, and then kv.ErrFailed and the cause.
func (s *Store) Err() error {
	select {
	case <-s.failed:
		return fmt.Errorf("files: %w: %w", kv.ErrFailed, s.cause)
	default:
		return nil
	}
}

// fail lets nothing more be written, and returns Err, unless cause is nil.
func (s *Store) fail(cause error) error {
	if cause == nil {
		return nil
	}
	s.once.Do(func() {
		s.cause = cause
		close(s.failed)
	})
	return s.Err()
}

// full reports whether err says that the disk has no room left.
func full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// Write stores data under an id that no other file may have, and returns when
// it is durable. Where the disk has no room for it, that is kv.ErrFull, and no
// failure of the folder. A new document is written with [Store.New]: Write is for
// one that has an id, such as a copy's.
func (s *Store) Write(ctx context.Context, id string, data []byte) error {
	if !valid(id) {
		return errID
	}
	if err := (&Unwritten{store: s, id: id}).Write(ctx, data); err != nil {
		return err
	}
	return s.Wait(id)
}

// create makes the file with an id, empty.
func (s *Store) create(id string) (*os.File, error) { return createIn(s.root, path(id)) }

// createIn makes an empty file in a folder.
func createIn(folder *os.Root, name string) (*os.File, error) {
	f, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if full(err) {
		return nil, fmt.Errorf("%w: %w", kv.ErrFull, err)
	}
	return f, err
}

// Read returns the file with the id, or ErrNotFound.
func (s *Store) Read(id string) ([]byte, error) {
	if !valid(id) {
		return nil, fmt.Errorf("%w: %w", ErrNotFound, errID)
	}
	data, err := s.root.ReadFile(path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
	} else if err != nil {
		return nil, fmt.Errorf("files: read: %w", err)
	}
	return data, nil
}

// Written returns when the file with the id was written, or ErrNotFound. It is
// empty where it was made ahead by a process that ended before it was needed.
func (s *Store) Written(id string) (at time.Time, empty bool, err error) {
	if !valid(id) {
		return time.Time{}, false, fmt.Errorf("%w: %w", ErrNotFound, errID)
	}
	info, err := s.root.Lstat(path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, false, fmt.Errorf("%w: %s", ErrNotFound, id)
	} else if err != nil {
		return time.Time{}, false, fmt.Errorf("files: look at %s: %w", id, err)
	}
	return info.ModTime(), info.Size() == 0, nil
}

// Remove removes the file with the id, and returns when that is durable. It
// is no error if there is none.
func (s *Store) Remove(id string) error {
	if !valid(id) {
		return errID
	}
	if err := s.Err(); err != nil {
		return err
	}
	name := path(id)
	if err := s.fail(errors.Join(s.removeAny(name), s.syncDir(filepath.Dir(name)))); err != nil {
		return fmt.Errorf("files: remove: %w", err)
	}
	return nil
}

// All yields the ids of all files, in order, to compare them with what the
// database refers to. A file that is written or removed meanwhile may be
// yielded or not; one that this Store made ahead is not. Other names in the
// folders are passed over. An error is last.
func (s *Store) All() iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for i := range 256 {
			entries, err := fs.ReadDir(s.root.FS(), fmt.Sprintf("%02x", i))
			if err != nil {
				yield("", fmt.Errorf("files: list: %w", err))
				return
			}
			for _, e := range entries {
				if valid(e.Name()) && !s.spares.has(e.Name()) && !yield(e.Name(), nil) {
					return
				}
			}
		}
	}
}

// valid reports whether a file may have the id. It keeps separators, dots
// and everything else of other meaning to a file system out of names.
func valid(id string) bool {
	return len(id) == 2*idBytes && strings.Trim(id, "0123456789abcdef") == ""
}

func path(id string) string { return filepath.Join(id[:2], id) }

// removeAny removes a file, if it is there.
func (s *Store) removeAny(name string) error {
	if err := s.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the names in a folder durable.
func (s *Store) syncDir(name string) error {
	f, err := s.root.Open(name)
	if err != nil {
		return err
	}
	return durable.NamesIn(f, s.sync)
}
