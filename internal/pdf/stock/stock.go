// Package stock holds the objects that are the same in every PDF of an
// edition: its constant pages, drawn once with fpdf, the fonts and the colour
// profile. fpdf's own file is taken apart and never given out.
package stock

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"ab325/fonts"
	"ab325/internal/pdf/layout"
)

// A Stock is the constant objects of a plan with one repertoire of letters.
// Bodies are what stands between "obj" and "endobj". It does not change after
// Draw.
type Stock struct {
	// Objects are the bodies of the objects 1, 2, …, which refer to each
	// other by these numbers.
	Objects   [][]byte
	Resources int // the number of the pages' resources: fonts F1 regular, F2 bold
	Profile   int // the number of the colour profile
	Field     int // the number of the fields' font; 0 where there are none

	// Contents are the bodies of the content streams, by page of the plan.
	Contents [][]byte
}

// The fonts' names in the resources.
const (
	Regular = "F1"
	Bold    = "F2"
)

// Draw draws the plan's constant pages with a font that has the narrow
// repertoire, or the wide one. The empty plan has no pages: its stock is the
// fonts and the profile alone.
func Draw(plan *layout.Plan, letters *Letters, wide bool) (*Stock, error) {
	return drawWith(plan, letters.all(wide), boldLetters(plan))
}

// drawWith draws the constant pages, with the letters that values may have in
// the two faces beside the plan's own.
func drawWith(plan *layout.Plan, regular, bold string) (*Stock, error) {
	f := fpdf.New("P", "pt", "A4", "")
	f.SetAutoPageBreak(false, 0)
	f.SetCompression(false)
	f.SetCatalogSort(true)
	f.SetCreationDate(time.Unix(0, 0))
	f.SetModificationDate(time.Unix(0, 0))
	f.AddUTF8FontFromBytes(family, "", fonts.Regular())
	f.AddUTF8FontFromBytes(family, "B", fonts.Bold())
	for i := range plan.Pages {
		f.AddPage()
		draw(f, &plan.Pages[i])
	}
	f.AddPage() // for the letters that values may have
	set(f, layout.Run{Size: 1000, Text: regular})
	set(f, layout.Run{Size: 1000, Bold: true, Text: bold})
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("draw the constant pages: %w", err)
	}
	return take(out.Bytes(), len(plan.Pages))
}

const family = "lib"

// boldLetters returns the letters that a document sets in the bold face
// beside the plan's own: figures, and the labels above texts in a bilag.
func boldLetters(plan *layout.Plan) string {
	s := layout.BoldLetters
	if plan.Def != nil {
		s += plan.Def.Title
	}
	for i := range plan.Slots {
		s += plan.Slots[i].Label
	}
	return s
}

// draw draws one page: artifacts marked as such, texts with their MCIDs.
func draw(f *fpdf.Fpdf, page *layout.Page) {
	f.SetLineWidth(0.5)
	f.SetDrawColor(70, 80, 90)
	f.SetFillColor(222, 230, 238)
	artifact(f, "/Artifact BMC", len(page.Shapes), func() {
		for _, s := range page.Shapes {
			shape(f, s)
		}
	})
	for i, m := range page.Marks {
		f.RawWriteStr(fmt.Sprintf("/%s <</MCID %d>> BDC", m.Role, i))
		for _, run := range m.Runs {
			set(f, run)
		}
		f.RawWriteStr("EMC")
	}
	artifact(f, "/Artifact <</Type/Pagination/Subtype/Footer>> BDC", len(page.Footer), func() {
		for _, run := range page.Footer {
			set(f, run)
		}
	})
}

func artifact(f *fpdf.Fpdf, begin string, n int, draw func()) {
	if n > 0 {
		f.RawWriteStr(begin)
		draw()
		f.RawWriteStr("EMC")
	}
}

func shape(f *fpdf.Fpdf, s layout.Shape) {
	x, y, w, h := points(s.X), points(s.Y), points(s.W), points(s.H)
	switch {
	case s.Filled:
		f.Rect(x, y, w, h, "F")
	case s.W == 0 || s.H == 0:
		f.Line(x, y, x+w, y+h)
	default:
		f.Rect(x, y, w, h, "D")
	}
}

func set(f *fpdf.Fpdf, run layout.Run) {
	style := ""
	if run.Bold {
		style = "B"
	}
	f.SetFont(family, style, points(run.Size))
	text := run.Text
	if run.Hard {
		text += " "
	}
	f.Text(points(run.X), points(run.Y), text)
}

func points(u layout.Unit) float64 { return float64(u) / 100 }

// stream returns the body of a deflated stream object; dict has the entries
// before its length.
func stream(dict string, data []byte) ([]byte, error) {
	var z bytes.Buffer
	w, err := zlib.NewWriterLevel(&z, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", dict, z.Len(), z.Bytes()), nil
}

// inflate returns the data of a stream object.
func inflate(body []byte) ([]byte, error) {
	from, to := bytes.Index(body, []byte("stream\n")), bytes.LastIndex(body, []byte("\nendstream"))
	if from < 0 || to < from {
		return nil, fmt.Errorf("no stream in %.40q", body)
	}
	data := body[from+len("stream\n") : to]
	if !bytes.Contains(body[:from], []byte("/FlateDecode")) {
		return data, nil
	}
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
