// Package durable makes the data of a file durable, and the names in a folder:
// after a power cut they are there, or are gone, as they were made or removed.
//
// To sync a file is not enough. A file that was made, named or removed is so for
// sure when its folder was synced too, and what refers to it must wait for that.
package durable

import (
	"errors"
	"os"
	"syscall"
)

// Names returns when all names in a folder are durable.
func Names(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return NamesIn(f, (*os.File).Sync)
}

// NamesIn does what Names does with a folder that is open, which it closes, by
// the given way to sync a file.
func NamesIn(folder *os.File, sync func(*os.File) error) error {
	return errors.Join(sync(folder), folder.Close())
}

// NamesAnywhere does what Names does for a folder that may be on another system:
// where its file system has no way to, that is no error. It is for copies, not
// for data.
func NamesAnywhere(dir string) error {
	return allow(Names(dir))
}

// allow returns err, unless it says that there is no way to sync a folder.
func allow(err error) error {
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
