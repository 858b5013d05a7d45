package stock

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"ab325/fonts"
	"ab325/internal/pdf/layout"
)

// Letters says which letters a document may have. It does not change and is
// safe for concurrent use.
type Letters struct {
	class [1 << 16]class
	Fonts layout.Fonts // their widths
}

type class byte

const (
	none   class = iota
	narrow       // in every document
	wide         // in documents that need it
)

// Read reads the two faces. Both have the same letters.
func Read() (*Letters, error) {
	regular, err := read(fonts.Regular())
	if err != nil {
		return nil, fmt.Errorf("read the regular face: %w", err)
	}
	bold, err := read(fonts.Bold())
	if err != nil {
		return nil, fmt.Errorf("read the bold face: %w", err)
	}
	l := &Letters{Fonts: layout.Fonts{Regular: regular, Bold: bold}}
	for i := range l.class {
		if r := rune(i); regular.Has(r) && bold.Has(r) && printable(r) {
			l.class[i] = wide
			if latin(r) {
				l.class[i] = narrow
			}
		}
	}
	return l, nil
}

// Has reports whether r can be printed.
func (l *Letters) Has(r rune) bool { return l.of(r) != none }

// Narrow reports whether a document with the narrow font can have r.
func (l *Letters) Narrow(r rune) bool { return l.of(r) == narrow }

func (l *Letters) of(r rune) class {
	if r < 0 || int(r) >= len(l.class) {
		return none
	}
	return l.class[r]
}

// all returns the letters of a font.
func (l *Letters) all(wideToo bool) string {
	var s []rune
	for i, c := range l.class {
		if c == narrow || c == wide && wideToo {
			s = append(s, rune(i))
		}
	}
	return string(s)
}

// printable reports whether r shows as itself when its glyph is set after the
// glyph before it. Hebrew and Arabic need an order of their own; what steers
// a text (Unicode's Cf) has no look, only a sign for it. A soft hyphen is set
// as the hyphen that it may become.
func printable(r rune) bool {
	if r == 0xAD {
		return true
	}
	return r >= ' ' && !unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) &&
		r != 0xFEFF && r != 0xFFFC
}

// latin reports whether r belongs to the languages in Latin script, with the
// signs of a European keyboard. Phonetic letters and accents of their own are
// rarer than their bytes are worth.
func latin(r rune) bool {
	switch {
	case r < 0x250, // Basic Latin to Latin Extended-B
		r >= 0x1E00 && r < 0x1F00, // Latin Extended Additional
		r >= 0x2000 && r < 0x2050, // punctuation
		r >= 0x20A0 && r < 0x20C0, // currencies
		r >= 0x2150 && r < 0x2160: // fractions
		return true
	}
	return strings.ContainsRune("№™←↑→↓−≈≠≤≥", r)
}

// read makes a table of widths from a TrueType file.
func read(ttf []byte) (*layout.Face, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, err
	}
	var buf sfnt.Buffer
	em := fixed.I(1000)
	advance := func(r rune) (int, bool) {
		glyph, err := f.GlyphIndex(&buf, r)
		if err != nil || glyph == 0 {
			return 0, false
		}
		a, err := f.GlyphAdvance(&buf, glyph, em, font.HintingNone)
		return a.Round(), err == nil
	}
	centre := func(r rune) (int, bool) {
		glyph, err := f.GlyphIndex(&buf, r)
		if err != nil || glyph == 0 {
			return 0, false
		}
		b, _, err := f.GlyphBounds(&buf, glyph, em, font.HintingNone)
		return (b.Min.X + b.Max.X).Round() / 2, err == nil
	}
	return layout.NewFace(advance, centre), nil
}
