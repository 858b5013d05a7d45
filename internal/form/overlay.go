package form

import (
	"errors"
	"io/fs"
)

// Overlay returns a file system with the files of all the layers, of the
// first that has one. An edition kept apart from the published ones can
// extend them through it.
func Overlay(layers ...fs.FS) fs.FS { return overlay(layers) }

type overlay []fs.FS

// Open opens the name in the first layer that has it.
func (o overlay) Open(name string) (fs.File, error) {
	for _, layer := range o {
		if f, err := layer.Open(name); !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
