// Package layout decides where everything on a document's pages stands: the
// constant texts and boxes of an edition once, in a Plan, and the values of
// one case on top of it, in a Document. It says of each text what it means,
// so that the writer can tag it, and it moves what does not fit its box to a
// bilag, whole.
//
// It is pure: widths of letters come in as tables, pages go out as lists.
package layout

import (
	"math"

	"ab325/internal/form"
)

// A Unit is a length in hundredths of a typographic point. Whole numbers make
// the same pages on every machine.
type Unit int32

// MM returns the length of v millimetres.
func MM(v float64) Unit { return Unit(math.Round(v * 7200 / 25.4)) }

// Points returns the length of v points.
func Points(v float64) Unit { return Unit(math.Round(v * 100)) }

// A4 upright.
const (
	PageWidth  Unit = 59528
	PageHeight Unit = 84189
)

// A Rect is a rectangle from the page's top left corner, y downwards.
type Rect struct{ X, Y, W, H Unit }

func rect(b form.Box) Rect {
	x, y := MM(b.X), MM(b.Y)
	return Rect{x, y, MM(b.X+b.W) - x, MM(b.Y+b.H) - y}
}

// Contains reports whether o lies in r.
func (r Rect) Contains(o Rect) bool {
	return o.X >= r.X && o.Y >= r.Y && o.X+o.W <= r.X+r.W && o.Y+o.H <= r.Y+r.H
}

// A Run is text on one line: X is its left end, Y its baseline.
type Run struct {
	X, Y Unit
	Size Unit // of the letters
	Bold bool

	// Hard says that the value breaks the line here. The writer ends the run
	// with a space, so that a reader of the text alone does not join two words.
	Hard bool
	Text string
}

// Heights of Liberation Sans in thousandths of the size: how far letters
// reach above and below the baseline.
const (
	Ascent  = 905
	Descent = 212
)

// leading returns the distance between two lines.
func leading(size Unit) Unit { return Unit(math.Round(float64(size) * form.LineHeight)) }

// baseline returns how far below a line's top its baseline is.
func baseline(size Unit) Unit {
	return (leading(size)-size*(Ascent+Descent)/1000)/2 + size*Ascent/1000
}

// A Sheet says which pages a document has.
type Sheet int

// The documents. The zero Sheet is the whole form.
const (
	Whole Sheet = 0
	Blad1 Sheet = 1
	Blad2 Sheet = 2
)

// Has reports whether a page of the given sheet is part of the document.
func (s Sheet) Has(sheet int) bool { return s == Whole || int(s) == sheet }
