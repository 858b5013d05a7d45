package form

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	cleaner = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n",
		"\t", " ", "\u2011", "-")
	lineBreak = regexp.MustCompile(` *\n[ \n]*`)
)

// Clean returns s as it is stored: in Unicode's form NFC, line ends of every
// kind as "\n", tab as space, U+2011 (a hyphen that does not break) as "-",
// without white space around it. Only lines and long texts keep their line
// breaks: anywhere else one is a space. Bytes that are not UTF-8 become
// U+FFFD. Everything else stays as it was typed; Clean of a clean text is
// that text.
func Clean(kind Kind, s string) string {
	if !plain(s) {
		s = norm.NFC.String(cleaner.Replace(strings.ToValidUTF8(s, "\ufffd")))
	}
	if kind != Lines && kind != Long && strings.Contains(s, "\n") {
		s = lineBreak.ReplaceAllString(s, " ")
	}
	return strings.TrimSpace(s)
}

// plain reports whether s has no letters but those of U+0020 to U+007E and U+00C0
// to U+00FF, and line feeds: most texts, and what Danish is written with. There is
// nothing in them to be cleaned, or that cannot be printed.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case ' ' <= c && c <= '~' || c == '\n':
		case c == 0xc3 && i+1 < len(s) && s[i+1]&0xc0 == 0x80:
			i++
		default:
			return false
		}
	}
	return true
}

// unprintable returns a sentence about the first character of s that cannot
// be seen on paper, or "". Those are the control characters but line feed,
// characters that only steer how others are shown (soft hyphen, zero width,
// direction), and those that stand for nothing.
func unprintable(s string) string {
	for i, r := range s {
		if r == '\n' || r >= ' ' && r <= '~' || !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) &&
			r&0xfffe != 0xfffe && (r < 0xfdd0 || r > 0xfdef) && r != utf8.RuneError {
			continue
		}
		if place := lastWord(s[:i]); place != "" {
			return fmt.Sprintf("Slet tegnet U+%04X efter «%s»: det kan ikke trykkes", r, place)
		}
		return fmt.Sprintf("Slet tegnet U+%04X i begyndelsen: det kan ikke trykkes", r)
	}
	return ""
}

// lastWord returns the end of s, as much as it takes to find the place again.
func lastWord(s string) string {
	words := strings.Fields(s)
	if len(words) == 0 {
		return ""
	}
	word := []rune(words[len(words)-1])
	return string(word[max(0, len(word)-20):])
}
