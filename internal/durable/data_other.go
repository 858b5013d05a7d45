//go:build !linux

package durable

import "os"

// Data returns when what was written to a file is durable.
func Data(f *os.File) error { return f.Sync() }
