package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// standard is the name that stands for a standard stream.
const standard = "-"

// readInput opens name, or standard input for "-".
func readInput(name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == standard {
		return io.NopCloser(stdin), nil
	}
	file, err := openFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, hinted(err, "name a file, or - for standard input")
	case err != nil:
		return nil, err
	}
	return file, nil
}

// openFile opens a file that a person named. A pipe that nobody writes to would
// be waited for for ever, and a device or a folder is a slip: so it must be a
// file, or what the shell hands over, as /dev/stdin and /dev/fd/63.
func openFile(name string) (*os.File, error) {
	if info, err := os.Stat(name); err == nil && name != "/dev/stdin" && !strings.HasPrefix(name, "/dev/fd/") {
		if kind := kindOf(info.Mode()); kind != "" {
			return nil, hinted(fmt.Errorf("%s is %s, not a file", name, kind), "name a file; of what another program prints, /dev/stdin")
		}
	}
	return os.Open(name) // which says of a name that is not there what is wrong
}

// kindOf says what it is that is no file; a file is "".
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// readFile reads a file that a person named, of no more than limit bytes.
func readFile(name string, limit int64) ([]byte, error) {
	file, err := openFile(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s is longer than %s, and cannot be what is wanted", name, byteCount(limit))
	}
	return text, err
}
