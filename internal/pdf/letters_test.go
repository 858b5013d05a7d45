package pdf

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ab325/internal/form"
)

func TestLacks(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"Åse Ørsted Łukasz Şahin\nΔημήτρης Ёлка", ""},
		{"a日b本日\tc", "日本\t"},
		{"שלום", "שלום"},
		{"\u200b\u202e", "\u200b\u202e"},
		{"😀", "😀"},
		{"a\xff", "\ufffd"}, // no UTF-8
	} {
		if got := engine(t).Lacks(test.text); string(got) != test.want {
			t.Errorf("Lacks(%q) = %q, want %q", test.text, string(got), test.want)
		}
	}
}

func TestRepertoireError(t *testing.T) {
	b, err := engine(t).Append([]byte("x"), &Record{
		Values:    form.Values{"employee.name": "日本", "company.name": "Ω", "job.description": "a\u05d0b日", "employee.email": "😀"},
		Reference: "😀", Notes: []string{"ok", "\u200b"},
	})
	var lack *RepertoireError
	if !errors.As(err, &lack) || string(b) != "x" {
		t.Fatalf("Append = %q, %v", b, err)
	}
	if want := []string{"employee.name", "job.description", InReference, InNotes}; !slices.Equal(lack.Fields, want) {
		t.Errorf("fields %q, want %q", lack.Fields, want)
	}
	if want := "日本\u05d0😀\u200b"; string(lack.Letters) != want {
		t.Errorf("letters %q, want %q", string(lack.Letters), want)
	}
	want := "no font face has U+65E5 U+672C U+05D0 U+1F600 U+200B, in employee.name, job.description, reference, notes"
	if err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

// TestEveryLetter prints every letter that Lacks takes, and reads it back.
func TestEveryLetter(t *testing.T) {
	e := engine(t)
	var all strings.Builder
	n := 0
	for r := rune(0x21); r < 1<<16; r++ {
		if (r < 0xD800 || r >= 0xE000) && len(e.Lacks(string(r))) == 0 {
			fmt.Fprintf(&all, "a%c ", r)
			n++
		}
	}
	if n < 2000 {
		t.Errorf("%d letters, the face has more", n)
	}
	value := strings.TrimSpace(all.String())
	o := open(t, render(t, &Record{Sheet: Blad1, Values: form.Values{"job.description": value}}))
	if !slices.Contains(o.Texts(), value) {
		t.Error("not every letter is read back as it was written")
	}
}

// TestNarrowFont holds the large font out of documents that do not need it.
func TestNarrowFont(t *testing.T) {
	size := func(name string) int {
		return len(render(t, &Record{Sheet: Blad2, Values: form.Values{"employee.name": name}}))
	}
	if latin, greek := size("Łukasz"), size("Δημήτρης"); greek < latin+50_000 {
		t.Errorf("%d bytes with Latin letters, %d with Greek", latin, greek)
	}
}
