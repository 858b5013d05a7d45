package stock

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"ab325/fonts"
	"ab325/internal/pdf/layout"
)

// Field is the name of the font that a fillable form's fields have.
const Field = "F3"

// DrawBlank draws the plan's constant pages for a form to be filled in by
// other programs. Its font for that is a simple one, which all of them can
// write with: 8-bit codes, all letters of cp1252, and the whole face, since
// programs do not trust a subset to have what a person types.
func DrawBlank(plan *layout.Plan, letters *Letters) (*Stock, error) {
	s, err := drawWith(plan, figures, figures)
	if err != nil {
		return nil, err
	}
	s.Objects, err = simple(s.Objects, letters.Fonts.Regular)
	s.Field = len(s.Objects)
	return s, err
}

// figures are what a page's number may have.
const figures = "0123456789"

// simple adds the font of the fields, which becomes the last object.
func simple(objects [][]byte, face *layout.Face) ([][]byte, error) {
	const first, last = 32, 255
	var widths strings.Builder
	for code := first; code <= last; code++ {
		fmt.Fprintf(&widths, "%d ", face.Advance(charmap.Windows1252.DecodeByte(byte(code))))
	}
	program, err := stream(fmt.Sprintf("/Length1 %d", len(fonts.Regular())), fonts.Regular())
	if err != nil {
		return nil, err
	}
	n := len(objects)
	return append(objects, program,
		fmt.Appendf(nil, "<</Type/FontDescriptor/FontName/%s/Flags 32/FontBBox[-544 -303 1302 980]/ItalicAngle 0/Ascent %d/Descent -%d/CapHeight 729/StemV 70/MissingWidth 750/FontFile2 %d 0 R>>",
			sans, layout.Ascent, layout.Descent, n+1),
		fmt.Appendf(nil, "<</Type/Font/Subtype/TrueType/BaseFont/%s/Encoding/WinAnsiEncoding/FirstChar %d/LastChar %d/Widths[%s]/FontDescriptor %d 0 R>>",
			sans, first, last, widths.String(), n+2)), nil
}

// sans is the name of the regular face.
const sans = "LiberationSans"
