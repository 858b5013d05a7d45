package web

import (
	"reflect"
	"strings"
	"testing"

	"github.com/jba/templatecheck"
	"golang.org/x/net/html"

	"ab325/internal/form"
	"ab325/internal/problem"
)

func exampleFields() []*form.Field {
	var out []*form.Field
	for _, kind := range []form.Kind{
		form.Text, form.Lines, form.Long, form.Date, form.CPR, form.CVR, form.Phone, form.Tick, form.Hours, form.Percent, form.Choice,
	} {
		out = append(out, &form.Field{
			ID: "x." + string(kind), Label: "Felt " + string(kind), Kind: kind, By: []form.Filler{form.Employee, form.Company},
			Options: []form.Option{{Value: "a", Label: "Svar A"}, {Value: "b", Label: "Svar B"}},
		})
	}
	return append(out,
		&form.Field{ID: "g.one", Label: "Den ene", Kind: form.Tick, Group: "Sendes til", By: []form.Filler{form.Company}},
		&form.Field{ID: "g.two", Label: "Den anden", Kind: form.Tick, Group: "Sendes til", By: []form.Filler{form.Employee}})
}

// fieldsOn renders a set of fields and returns the page.
func fieldsOn(t *testing.T, set FieldSet) *html.Node {
	t.Helper()
	s, _ := newServer(t, nil)
	tmpl := s.pages.byName["problem"]
	groups := set.Views(exampleFields())
	if err := templatecheck.CheckHTML(tmpl.Lookup("fields"), groups); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("<h1>x</h1>")
	if err := tmpl.ExecuteTemplate(&b, "fields", groups); err != nil {
		t.Fatal(err)
	}
	if f := faults(b.String()); f != nil {
		t.Errorf("%+v: %q", set, f)
	}
	root, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestFieldsComeBack: whatever the kind, what is shown posts back as it was,
// with errors, warnings and conflicts around it.
func TestFieldsComeBack(t *testing.T) {
	value := func(f *form.Field) string {
		switch f.Kind {
		case form.Tick:
			return "ja"
		case form.Choice:
			return "b"
		case form.Lines, form.Long:
			return "\nførste <linje>\n\nsidste & \"anden\""
		}
		return `<æøå> "12"`
	}
	fields := exampleFields()
	set := FieldSet{Values: form.Values{}, Stored: form.Values{}, Reader: form.Employee,
		Lacks:     func(s string) []rune { return []rune("漢") },
		Conflicts: map[string]Conflict{"x.text": {"den andens", "virksomheden"}}}
	for _, f := range fields {
		set.Values[f.ID], set.Stored[f.ID] = value(f), "før"
		set.Errors = append(set.Errors, problem.Field{ID: f.ID, Text: "Ret feltet"})
	}
	root := fieldsOn(t, set)
	for _, p := range posted(submit(root), fields) {
		if want := value(p.Field); p.Value != want {
			t.Errorf("%s posts %q, want %q", p.Field.ID, p.Value, want)
		}
		want := "før"
		if p.Field.ID == "x.text" {
			want = "den andens"
		}
		if p.Old != want {
			t.Errorf("%s posts the old value %q, want %q", p.Field.ID, p.Old, want)
		}
	}
	if got := len(posted(submit(root), fields)); got != len(fields)-1 {
		t.Errorf("%d fields posted, want all but the company's", got)
	}
	words := text(root)
	for _, want := range []string{"Ret feltet", "«漢»", "den andens", "virksomheden", "Udfyldes af virksomheden", "I udfylder feltet sammen", "Sendes til", "20.000 tegn"} {
		if !strings.Contains(words, want) {
			t.Errorf("the fields do not say %q", want)
		}
	}
}

func TestFrozenFieldsPostNothing(t *testing.T) {
	root := fieldsOn(t, FieldSet{Values: form.Values{"x.choice": "b", "x.hours": "12,5", "x.tick": "ja"}, Frozen: true})
	if got := submit(root); len(got) != 0 {
		t.Errorf("frozen fields post %v", got)
	}
	for _, want := range []string{"Svar B", "12,5 timer", "Ja", "Ikke udfyldt endnu"} {
		if !strings.Contains(text(root), want) {
			t.Errorf("frozen fields do not show %q", want)
		}
	}
}

func TestPostedTick(t *testing.T) {
	tick := &form.Field{ID: "t", Kind: form.Tick}
	for _, test := range []struct {
		values map[string][]string
		want   []Posted
	}{
		{map[string][]string{}, nil},
		{map[string][]string{"t": {"ja"}}, nil}, // was not on the page
		{map[string][]string{"old.t": {"ja"}}, []Posted{{tick, "ja", "nej"}}},
		{map[string][]string{"old.t": {""}, "t": {"ja"}}, []Posted{{tick, "", "ja"}}},
		{map[string][]string{"old.t": {"nej"}, "t": {"ja"}, "use": {"t"}}, []Posted{{tick, "nej", "nej"}}},
	} {
		if got := posted(test.values, []*form.Field{tick}); !reflect.DeepEqual(got, test.want) {
			t.Errorf("posted(%v) = %v, want %v", test.values, got, test.want)
		}
	}
}

// submit returns what a browser would post of the inputs in root.
func submit(root *html.Node) map[string][]string {
	out := map[string][]string{}
	for n := range root.Descendants() {
		name, _ := attr(n, "name")
		value, _ := attr(n, "value")
		kind, _ := attr(n, "type")
		_, checked := attr(n, "checked")
		switch {
		case n.Type != html.ElementNode || name == "" || n.Data == "button":
		case n.Data == "textarea":
			out[name] = append(out[name], strings.ReplaceAll(text(n), "\n", "\r\n"))
		case n.Data == "input" && (checked || (kind != "checkbox" && kind != "radio")):
			out[name] = append(out[name], strings.ReplaceAll(value, "\n", "\r\n"))
		}
	}
	return out
}

// A telephone's keyboard is the one for what is asked.
func TestInputType(t *testing.T) {
	for _, test := range []struct {
		f    form.Field
		want string
	}{
		{form.Field{Kind: form.Text}, ""},
		{form.Field{Kind: form.Text, Autocomplete: "email"}, "email"},
		{form.Field{Kind: form.Phone, Autocomplete: "tel"}, "tel"},
	} {
		groups := FieldSet{}.Views([]*form.Field{&test.f})
		if got := groups[0].Fields[0].Text().Type; got != test.want {
			t.Errorf("the input of %s %q is of type %q, want %q", test.f.Kind, test.f.Autocomplete, got, test.want)
		}
	}
}
