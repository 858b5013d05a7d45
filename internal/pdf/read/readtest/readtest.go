// Package readtest makes the PDFs that people send, for tests of what reads
// them.
package readtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// Page returns a PDF of one empty page. Files of different texts differ.
func Page(text string) []byte {
	return file("", "% "+strings.ReplaceAll(text, "\n", " ")+"\n")
}

// Form returns a PDF with a form that was filled in: values by the names of the
// fields. "Yes" and "Off" are ticks.
func Form(values map[string]string) []byte {
	var fields, objects strings.Builder
	for i, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&fields, "%d 0 R ", 10+i)
		kind := "/FT /Tx /V " + hex(values[name])
		if v := values[name]; v == "Yes" || v == "Off" {
			kind = "/FT /Btn /V /" + v
		}
		fmt.Fprintf(&objects, "%d 0 obj <</T (%s) %s>> endobj\n", 10+i, name, kind)
	}
	return file("/AcroForm <</Fields ["+fields.String()+"]>>", objects.String())
}

// file returns a PDF of one page with more in its catalog and among its
// objects. Its table of objects is empty: every program finds them.
func file(catalog, objects string) []byte {
	return []byte("%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R " + catalog + ">> endobj\n" +
		"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>> endobj\n" +
		objects + "trailer <</Root 1 0 R /Size 4>>\nstartxref\n0\n%%EOF\n")
}

// hex writes a text as viewers do.
func hex(text string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String() + ">"
}
