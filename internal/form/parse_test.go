package form_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

func TestClean(t *testing.T) {
	for _, test := range []struct {
		kind     form.Kind
		in, want string
	}{
		{form.Text, "  Åse  Bjørn \t", "Åse  Bjørn"},
		{form.Text, "A\u030ase", "Åse"},
		{form.Text, "Kjær\u2011gård", "Kjær-gård"},
		{form.Text, "køkken\tog\topvask", "køkken og opvask"},
		{form.Text, "to \r\n\r\n linjer", "to linjer"},
		{form.Text, "\u00a0Pia\u2003", "Pia"},
		{form.Text, "2\u00a0timer", "2\u00a0timer"},
		{form.Text, "a\xffb", "a\ufffdb"},
		{form.Text, "a\xc3b", "a\ufffdb"},
		{form.Text, "a\xc3", "a\ufffd"},
		{form.Lines, " Vej 1\r\n5970 By\r\n", "Vej 1\n5970 By"},
		{form.Lines, "a\rb\u2028c\u2029d\u0085e", "a\nb\nc\nd\ne"},
		{form.Long, "Et.\n\n  To. \nTre.", "Et.\n\n  To. \nTre."},
		{form.Long, "stk.\u00ad3\u200b", "stk.\u00ad3\u200b"},
		{form.CPR, "610170\n0559", "610170 0559"},
		{form.Lines, "a\rb", "a\nb"}, // each alone: most texts have none of them
		{form.Lines, "a\tb", "a b"},
		{form.Lines, "a\u0085b", "a\nb"},
		{form.Lines, "a\u2028b", "a\nb"},
		{form.Lines, "a\u2029b", "a\nb"},
		{form.Lines, "a\u2011b", "a-b"},
		{form.Long, " \n\t ", ""},
		{form.Long, "", ""},
	} {
		if got := form.Clean(test.kind, test.in); got != test.want {
			t.Errorf("Clean(%s, %q) = %q, want %q", test.kind, test.in, got, test.want)
		}
	}
}

func TestNormal(t *testing.T) {
	d := load(t, published)
	today := ident.NewDate(2026, time.November, 22)
	for _, test := range []struct{ id, typed, value, detail string }{
		{"employee.name", " Pia  Poulsen ", "Pia  Poulsen", ""},
		{"employee.name", "", "", ""},
		{"employee.name", " \n ", "", ""},
		{"employee.name", strings.Repeat("å", 140), strings.Repeat("å", 140), ""},
		{"employee.name", strings.Repeat("å", 141), strings.Repeat("å", 141), "Teksten må højst være på 140 tegn. Der er 141"},
		{"employee.name", "Pia\x00", "Pia\x00", "Slet tegnet U+0000 efter «Pia»: det kan ikke trykkes"},
		{"employee.name", "\x1bPia", "\x1bPia", "Slet tegnet U+001B i begyndelsen: det kan ikke trykkes"},
		{"employee.name", "Pia\u202eA", "Pia\u202eA", "Slet tegnet U+202E efter «Pia»: det kan ikke trykkes"},
		{"employee.name", "\ue000", "\ue000", "Slet tegnet U+E000 i begyndelsen: det kan ikke trykkes"},
		{"employee.name", "Pia\xff", "Pia\ufffd", "Skriv teksten igen: den har tegn, der ikke kan læses"},
		{"employee.cpr", "6101700559", "610170-0559", ""},
		{"employee.cpr", " 610170 0559", "610170-0559", ""},
		{"employee.cpr", "61017", "61017", "Personnummeret skal bestå af 10 cifre"},
		{"employee.cpr", "323265-1234", "323265-1234", "De første 6 cifre skal være en dato"},
		{"company.cvr", "99 99 00 07", "99990007", ""},
		{"company.cvr", "99990009", "99990009", "CVR-nummeret findes ikke. Kontrollér cifrene"},
		{"employee.email", " pia@example.dk ", "pia@example.dk", ""},
		{"employee.email", "pia@example", "pia@example", "Indtast en e-mailadresse i formatet navn@eksempel.dk"},
		{"company.email", "12345678", "12345678", "Indtast en e-mailadresse i formatet navn@eksempel.dk"},
		{"company.phone", "+45 12345678", "12 34 56 78", ""},
		{"job.startDate", "1-12-2026", "01.12.2026", ""},
		{"job.startDate", "31.2.2026", "31.2.2026", "Datoen skal være en rigtig dato"},
		{"assessment.hoursPerWeek", "7:30", "7,5", ""},
		{"assessment.hoursPerWeek", "12.5", "12,5", ""},
		{"assessment.hoursPerWeek", "38", "38", "Timer skal være et tal mellem 0,25 og 37"},
		{"assessment.intensityPercent", "60", "60", ""},
		{"assessment.intensityPercent", "0", "0", "Procent skal være et helt tal mellem 1 og 100"},
		{"job.inAttachment", "Ja", "ja", ""},
		{"job.inAttachment", "true", "ja", ""},
		{"job.inAttachment", "false", "nej", ""},
		{"job.inAttachment", "måske", "måske", "Svar ja eller nej"},
		{"grant.kind", "permanent", "permanent", ""},
		{"grant.kind", "Permanent", "Permanent", "Vælg et af svarene på listen"},
		{"employee.municipality", "0101", "0101", ""},
		{"employee.municipality", "0999", "0999", "Vælg et af svarene på listen"},
		{"assessment.sendTo", strings.Repeat("x\n", 501), strings.Repeat("x\n", 500) + "x", "Teksten må højst være på 1.000 tegn. Der er 1.001"},
		{"job.description", strings.Repeat("x", 20001), strings.Repeat("x", 20001), "Teksten må højst være på 20.000 tegn. Der er 20.001"},
		{"job.description", "Et.\r\nTo.", "Et.\nTo.", ""},
	} {
		f, ok := d.Field(test.id)
		if !ok {
			t.Fatalf("no field %s", test.id)
		}
		value, err := d.Normal(f, test.typed, today)
		detail := ""
		if e, ok := problem.As(err); ok && e.Kind == problem.Invalid {
			detail = e.Detail
		} else if err != nil {
			t.Errorf("Normal(%s, %.40q) = %v, want a problem", test.id, test.typed, err)
		}
		if value != test.value || detail != test.detail {
			t.Errorf("Normal(%s, %.40q) = %.60q, %q, want %.60q, %q", test.id, test.typed, value, detail, test.value, test.detail)
		}
	}
}

// TestNormalToday refuses a CPR number of somebody not yet born only where
// there is a today.
func TestNormalToday(t *testing.T) {
	d := load(t, published)
	f, _ := d.Field("employee.cpr")
	const typed = "730130-4006" // 13 January 2030, as a replacement number
	if _, err := d.Normal(f, typed, ident.NewDate(2026, time.November, 22)); problem.Of(err) != problem.Invalid {
		t.Errorf("Normal(%s) in 2026 = %v, want Invalid", typed, err)
	}
	if value, err := d.Normal(f, typed, ident.Date{}); err != nil || value != typed {
		t.Errorf("Normal(%s) without a today = %q, %v, want it", typed, value, err)
	}
}

// Every letter of the first two planes, between two others and behind one that is not
// plain, is cleaned and refused as it says at Clean and Normal.
func TestEachLetter(t *testing.T) {
	d := load(t, published)
	field, _ := d.Field("employee.name")
	stands := map[rune]string{'\r': "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n", '\t': " ", 0x2011: "-"}
	for r := rune(0); r < 0x20000; r++ {
		is, ok := stands[r]
		if !ok {
			is = string(r) // of half a pair: U+FFFD
		}
		for _, begin := range []string{"a", "\u0105"} {
			typed := begin + string(r) + "b"
			if got, want := form.Clean(form.Lines, typed), norm.NFC.String(begin+is+"b"); got != want {
				t.Fatalf("Clean(%q) = %q, want %q", typed, got, want)
			}
			last, _ := utf8.DecodeRuneInString(is)
			refused := last != '\n' && (unicode.In(last, unicode.Cc, unicode.Cf, unicode.Co) || last&0xfffe == 0xfffe || last >= 0xfdd0 && last <= 0xfdef || last == utf8.RuneError)
			if _, err := d.Normal(field, typed, ident.Date{}); (err != nil) != refused {
				t.Fatalf("Normal(%q) = %v, and it is to be refused: %t", typed, err, refused)
			}
		}
	}
}

// FuzzNormal: what is stored is its own normal form, and on error what was
// typed, so that it is refused again and not lost.
func FuzzNormal(f *testing.F) {
	d := load(f, published)
	for i, seed := range []string{"Åse", "610170-0559", "99990007", "+45 12345678", "1.12.2026", "12,5", "7:20", "60", "ja", "0101", " a\r\n\u2011b\u0301\t", "\u0344\u2011", "e\u0301", "\x00\xff"} {
		f.Add(uint8(i), seed)
	}
	f.Fuzz(func(t *testing.T, which uint8, typed string) {
		field := &d.Fields[int(which)%len(d.Fields)]
		once, err := d.Normal(field, typed, ident.Date{})
		twice, again := d.Normal(field, once, ident.Date{})
		if twice != once {
			t.Errorf("Normal(%s, %q) = %q, and of that %q", field.ID, typed, once, twice)
		}
		if (err == nil) != (again == nil) {
			t.Errorf("Normal(%s, %q) = %v, and of its value %v", field.ID, typed, err, again)
		}
		if err != nil && problem.Of(err) != problem.Invalid {
			t.Errorf("Normal(%s, %q) = %v, want a problem", field.ID, typed, err)
		}
		if once != form.Clean(field.Kind, once) {
			t.Errorf("Normal(%s, %q) = %q, which is not clean", field.ID, typed, once)
		}
	})
}

func TestMissing(t *testing.T) {
	d := load(t, published)
	ids := func(values form.Values, step string) string {
		var out []string
		for _, m := range d.Missing(values, d.Asked(step)) {
			out = append(out, m.ID+": "+m.Text)
		}
		return strings.Join(out, "\n")
	}
	for _, test := range []struct {
		name   string
		step   string
		values form.Values
		want   string
	}{
		{"nothing", "company", nil, "company.name: Indtast virksomhedens navn\ncompany.cvr: Indtast CVR-nummer\n" +
			"company.contactPerson: Indtast navn på en kontaktperson i virksomheden\ncompany.phone: Indtast telefonnummer"},
		{"all but one", "company", form.Values{"company.name": "A", "company.cvr": "99990007", "company.phone": "12 34 56 78"},
			"company.contactPerson: Indtast navn på en kontaktperson i virksomheden"},
		{"no description", "job", form.Values{"job.title": "A", "job.startDate": "01.12.2026", "job.inAttachment": "nej"},
			"job.description: Beskriv jobindholdet, eller vedhæft en beskrivelse"},
		{"in an attachment", "job", form.Values{"job.title": "A", "job.startDate": "01.12.2026", "job.inAttachment": "ja"}, ""},
		{"consents are never missing", "consent", nil, ""},
	} {
		if got := ids(test.values, test.step); got != test.want {
			t.Errorf("%s: Missing = %q, want %q", test.name, got, test.want)
		}
	}
}
