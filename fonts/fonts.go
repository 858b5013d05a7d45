// Package fonts holds what every printed document is made with: the two faces
// of Liberation Sans and the sRGB colour profile, as bytes in the binary.
package fonts

import (
	_ "embed"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// Regular returns Liberation Sans Regular as a TrueType file (SIL Open Font
// License 1.1). The bytes must not be changed.
func Regular() []byte { return liberationsansregular.TTF }

// Bold returns Liberation Sans Bold, likewise.
func Bold() []byte { return liberationsansbold.TTF }

// SRGB returns the profile sRGB2014 of the International Color Consortium, for
// the output intent of PDF/A. Its licence is the file sRGB2014.LICENSE.
func SRGB() string { return sRGB2014 }

//go:embed sRGB2014.icc
var sRGB2014 string
