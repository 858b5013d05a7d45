package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"ab325/internal/durable"
)

// ErrReadable reports a file with a keyring that others than its owner can
// read.
var ErrReadable = errors.New("others than its owner can read it")

// ReadKeyring reads the keyring in the file at path, whose mode must be 0600 or
// less.
func ReadKeyring(path string) (*Keyring, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrReadable)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyring+1))
	if err != nil {
		return nil, err
	}
	k, err := ParseKeyring(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// Create makes a file of the keyring, with mode 0600, and returns when it is
// durable. It never replaces a file: one that is there is fs.ErrExist.
func (k *Keyring) Create(path string) error {
	temp, err := k.write(path)
	if err != nil {
		return err
	}
	return errors.Join(os.Link(temp, path), os.Remove(temp), durable.Names(filepath.Dir(path)))
}

// Replace makes k what the file at path holds, and returns when that is
// durable and what it held is overwritten. A crash leaves one keyring or the
// other; what else it leaves, [Settle] removes.
func (k *Keyring) Replace(path string) error {
	temp, err := k.write(path)
	if err != nil {
		return err
	}
	if err := os.Link(path, path+ringOld); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := errors.Join(os.Rename(temp, path), durable.Names(filepath.Dir(path))); err != nil {
		return err
	}
	return Settle(path)
}

// Beside the file at path, while it is replaced.
const (
	ringNew = ".new"
	ringOld = ".old"
)

// write makes a durable file of the keyring beside path.
func (k *Keyring) write(path string) (temp string, err error) {
	if err := Settle(path); err != nil {
		return "", err
	}
	temp = path + ringNew
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = file.Write(k.Text())
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(temp))
	}
	return temp, nil
}

// Settle overwrites and removes the files that a Create or Replace of the file
// at path has left when it was interrupted. Nobody else may do so meanwhile.
func Settle(path string) error {
	keep, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return discard(realDisk(), keep, path+ringNew, path+ringOld)
}

// discard overwrites and removes files of one folder that held keys, where they
// are there. One that is another name of keep is removed only.
func discard(d disk, keep fs.FileInfo, paths ...string) error {
	found := false
	for _, path := range paths {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return err
		}
		if keep == nil || !os.SameFile(info, keep) {
			if err := d.blank(path, info.Size()); err != nil {
				return err
			}
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		found = true
	}
	if !found {
		return nil
	}
	return d.syncDir(filepath.Dir(paths[0]))
}

// blank overwrites a file with zeros.
func (d disk) blank(path string, size int64) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	zeros := make([]byte, 1<<20)
	for at := int64(0); at < size && err == nil; at += int64(len(zeros)) {
		_, err = d.write(file, zeros[:min(size-at, int64(len(zeros)))], at)
	}
	if err == nil {
		err = d.sync(file)
	}
	return errors.Join(err, file.Close())
}

// syncDir makes the names in a folder durable.
func (d disk) syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return durable.NamesIn(f, d.sync)
}
