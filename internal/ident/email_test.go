package ident

import (
	"strings"
	"testing"
)

func TestParseEmail(t *testing.T) {
	long := strings.Repeat("a", 64)
	for _, test := range []struct{ input, want string }{
		{"pia@example.dk", "pia@example.dk"},
		{" pia@example.dk\u00a0", "pia@example.dk"},
		{"Pia.Holm-Larsen+job@sub.Example.DK", "Pia.Holm-Larsen+job@sub.Example.DK"},
		{"o'neil_1@xn--hvet-4na.dk", "o'neil_1@xn--hvet-4na.dk"},
		{"åse@øhavet.dk", "åse@øhavet.dk"},
		{"1@2.dk", "1@2.dk"},
		{long + "@example.dk", long + "@example.dk"},
	} {
		got, err := ParseEmail(test.input)
		if err != nil || got.String() != test.want {
			t.Errorf("ParseEmail(%q) = %q, %v, want %q", test.input, got, err, test.want)
			continue
		}
		roundTrip(t, got, ParseEmail)
	}
}

func TestParseEmailRefuses(t *testing.T) {
	for _, test := range []struct {
		input string
		code  Code
	}{
		{"", CodeEmpty},
		{" \u00a0", CodeEmpty},
		{"pia", CodeFormat},
		{"@example.dk", CodeFormat},
		{"pia@", CodeFormat},
		{"pia@example", CodeFormat},
		{"pia@example.", CodeFormat},
		{"pia@.dk", CodeFormat},
		{"pia@example..dk", CodeFormat},
		{"pia@-example.dk", CodeFormat},
		{"pia@example-.dk", CodeFormat},
		{"pia@example_1.dk", CodeFormat},
		{"pia@127.0.0.1", CodeFormat},
		{"pia@[127.0.0.1]", CodeFormat},
		{"pia@@example.dk", CodeFormat},
		{"pia@holm@example.dk", CodeFormat},
		{".pia@example.dk", CodeFormat},
		{"pia.@example.dk", CodeFormat},
		{"pia..holm@example.dk", CodeFormat},
		{"pia holm@example.dk", CodeFormat},
		{"pia@example.dk, per@example.dk", CodeFormat},
		{"Pia <pia@example.dk>", CodeFormat},
		{`"pia"@example.dk`, CodeFormat},
		{"pia(holm)@example.dk", CodeFormat},
		{"pia\n@example.dk", CodeFormat},
		{"pia\r\nBcc: x@example.dk", CodeFormat},
		{"pia@exam\u200bple.dk", CodeFormat},
		{"pia\xff@example.dk", CodeFormat},
		{strings.Repeat("a", 65) + "@example.dk", CodeFormat},
		{"pia@" + strings.Repeat("a", 64) + ".dk", CodeFormat},
		{"pia@" + strings.Repeat("aaaaaaaaa.", 25) + "dk", CodeFormat},
	} {
		if got, err := ParseEmail(test.input); code(t, err) != test.code || !got.IsZero() {
			t.Errorf("ParseEmail(%q) = %q, %v, want %s", test.input, got, err, test.code)
		}
	}
}
