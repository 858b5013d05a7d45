package pdf

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"golang.org/x/text/unicode/norm"

	"ab325/internal/form"
	"ab325/internal/pdf/layout"
)

// run runs a tool on a file. Where it is not installed the test is skipped,
// but not in CI.
func run(t *testing.T, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		if _, ci := os.LookupEnv("CI"); ci {
			t.Fatalf("%s is not installed (Debian: poppler-utils, qpdf)", tool)
		}
		t.Skipf("%s is not installed (Debian: poppler-utils, qpdf)", tool)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", tool, args, err, out)
	}
	return string(out)
}

func saved(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestQPDF(t *testing.T) {
	for title, r := range records() {
		if out := run(t, "qpdf", "--check", saved(t, render(t, r))); !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Errorf("%s: %s", title, out)
		}
	}
}

func TestPDFInfo(t *testing.T) {
	out := run(t, "pdfinfo", saved(t, render(t, &Record{Sheet: Blad2, Values: example()})))
	for _, want := range []string{"Tagged: +yes", "Form: +none", "JavaScript: +no", "Pages: +2", "Encrypted: +no", `Page size: +595\.28 x 841\.89 pts \(A4\)`, "PDF version: +1.7"} {
		if !regexp.MustCompile("(?m)^" + want + "$").MatchString(out) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, out)
		}
	}
}

// TestPDFCPU has another library read every object of each document.
func TestPDFCPU(t *testing.T) {
	api.DisableConfigDir()
	for title, r := range records() {
		conf := model.NewDefaultConfiguration()
		conf.ValidationMode, conf.Offline = model.ValidationStrict, true
		if err := api.Validate(bytes.NewReader(render(t, r)), conf); err != nil {
			t.Errorf("%s: %v", title, err)
		}
	}
}

// TestPDFToText finds with poppler each value, and each text of the edition
// in the order of the pages.
func TestPDFToText(t *testing.T) {
	def := engine(t).def
	r := &Record{Values: example(), Reference: exampleReference, Notes: []string{"Erstatter vurdering af 18.11.2026"}}
	got := bare(run(t, "pdftotext", "-raw", "-enc", "UTF-8", saved(t, render(t, r)), "-"))
	for id, value := range r.printed(def) {
		if !strings.Contains(got, bare(value)) {
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
				n := strings.Index(got[at:], bare(text))
				if n < 0 {
					t.Fatalf("page %d: %q is not in the text, or not in its place", p.Number, text)
				}
				at += n + len(bare(text))
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

// bare returns a text without white space, in one form for each letter, and
// without the soft hyphens that a text extractor takes away.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == 0xAD {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}

// TestPDFToTextHasEveryLetter counts the letters of random values in what
// poppler reads.
func TestPDFToTextHasEveryLetter(t *testing.T) {
	def := engine(t).def
	s := newScribe(t, 2)
	for range 12 {
		r := s.record(def)
		got := counted(run(t, "pdftotext", "-raw", "-enc", "UTF-8", saved(t, render(t, r)), "-"))
		for id, value := range r.printed(def) {
			for letter, n := range counted(value) {
				if got[letter] < n {
					t.Fatalf("%s has %q (%U) %d times, the text %d times", id, letter, letter, n, got[letter])
				}
			}
		}
	}
}

func counted(s string) map[rune]int {
	n := map[rune]int{}
	for _, r := range bare(s) {
		n[r]++
	}
	return n
}

// TestPicture compares a filled form with an empty one as poppler draws them:
// they differ in the boxes of values and the page numbers alone, and every
// value leaves ink in its box.
func TestPicture(t *testing.T) {
	const dpi = 60
	values := example()
	values["job.description"] = "Kort."
	values["job.inAttachment"], values["assessment.sendToCompany"], values["consent.agreementToUnion"] = "ja", "ja", "ja"
	empty := pictures(t, dpi, &Record{})
	full := pictures(t, dpi, &Record{Values: values, Notes: []string{"Kladde"}})
	if len(empty) != len(full) {
		t.Fatalf("%d and %d pages", len(empty), len(full))
	}
	for i := range empty {
		a, b := empty[i], full[i]
		inked := map[int]bool{}
		for y := range a.h {
			for x := range a.w {
				if a.at(x, y) == b.at(x, y) {
					continue
				}
				slot := slotAt(engine(t).plan, i, x, y, dpi)
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

// A picture is a page in shades of grey.
type picture struct {
	w, h int
	data []byte
}

func (p *picture) at(x, y int) byte { return p.data[y*p.w+x] }

func pictures(t *testing.T, dpi int, r *Record) (all []picture) {
	t.Helper()
	path := saved(t, render(t, r))
	run(t, "pdftoppm", "-r", fmt.Sprint(dpi), "-gray", path, filepath.Join(filepath.Dir(path), "page"))
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "page-*.pgm"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var p picture
		if _, err := fmt.Sscanf(string(b[:20]), "P5\n%d %d\n255\n", &p.w, &p.h); err != nil {
			t.Fatal(err)
		}
		p.data = b[len(b)-p.w*p.h:]
		all = append(all, p)
	}
	return all
}
