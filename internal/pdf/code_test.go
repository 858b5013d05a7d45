package pdf

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"ab325/internal/form"
	"ab325/internal/pdf/pdftest"
)

const (
	exampleAddress = "https://fleksjob.example.dk/kontrol"
	exampleLetters = "7K3M-QX9B-2HDW-R5TZ"
)

func exampleCode(t testing.TB) *Code {
	t.Helper()
	c, err := engine(t).NewCode(exampleAddress, exampleLetters)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCode finds the code in the words of the first page of each sheet, and in
// the footer of every page, those of a bilag too; and nowhere without one.
func TestCode(t *testing.T) {
	for sheet, pages := range map[Sheet][]int{Blad1: {1, 0, 0, 0, 0}, Blad2: {1, 0}, Whole: {1, 0, 0, 0, 1, 0}} {
		r := &Record{Sheet: sheet, Values: example(), Code: exampleCode(t)}
		if sheet == Blad1 {
			r.Values["job.description"] = strings.Repeat("Mange ord. ", 500)
		}
		o := flawless(t, render(t, r))
		if len(o.Pages) != len(pages) {
			t.Fatalf("sheet %d: %d pages, want %d", sheet, len(o.Pages), len(pages))
		}
		for i, p := range o.Pages {
			words := 0
			for _, m := range p.Marks {
				words += strings.Count(m.Text, exampleLetters)
			}
			if words != pages[i] || strings.Count(p.Artifacts, "Kontrolkode: "+exampleLetters) != 1 {
				t.Errorf("sheet %d, page %d: the code is in %d texts, want %d; footer %q", sheet, i+1, words, pages[i], p.Artifacts)
			}
		}
		if without := render(t, &Record{Sheet: sheet, Values: example()}); bytes.Contains(without, []byte("\x00K\x00o\x00n\x00t\x00r\x00o\x00l\x00k")) {
			t.Errorf("sheet %d: speaks of a code and has none", sheet)
		}
	}
}

// TestCamera has another program read the picture as a printer prints it, and
// on a bad copy.
func TestCamera(t *testing.T) {
	for _, address := range []string{exampleAddress, "http://127.0.0.1:8325/kontrol", "https://blanketter.jobcenter.langkoebing-egnskommune.dk/ab325/kontrol"} {
		c, err := engine(t).NewCode(address, exampleLetters)
		if err != nil {
			t.Fatal(err)
		}
		path := pdftest.Save(t, render(t, &Record{Sheet: Blad2, Values: example(), Code: c}))
		for dpi, shades := range map[string]string{"300": "-mono", "200": "-gray"} {
			pdftest.Run(t, "pdftoppm", "-r", dpi, "-f", "1", "-l", "1", shades, "-singlefile", path, path+dpi)
			drawn, err := filepath.Glob(path + dpi + ".p?m")
			if err != nil || len(drawn) != 1 {
				t.Fatalf("pictures %q, %v", drawn, err)
			}
			if got := pdftest.Run(t, "zbarimg", "--nodbus", "--quiet", "--raw", drawn[0]); got != address+"/"+exampleLetters+"\n" {
				t.Errorf("%s at %s dots an inch: a camera reads %q", address, dpi, got)
			}
		}
	}
}

// TestCodeIsPartOfTheDocument: other codes make other documents, the same the
// same.
func TestCodeIsPartOfTheDocument(t *testing.T) {
	other, err := engine(t).NewCode(exampleAddress, "0000-0000-0000-0000")
	if err != nil {
		t.Fatal(err)
	}
	id := func(c *Code) string {
		return trailerID(t, render(t, &Record{Sheet: Blad1, Code: c}))
	}
	if a, b, none := id(exampleCode(t)), id(other), id(nil); a == b || a == none || a != id(exampleCode(t)) {
		t.Errorf("identifiers %s, %s and %s", a, b, none)
	}
}

func trailerID(t *testing.T, file []byte) string {
	t.Helper()
	_, id, ok := bytes.Cut(file, []byte("/ID[<"))
	if !ok || len(id) < 32 {
		t.Fatal("no identifier")
	}
	return string(id[:32])
}

// TestNewCodeRefuses what could not be printed or read.
func TestNewCodeRefuses(t *testing.T) {
	for address, want := range map[string]string{
		"https://" + strings.Repeat("lang", 40) + ".dk/kontrol":   "too long to be printed",
		"https://" + strings.Repeat("lang", 1000) + ".dk/kontrol": "too many for a picture",
		"https://בדיקה.example/kontrol":                           "no font has all of",
	} {
		if c, err := engine(t).NewCode(address, exampleLetters); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewCode(%.40q) = %v, %v, want an error with %q", address, c, err, want)
		}
	}
	if c, err := engine(t).NewCode(exampleAddress, "små bogstaver"); err == nil {
		t.Errorf("NewCode with letters that a picture lacks = %v", c)
	}
}

// TestCodeWithoutItsCorner: an edition with another title there has the code
// in its footer alone.
func TestCodeWithoutItsCorner(t *testing.T) {
	def := load(t, "ab325/2020-03")
	for p := range def.Pages {
		for i := range def.Pages[p].Items {
			if it := &def.Pages[p].Items[i]; it.Kind == form.Heading && it.Level == 1 {
				it.Text += " og mere"
				it.Box.W = 160
			}
		}
	}
	e := compile(t, def)
	b, err := e.Append(nil, &Record{Sheet: Blad2, Code: exampleCode(t)})
	if err != nil {
		t.Fatal(err)
	}
	o := open(t, b)
	if s := o.Tree.Whole(); strings.Contains(s, exampleLetters) || !strings.Contains(o.Pages[0].Artifacts, exampleLetters) {
		t.Errorf("the code is printed over the title, or not at all: %q", o.Pages[0].Artifacts)
	}
}

// BenchmarkNewCode makes a code with its picture.
func BenchmarkNewCode(b *testing.B) {
	e := engine(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.NewCode(exampleAddress, exampleLetters); err != nil {
			b.Fatal(err)
		}
	}
}
