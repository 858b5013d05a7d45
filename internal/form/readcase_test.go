package form_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"

	"github.com/google/go-cmp/cmp"
)

func loader(id string) (*form.Definition, error) {
	return form.Load(form.Overlay(forms.FS, os.DirFS(editions)), id)
}

func readCase(text string) (*form.Definition, form.Values, error) {
	return form.ReadCase(strings.NewReader(text), loader, ident.Date{})
}

func TestReadCase(t *testing.T) {
	d, got, err := readCase(` {"values": {
		"employee.name": " Åse Bjørnsdóttir ", "employee.cpr": "6101700559", "job.startDate": "1.12.2026",
		"assessment.hoursPerWeek": "12,5", "assessment.intensityPercent": "60", "job.title": "",
		"assessment.sendToEmployee": true, "assessment.sendToCompany": "nej", "job.inAttachment": false,
		"jobcenter.address": "Ærø\r\nStatene 2", "signature.name": "\u00c5se \ud83d\ude00"},
		"edition": "ab325/2020-03"} `)
	if err != nil {
		t.Fatal(err)
	}
	want := form.Values{
		"employee.name": "Åse Bjørnsdóttir", "employee.cpr": "610170-0559", "job.startDate": "01.12.2026",
		"assessment.hoursPerWeek": "12,5", "assessment.intensityPercent": "60",
		"assessment.sendToEmployee": "ja", "assessment.sendToCompany": "nej", "job.inAttachment": "nej",
		"jobcenter.address": "Ærø\nStatene 2", "signature.name": "Åse 😀",
	}
	if diff := cmp.Diff(want, got); diff != "" || d.ID != published {
		t.Errorf("ReadCase of %s (-want +got):\n%s", d.ID, diff)
	}
	if _, got, err = readCase(`{"edition":"ab325/2020-03","values":{}}`); err != nil || len(got) != 0 {
		t.Errorf("ReadCase of an empty form = %v, %v, want no values", got, err)
	}
}

func TestReadCaseDocument(t *testing.T) {
	bomb := strings.Repeat("[", 20000) + strings.Repeat("]", 20000)
	for _, test := range []struct{ name, text, want string }{
		{"nothing", ``, "JSON"},
		{"not JSON", `edition: ab325`, "JSON"},
		{"cut off", `{"edition":"ab325/2020-03","values":{"job.title":"A"`, "JSON"},
		{"trailing garbage", `{"edition":"ab325/2020-03","values":{}} x`, "JSON"},
		{"two documents", `{"edition":"ab325/2020-03","values":{}}{}`, "JSON"},
		{"a raw NUL", "{\"edition\":\"ab325/2020-03\",\"values\":{\"job.title\":\"A\x00\"}}", "JSON"},
		{"a NUL after", "{\"edition\":\"ab325/2020-03\",\"values\":{}}\x00", "JSON"},
		{"a byte order mark", "\ufeff" + `{"edition":"ab325/2020-03","values":{}}`, "JSON"},
		{"a depth bomb", bomb, "JSON"},
		{"a depth bomb in a value", `{"edition":"ab325/2020-03","values":{"job.title":` + bomb + `}}`, "JSON"},
		{"Latin-1", "{\"edition\":\"ab325/2020-03\",\"values\":{\"job.title\":\"K\xf8kken\"}}", "UTF-8"},
		{"half a pair", `{"edition":"ab325/2020-03","values":{"job.title":"\ud83d"}}`, "halvt tegn"},
		{"half a pair before text", `{"edition":"ab325/2020-03","values":{"job.title":"\ud83dA\ude00"}}`, "halvt tegn"},
		{"the other half twice", `{"edition":"ab325/2020-03","values":{"job.title":"\ude00\ude00"}}`, "halvt tegn"},
		{"the other half", `{"edition":"ab325/2020-03","values":{"job.title":"\\\ude00"}}`, "halvt tegn"},
		{"a list", `[]`, "objekt"},
		{"null", `null`, "objekt"},
		{"no edition", `{"values":{}}`, "edition"},
		{"no values", `{"edition":"ab325/2020-03"}`, "values"},
		{"null values", `{"edition":"ab325/2020-03","values":null}`, "objekt"},
		{"values as a list", `{"edition":"ab325/2020-03","values":[]}`, "objekt"},
		{"an edition of another type", `{"edition":2020,"values":{}}`, "edition"},
		{"an unknown edition", `{"edition":"ab325/2019-01","values":{}}`, "«ab325/2019-01» findes ikke"},
		{"another folder", `{"edition":"../forms/ab325/2020-03","values":{}}`, "findes ikke"},
		{"an edition with a NUL", `{"edition":"ab325/2020-03\u0000","values":{}}`, "findes ikke"},
		{"edition twice", `{"edition":"ab325/2020-03","edition":"ab325/2020-03","values":{}}`, "to gange"},
		{"values twice", `{"edition":"ab325/2020-03","values":{},"values":{}}`, "to gange"},
		{"a member more", `{"edition":"ab325/2020-03","values":{},"extra":1}`, "«extra» hører ikke til"},
		{"another case", `{"Edition":"ab325/2020-03","values":{}}`, "«Edition» hører ikke til"},
	} {
		_, values, err := readCase(test.text)
		e, ok := problem.As(err)
		if !ok || e.Kind != problem.Invalid || !strings.Contains(e.Detail, test.want) || len(e.Fields) > 0 || values != nil {
			t.Errorf("%s: ReadCase = %v, %v, want Invalid with %q", test.name, values, err, test.want)
		}
	}
}

// TestReadCaseValues lists all that is wrong: in the form's order first, then
// what is not on the form, in the document's. What is right comes beside it.
func TestReadCaseValues(t *testing.T) {
	for _, test := range []struct{ name, values, want string }{
		{"all wrong values", `"zzz.last":"x","assessment.intensityPercent":"101","employee.cpr":"12","job.startDate":"1.12.26","aaa":"y"`,
			"employee.cpr: Personnummeret skal bestå af 10 cifre\n" +
				"job.startDate: Skriv årstallet med fire cifre\n" +
				"assessment.intensityPercent: Procent skal være et helt tal mellem 1 og 100\n" +
				"zzz.last: Feltet findes ikke på blanketten. Kontrollér navnet\n" +
				"aaa: Feltet findes ikke på blanketten. Kontrollér navnet"},
		{"a number", `"assessment.hoursPerWeek":12.5`, "assessment.hoursPerWeek: Skriv værdien som tekst i anførselstegn"},
		{"null", `"job.title":null`, "job.title: Skriv værdien som tekst i anførselstegn"},
		{"true as text", `"job.title":true`, "job.title: Skriv værdien som tekst i anførselstegn"},
		{"a list", `"job.title":["A"]`, "job.title: Skriv værdien som tekst i anførselstegn"},
		{"an object", `"job.title":{"a":{"a":1,"a":2}}`, "job.title: Skriv værdien som tekst i anførselstegn"},
		{"a number as tick", `"job.inAttachment":1`, `job.inAttachment: Skriv true, false, "ja" eller "nej"`},
		{"null as tick", `"job.inAttachment":null`, `job.inAttachment: Skriv true, false, "ja" eller "nej"`},
		{"a word as tick", `"job.inAttachment":"x"`, "job.inAttachment: Svar ja eller nej"},
		{"a field twice", `"job.title":"A","job.title":"A"`, "job.title: Feltet står der to gange. Slet det ene"},
		{"a wrong field thrice", `"job.startDate":"A","job.startDate":"A","job.startDate":"A"`, "job.startDate: Feltet står der to gange. Slet det ene"},
		{"a field twice, one escaped", `"job.title":"A","job\u002etitle":"B"`, "job.title: Feltet står der to gange. Slet det ene"},
		{"another case", `"Job.title":"A"`, "Job.title: Feltet findes ikke på blanketten. Kontrollér navnet"},
		{"a fact of the case", `"employee.email":"pia@example.dk"`, "employee.email: Feltet hører til sagen og står ikke på blanketten. Slet det"},
		{"a NUL", `"job.title":"A\u0000"`, "job.title: Slet tegnet U+0000 efter «A»: det kan ikke trykkes"},
		{"a NUL in a name", `"job.title\u0000":"A"`, "job.title\ufffd: Feltet findes ikke på blanketten. Kontrollér navnet"},
		{"too long", `"job.title":"` + strings.Repeat("x", 200) + `"`, "job.title: Teksten må højst være på 140 tegn. Der er 200"},
		{"a terminal's escape in a name", `"\u001b[31mrød\u202e":"A"`, "\ufffd[31mrød\ufffd: Feltet findes ikke på blanketten. Kontrollér navnet"},
		{"a long name", `"` + strings.Repeat("n", 70) + `":"A"`, strings.Repeat("n", 60) + "…: Feltet findes ikke på blanketten. Kontrollér navnet"},
	} {
		d, values, err := readCase(`{"edition":"ab325/2020-03","values":{"company.name":"Mejeri",` + test.values + `}}`)
		e, ok := problem.As(err)
		right := form.Values{"company.name": "Mejeri"}
		if !ok || e.Kind != problem.Invalid || d == nil || !cmp.Equal(values, right) {
			t.Errorf("%s: ReadCase = %v, %v, want %v and Invalid", test.name, values, err, right)
			continue
		}
		var got []string
		for _, f := range e.Fields {
			got = append(got, f.ID+": "+f.Text)
		}
		if diff := cmp.Diff(strings.Split(test.want, "\n"), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestReadCaseLimits(t *testing.T) {
	big := `{"edition":"ab325/2020-03","values":{}}` + strings.Repeat(" ", form.MaxCase)
	if _, _, err := readCase(big); problem.Of(err) != problem.TooLarge {
		t.Errorf("ReadCase of %d bytes = %v, want TooLarge", len(big), err)
	}
	if _, _, err := readCase(big[:form.MaxCase]); err != nil {
		t.Errorf("ReadCase of %d bytes = %v, want none", form.MaxCase, err)
	}
	many := `{"edition":"ab325/2020-03","values":{"a":""` + strings.Repeat(`,"b":""`, 9) + strings.Repeat(`,"c":""`, 1000) + `}}`
	if _, _, err := readCase(many); problem.Of(err) != problem.Invalid {
		t.Errorf("ReadCase of many unknown fields = %v, want Invalid", err)
	}
	var flood strings.Builder
	flood.WriteString(`{"edition":"ab325/2020-03","values":{"a":""`)
	for i := range 5000 {
		name, _ := json.Marshal("f" + strings.Repeat("x", i%40) + string(rune('A'+i/40%26)) + string(rune('a'+i/1040)))
		flood.WriteString("," + string(name) + `:""`)
	}
	_, _, err := readCase(flood.String() + "}}")
	if e, ok := problem.As(err); !ok || len(e.Fields) != 100 {
		t.Errorf("ReadCase of 5000 unknown fields names %d, want 100", len(e.Fields))
	}
}

// TestReadCaseFaults: a fault of the surroundings is not told as the
// document's.
func TestReadCaseFaults(t *testing.T) {
	broken := errors.New("disk")
	if _, _, err := form.ReadCase(iotest.ErrReader(broken), loader, ident.Date{}); !errors.Is(err, broken) || problem.Of(err) != "" {
		t.Errorf("ReadCase of a broken file = %v, want its error", err)
	}
	fails := func(string) (*form.Definition, error) { return nil, fs.ErrPermission }
	if _, _, err := form.ReadCase(strings.NewReader(`{"edition":"ab325/2020-03","values":{}}`), fails, ident.Date{}); !errors.Is(err, fs.ErrPermission) || problem.Of(err) != "" {
		t.Errorf("ReadCase with a broken edition = %v, want its error", err)
	}
}

// FuzzReadCase: no document makes it panic, and what it takes it takes again.
func FuzzReadCase(f *testing.F) {
	d, err := loader(published)
	if err != nil {
		f.Fatal(err)
	}
	load := func(id string) (*form.Definition, error) {
		if id != published {
			return nil, fs.ErrNotExist
		}
		return d, nil
	}
	for _, seed := range []string{
		`{"edition":"ab325/2020-03","values":{"job.title":"A","job.inAttachment":true}}`,
		`{"edition":"ab325/2020-03","values":{"job.title":"\ud83d\ude00\\","job.title":null}}`,
		`{"edition":"x","values":[[{}]]}`, `{"`, "\x00", `"\u`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, values, err := form.ReadCase(strings.NewReader(string(text)), load, ident.Date{})
		if err != nil {
			if problem.Of(err) == "" {
				t.Errorf("ReadCase(%q) = %v, want a problem", text, err)
			}
			return
		}
		again, err := json.Marshal(map[string]any{"edition": published, "values": values})
		if err != nil {
			t.Fatal(err)
		}
		_, same, err := form.ReadCase(strings.NewReader(string(again)), load, ident.Date{})
		if err != nil || !cmp.Equal(values, same) {
			t.Errorf("ReadCase(%s) = %v, %v, want %v", again, same, err, values)
		}
	})
}
