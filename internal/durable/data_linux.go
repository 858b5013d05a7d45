package durable

import (
	"os"
	"syscall"
)

// Data returns when what was written to a file is durable, and its length. When
// it was written may not be.
func Data(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		for again := true; again; again = failed == syscall.EINTR {
			failed = syscall.Fdatasync(int(fd))
		}
	})
	if err == nil && failed != nil {
		err = &os.PathError{Op: "sync", Path: f.Name(), Err: failed}
	}
	return err
}
