package pdf

import (
	"os"
	"slices"
	"strings"
	"testing"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf/pdftest"
)

func load(t *testing.T, id string) *form.Definition {
	t.Helper()
	def, err := form.Load(form.Overlay(forms.FS, os.DirFS("../../testdata/editions")), id)
	if err != nil {
		t.Fatal(err)
	}
	return def
}

func compile(t *testing.T, def *form.Definition) *Engine {
	t.Helper()
	e, err := Compile(def)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestExtraField: a field added to an edition needs no other change to be
// printed, on each of its sheets and with its label.
func TestExtraField(t *testing.T) {
	e := compile(t, load(t, "test/extra-field"))
	for _, sheet := range []Sheet{Blad1, Blad2} {
		b, err := e.Append(nil, &Record{Sheet: sheet, Values: form.Values{"job.language": "dansk og polsk"}})
		if err != nil {
			t.Fatal(err)
		}
		o := open(t, b)
		said := false
		o.Tree.All(func(e *pdftest.Elem) { said = said || e.Role == "LI" && e.Whole() == "Arbejdssprog dansk og polsk" })
		if !said {
			t.Errorf("Blad %d does not say «Arbejdssprog dansk og polsk»: %q", sheet, o.Texts())
		}
		if !strings.Contains(o.Pages[0].Artifacts, "AB 325 (prøve)") {
			t.Errorf("Blad %d: footer %q", sheet, o.Pages[0].Artifacts)
		}
	}
}

// TestChoice prints the answer that was chosen, not its value.
func TestChoice(t *testing.T) {
	def := load(t, "test/extra-field")
	field, _ := def.Field("job.language")
	field.Kind, field.Options = form.Choice, []form.Option{{Value: "da", Label: "Dansk"}, {Value: "pl", Label: "Polsk"}}
	e := compile(t, def)
	for value, want := range map[string]string{"pl": "Polsk", "tysk": "tysk"} {
		b, err := e.Append(nil, &Record{Values: form.Values{"job.language": value}})
		if err != nil {
			t.Fatal(err)
		}
		if texts := open(t, b).Texts(); !slices.Contains(texts, want) {
			t.Errorf("choice %q is not printed as %q", value, want)
		}
	}
}

// TestNoPlaceForNotes refuses notes that would be lost.
func TestNoPlaceForNotes(t *testing.T) {
	def := load(t, "ab325/2020-03")
	for p := range def.Pages {
		def.Pages[p].Items = slices.DeleteFunc(def.Pages[p].Items, func(it form.Item) bool { return it.Kind == form.Notes && p > 0 })
	}
	e := compile(t, def)
	if _, err := e.Append(nil, &Record{Sheet: Blad1, Notes: []string{"Kladde"}}); err != nil {
		t.Errorf("Append with notes to Blad 1: %v", err)
	}
	if _, err := e.Append(nil, &Record{Sheet: Blad2, Notes: []string{"Kladde"}}); err == nil || !strings.Contains(err.Error(), "no place for notes") {
		t.Errorf("Append with notes to Blad 2, which has no place for them: %v", err)
	}
}

// TestCompileRefuses says what is wrong with an edition.
func TestCompileRefuses(t *testing.T) {
	def := load(t, "ab325/2020-03")
	def.Pages[0].Items[0].Text = strings.Repeat("Vurdering ", 50)
	if _, err := Compile(def); err == nil || !strings.Contains(err.Error(), "page 1 of ab325/2020-03") {
		t.Errorf("Compile of a heading that does not fit: %v", err)
	}
}
