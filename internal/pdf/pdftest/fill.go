package pdftest

import (
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ab325/fonts"
)

// A Filling is what somebody fills in: by the fields' names, texts as strings
// and ticks as true or false.
type Filling map[string]any

// Fillers are the programs that Fill fills in with.
func Fillers() []string { return []string{"pdftk", "PDFBox", "pdf-lib", "pdf.js"} }

// Fill returns the form as a program of others fills it in and saves it.
func Fill(t testing.TB, program string, form []byte, filling Filling) []byte {
	t.Helper()
	in := Save(t, form)
	dir := filepath.Dir(in)
	out, values := filepath.Join(dir, "filled.pdf"), filepath.Join(dir, "values")
	var text []byte
	var run *exec.Cmd
	switch program {
	case "pdftk":
		Need(t, "pdftk", "pdftk-java")
		text, run = filling.xfdf(t), exec.Command("pdftk", in, "fill_form", values, "output", out)
	case "PDFBox":
		Need(t, "javac", packages["javac"])
		needJars(t)
		source := filepath.Join(dir, "Fill.java")
		write(t, source, fillSource)
		text, run = filling.zeros(), java(source, in, values, out)
	default:
		face := filepath.Join(dir, "regular.ttf")
		write(t, face, fonts.Regular())
		text, run = filling.json(t), exec.Command("node", filepath.Join(Tools(t), "fill.mjs"), program, in, values, out, face)
	}
	write(t, values, text)
	if said, err := run.CombinedOutput(); err != nil || len(said) > 0 {
		t.Fatalf("%s: %v\n%s", program, err, said)
	}
	filled, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return filled
}

// DrawPDFJS returns the pages as pdf.js draws them, in shades of grey.
func DrawPDFJS(t testing.TB, file []byte, dpi int) []*image.Gray {
	t.Helper()
	path := Save(t, file)
	prefix := filepath.Join(filepath.Dir(path), "pdfjs")
	if out := Run(t, "node", filepath.Join(Tools(t), "fill.mjs"), "draw", path, fmt.Sprint(dpi), prefix); out != "" {
		t.Errorf("pdf.js: %s", out)
	}
	return greys(t, prefix+"-*.pgm")
}

// DrawMuPDF returns the pages as mupdf draws them, in shades of grey.
func DrawMuPDF(t testing.TB, file []byte, dpi int) []*image.Gray {
	t.Helper()
	path := Save(t, file)
	prefix := filepath.Join(filepath.Dir(path), "mupdf")
	Run(t, "mutool", "draw", "-q", "-r", fmt.Sprint(dpi), "-c", "gray", "-o", prefix+"-%d.pgm", path)
	return greys(t, prefix+"-*.pgm")
}

//go:embed Fill.java
var fillSource []byte

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (f Filling) names() []string { return slices.Sorted(maps.Keys(f)) }

// xfdf returns the filling as pdftk takes it; a tick's name is that of our
// forms.
func (f Filling) xfdf(t testing.TB) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><xfdf xmlns="http://ns.adobe.com/xfdf/" xml:space="preserve"><fields>`)
	for _, name := range f.names() {
		parts := strings.Split(name, ".")
		for _, part := range parts {
			fmt.Fprintf(&b, `<field name="%s">`, part)
		}
		b.WriteString("<value>")
		text := map[any]string{true: "ja", false: "Off"}[f[name]]
		if s, ok := f[name].(string); ok {
			text = s
		}
		if err := xml.EscapeText(&b, []byte(text)); err != nil {
			t.Fatal(err)
		}
		b.WriteString("</value>" + strings.Repeat("</field>", len(parts)))
	}
	b.WriteString("</fields></xfdf>")
	return []byte(strings.ReplaceAll(b.String(), "&#xA;", "\n"))
}

// zeros returns the filling as Fill.java takes it.
func (f Filling) zeros() []byte {
	var b strings.Builder
	for _, name := range f.names() {
		text := map[any]string{true: "yes", false: "no"}[f[name]]
		if s, ok := f[name].(string); ok {
			text = s
		}
		b.WriteString(name + "\x00" + text + "\x00")
	}
	return []byte(b.String())
}

func (f Filling) json(t testing.TB) []byte {
	t.Helper()
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
