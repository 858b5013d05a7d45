package pdftest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// Within returns the words that poppler finds in a rectangle of a page, from
// 1, or that touch it: left, top, right and bottom in points from the page's
// top left corner.
func Within(t testing.TB, file []byte, page int, box [4]float64) (words []string) {
	t.Helper()
	n := fmt.Sprint(page)
	d := xml.NewDecoder(strings.NewReader(Run(t, "pdftotext", "-bbox", "-f", n, "-l", n, Save(t, file), "-")))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return words
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "word" {
			continue
		}
		var w struct {
			XMin float64 `xml:"xMin,attr"`
			YMin float64 `xml:"yMin,attr"`
			XMax float64 `xml:"xMax,attr"`
			YMax float64 `xml:"yMax,attr"`
			Text string  `xml:",chardata"`
		}
		if err := d.DecodeElement(&w, &start); err != nil {
			t.Fatal(err)
		}
		if w.XMin < box[2] && w.XMax > box[0] && w.YMin < box[3] && w.YMax > box[1] {
			words = append(words, w.Text)
		}
	}
}
