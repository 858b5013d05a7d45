package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// writeOutput makes data the content of the file name, wholly or not at all:
// whatever goes wrong, an earlier file of that name stays as it was and no
// part of a new one is left. For "-" it writes to standard output. A name that
// is a device or a pipe is written to in place.
func writeOutput(name string, data []byte, stdout io.Writer) error {
	if name == standard {
		_, err := stdout.Write(data)
		return err
	}
	// Through a symbolic link, as a shell's > does.
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	mode := os.FileMode(0o600)
	if info, err := os.Stat(name); err == nil {
		if info.IsDir() {
			return hinted(fmt.Errorf("%s is a folder", name), "-out names a file, or - for standard output")
		}
		if !info.Mode().IsRegular() {
			return os.WriteFile(name, data, 0)
		}
		mode = info.Mode().Perm()
	}
	return replaceFile(name, data, mode)
}

// replaceFile writes data beside name and gives it that name when all of it
// is on the disk.
func replaceFile(name string, data []byte, mode os.FileMode) (err error) {
	file, err := os.CreateTemp(filepath.Dir(name), ".ab325-*")
	if err != nil {
		return hinted(err, "is the folder there, and may you write in it?")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(data)
	if err := errors.Join(err, file.Chmod(mode), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}
