package ident

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for _, test := range []struct{ input, want string }{
		{"1.12.2026", "2026-12-01"},
		{"01.12.2026", "2026-12-01"},
		{"1-12-2026", "2026-12-01"},
		{"1/12/2026", "2026-12-01"},
		{"1 12 2026", "2026-12-01"},
		{"2026-12-01", "2026-12-01"},
		{"\t 1.12.2026\u00a0\n", "2026-12-01"},
		{"1\u201112\u20112026", "2026-12-01"},
		{"1\u00a012\u00a02026", "2026-12-01"},
		{"29.2.2028", "2028-02-29"},
		{"1.1.1900", "1900-01-01"},
		{"31.12.2199", "2199-12-31"},
	} {
		got, err := ParseDate(test.input)
		if got.ISO() != test.want || err != nil {
			t.Errorf("ParseDate(%q) = %s, %v, want %s", test.input, got.ISO(), err, test.want)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, test := range []struct {
		input string
		code  Code
		text  string
	}{
		{"", CodeEmpty, "Indtast en dato"},
		{" \u00a0", CodeEmpty, "Indtast en dato"},
		{"1.12.26", CodeFormat, yearText},
		{"26-12-01", CodeFormat, yearText},
		{"1.12.026", CodeFormat, yearText},
		{"29.2.2026", CodeDate, dateText},
		{"31.4.2026", CodeDate, dateText},
		{"0.1.2026", CodeDate, dateText},
		{"1.0.2026", CodeDate, dateText},
		{"1.13.2026", CodeDate, dateText},
		{"1.1.0000", CodeDate, dateText},
		{"2026-02-30", CodeDate, dateText},
		{"31.12.1899", CodeRange, rangeText},
		{"1.1.2200", CodeRange, rangeText},
		{"1.12", CodeFormat, ""},
		{"1.12-2026", CodeFormat, ""},
		{"1. 12. 2026", CodeFormat, ""},
		{"1  12 2026", CodeFormat, ""},
		{"2026.12.01", CodeFormat, ""},
		{"2026-12-1", CodeFormat, ""},
		{"2026-12-01T00:00", CodeFormat, ""},
		{"1.12.02026", CodeFormat, ""},
		{"001.12.2026", CodeFormat, ""},
		{"-1.12.2026", CodeFormat, ""},
		{"１.12.2026", CodeFormat, ""},
		{"1. december 2026", CodeFormat, ""},
	} {
		got, err := ParseDate(test.input)
		if code(t, err) != test.code || !got.IsZero() {
			t.Errorf("ParseDate(%q) = %v, %v, want %s", test.input, got, err, test.code)
		}
		if e, ok := err.(*Error); ok && test.text != "" && e.Text != test.text {
			t.Errorf("ParseDate(%q) says %q, want %q", test.input, e.Text, test.text)
		}
	}
}

func TestDatePrints(t *testing.T) {
	d := NewDate(2026, time.December, 1)
	for _, test := range []struct{ name, got, want string }{
		{"String", d.String(), "01.12.2026"},
		{"ISO", d.ISO(), "2026-12-01"},
		{"Long", d.Long(), "1. december 2026"},
		{"Weekday", d.Weekday().String(), "Tuesday"},
		{"NewDate that carries over", NewDate(2026, 1, 32).ISO(), "2026-02-01"},
		{"NewDate of the year 0", NewDate(0, 1, 1).ISO(), ""},
		{"NewDate of the year 10000", NewDate(10000, 1, 1).ISO(), ""},
	} {
		if test.got != test.want {
			t.Errorf("%s = %q, want %q", test.name, test.got, test.want)
		}
	}
	if d.Year() != 2026 || d.Month() != time.December || d.Day() != 1 {
		t.Errorf("parts of %v = %d, %d, %d", d, d.Year(), d.Month(), d.Day())
	}
}

func TestAdd(t *testing.T) {
	for _, test := range []struct {
		date         string
		days, months int
		want         string
	}{
		{"2026-11-23", 28, 0, "2026-12-21"},
		{"2026-10-05", 28, 0, "2026-11-02"}, // over the end of summer time
		{"2028-03-01", -1, 0, "2028-02-29"},
		{"9999-12-31", 1, 0, ""},
		{"", 1, 0, ""},
		{"2026-08-31", 0, 30, "2029-02-28"},
		{"2024-02-29", 0, 60, "2029-02-28"},
		{"2027-01-31", 0, 13, "2028-02-29"},
		{"2027-03-31", 0, -1, "2027-02-28"},
		{"2026-12-15", 0, 1, "2027-01-15"},
		{"9999-12-31", 0, 1, ""},
		{"0001-01-01", 0, -1, ""},
		{"", 0, 1, ""},
	} {
		var d Date
		if err := d.UnmarshalText([]byte(test.date)); err != nil {
			t.Fatal(err)
		}
		if got := d.AddDays(test.days).AddMonths(test.months); got.ISO() != test.want {
			t.Errorf("%s + %d days + %d months = %s, want %s", test.date, test.days, test.months, got.ISO(), test.want)
		}
	}
}

// TestAddMonths has the dates that follow from the start of a job and of a
// grant: 2½, 4½ and 5 years.
func TestAddMonths(t *testing.T) {
	var tests []struct{ Start, Plus30, Plus54, Plus60 Date }
	read(t, "months.json", &tests)
	for _, test := range tests {
		for n, want := range map[int]Date{30: test.Plus30, 54: test.Plus54, 60: test.Plus60} {
			if got := test.Start.AddMonths(n); got != want {
				t.Errorf("%v.AddMonths(%d) = %v, want %v", test.Start, n, got, want)
			}
		}
	}
}

func TestCompareDates(t *testing.T) {
	in := []Date{{}, NewDate(1, 1, 1), NewDate(2025, 12, 31), NewDate(2026, 1, 30), NewDate(2026, 2, 1), NewDate(2026, 2, 2), NewDate(9999, 12, 31)}
	for i, d := range in {
		for j, e := range in {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := d.Compare(e); got != want || d.Before(e) != (want < 0) || d.After(e) != (want > 0) {
				t.Errorf("Compare(%v, %v) = %d, want %d", d, e, got, want)
			}
			if !d.IsZero() && d.AddDays(d.Days(e)) != e && !e.IsZero() {
				t.Errorf("Days(%v, %v) = %d does not lead there", d, e, d.Days(e))
			}
		}
	}
	if got := in[0].Days(in[1]); got != 0 {
		t.Errorf("Days(none, %v) = %d, want 0", in[1], got)
	}
}

func TestDateOf(t *testing.T) {
	for _, test := range []struct{ at, want string }{
		{"2026-11-22T22:59:59Z", "2026-11-22"},
		{"2026-11-22T23:00:00Z", "2026-11-23"}, // winter: one hour ahead
		{"2026-06-05T21:59:59Z", "2026-06-05"},
		{"2026-06-05T22:00:00Z", "2026-06-06"}, // summer: two
	} {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(at); got.ISO() != test.want {
			t.Errorf("DateOf(%s) = %s, want %s", test.at, got.ISO(), test.want)
		}
	}
}

func TestUnmarshalDate(t *testing.T) {
	for _, test := range []struct {
		text string
		code Code
	}{
		{"1858-03-15", ""},
		{"0001-01-01", ""},
		{"9999-12-31", ""},
		{"1.12.2026", CodeFormat},
		{"0000-01-01", CodeDate},
		{"2026-02-29", CodeDate},
		{"2026-12-01 ", CodeFormat},
		{"12.10.2026", CodeFormat},
	} {
		var d Date
		if got := code(t, d.UnmarshalText([]byte(test.text))); got != test.code {
			t.Errorf("UnmarshalText(%q) = %q, want %q", test.text, got, test.code)
		} else if got == "" && d.ISO() != test.text {
			t.Errorf("UnmarshalText(%q) reads %s", test.text, d.ISO())
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"1.12.2026", "01/02/1900", "2028-02-29", "1 1 2199", "30.2.2026", "1.1.26", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if code(t, err) == "" {
			roundTrip(t, d, ParseDate)
		}
	})
}
