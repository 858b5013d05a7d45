// Package ident parses what a Danish form asks a person to identify or
// measure: dates, CPR and CVR numbers, telephone numbers, hours and percent.
//
// A value can only be made by its parser, so one that exists is right. The
// zero value of each type means "none": it prints as the empty text and is
// read back from it. All types can be compared with ==. Parsers trim outer
// white space, never panic, and fail with an *Error.
package ident

import (
	"strings"
	"unicode/utf8"
)

// A Code says why a text was refused, in the words of a program.
type Code string

const (
	CodeEmpty       Code = "empty"       // nothing typed
	CodeFormat      Code = "format"      // not written in any accepted way
	CodeDate        Code = "date"        // no such day
	CodeFuture      Code = "future"      // born after today
	CodeReplacement Code = "replacement" // a replacement CPR number, where only a registered one will do
	CodeChecksum    Code = "checksum"    // the check digit does not fit
	CodeZero        Code = "zero"        // nothing but zeros
	CodeRange       Code = "range"       // too small or too large
	CodeStep        Code = "step"        // between two values that can be used
)

// An Error says why a text was refused.
type Error struct {
	Code Code
	Text string // Danish, for the person who typed it; may repeat what they typed
}

// Error returns the code alone, so that no value can reach a log.
func (e *Error) Error() string { return string(e.Code) }

// unify writes the characters that word processors put in place of space and
// hyphen as those, and trims.
func unify(s string) string {
	if !ascii(s) { // the unifier copies what it is given
		s = unifier.Replace(s)
	}
	return strings.TrimSpace(s)
}

// ascii reports whether s has no other characters.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var unifier = strings.NewReplacer(
	"\u00a0", " ", "\u2007", " ", "\u2009", " ", "\u202f", " ", // no-break, figure, thin, narrow
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2212", "-",
)

// digits reports whether s is least to most ASCII digits. Other scripts' digits
// are not numbers on a Danish form.
func digits(s string, least, most int) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return least <= len(s) && len(s) <= most
}

// number returns the value of a few ASCII digits.
func number(digits string) (n int) {
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}

// weigh returns the sum of the digits times their weights.
func weigh(digits string, weights ...int) (sum int) {
	for i, w := range weights {
		sum += w * int(digits[i]-'0')
	}
	return sum
}

// unmarshal sets dst to what parse makes of text, and to the zero value if
// text is empty.
func unmarshal[T any](dst *T, text []byte, parse func(string) (T, error)) error {
	if len(text) == 0 {
		*dst = *new(T)
		return nil
	}
	v, err := parse(string(text))
	if err == nil {
		*dst = v
	}
	return err
}
