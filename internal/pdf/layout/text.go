package layout

import (
	"unicode"
	"unicode/utf8"
)

// Line splits s into its first line, set in size within w, and the rest.
// Nothing is lost: line, a newline if hard, and rest make s. Lines are broken
// after a space, which may reach beyond w, or after a hyphen or stroke between
// letters; a word longer than the line is broken before a letter, never
// between a letter and its accents. A line holds at least one letter.
func (f *Face) Line(s string, w, size Unit) (line, rest string, hard bool) {
	avail := int(int64(w) * 1000 / int64(size))
	used, gap, brk := 0, 0, 0 // gap: where the last space begins
	var prev rune
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		advance := f.Advance(r)
		switch {
		case r == '\n':
			return s[:i], s[i+1:], true
		case space(r):
			if used > avail {
				return s[:i], s[i:], false
			}
			gap, brk = i, i+n
		case r >= firstMark && combining(r):
			if i > 0 && brk == i { // on a space, which then is no mere gap
				if used > avail && gap > 0 {
					return s[:gap], s[gap:], false
				}
				brk = i + n
			}
		case i >= longest:
			return s[:i], s[i:], false
		case used+advance > avail && i > 0:
			if brk == 0 {
				brk = i
			}
			return s[:brk], s[brk:], false
		case (r == '-' || r == '/') && unicode.IsLetter(prev) && letterAt(s[i+n:]):
			brk = i + n
		}
		used += advance
		i, prev = i+n, r
	}
	return s, "", false
}

// longest is how many bytes a line may have: a string of a PDF must not be
// longer than 32 767, and there are letters without width.
const longest = 8000

// space reports whether a line may be broken after r. A no-break space and a
// figure space hold together.
func space(r rune) bool {
	switch r {
	case ' ':
		return true
	case 0xA0, 0x2007, 0x202F:
		return false
	}
	return r > 0x1000 && unicode.Is(unicode.Zs, r)
}

func letterAt(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// lines sets s in the box's width from its top and returns the runs. It is
// for constant texts; whether they fit is checked by the caller.
func (f *Face) lines(s string, x, y, w, size Unit, bold bool) []Run {
	var runs []Run
	for y += baseline(size); ; y += leading(size) {
		line, rest, hard := f.Line(s, w, size)
		runs = append(runs, Run{X: x, Y: y, Size: size, Bold: bold, Hard: hard, Text: line})
		if rest == "" && !hard {
			return runs
		}
		s = rest
	}
}

// ink returns the width of a line without the spaces at its end.
func (f *Face) ink(line string, size Unit) Unit {
	for line != "" && line[len(line)-1] == ' ' {
		line = line[:len(line)-1]
	}
	return f.Width(line, size)
}
