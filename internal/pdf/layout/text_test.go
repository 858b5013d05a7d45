package layout

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
)

// square is a face in which every letter is as wide as its size, an "i" half
// of it and an accent nothing.
func square() *Face {
	return NewFace(func(r rune) (int, bool) {
		switch {
		case combining(r):
			return 0, true
		case r == 'i':
			return 500, true
		}
		return 1000, r != 'ж'
	}, func(r rune) (int, bool) { return 40, true })
}

func TestLine(t *testing.T) {
	face := square()
	for _, test := range []struct {
		text string
		w    Unit // in letters
		want string
	}{
		{"", 5, ""},
		{"abc", 5, "abc"},
		{"abc def", 5, "abc |def"},
		{"abcde fgh", 5, "abcde |fgh"}, // the space reaches beyond
		{"abcde  fgh", 5, "abcde | fgh"},
		{"a        b", 5, "a     |   b"},
		{"abcdefgh", 5, "abcde|fgh"},
		{"a bcdefghij", 5, "a |bcdef|ghij"},
		{"iiiiiiiiiii", 5, "iiiiiiiiii|i"},
		{"a\nb", 5, "a¶b"},
		{"a\n\nb\n", 5, "a¶¶b¶"},
		{"abcde\u0301\u0302f", 5, "abcde\u0301\u0302|f"},
		{"abcd e\u0301f", 5, "abcd |e\u0301f"},
		{"abcde \u0301f", 5, "abcde| \u0301f"}, // a space with an accent is more than a gap
		{"abcd \u0301f", 5, "abcd \u0301|f"},
		{"\u0301abcdef", 5, "\u0301abcde|f"},
		{"køk-gås", 5, "køk-|gås"},
		{"og/eller", 5, "og/|eller"},
		{"1-2-3-4", 5, "1-2-3|-4"},
		{"12\u00a0000 kr", 6, "12\u00a0000 |kr"},
		{"x ab\u00a0cd", 5, "x |ab\u00a0cd"},
		{"ab\u00a0cd\u00a0ef", 5, "ab\u00a0cd|\u00a0ef"},
		{"æøå", 1, "æ|ø|å"},
		{"abc", 0, "a|b|c"}, // at least one letter
	} {
		var got strings.Builder
		text, hard := test.text, true
		for text != "" || hard {
			if got.Len() > 0 && !strings.HasSuffix(got.String(), "¶") {
				got.WriteString("|")
			}
			var line string
			line, text, hard = face.Line(text, test.w*100, 100)
			got.WriteString(line)
			if hard {
				got.WriteString("¶")
			}
		}
		if got.String() != test.want {
			t.Errorf("lines of %q in %d = %q, want %q", test.text, test.w, got.String(), test.want)
		}
	}
}

// TestLineLosesNothing breaks random texts and puts them together again.
func TestLineLosesNothing(t *testing.T) {
	face := square()
	rnd := rand.New(rand.NewPCG(1, 325))
	letters := []rune("aiæ -/\n\u0301\u0327  1")
	for range 3000 {
		var b strings.Builder
		for range rnd.IntN(60) {
			b.WriteRune(letters[rnd.IntN(len(letters))])
		}
		s, w := b.String(), Unit(100*rnd.IntN(9))
		var back strings.Builder
		text, hard := s, true
		for text != "" || hard {
			var line string
			line, text, hard = face.Line(text, w, 100)
			if line == "" && !hard && s != "" && text != "" {
				t.Fatalf("Line(%q) does not get on", s)
			}
			if over := face.ink(line, 100); over > max(w, 100) {
				t.Fatalf("Line(…, %d) = %q of %d", w, line, over)
			}
			for _, r := range text {
				if combining(r) && !hard && line != "" {
					t.Fatalf("Line(%q, %d) = %q: an accent begins the rest", s, w, line)
				}
				break
			}
			back.WriteString(line)
			if hard {
				back.WriteByte('\n')
			}
		}
		if back.String() != s {
			t.Fatalf("lines of %q in %d make %q", s, w, back.String())
		}
	}
}

// TestLineOfNoWidth holds lines to a length that a PDF's string may have.
func TestLineOfNoWidth(t *testing.T) {
	face := NewFace(func(rune) (int, bool) { return 0, true }, func(rune) (int, bool) { return 0, false })
	s := strings.Repeat("a", 30000)
	if line, rest, _ := face.Line(s, 100, 100); len(line) != longest || line+rest != s {
		t.Errorf("Line of 30 000 letters without width has %d", len(line))
	}
}

func TestFace(t *testing.T) {
	face := square()
	for _, test := range []struct {
		r       rune
		has     bool
		advance int
		mark    bool
	}{
		{'a', true, 1000, false}, {'ж', false, 0, false}, {0x301, true, 0, true},
		{0x361, true, 0, false}, // over two letters
		{0x1F600, false, 0, false}, {-1, false, 0, false},
	} {
		_, mark := face.Mark(test.r)
		if got := face.Has(test.r); got != test.has || face.Advance(test.r) != test.advance || mark != test.mark {
			t.Errorf("%U: Has = %t, Advance = %d, Mark = %t; want %t, %d, %t",
				test.r, got, face.Advance(test.r), mark, test.has, test.advance, test.mark)
		}
	}
	if got := face.Width("ai", 200); got != 300 {
		t.Errorf("Width(ai) at 2 points = %d, want 300", got)
	}
	if !unicode.Is(unicode.Mn, 0x361) {
		t.Error("U+0361 is no mark")
	}
}
