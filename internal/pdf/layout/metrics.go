package layout

import "unicode"

// A Face is a table of the widths of a typeface's letters. It does not change
// after NewFace and is safe for concurrent use.
type Face struct {
	advance [1 << 16]int16 // thousandths of the size; missing if there is no such letter
	centre  map[rune]int16 // of combining marks: middle of the ink from the pen
}

const missing = -1

// NewFace makes the table for the letters below U+10000. advance returns a
// letter's width in thousandths of the size, or false if the face lacks it;
// centre returns the middle of its ink.
func NewFace(advance, centre func(r rune) (int, bool)) *Face {
	f := &Face{centre: map[rune]int16{}}
	for r := range f.advance {
		f.advance[r] = missing
		a, ok := advance(rune(r))
		if !ok {
			continue
		}
		f.advance[r] = int16(a)
		if !combining(rune(r)) || spanning(rune(r)) {
			continue
		}
		if c, ok := centre(rune(r)); ok {
			f.centre[rune(r)] = int16(c)
		}
	}
	return f
}

// Has reports whether the face has the letter.
func (f *Face) Has(r rune) bool { return r >= 0 && int(r) < len(f.advance) && f.advance[r] != missing }

// Advance returns the letter's width in thousandths of the size; 0 if the
// face lacks it.
func (f *Face) Advance(r rune) int {
	if !f.Has(r) {
		return 0
	}
	return int(f.advance[r])
}

// Mark reports whether r is an accent to be set over the letter before it,
// and where the middle of its ink is from the pen, in thousandths of the size.
func (f *Face) Mark(r rune) (centre int, ok bool) {
	if r < firstMark {
		return 0, false
	}
	c, ok := f.centre[r]
	return int(c), ok
}

// Width returns the width of s set in the given size.
func (f *Face) Width(s string, size Unit) Unit {
	sum := 0
	for _, r := range s {
		sum += f.Advance(r)
	}
	return width(sum, size)
}

// width returns thousandths of the size as a length, rounded up.
func width(thousandths int, size Unit) Unit {
	return Unit((int64(thousandths)*int64(size) + 999) / 1000)
}

// firstMark is the first letter that belongs to another.
const firstMark = 0x300

// combining reports whether r belongs to the letter before it.
func combining(r rune) bool { return r >= firstMark && unicode.In(r, unicode.Mn, unicode.Me) }

// spanning reports whether r is a mark over two letters; the face draws it
// where it belongs.
func spanning(r rune) bool { return r >= 0x35C && r <= 0x362 || r >= 0xFE20 && r <= 0xFE23 }

// Fonts are the two faces of a document.
type Fonts struct{ Regular, Bold *Face }

func (f Fonts) face(bold bool) *Face {
	if bold {
		return f.Bold
	}
	return f.Regular
}
