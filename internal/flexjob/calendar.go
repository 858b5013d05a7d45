package flexjob

import (
	"time"

	"ab325/internal/ident"
)

// A CalendarMode says on which days a time limit does not end.
type CalendarMode string

const (
	// CitizenFriendly moves a time limit from every day on which public
	// offices are commonly closed: those of Strict, Grundlovsdag, 24 and 31
	// December, and the Friday after Kristi himmelfartsdag. No law says so for
	// complaints; it can only err in the citizen's favour. It is the default:
	// any value that is not Strict counts as it.
	CitizenFriendly CalendarMode = "citizen-friendly"
	// Strict moves a time limit from Saturdays, Sundays and holidays alone.
	Strict CalendarMode = "strict"
)

// Holiday reports whether d is a helligdag: a Sunday, or one of the feasts named
// below. Store bededag was one until 2023 (lov om
// konsekvenser ved afskaffelsen af store bededag som helligdag, L 13 of
// 2022-23, 2nd session).
func Holiday(d ident.Date) bool {
	if d.IsZero() {
		return false
	}
	if d.Weekday() == time.Sunday {
		return true
	}
	switch md(d) {
	case 101, 1225, 1226: // nytårsdag, juledag, 2. juledag
		return true
	}
	switch easter(d.Year()).Days(d) {
	case -3, -2, 1, 39, 50: // skærtorsdag, langfredag, 2. påskedag, Kristi himmelfartsdag, 2. pinsedag
		return true
	case 26: // store bededag
		return d.Year() <= 2023
	}
	return false // påskedag and pinsedag are Sundays
}

// Workday reports whether d is a hverdag on which offices work and letters
// are brought: Monday to Friday, and no holiday.
func Workday(d ident.Date) bool {
	return !d.IsZero() && d.Weekday() != time.Saturday && !Holiday(d)
}

// AddWorkdays returns the n-th workday after d, which itself is not counted
// and may be any day. It returns d if n is 0 or less.
func AddWorkdays(d ident.Date, n int) ident.Date {
	for n > 0 && !d.IsZero() {
		d = d.AddDays(1)
		if Workday(d) {
			n--
		}
	}
	return d
}

// endsOn reports whether a time limit can end on d.
func (m CalendarMode) endsOn(d ident.Date) bool {
	if m == Strict {
		return Workday(d)
	}
	switch md(d) {
	case 605, 1224, 1231: // Grundlovsdag, juleaftensdag, nytårsaftensdag
		return false
	}
	return Workday(d) && easter(d.Year()).Days(d) != 40 // Friday after Kristi himmelfartsdag
}

// md returns the month and day as one number: 1224 is 24 December.
func md(d ident.Date) int { return 100*int(d.Month()) + d.Day() }

// easter returns Easter Sunday of a year after 1582, by the method of Meeus,
// Jones and Butcher.
func easter(y int) ident.Date {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return ident.NewDate(y, time.Month(n/31), n%31+1)
}
