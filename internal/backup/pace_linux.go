package backup

import (
	"os"

	"golang.org/x/sys/unix"
)

// forget takes what is on the disk of f out of memory: what is read next comes
// from the disk, and a backup does not push out what requests need.
func forget(f *os.File) error {
	return control(f, func(fd int) error { return unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED) })
}

// free returns how many bytes there is room for on the disk of f.
func free(f *os.File) (n int64, err error) {
	err = control(f, func(fd int) error {
		var s unix.Statfs_t
		if err := unix.Fstatfs(fd, &s); err != nil {
			return err
		}
		n = int64(s.Bavail) * s.Bsize
		return nil
	})
	return n, err
}

// control does what it is given to the file behind f.
func control(f *os.File, do func(fd int) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = do(int(fd)) }); err != nil {
		return err
	}
	if failed != nil {
		return &os.PathError{Op: "sync", Path: f.Name(), Err: failed}
	}
	return nil
}
