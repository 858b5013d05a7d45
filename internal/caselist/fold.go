package caselist

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold returns s as names are compared: without case and accents, with «å»
// written «aa» and every mark between words a space. The letters æ and ø are
// letters of their own, not accents.
func fold(s string) string {
	s = spelled.Replace(strings.ToLower(norm.NFC.String(s)))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return r
		}
		return ' '
	}, norm.NFD.String(s))
}

// spelled holds the letters that are no other letter with an accent.
var spelled = strings.NewReplacer("å", "aa", "ß", "ss", "ł", "l", "đ", "d", "ð", "d")
