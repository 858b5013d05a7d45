package pdf

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/form"
	"ab325/internal/pdf/acro"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/pdftest"
	"ab325/internal/pdf/read"
)

func blank(t testing.TB) []byte {
	t.Helper()
	b, err := engine(t).Blank()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBlankIsTheSame compares two engines' blanks.
func TestBlankIsTheSame(t *testing.T) {
	other, err := Compile(engine(t).def)
	if err != nil {
		t.Fatal(err)
	}
	again, err := other.Blank()
	if err != nil || !bytes.Equal(again, blank(t)) {
		t.Errorf("the blank is another one (%v)", err)
	}
}

// TestBlankTabOrder follows the pages' widgets, which are in the order of the
// tab key, along the structure tree, which is that of reading.
func TestBlankTabOrder(t *testing.T) {
	f := pdftest.Open(t, blank(t))
	var read, tabbed []pdftest.Ref
	f.Tree.All(func(e *pdftest.Elem) {
		for _, k := range e.Kids {
			if n, ok := k.(pdftest.Ref); ok {
				read = append(read, n)
			}
		}
	})
	for _, p := range f.Pages {
		for _, v := range f.Array(p.Dict["Annots"]) {
			tabbed = append(tabbed, v.(pdftest.Ref))
		}
		if p.Dict["Tabs"] != pdftest.Name("S") {
			t.Errorf("Tabs of page %d is %v, want S", p.Number, p.Dict["Tabs"])
		}
	}
	if len(read) == 0 || !slices.Equal(read, tabbed) {
		t.Errorf("read %v, tabbed through %v", read, tabbed)
	}
}

// TestBlankIsPassive finds nothing in the blank that acts by itself, and that
// it is fit to be kept when somebody sends it.
func TestBlankIsPassive(t *testing.T) {
	f := pdftest.Open(t, blank(t))
	for _, name := range f.Names() {
		if slices.Contains([]string{"JavaScript", "JS", "AA", "A", "OpenAction", "XFA", "NeedAppearances", "SubmitForm", "URI"}, name) {
			t.Errorf("the blank has the name %s", name)
		}
	}
	if err := reader().Inspect(t.Context(), blank(t)); err != nil {
		t.Errorf("Inspect of the blank: %v", err)
	}
}

// reader reads forms in this process.
func reader() *read.Reader {
	return read.New(func(_ context.Context, task string, in []byte) ([]byte, error) { return read.Tasks()[task](in), nil })
}

// typed returns what is filled in on a form.
func typed(t *testing.T, file []byte) form.Values {
	t.Helper()
	fields, err := reader().Form(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	def, values, err := read.Ours([]*form.Definition{engine(t).def}, fields)
	if err != nil || def != engine(t).def {
		t.Fatalf("Ours: %v", err)
	}
	return values
}

// TestBlankStartsEmpty reads the blank back: nothing but what the form starts
// with.
func TestBlankStartsEmpty(t *testing.T) {
	if diff := cmp.Diff(form.Values{"assessment.sendToEmployee": "ja", "assessment.sendToCompany": "ja"}, typed(t, blank(t))); diff != "" {
		t.Errorf("the blank says (-want +got):\n%s", diff)
	}
}

// everything returns something for each field of the blank, and what it then
// says.
func everything(t *testing.T) (pdftest.Filling, form.Values) {
	t.Helper()
	def, fill, want := engine(t).def, pdftest.Filling{}, form.Values{}
	for _, f := range slices.Concat(def.PrintedOn(1), def.PrintedOn(2)) {
		value := map[form.Kind]string{
			form.Text:    "Åse Bjørn, æøå ÆØÅ – «é» (ü) \\ 100 % & <½>",
			form.Lines:   "Åse Bjørn\nHøjgården 5, 2. th.\n9999 Ærø",
			form.Long:    "Pakker grøntsager – og læser højt; står på «skånevilkår».\n\nHjælper børn, får pauser: €, ½, Š.",
			form.Date:    "1.12.2026",
			form.CPR:     "610170-0559",
			form.CVR:     "99990007",
			form.Phone:   "+45 12 34 56 78",
			form.Hours:   "12,5",
			form.Percent: "60",
		}[f.Kind]
		fill[f.ID], want[f.ID] = value, value
		if f.Kind == form.Tick {
			fill[f.ID], want[f.ID] = f.Default == "", "ja"
			if f.Default == "ja" {
				want[f.ID] = "nej"
			}
		}
	}
	return fill, want
}

// TestBlankFilled has programs of others fill in every field with Danish
// letters: they are read back, stand in their boxes, and the file is as good
// as the blank was.
func TestBlankFilled(t *testing.T) {
	fill, want := everything(t)
	empty := pdftest.Draw(t, blank(t), blankDPI)
	for _, program := range pdftest.Fillers() {
		t.Run(program, func(t *testing.T) {
			file := pdftest.Fill(t, program, blank(t), fill)
			pdftest.Check(t, file, pdftest.Options{Foreign: true})
			if diff := cmp.Diff(want, typed(t, file)); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
			shown(t, file, want)
			inked(t, empty, pdftest.Draw(t, file, blankDPI))
		})
	}
}

// shown finds with poppler each text in its box.
func shown(t *testing.T, file []byte, want form.Values) {
	t.Helper()
	plan := engine(t).plan
	for _, w := range acro.New(plan).Widgets {
		s := &plan.Slots[w.Slot]
		points := func(u layout.Unit) float64 { return float64(u) / 100 }
		words := pdftest.Within(t, file, s.Page+1, [4]float64{points(w.X), points(w.Y + 100), points(w.X + w.W), points(w.Y + w.H - 100)})
		id := plan.Def.Fields[s.Field].ID
		if got := strings.Join(words, ""); !s.Tick && got != strings.Join(strings.Fields(want[id]), "") {
			t.Errorf("in the box of %s on page %d stands %q, want %q", id, s.Page+1, got, want[id])
		}
	}
}

const blankDPI = 60

// inked compares pictures of a filled form with those of an empty one: they
// differ in every widget, and nowhere else.
func inked(t *testing.T, empty, full []*image.Gray) {
	t.Helper()
	plan, seen := engine(t).plan, map[int]bool{}
	widgets := acro.New(plan).Widgets
	if len(empty) != len(plan.Pages) || len(full) != len(plan.Pages) {
		t.Fatalf("%d and %d pages", len(empty), len(full))
	}
	for p := range empty {
		a, b := empty[p], full[p]
		for y := range a.Rect.Dy() {
			for x := range a.Rect.Dx() {
				if d := int(a.GrayAt(x, y).Y) - int(b.GrayAt(x, y).Y); max(d, -d) < 32 {
					continue
				}
				const pixel = layout.Unit(7200 / blankDPI)
				at := layout.Rect{X: layout.Unit(x) * pixel, Y: layout.Unit(y) * pixel}
				i := slices.IndexFunc(widgets, func(w acro.Widget) bool {
					return plan.Slots[w.Slot].Page == p && layout.Rect{X: w.X - pixel, Y: w.Y - pixel, W: w.W + 2*pixel, H: w.H + 2*pixel}.Contains(at)
				})
				if i < 0 {
					t.Fatalf("page %d: the pictures differ at %.0f, %.0f mm, where no field is", p+1, float64(x)*25.4/blankDPI, float64(y)*25.4/blankDPI)
				}
				seen[i] = true
			}
		}
	}
	for i, w := range widgets {
		if !seen[i] {
			t.Errorf("nothing is seen in the box of %s on page %d", plan.Slots[w.Slot].Label, plan.Slots[w.Slot].Page+1)
		}
	}
}

// TestBlankDrawn looks at a filled blank with three programs.
func TestBlankDrawn(t *testing.T) {
	fill, _ := everything(t)
	file := pdftest.Fill(t, "pdf.js", blank(t), fill)
	for name, draw := range map[string]func(testing.TB, []byte, int) []*image.Gray{"pdf.js": pdftest.DrawPDFJS, "mupdf": pdftest.DrawMuPDF, "poppler": pdftest.Draw} {
		t.Run(name, func(t *testing.T) { inked(t, draw(t, blank(t), blankDPI), draw(t, file, blankDPI)) })
	}
}

// TestBlankHasNoLetterLost fills in long texts: a box may scroll, but all of
// the text is in the file.
func TestBlankHasNoLetterLost(t *testing.T) {
	long := strings.Repeat("Grøntsager, brød og øl til Ærø. ", 70)
	fill := pdftest.Filling{"job.description": long, "employee.name": strings.Repeat("Åse ", 34)}
	for _, program := range []string{"pdftk", "PDFBox", "pdf.js"} { // pdf-lib takes minutes to break such a text into lines
		got := typed(t, pdftest.Fill(t, program, blank(t), fill))
		for name, want := range fill {
			if got[name] != strings.TrimSpace(want.(string)) {
				t.Errorf("%s: %s is %q, want %q", program, name, fmt.Sprintf("%.80s", got[name]), fmt.Sprintf("%.80s", want))
			}
		}
	}
}

// TestBlankFields holds the names of the file's fields to the form's.
func TestBlankFields(t *testing.T) {
	fields, err := reader().Form(t.Context(), blank(t))
	if err != nil {
		t.Fatal(err)
	}
	def, got, want := engine(t).def, map[string]bool{}, map[string]bool{}
	for _, f := range fields {
		got[f.Name] = f.Kind == read.Tick
	}
	for i := range def.Fields {
		if f := &def.Fields[i]; len(f.Sheets) > 0 {
			want[f.ID] = f.Kind == form.Tick
		}
	}
	if !maps.Equal(got, want) || len(fields) != len(want) {
		t.Errorf("the blank has the fields %v, want %v", fields, want)
	}
}
