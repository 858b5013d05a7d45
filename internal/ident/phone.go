package ident

import "strings"

// A Phone is a telephone number. The zero Phone is none.
type Phone struct {
	s string // "+" and 7 to 15 digits
}

// ParsePhone reads a Danish number of eight digits, with or without +45 or
// 0045, or a foreign number with its country code. Spaces, hyphens, dots,
// slashes and brackets may stand anywhere; the (0) that is not dialled from
// abroad is left out.
func ParsePhone(s string) (Phone, error) {
	s = unify(s)
	if s == "" {
		return Phone{}, &Error{CodeEmpty, "Indtast telefonnummer"}
	}
	refused := &Error{CodeFormat, "Indtast et dansk telefonnummer, fx 12345678, eller et udenlandsk med landekode, fx +49 30 123456"}
	number, abroad := strings.CutPrefix(spacing.Replace(s), "+")
	if !abroad {
		number, abroad = strings.CutPrefix(number, "00")
	}
	if !abroad {
		number = "45" + number
	}
	subscriber, danish := strings.CutPrefix(number, "45")
	// 00 before a Danish number would make its shown form one from abroad.
	if !digits(number, 7, 15) || number[0] == '0' || danish && (len(subscriber) != 8 || strings.HasPrefix(subscriber, "00")) {
		return Phone{}, refused
	}
	return Phone{"+" + number}, nil
}

var spacing = strings.NewReplacer("(0)", "", " ", "", "-", "", ".", "", "/", "", "(", "", ")", "")

// IsZero reports whether p is none.
func (p Phone) IsZero() bool { return p.s == "" }

// E164 returns the number with its country code and nothing between the
// digits: "+4512345678".
func (p Phone) E164() string { return p.s }

// String returns the number as it is shown: a Danish one as "12 34 56 78",
// another as "+4930123456".
func (p Phone) String() string {
	n, danish := strings.CutPrefix(p.s, "+45")
	if !danish {
		return p.s
	}
	return n[:2] + " " + n[2:4] + " " + n[4:6] + " " + n[6:]
}

// MarshalText returns the number as it is shown.
func (p Phone) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes, and whatever else ParsePhone
// takes.
func (p *Phone) UnmarshalText(text []byte) error { return unmarshal(p, text, ParsePhone) }
