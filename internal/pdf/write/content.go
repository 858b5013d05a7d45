package write

import (
	"unicode/utf8"

	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/stock"
)

// runs appends texts in their places, within one text object.
func runs(b []byte, fonts layout.Fonts, list []layout.Run) []byte {
	b = append(b, "BT "...)
	var at layout.Run
	for i := range list {
		run := &list[i]
		face, name := fonts.Regular, stock.Regular
		if run.Bold {
			face, name = fonts.Bold, stock.Bold
		}
		if i == 0 || run.Size != at.Size || run.Bold != at.Bold {
			b = append(b, '/')
			b = append(b, name...)
			b = append(b, ' ')
			b = length(b, run.Size)
			b = append(b, " Tf "...)
		}
		y := at.Y - run.Y
		if i == 0 {
			y = layout.PageHeight - run.Y
		}
		b = append(length(b, run.X-at.X), ' ')
		b = append(length(b, y), " Td "...)
		b = show(b, face, run.Text, run.Hard)
		at = *run
	}
	return append(b, "ET "...)
}

// show appends the operator that shows a text. An accent stands over the
// middle of the letter before it.
func show(b []byte, face *layout.Face, s string, hard bool) []byte {
	marks := accents(face, s)
	if marks {
		b = append(b, '[')
	}
	b = append(b, '(')
	base := 0
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		i += n
		if !marks {
			b = code(b, r)
			continue
		}
		centre, ok := face.Mark(r)
		if !ok {
			b, base = code(b, r), face.Advance(r)
			continue
		}
		back := base/2 + centre
		b = integer(append(b, ')'), back)
		b = code(append(b, '('), r)
		b = integer(append(b, ')'), -back)
		b = append(b, '(')
	}
	if hard {
		b = code(b, ' ')
	}
	if marks {
		return append(b, ")] TJ\n"...)
	}
	return append(b, ") Tj\n"...)
}

// accents reports whether s has an accent of its own. The first is U+0300,
// in UTF-8 CC 80.
func accents(face *layout.Face, s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0xCC {
			r, _ := utf8.DecodeRuneInString(s[i:])
			if _, ok := face.Mark(r); ok {
				return true
			}
		}
	}
	return false
}

// code appends a letter's code, which is Unicode's, in a string.
func code(b []byte, r rune) []byte {
	if 'a' <= r && r <= 'z' || r == ' ' { // as most are
		return append(b, 0, byte(r))
	}
	return escaped(escaped(b, byte(r>>8)), byte(r))
}

func escaped(b []byte, c byte) []byte {
	switch c {
	case '(', ')', '\\':
		return append(b, '\\', c)
	case '\r':
		return append(b, '\\', 'r')
	}
	return append(b, c)
}

// tick appends a square, crossed if it is ticked.
func tick(b []byte, box layout.Rect, ticked bool) []byte {
	side, y := box.W, layout.PageHeight-box.Y-box.H
	b = append(b, ".6 w "...)
	for _, v := range [...]layout.Unit{box.X, y, side, side} {
		b = append(length(b, v), ' ')
	}
	b = append(b, "re S "...)
	if !ticked {
		return b
	}
	in := side / 5
	left, right, low, high := box.X+in, box.X+side-in, y+in, y+side-in
	b = append(b, "1.3 w 1 J "...)
	for _, p := range [...]struct {
		x, y layout.Unit
		op   string
	}{{left, low, " m "}, {right, high, " l "}, {left, high, " m "}, {right, low, " l "}} {
		b = append(length(b, p.x), ' ')
		b = append(length(b, p.y), p.op...)
	}
	return append(b, "S 0 J "...)
}

// begin appends the beginning of marked content.
func begin(b []byte, role layout.Role, mcid int) []byte {
	b = append(b, '/')
	b = append(b, role...)
	b = append(b, " <</MCID "...)
	return append(integer(b, mcid), ">> BDC "...)
}

// artifact appends texts that are no part of what the document says.
func artifact(b []byte, fonts layout.Fonts, kind string, list []layout.Run) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(b, "/Artifact <</Type/Pagination/Subtype/"...)
	b = append(b, kind...)
	b = append(b, ">> BDC "...)
	return append(runs(b, fonts, list), "EMC\n"...)
}

// picture appends the dark bars of a code's picture, in squares. The words beside
// it say the same, so it is no part of what the document says.
func picture(b []byte, d *layout.Document, s *layout.Slot) []byte {
	at, side := d.Picture(s)
	b = append(b, "/Artifact BMC\nq "...)
	for _, v := range [...]layout.Unit{side, 0, 0, side, at.X, layout.PageHeight - at.Y - at.H} {
		b = append(length(b, v), ' ')
	}
	b = append(b, "cm\n"...)
	for bar := range d.Code.Bars() {
		b = append(integer(b, bar.X), ' ')
		b = append(integer(b, bar.Y), ' ')
		b = append(integer(b, bar.N), " 1 re\n"...)
	}
	return append(b, "f Q EMC\n"...)
}
