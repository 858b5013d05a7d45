package audit

import "errors"

// maxText is the longest text of an entry: a hash in hexadecimal with a word
// in front of it.
const maxText = 96

// What can be wrong with a text. The text itself is not told, since it may be
// what must not be seen.
var (
	errMissing = errors.New("missing")
	errLong    = errors.New("longer than an id")
	errLetter  = errors.New("has a character that is in no id")
	errCPR     = errors.New("looks like a CPR number")
)

// check refuses what is not an id or a word of the program: of the ASCII
// letters and digits and "-._:/" alone, so without the space of a name and the
// @ of an address, and with nothing that looks like a CPR number.
func (t text) check() error {
	if t.s == "" && t.required {
		return errMissing
	}
	if len(t.s) > maxText {
		return errLong
	}
	for i := range len(t.s) {
		if !alphanumeric(t.s[i]) && !punctuation(t.s[i]) {
			return errLetter
		}
	}
	for i := range len(t.s) {
		if (i == 0 || !alphanumeric(t.s[i-1])) && cprAt(t.s[i:]) {
			return errCPR
		}
	}
	return nil
}

// cprAt reports whether s begins with six digits, one mark or none, four
// digits, and nothing that makes them part of a longer word. The groups of a
// UUID have other lengths.
func cprAt(s string) bool {
	if len(s) > 6 && punctuation(s[6]) {
		s = s[:6] + s[7:]
	}
	if len(s) < 10 || len(s) > 10 && alphanumeric(s[10]) {
		return false
	}
	for i := range 10 {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func punctuation(c byte) bool {
	return c == '-' || c == '.' || c == '_' || c == ':' || c == '/'
}
