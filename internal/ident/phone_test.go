package ident

import "testing"

func TestParsePhone(t *testing.T) {
	for _, test := range []struct{ input, shown, e164 string }{
		{"12345678", "12 34 56 78", "+4512345678"},
		{"12 34 56 78", "12 34 56 78", "+4512345678"},
		{" 12-34.56/78 ", "12 34 56 78", "+4512345678"},
		{"12\u00a034\u201156 78", "12 34 56 78", "+4512345678"},
		{"+45 12345678", "12 34 56 78", "+4512345678"},
		{"0045 12 34 56 78", "12 34 56 78", "+4512345678"},
		{"(+45) 12345678", "12 34 56 78", "+4512345678"},
		{"45123456", "45 12 34 56", "+4545123456"},
		{"+49 30 123456", "+4930123456", "+4930123456"},
		{"+49 (0)30 123456", "+4930123456", "+4930123456"},
		{"0046 8 123 456", "+468123456", "+468123456"},
		{"+2901234", "+2901234", "+2901234"},
		{"+123456789012345", "+123456789012345", "+123456789012345"},
	} {
		got, err := ParsePhone(test.input)
		if err != nil || got.String() != test.shown || got.E164() != test.e164 {
			t.Errorf("ParsePhone(%q) = %q, %q, %v, want %q, %q", test.input, got, got.E164(), err, test.shown, test.e164)
			continue
		}
		roundTrip(t, got, ParsePhone)
	}
}

func TestParsePhoneRefuses(t *testing.T) {
	for _, test := range []struct {
		input string
		code  Code
	}{
		{"", CodeEmpty},
		{"\u00a0", CodeEmpty},
		{"1234567", CodeFormat},
		{"123456789", CodeFormat},
		{"+451234567", CodeFormat},
		{"+45 00123456", CodeFormat},
		{"4512345678", CodeFormat},
		{"+0123456789", CodeFormat},
		{"000123456789", CodeFormat},
		{"+123456", CodeFormat},
		{"+1234567890123456", CodeFormat},
		{"++4512345678", CodeFormat},
		{"1234567８", CodeFormat},
		{"12345678 lok. 9", CodeFormat},
		{"()-", CodeFormat},
		{"+", CodeFormat},
	} {
		if got, err := ParsePhone(test.input); code(t, err) != test.code || !got.IsZero() {
			t.Errorf("ParsePhone(%q) = %q, %v, want %s", test.input, got, err, test.code)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"12345678", "+45 12 34 56 78", "0049 (0)30-123456", "+1.202.555.0100", "(0)(0)12345678", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePhone(s)
		if code(t, err) == "" {
			roundTrip(t, p, ParsePhone)
		}
	})
}
