package web

import (
	"strings"
	"testing"

	"github.com/jba/templatecheck"
)

// parts are the components that pages call with a value, full and empty.
var parts = map[string][]any{
	"fds-text-input": {fullText("a"), TextInput{Control: Control{ID: "a", Label: "A"}}},
	"fds-textarea":   {Textarea{fullText("a").Control, "x", 4, 20000}, Textarea{Control: Control{ID: "a", Label: "A"}}},
	"fds-checkbox":   {Checkbox{fullText("a").Control, true}, Checkbox{Control: Control{ID: "a", Label: "A"}}},
	"fds-radios": {
		Radios{fullText("a").Control, []Choice{{"ja", "Ja", "Et råd", true}, {"nej", "Nej", "Et andet", false}}},
		Radios{Control: Control{ID: "a", Label: "A"}},
	},
	"fds-select":          {Select{fullText("a").Control, "Vælg", []Choice{{"1", "Et", "", true}}, "width-l"}, Select{Control: Control{ID: "a", Label: "A"}}},
	"fds-file-input":      {FileInput{fullText("a").Control, "application/pdf"}, FileInput{Control: Control{ID: "a", Label: "A"}}},
	"fds-alert":           {Alert{"warning", "Pas på", "Noget", []Link{{"/x", "Se"}}}, Alert{}},
	"fds-badge":           {Badge{"success", "Sendt"}, Badge{}},
	"fds-structured-list": {[]Row{{"Navn", "Ida\nØ", "/x", &Badge{"error", "Mangler"}}, {Label: "Stilling"}}, []Row{}},
	"fds-step-indicator":  {fullPage().Steps, Steps{}},
	"fds-back-link":       {Link{"/", "Tilbage"}, Link{}},
	"fds-button":          {Button{"Gem", "act", "save", "", "secondary", "edit"}, Button{Text: "Gem"}},
	"fds-pagination":      {Pagination{"?a", "?b", "?c", "?d"}, Pagination{Next: "?c"}, Pagination{}},
	"part-document":       {Document{"/x.pdf", "Blad 1"}},
	"part-contact":        {exampleMunicipality, Municipality{}},
	"fds-error-summary":   {fullPage().Errors},
	"fds-table": {
		Table{"Sager", []Head{{Text: "Sag"}, {Text: "Dage", Right: true}, {Text: "Dato", Whole: true}}, []TableRow{{[]Cell{{Text: "26-1", Href: "/x", Small: "Ida"}, {Text: "4", Badge: &Badge{"error", "For sent"}}, {Text: "1.12.2026"}}}}, ""},
		Table{Empty: "Ingen sager"},
	},
}

// TestParts: each component fits its type and makes sound HTML.
func TestParts(t *testing.T) {
	s, _ := newServer(t, nil)
	tmpl := s.pages.byName["problem"]
	for name, values := range parts {
		for _, value := range values {
			if err := templatecheck.CheckHTML(tmpl.Lookup(name), value); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			var b strings.Builder
			b.WriteString(`<h1 id="main-content">x</h1>`)
			if err := tmpl.ExecuteTemplate(&b, name, value); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if f := faults(b.String()); f != nil {
				t.Errorf("%s of %+v: %q", name, value, f)
			}
		}
	}
}

// On a narrow screen each cell of a table says what it is of, since the row of
// headings is not there.
func TestCellsHaveTheirHeadings(t *testing.T) {
	s, _ := newServer(t, nil)
	var b strings.Builder
	if err := s.pages.byName["problem"].ExecuteTemplate(&b, "fds-table", parts["fds-table"][0]); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.Contains(got, `<td data-title="Sag"><a`) || !strings.Contains(got, `<td data-title="Dage" class="align-text-right">4`) || !strings.Contains(got, `<td data-title="Dato" class="app-whole">`) || !strings.Contains(got, "table-md-responsive-headers") {
		t.Errorf("the table is %s", got)
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1.000", 20000: "20.000", 1234567: "1.234.567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestLettersWarning(t *testing.T) {
	for _, test := range []struct {
		lacks []rune
		want  string
	}{
		{nil, ""}, {[]rune("漢"), "kan ikke vise tegnet «漢». Skriv det"}, {[]rune("漢字"), "kan ikke vise tegnene «漢», «字». Skriv dem"},
	} {
		if got := LettersWarning(test.lacks); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("LettersWarning(%q) = %q, want %q in it", string(test.lacks), got, test.want)
		}
	}
}

// The checker is of use only if it finds what is wrong.
func TestFaultsBite(t *testing.T) {
	for _, test := range []struct{ page, want string }{
		{"<h1>a</h1><p><b>x</p>", "</p> closes"},
		{"<h1>a</h1><div>", "not closed"},
		{`<h1>a</h1><p id="a"></p><p id="a"></p>`, "occurs 2 times"},
		{`<h1>a</h1><input id="a">`, "has no label"},
		{`<h1>a</h1><p aria-describedby="b"></p>`, "no such id"},
		{`<h1>a</h1><a href="#b">x</a>`, "no such id"},
		{`<p>a</p>`, "0 h1"},
		{`<h1>a</h1><h2></h2>`, "without text"},
		{`<h1>a</h1><p style="color:red">x</p>`, "the policy forbids it"},
		{`<h1>a</h1><script>x()</script>`, "inside the page"},
	} {
		if got := strings.Join(faults(test.page), "; "); !strings.Contains(got, test.want) {
			t.Errorf("faults(%q) = %q, want %q", test.page, got, test.want)
		}
	}
}
