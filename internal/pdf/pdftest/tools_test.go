package pdftest

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
)

// TestPreflight has PDFBox judge a good file, and bad ones.
func TestPreflight(t *testing.T) {
	preflight(t, goodFile(t))
	for what, change := range map[string][2]string{
		"no language of colours": {"/OutputIntents", "/OutputIndents"},
		"no metadata":            {"/Metadata", "/Metedata"},
		"another part":           {"<pdfaid:part>2<", "<pdfaid:part>4<"},
	} {
		j, err := theJudge()
		if err != nil {
			t.Fatal(err)
		}
		faults, err := j.ask(Save(t, twin([]byte(strings.ReplaceAll(string(goodFile(t)), change[0], change[1])))))
		if err != nil || len(faults) == 0 {
			t.Errorf("%s: preflight finds %q, %v", what, faults, err)
		}
	}
}

// TestTwin holds the twin to the places of the file.
func TestTwin(t *testing.T) {
	file := goodFile(t)
	b := twin(file)
	changed := 0
	for i := range b {
		if b[i] != file[i] {
			changed++
		}
	}
	// The part, the level, and each font's name thrice.
	if len(b) != len(file) || changed != 2+2*3 {
		t.Errorf("%d of %d bytes are others, and %d bytes became %d", changed, len(file), len(file), len(b))
	}
}

// page draws a page with lines of text, grey on white.
func drawnPage(lines ...image.Rectangle) *image.Gray {
	p := image.NewGray(image.Rect(0, 0, 413, 585))
	for i := range p.Pix {
		p.Pix[i] = 255
	}
	for _, r := range lines {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				p.SetGray(x, y, color.Gray{uint8(90 + 20*(x%3))})
			}
		}
	}
	return p
}

func TestDiffer(t *testing.T) {
	text := image.Rect(50, 100, 150, 104)
	base := drawnPage(text)
	lighter := drawnPage(text)
	for i, v := range lighter.Pix {
		if v < 255 {
			lighter.Pix[i] = v + 15
		}
	}
	for what, test := range map[string]struct {
		other  *image.Gray
		differ bool
	}{
		"itself":          {base, false},
		"lighter letters": {lighter, false},
		"a word more":     {drawnPage(text, image.Rect(300, 300, 312, 304)), true},
		"a line lower":    {drawnPage(text.Add(image.Pt(0, 3))), true},
		"nothing":         {drawnPage(), true},
		"another size":    {&image.Gray{Pix: base.Pix, Stride: 413, Rect: image.Rect(0, 0, 413, 580)}, true},
	} {
		if at, differ := Differ(base, test.other); differ != test.differ {
			t.Errorf("%s: differs is %t at %v, want %t", what, differ, at, test.differ)
		}
	}
}

func TestMissing(t *testing.T) {
	text := image.Rect(50, 100, 150, 104)
	base := drawnPage(text)
	if at, ok := missing(base, drawnPage(text.Add(image.Pt(1, 1)))); ok {
		t.Errorf("what is a point off is missing at %v", at)
	}
	for what, other := range map[string]*image.Gray{"nothing": drawnPage(), "a word more": drawnPage(text, image.Rect(300, 300, 312, 304))} {
		if _, ok := missing(base, other); !ok {
			t.Errorf("%s: nothing is missing", what)
		}
	}
}

// TestSigned: each name in our flat documents can be signed with MitID, and
// those that a form or a seal needs cannot.
func TestSigned(t *testing.T) {
	signable := strings.Fields(nemlogin)
	for _, n := range Ours() {
		if !slices.Contains(signable, "/"+n) {
			t.Errorf("/%s cannot be signed", n)
		}
	}
	for _, n := range []string{"/AcroForm", "/Widget", "/JavaScript", "/EmbeddedFiles", "/ETSI.CAdES.detached"} {
		if slices.Contains(signable, n) {
			t.Errorf("%s can be signed", n)
		}
	}
}
