package ident

import "testing"

func TestParseHours(t *testing.T) {
	for _, test := range []struct {
		input   string
		minutes int
		shown   string
	}{
		{"12", 720, "12"},
		{"12,5", 750, "12,5"},
		{"12.5", 750, "12,5"},
		{"12,500", 750, "12,5"},
		{" 7:30 ", 450, "7,5"},
		{"7:20", 440, "7:20"},
		{"7:03", 423, "7,05"},
		{"0,25", 15, "0,25"},
		{"0:15", 15, "0,25"},
		{"0:16", 16, "0:16"},
		{"37", 2220, "37"},
		{"37:00", 2220, "37"},
		{"037,0", 2220, "37"},
		{"10", 600, "10"},
		{"36:59", 2219, "36:59"},
	} {
		got, err := ParseHours(test.input)
		if err != nil || got.Minutes() != test.minutes || got.String() != test.shown {
			t.Errorf("ParseHours(%q) = %v, %d minutes, %v, want %s, %d", test.input, got, got.Minutes(), err, test.shown, test.minutes)
		}
	}
}

func TestParseHoursRefuses(t *testing.T) {
	for _, test := range []struct {
		input string
		code  Code
		text  string
	}{
		{"", CodeEmpty, "Indtast antal timer om ugen"},
		{"12,33", CodeStep, "12,33 timer er ikke et helt antal minutter. Skriv 12:20"},
		{"7.99", CodeStep, "7.99 timer er ikke et helt antal minutter. Skriv 7:59"},
		{"0,259", CodeStep, "0,259 timer er ikke et helt antal minutter. Skriv 0:16"},
		{"7,333333333333333", CodeStep, "7,333333333333333 timer er ikke et helt antal minutter. Skriv 7:20"}, // as a spreadsheet has it
		{"12,5000000001", CodeStep, "12,5000000001 timer er ikke et helt antal minutter. Skriv 12,5"},
		{"36,999", CodeStep, "36,999 timer er ikke et helt antal minutter. Skriv 37"},
		{"0,2499", CodeRange, hoursText},
		{"37,001", CodeRange, hoursText},
		{"0", CodeRange, hoursText},
		{"0:14", CodeRange, hoursText},
		{"37:01", CodeRange, hoursText},
		{"9999,999999999", CodeRange, hoursText},
		{"7:60", CodeFormat, "Skriv timer og minutter som fx 7:30"},
		{"7:5", CodeFormat, ""},
		{":30", CodeFormat, ""},
		{"7:3０", CodeFormat, ""},
		{"1:2:3", CodeFormat, ""},
		{"12,", CodeFormat, "Skriv timer som fx 12,5 eller 7:30"},
		{",5", CodeFormat, ""},
		{"1.2.3", CodeFormat, ""},
		{"1.2,3", CodeFormat, ""},
		{"-5", CodeFormat, ""},
		{"+5", CodeFormat, ""},
		{"1e1", CodeFormat, ""},
		{"NaN", CodeFormat, ""},
		{"12 timer", CodeFormat, ""},
		{"99999", CodeFormat, ""},
	} {
		got, err := ParseHours(test.input)
		if code(t, err) != test.code || !got.IsZero() {
			t.Errorf("ParseHours(%q) = %v, %v, want %s", test.input, got, err, test.code)
		}
		if e, ok := err.(*Error); ok && test.text != "" && e.Text != test.text {
			t.Errorf("ParseHours(%q) says %q, want %q", test.input, e.Text, test.text)
		}
	}
}

// TestEveryHours goes through all values there are.
func TestEveryHours(t *testing.T) {
	for m := int16(minMinutes); m <= maxMinutes; m++ {
		roundTrip(t, Hours{m}, ParseHours)
	}
}

func FuzzParseHours(f *testing.F) {
	for _, s := range []string{"12,5", "12.5", "7:30", "12,33", "37,000000000", "0:15", "99999", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHours(s)
		if code(t, err) == "" {
			roundTrip(t, h, ParseHours)
		}
	})
}
