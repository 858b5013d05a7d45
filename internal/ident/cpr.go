package ident

import "log/slog"

// A CPR is a personnummer: six digits of the date of birth and four more. The
// zero CPR is none.
type CPR struct {
	s string // ten digits
}

// ParseCPR reads ten digits with at most one hyphen or space after the sixth.
//
// Day + 60 marks a replacement number, which is taken; see
// [CPR.RequireRegistered]. Someone born after today is refused, unless today
// is none. The check digit is not used: "Personnumre uden kontrolciffer
// (modulus 11)" are "fuldt ud gyldige" (cpr.dk, in use since 1 October 2007).
func ParseCPR(s string, today Date) (CPR, error) {
	s = unify(s)
	if s == "" {
		return CPR{}, &Error{CodeEmpty, "Indtast personnummer"}
	}
	if len(s) == 11 && (s[6] == '-' || s[6] == ' ') {
		s = s[:6] + s[7:]
	}
	if !digits(s, 10, 10) {
		return CPR{}, &Error{CodeFormat, "Personnummeret skal bestå af 10 cifre"}
	}
	c := CPR{s}
	switch born, ok := c.born(); {
	case !ok:
		return CPR{}, &Error{CodeDate, "De første 6 cifre skal være en dato"}
	case !today.IsZero() && born.After(today):
		return CPR{}, &Error{CodeFuture, "Fødselsdatoen er ikke kommet endnu. Kontrollér personnummeret"}
	}
	return c, nil
}

func (c CPR) born() (Date, bool) {
	day, month, year := number(c.s[:2]), number(c.s[2:4]), number(c.s[4:6])
	if day > 60 {
		day -= 60
	}
	return makeDate(century(c.s[6], year)+year, month, day)
}

// century returns the century of birth: the seventh digit and the year of two
// digits together give it (cpr.dk, "Opbygning af CPR-nummeret").
func century(seventh byte, year int) int {
	switch {
	case seventh <= '3':
		return 1900
	case seventh == '4' || seventh == '9':
		if year <= 36 {
			return 2000
		}
		return 1900
	case year <= 57:
		return 2000
	default:
		return 1800
	}
}

// IsZero reports whether c is none.
func (c CPR) IsZero() bool { return c.s == "" }

// String returns the whole number as it is printed: "DDMMYY-SSSS".
func (c CPR) String() string {
	if c.IsZero() {
		return ""
	}
	return c.s[:6] + "-" + c.s[6:]
}

// Masked returns the number as the company sees it: "DDMMYY-XXXX".
func (c CPR) Masked() string {
	if c.IsZero() {
		return ""
	}
	return c.s[:6] + "-XXXX"
}

// Digits returns the ten digits.
func (c CPR) Digits() string { return c.s }

// LogValue keeps the number out of logs.
func (c CPR) LogValue() slog.Value { return slog.StringValue("CPR") }

// Born returns the date of birth that the number tells, or none. It can be
// any day from 1858 to 2057.
func (c CPR) Born() Date {
	if c.IsZero() {
		return Date{}
	}
	d, _ := c.born()
	return d
}

// Replacement reports whether c is a replacement number, an
// erstatningspersonnummer: its day has 60 added and it is in no register.
func (c CPR) Replacement() bool { return c.s != "" && c.s[0] >= '6' }

// RequireRegistered refuses a replacement number, which can neither log in
// with MitID nor receive Digital Post.
func (c CPR) RequireRegistered() error {
	if c.Replacement() {
		return &Error{CodeReplacement, "Personnummeret er et erstatningspersonnummer og kan ikke bruges her"}
	}
	return nil
}

// ChecksumOK reports whether the check digit fits. It is a hint to look again,
// never a reason to refuse.
func (c CPR) ChecksumOK() bool {
	return c.s != "" && weigh(c.s, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
}

// MarshalText returns the whole number as it is printed.
func (c CPR) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText writes, and whatever else ParseCPR
// takes.
func (c *CPR) UnmarshalText(text []byte) error {
	return unmarshal(c, text, func(s string) (CPR, error) { return ParseCPR(s, Date{}) })
}
