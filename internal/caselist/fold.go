package caselist

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ab325/internal/store"
)

// textOf is what is packed of the names in a case: that of the employee on a
// line of its own, which the alphabet goes by.
func textOf(row *store.Row) []byte {
	text := make([]byte, 0, len(row.Employee)+len(row.Company)+2)
	for i, name := range [...]string{row.Employee, row.Company} {
		if i > 0 {
			text = append(text, '\n')
		}
		for j, word := range strings.Fields(fold(name)) {
			if j > 0 {
				text = append(text, ' ')
			}
			text = append(text, word...)
		}
	}
	return append(text, '\n')
}

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
