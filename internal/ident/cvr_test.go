package ident

import "testing"

func TestParseCVR(t *testing.T) {
	var tests vectors
	read(t, "cvr.json", &tests)
	for _, test := range tests.Valid {
		got, err := ParseCVR(test.Input)
		if got.String() != test.Digits || err != nil {
			t.Errorf("ParseCVR(%q) = %v, %v, want %s", test.Input, got, err, test.Digits)
			continue
		}
		roundTrip(t, got, ParseCVR)
	}
	for _, test := range append(tests.Invalid,
		vector{Input: "DK", Code: CodeFormat},
		vector{Input: "DK DK99990015", Code: CodeFormat},
		vector{Input: "９9990015", Code: CodeFormat},
		vector{Input: "9999-0015", Code: CodeFormat},
	) {
		if got, err := ParseCVR(test.Input); code(t, err) != test.Code || !got.IsZero() {
			t.Errorf("ParseCVR(%q) = %v, %v, want %s (%s)", test.Input, got, err, test.Code, test.Why)
		}
	}
}

func FuzzParseCVR(f *testing.F) {
	for _, s := range []string{"99990007", " 99 99 00 15", "dk 99990023", "00000000", "12345678", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCVR(s)
		if code(t, err) == "" {
			roundTrip(t, c, ParseCVR)
		}
	})
}
