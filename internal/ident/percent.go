package ident

import (
	"strconv"
	"strings"
)

// A Percent is a whole number from 1 to 100. The zero Percent is none.
type Percent struct {
	n int8
}

const percentText = "Procent skal være et helt tal mellem 1 og 100"

// ParsePercent reads a whole number from 1 to 100, with or without "%".
func ParsePercent(s string) (Percent, error) {
	s = strings.TrimSpace(strings.TrimSuffix(unify(s), "%"))
	if s == "" {
		return Percent{}, &Error{CodeEmpty, "Indtast et antal procent"}
	}
	if whole, part, ok := strings.Cut(strings.Replace(s, ".", ",", 1), ","); ok && digits(whole, 1, 9) && digits(part, 1, 9) {
		return Percent{}, &Error{CodeStep, percentText}
	}
	if !digits(s, 1, 9) {
		return Percent{}, &Error{CodeFormat, percentText}
	}
	n := number(s)
	if n < 1 || n > 100 {
		return Percent{}, &Error{CodeRange, percentText}
	}
	return Percent{int8(n)}, nil
}

// IsZero reports whether p is none.
func (p Percent) IsZero() bool { return p == Percent{} }

// Int returns the number, or 0 for none.
func (p Percent) Int() int { return int(p.n) }

// String returns the number without "%".
func (p Percent) String() string {
	if p.IsZero() {
		return ""
	}
	return strconv.Itoa(p.Int())
}

// MarshalText returns the number without "%".
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes, and whatever else ParsePercent
// takes.
func (p *Percent) UnmarshalText(text []byte) error { return unmarshal(p, text, ParsePercent) }

// Effective returns the effective minutes a week: the hours times the
// intensity, rounded half up to a whole minute. It is 0 if either is none.
//
// "Intensiteten angivet i procent er udtryk for, hvor nedsat kraft, der
// arbejdes med." (AB 325 03/2020, vejledning)
func Effective(h Hours, intensity Percent) (minutes int) {
	return (h.Minutes()*intensity.Int() + 50) / 100
}

// DurationText returns minutes in words: "7 timer og 30 minutter (7,5 timer)".
// The decimal number is left out where it says nothing more, and where two
// places are not exact.
func DurationText(minutes int) string {
	var parts []string
	if h := minutes / 60; h > 0 {
		parts = append(parts, count(h, "time", "timer"))
	}
	if m := minutes % 60; m > 0 || minutes == 0 {
		parts = append(parts, count(m, "minut", "minutter"))
	}
	text := strings.Join(parts, " og ")
	if s, exact := decimalHours(minutes); exact && minutes%60 != 0 {
		text += " (" + s + " timer)"
	}
	return text
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
