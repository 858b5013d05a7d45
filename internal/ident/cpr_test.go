package ident

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// today is the day that the vectors were written for.
var today = NewDate(2026, time.November, 22)

func parseCPR(s string) (CPR, error) { return ParseCPR(s, today) }

func TestParseCPR(t *testing.T) {
	var tests vectors
	read(t, "cpr.json", &tests)
	for _, test := range tests.Valid {
		got, err := ParseCPR(test.Input, today)
		if err != nil || got.Digits() != test.Digits || got.Born() != test.Born || got.Replacement() != test.Replacement || got.ChecksumOK() != test.Checksum {
			t.Errorf("ParseCPR(%q) = %v, %v, born %v, replacement %t, checksum %t, want %+v",
				test.Input, got, err, got.Born(), got.Replacement(), got.ChecksumOK(), test)
			continue
		}
		roundTrip(t, got, parseCPR)
	}
	for _, test := range tests.Invalid {
		if got, err := ParseCPR(test.Input, today); code(t, err) != test.Code || !got.IsZero() {
			t.Errorf("ParseCPR(%q) = %v, %v, want %s (%s)", test.Input, got, err, test.Code, test.Why)
		}
	}
}

func TestParseCPRWithoutToday(t *testing.T) {
	for _, test := range []struct{ input, born string }{
		{"610136-4559", "2036-01-01"},
		{"750357-5501", "2057-03-15"},
	} {
		if got, err := ParseCPR(test.input, Date{}); got.Born().ISO() != test.born || err != nil {
			t.Errorf("ParseCPR(%q, none) = %v, %v, want one born %s", test.input, got, err, test.born)
		}
	}
}

func TestCPRPrints(t *testing.T) {
	c, err := ParseCPR(" 6101700559\n", today)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.String()+" "+c.Masked(), "610170-0559 610170-XXXX"; got != want {
		t.Errorf("prints %q, want %q", got, want)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("saved", "cpr", c, "refused", &Error{CodeFormat, c.String()})
	if strings.Contains(log.String(), "610170") {
		t.Errorf("a log line holds the number: %s", log.String())
	}
}

func TestRequireRegistered(t *testing.T) {
	c, err := ParseCPR("610170-0559", today)
	if err != nil {
		t.Fatal(err)
	}
	if got := code(t, c.RequireRegistered()); got != CodeReplacement {
		t.Errorf("RequireRegistered() = %q, want %q", got, CodeReplacement)
	}
	// Nobody is born on 30 February, so the number is nobody's.
	if err := (CPR{"3002581000"}).RequireRegistered(); err != nil {
		t.Errorf("RequireRegistered() = %v, want none", err)
	}
}

// TestCentury goes through all of the register's table.
func TestCentury(t *testing.T) {
	for year := range 100 {
		for seventh := range 10 {
			want := 1900
			switch {
			case (seventh == 4 || seventh == 9) && year <= 36, seventh >= 5 && seventh <= 8 && year <= 57:
				want = 2000
			case seventh >= 5 && seventh <= 8:
				want = 1800
			}
			if got := century('0'+byte(seventh), year); got != want {
				t.Errorf("century(%d, %02d) = %d, want %d", seventh, year, got, want)
			}
		}
	}
}

func FuzzParseCPR(f *testing.F) {
	for _, s := range []string{"610170-0559", "  750655 1506 ", "911299\u20112569", "890200-0550", "6101-70-0550", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCPR(s, today)
		if code(t, err) != "" {
			return
		}
		roundTrip(t, c, parseCPR)
		if born := c.Born(); born.Year() < 1858 || born.After(today) {
			t.Errorf("ParseCPR(%q) is born %v", s, born)
		}
	})
}
