package boltkv

import (
	"fmt"
	"runtime/debug"
)

// guardFaults makes a read that failed an error of the function whose result
// err is. bbolt reads the file as memory, so the system can tell of a bad disk
// by a signal alone, which ends a process with no word about why. To be
// deferred:
//
//	defer d.guardFaults(&err)()
func (d *DB) guardFaults(err *error) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		switch r := recover().(type) {
		case nil:
		case interface {
			error
			Addr() uintptr
		}:
			d.fail(fmt.Errorf("input/output error: the file cannot be read: %w", r))
			*err = d.Err()
		default:
			panic(r) // it is the caller's own
		}
	}
}
