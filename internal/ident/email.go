package ident

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Email is an e-mail address. The zero Email is none.
type Email struct{ s string }

// ParseEmail reads an address as people have them, name@example.dk, and takes
// none of what a mail program would accept besides: no names around it,
// quotation marks, comments or numbers for a domain. Letters are of any script.
// It stays as it was typed: whether anybody reads it, only a letter can tell.
func ParseEmail(s string) (Email, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Email{}, &Error{CodeEmpty, "Indtast e-mailadresse"}
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 || len(s) > 254 || !utf8.ValidString(s) || !mailbox(s[:at]) || !domain(s[at+1:]) {
		return Email{}, &Error{CodeFormat, "Indtast en e-mailadresse i formatet navn@eksempel.dk"}
	}
	return Email{s}, nil
}

// mailbox reports whether s can stand before the @: words with one dot between
// them, at most 64 bytes (RFC 5321, 4.5.3.1.1).
func mailbox(s string) bool {
	const marks = "!#$%&'*+/=?^_`{|}~-" // RFC 5322, 3.2.3
	for word := range strings.SplitSeq(s, ".") {
		if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !letter(r) && !strings.ContainsRune(marks, r) }) {
			return false
		}
	}
	return len(s) <= 64
}

// domain reports whether s can be a name on the internet: at least two labels,
// the last of which is no number.
func domain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return !letter(r) && r != '-' }) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && strings.ContainsFunc(last, unicode.IsLetter)
}

// letter reports whether r is a letter, with its accent, or a digit.
func letter(r rune) bool {
	return '0' <= r && r <= '9' || unicode.IsLetter(r) || r > unicode.MaxASCII && unicode.IsMark(r)
}

// IsZero reports whether e is none.
func (e Email) IsZero() bool { return e.s == "" }

// String returns the address as it was typed.
func (e Email) String() string { return e.s }

// MarshalText returns the address as it was typed.
func (e Email) MarshalText() ([]byte, error) { return []byte(e.s), nil }

// UnmarshalText reads what MarshalText writes.
func (e *Email) UnmarshalText(text []byte) error { return unmarshal(e, text, ParseEmail) }
