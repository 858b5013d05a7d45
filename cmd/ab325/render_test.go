package main

import "testing"

func TestLacksText(t *testing.T) {
	for _, test := range []struct {
		lacks string
		want  string
	}{
		{"😀", "Blanketten kan ikke vise tegnet «😀» (U+1F600). Skriv det på en anden måde"},
		{"ש漢", "Blanketten kan ikke vise tegnene «ש» (U+05E9), «漢» (U+6F22). Skriv dem på en anden måde"},
		{"\u202e", "Blanketten kan ikke vise tegnet U+202E. Skriv det på en anden måde"},
	} {
		if got := lacksText([]rune(test.lacks)); got != test.want {
			t.Errorf("lacksText(%+q) = %q, want %q", test.lacks, got, test.want)
		}
	}
}
