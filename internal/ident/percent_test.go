package ident

import "testing"

func TestParsePercent(t *testing.T) {
	for _, test := range []struct {
		input string
		want  int
		code  Code
	}{
		{"50", 50, ""},
		{" 50 ", 50, ""},
		{"50 %", 50, ""},
		{"50\u00a0%", 50, ""},
		{"1", 1, ""},
		{"100", 100, ""},
		{"007", 7, ""},
		{"", 0, CodeEmpty},
		{"%", 0, CodeEmpty},
		{"0", 0, CodeRange},
		{"101", 0, CodeRange},
		{"999999999", 0, CodeRange},
		{"33,5", 0, CodeStep},
		{"33.5", 0, CodeStep},
		{"-1", 0, CodeFormat},
		{"9999999999", 0, CodeFormat},
		{"5０", 0, CodeFormat},
		{"halvtreds", 0, CodeFormat},
	} {
		got, err := ParsePercent(test.input)
		if got.Int() != test.want || code(t, err) != test.code {
			t.Errorf("ParsePercent(%q) = %v, %v, want %d, %s", test.input, got, err, test.want, test.code)
		}
	}
}

func TestEffective(t *testing.T) {
	var tests struct {
		Valid []struct {
			Hours   Hours
			Percent Percent
			Minutes int
			Text    string
		}
	}
	read(t, "effective.json", &tests)
	for _, test := range tests.Valid {
		if got := Effective(test.Hours, test.Percent); got != test.Minutes {
			t.Errorf("Effective(%v, %v) = %d, want %d", test.Hours, test.Percent, got, test.Minutes)
		}
		if got := DurationText(test.Minutes); got != test.Text {
			t.Errorf("DurationText(%d) = %q, want %q", test.Minutes, got, test.Text)
		}
	}
	if got := Effective(Hours{}, Percent{50}) + Effective(Hours{60}, Percent{}); got != 0 {
		t.Errorf("Effective of none = %d, want 0", got)
	}
}

func TestDurationText(t *testing.T) {
	for _, test := range []struct {
		minutes int
		want    string
	}{
		{0, "0 minutter"},
		{1, "1 minut"},
		{60, "1 time"},
		{61, "1 time og 1 minut"},
		{63, "1 time og 3 minutter (1,05 timer)"},
		{120, "2 timer"},
		{440, "7 timer og 20 minutter"},
		{450, "7 timer og 30 minutter (7,5 timer)"},
		{2220, "37 timer"},
	} {
		if got := DurationText(test.minutes); got != test.want {
			t.Errorf("DurationText(%d) = %q, want %q", test.minutes, got, test.want)
		}
	}
}

func FuzzParsePercent(f *testing.F) {
	for _, s := range []string{"50", "50 %", "100", "0", "33,5", "%%", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePercent(s)
		if code(t, err) == "" {
			roundTrip(t, p, ParsePercent)
		}
	})
}
