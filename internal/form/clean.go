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
	s = strings.ToValidUTF8(s, "\ufffd")
	if mayBeCleaned(s) {
		s = cleaner.Replace(s)
	}
	s = norm.NFC.String(s)
	if kind != Lines && kind != Long && strings.Contains(s, "\n") {
		s = lineBreak.ReplaceAllString(s, " ")
	}
	return strings.TrimSpace(s)
}

// mayBeCleaned reports whether s may have something for the cleaner, which
// copies what it is given, by the first byte of all that it replaces. Danish
// text, and what was cleaned before, has none of them.
func mayBeCleaned(s string) bool {
	return strings.IndexByte(s, '\r') >= 0 || strings.IndexByte(s, '\t') >= 0 || strings.IndexByte(s, 0xc2) >= 0 || strings.IndexByte(s, 0xe2) >= 0
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
