package pdf

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"ab325/internal/form"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/pdftest"
)

// TestPDFCPU has another library read every object of each document.
func TestPDFCPU(t *testing.T) {
	api.DisableConfigDir()
	for _, k := range kinds(t) {
		conf := model.NewDefaultConfiguration()
		conf.ValidationMode, conf.Offline = model.ValidationStrict, true
		if err := api.Validate(bytes.NewReader(k.file), conf); err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
	}
}

// TestPDFToText finds with poppler each value, and each text of the edition
// in the order of the pages.
func TestPDFToText(t *testing.T) {
	def := engine(t).def
	r := &Record{Values: example(), Reference: exampleReference, Notes: []string{"Erstatter vurdering af 18.11.2026"}}
	got := pdftest.Bare(pdftest.Run(t, "pdftotext", "-raw", "-enc", "UTF-8", pdftest.Save(t, render(t, r)), "-"))
	for id, value := range r.printed(def) {
		if !strings.Contains(got, pdftest.Bare(value)) {
			t.Errorf("%s: %q is not in the text", id, value)
		}
	}
	seen := map[string]bool{} // files of running text
	at := 0
	for _, p := range def.Pages {
		for _, it := range p.Items {
			if it.Kind == form.Flow && seen[it.File] {
				continue
			}
			seen[it.File] = true
			for _, text := range texts(def, &it) {
				n := strings.Index(got[at:], pdftest.Bare(text))
				if n < 0 {
					t.Fatalf("page %d: %q is not in the text, or not in its place", p.Number, text)
				}
				at += n + len(pdftest.Bare(text))
			}
		}
	}
}

// texts returns what an item prints, in order.
func texts(def *form.Definition, it *form.Item) (all []string) {
	if f, ok := def.Field(it.Field); ok && it.LabelAt != form.Outside {
		return []string{f.Label}
	}
	if it.Kind != form.Flow {
		return []string{it.Text}
	}
	for _, b := range def.Flows[it.File] {
		// The rest of a paragraph may stand behind the next page's footer.
		all = append(all, string([]rune(b.Text)[:min(len([]rune(b.Text)), 40)]))
	}
	return all
}

// TestPDFToTextHasEveryLetter counts the letters of random values in what
// poppler reads.
func TestPDFToTextHasEveryLetter(t *testing.T) {
	def := engine(t).def
	s := newScribe(t, 2)
	for range 12 {
		r := s.record(def)
		got := pdftest.Letters(pdftest.Run(t, "pdftotext", "-raw", "-enc", "UTF-8", pdftest.Save(t, render(t, r)), "-"))
		for id, value := range r.printed(def) {
			for letter, n := range pdftest.Letters(value) {
				if got[letter] < n {
					t.Fatalf("%s has %q (%U) %d times, the text %d times", id, letter, letter, n, got[letter])
				}
			}
		}
	}
}

// TestPicture compares a filled form with an empty one as poppler draws them:
// they differ in the boxes of values and the page numbers alone, and every
// value leaves ink in its box.
func TestPicture(t *testing.T) {
	const dpi = 60
	values := example()
	values["job.description"] = "Kort."
	values["job.inAttachment"], values["assessment.sendToCompany"], values["consent.agreementToUnion"] = "ja", "ja", "ja"
	empty := pdftest.Draw(t, render(t, &Record{}), dpi)
	full := pdftest.Draw(t, render(t, &Record{Values: values, Notes: []string{"Kladde"}, Code: exampleCode(t)}), dpi)
	if len(empty) != len(full) {
		t.Fatalf("%d and %d pages", len(empty), len(full))
	}
	for i := range empty {
		a, b := empty[i], full[i]
		inked := map[int]bool{}
		for y := range a.Rect.Dy() {
			for x := range a.Rect.Dx() {
				if a.GrayAt(x, y) == b.GrayAt(x, y) {
					continue
				}
				slot := slotAt(engine(t).plan, i, x, y, dpi)
				if slot < 0 && y*254/dpi > 2850 { // the code in the footer
					continue
				}
				if slot < 0 {
					t.Fatalf("page %d: the pictures differ at %.0f, %.0f mm, where no value is", i+1, float64(x)*25.4/dpi, float64(y)*25.4/dpi)
				}
				inked[slot] = true
			}
		}
		for k := range engine(t).plan.Slots {
			if s := &engine(t).plan.Slots[k]; s.Page == i && !inked[k] {
				t.Errorf("page %d: no ink in the box of %s", i+1, s.Label)
			}
		}
	}
}

// slotAt returns the slot whose frame a pixel touches, or -1.
func slotAt(p *layout.Plan, page, x, y, dpi int) int {
	return slices.IndexFunc(p.Slots, func(s layout.Slot) bool {
		point := layout.Rect{X: layout.Unit(x * 7200 / dpi), Y: layout.Unit(y * 7200 / dpi)}
		slack := layout.Unit(7200 / dpi)
		frame := layout.Rect{X: s.Frame.X - slack, Y: s.Frame.Y - slack, W: s.Frame.W + 2*slack, H: s.Frame.H + 2*slack}
		return s.Page == page && frame.Contains(point)
	})
}
