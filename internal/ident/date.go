package ident

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"time"
)

// A Date is a day in the civil calendar, without time or zone, in the years 1
// to 9999. The zero Date is none.
type Date struct {
	year, month, day int16
}

const (
	dateText  = "Datoen skal være en rigtig dato"
	yearText  = "Skriv årstallet med fire cifre"
	rangeText = "Årstallet skal være mellem 1900 og 2199"
)

// ParseDate reads a date as a person types it: day, month and a four-digit
// year from 1900 to 2199, with one kind of separator (1.12.2026, 01.12.2026,
// 1-12-2026, 1/12/2026, 1 12 2026), or 2026-12-01, and nothing else.
func ParseDate(s string) (Date, error) {
	s = unify(s)
	if s == "" {
		return Date{}, &Error{CodeEmpty, "Indtast en dato"}
	}
	y, m, d, ok := splitDate(s)
	switch {
	case !ok:
		return Date{}, &Error{CodeFormat, "Skriv datoen som dag, måned og år, fx 24.12.2026"}
	case len(y) != 4:
		return Date{}, &Error{CodeFormat, yearText}
	}
	date, ok := makeDate(number(y), number(m), number(d))
	switch {
	case !ok:
		return Date{}, &Error{CodeDate, dateText}
	case date.year < 1900 || date.year > 2199:
		return Date{}, &Error{CodeRange, rangeText}
	}
	return date, nil
}

// splitDate returns the digits of a date. The year may have one to four: what
// is wrong with a short one deserves its own words.
func splitDate(s string) (y, m, d string, ok bool) {
	for _, sep := range []string{".", "-", "/", " "} {
		p := strings.Split(s, sep)
		switch {
		case len(p) != 3:
		case sep == "-" && digits(p[0], 4, 4):
			return p[0], p[1], p[2], digits(p[1], 2, 2) && digits(p[2], 2, 2)
		default:
			return p[2], p[1], p[0], digits(p[0], 1, 2) && digits(p[1], 1, 2) && digits(p[2], 1, 4)
		}
	}
	return "", "", "", false
}

// makeDate returns the date if it exists.
func makeDate(y, m, d int) (date Date, ok bool) {
	date = NewDate(y, time.Month(m), d)
	return date, date == Date{int16(y), int16(m), int16(d)} && date != Date{}
}

// NewDate returns a date. As with [time.Date], a day or month outside its
// range carries over: 32 January is 1 February. A result outside the years 1
// to 9999 is none.
func NewDate(year int, month time.Month, day int) Date {
	return civil(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the date in Denmark at the time t.
func DateOf(t time.Time) Date { return civil(t.In(Copenhagen())) }

func civil(t time.Time) Date {
	y, m, d := t.Date()
	if y < 1 || y > 9999 {
		return Date{}
	}
	return Date{int16(y), int16(m), int16(d)}
}

// Copenhagen returns the Danish time zone. It panics if the program has no
// time zone data: a wrong zone would give wrong deadlines, so a program calls
// it once before it starts its work.
func Copenhagen() *time.Location { return copenhagen() }

var copenhagen = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		panic("ident: " + err.Error())
	}
	return loc
})

// IsZero reports whether d is none.
func (d Date) IsZero() bool { return d == Date{} }

// Year returns the year, or 0 for none.
func (d Date) Year() int { return int(d.year) }

// Month returns the month, or 0 for none.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day returns the day of the month, or 0 for none.
func (d Date) Day() int { return int(d.day) }

// String returns the date as it is printed on the form: "01.12.2026".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d.%02d.%04d", d.day, d.month, d.year)
}

// ISO returns the date as in ISO 8601: "2026-12-01".
func (d Date) ISO() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// Long returns the date as in running text: "1. december 2026".
func (d Date) Long() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d. %s %d", d.day, months[d.month-1], d.year)
}

var months = [...]string{
	"januar", "februar", "marts", "april", "maj", "juni",
	"juli", "august", "september", "oktober", "november", "december",
}

// Weekday returns the day of the week. That of none has no meaning.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Compare returns -1, 0 or +1: none comes before every date.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.year, e.year), cmp.Compare(d.month, e.month), cmp.Compare(d.day, e.day))
}

// Before reports whether d comes before e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// After reports whether d comes after e.
func (d Date) After(e Date) bool { return d.Compare(e) > 0 }

// AddDays returns the date n days later, or earlier if n is negative. Added to
// none, or beyond the years 1 to 9999, it gives none.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return civil(d.utc().AddDate(0, 0, n))
}

// AddMonths returns the same day of the month n months later, or the last day
// of that month where it is shorter: 31 August and 30 months is 28 February.
// Added to none, or beyond the years 1 to 9999, it gives none.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	first := NewDate(d.Year(), d.Month()+time.Month(n), 1)
	if first.IsZero() {
		return first
	}
	last := NewDate(first.Year(), first.Month()+1, 0)
	return NewDate(first.Year(), first.Month(), min(d.Day(), last.Day()))
}

// Days returns the number of days from d to e, negative if e comes first, and
// 0 if either is none.
func (d Date) Days(e Date) int {
	if d.IsZero() || e.IsZero() {
		return 0
	}
	return int(e.utc().Unix()-d.utc().Unix()) / (24 * 60 * 60)
}

func (d Date) utc() time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
}

// MarshalText returns the date as in ISO 8601.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.ISO()), nil }

// UnmarshalText reads what MarshalText writes, whatever the year.
func (d *Date) UnmarshalText(text []byte) error {
	return unmarshal(d, text, func(s string) (Date, error) {
		y, m, day, ok := splitDate(s)
		if !ok || len(s) != len("2026-12-01") || s[4] != '-' {
			return Date{}, &Error{CodeFormat, dateText}
		}
		date, ok := makeDate(number(y), number(m), number(day))
		if !ok {
			return Date{}, &Error{CodeDate, dateText}
		}
		return date, nil
	})
}
