package ident

import (
	"fmt"
	"strings"
)

// Hours is a working time in whole minutes a week, from 15 (0,25 hours) to
// 2220 (37 hours). The zero Hours is none.
type Hours struct {
	minutes int16
}

const (
	minMinutes = 15
	maxMinutes = 37 * 60
	hoursText  = "Timer skal være et tal mellem 0,25 og 37"
)

// ParseHours reads hours a week: "12", "12,5", "12.5" or "7:30". A decimal
// number that is not a whole number of minutes is refused with the nearest one
// in the text.
func ParseHours(s string) (Hours, error) {
	s = unify(s)
	if s == "" {
		return Hours{}, &Error{CodeEmpty, "Indtast antal timer om ugen"}
	}
	if h, m, ok := strings.Cut(s, ":"); ok {
		if !digits(h, 1, 4) || !digits(m, 2, 2) || m >= "60" {
			return Hours{}, &Error{CodeFormat, "Skriv timer og minutter som fx 7:30"}
		}
		return makeHours(60*number(h)+number(m), 1, s)
	}
	whole, part, decimal := strings.Cut(strings.Replace(s, ".", ",", 1), ",")
	if !digits(whole, 1, 4) || decimal && !digits(part, 1, 30) {
		return Hours{}, &Error{CodeFormat, "Skriv timer som fx 12,5 eller 7:30"}
	}
	const exact = 9 // places that are counted with; a last 1 stands for more
	if part = strings.TrimRight(part, "0"); len(part) > exact {
		part = part[:exact] + "1"
	}
	scale := 1
	for range part {
		scale *= 10
	}
	return makeHours(60*(number(whole)*scale+number(part)), scale, s)
}

// makeHours returns parts/scale minutes, which were typed as s.
func makeHours(parts, scale int, s string) (Hours, error) {
	if parts < minMinutes*scale || parts > maxMinutes*scale {
		return Hours{}, &Error{CodeRange, hoursText}
	}
	h := Hours{int16((parts + scale/2) / scale)}
	if parts%scale != 0 {
		return Hours{}, &Error{CodeStep, s + " timer er ikke et helt antal minutter. Skriv " + h.String()}
	}
	return h, nil
}

// IsZero reports whether h is none.
func (h Hours) IsZero() bool { return h == Hours{} }

// Minutes returns the minutes a week, or 0 for none.
func (h Hours) Minutes() int { return int(h.minutes) }

// String returns the hours with a decimal comma where two places are exact,
// such as "12,5" and "37", and as hours and minutes elsewhere: "7:20".
func (h Hours) String() string {
	if h.IsZero() {
		return ""
	}
	if s, ok := decimalHours(h.Minutes()); ok {
		return s
	}
	return fmt.Sprintf("%d:%02d", h.minutes/60, h.minutes%60)
}

// decimalHours returns minutes as hours; ok is false where two places are not
// exact, since 0.05 hours is 3 minutes.
func decimalHours(minutes int) (s string, ok bool) {
	s = fmt.Sprintf("%d,%02d", minutes/60, minutes%60*100/60)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ","), minutes%3 == 0
}

// MarshalText returns the hours as they are printed.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText writes, and whatever else ParseHours
// takes.
func (h *Hours) UnmarshalText(text []byte) error { return unmarshal(h, text, ParseHours) }
