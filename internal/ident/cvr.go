package ident

import "strings"

// A CVR is the number of a company in Det Centrale Virksomhedsregister. The
// zero CVR is none.
type CVR struct {
	s string // eight digits
}

const noSuchCVR = "CVR-nummeret findes ikke. Kontrollér cifrene"

// ParseCVR reads eight digits, however spaced, with or without DK in front.
// The check digit must fit: the weighted sum of all CVR numbers is divisible
// by 11 (erhvervsstyrelsen.dk/modulus_11).
func ParseCVR(s string) (CVR, error) {
	s = strings.ReplaceAll(unify(s), " ", "")
	if s == "" {
		return CVR{}, &Error{CodeEmpty, "Indtast CVR-nummer"}
	}
	if len(s) > 2 && strings.EqualFold(s[:2], "DK") {
		s = s[2:]
	}
	switch {
	case !digits(s, 8, 8):
		return CVR{}, &Error{CodeFormat, "CVR-nummeret skal bestå af 8 cifre"}
	case s == "00000000":
		return CVR{}, &Error{CodeZero, noSuchCVR}
	case weigh(s, 2, 7, 6, 5, 4, 3, 2, 1)%11 != 0:
		return CVR{}, &Error{CodeChecksum, noSuchCVR}
	}
	return CVR{s}, nil
}

// IsZero reports whether c is none.
func (c CVR) IsZero() bool { return c.s == "" }

// String returns the eight digits without spaces.
func (c CVR) String() string { return c.s }

// MarshalText returns the eight digits.
func (c CVR) MarshalText() ([]byte, error) { return []byte(c.s), nil }

// UnmarshalText reads what MarshalText writes, and whatever else ParseCVR
// takes.
func (c *CVR) UnmarshalText(text []byte) error { return unmarshal(c, text, ParseCVR) }
