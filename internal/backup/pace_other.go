//go:build !linux

package backup

import (
	"math"
	"os"
)

// What only Linux is asked for by its own name.

func forget(*os.File) error        { return nil }
func free(*os.File) (int64, error) { return math.MaxInt64, nil }
