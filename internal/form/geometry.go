package form

// How texts stand on a page: the numbers that the lint measures with, and
// that whoever draws the page must use for its verdict to hold.
const (
	// LineHeight is the distance of two lines in sizes.
	LineHeight = 1.2
	// Point is one typographic point in millimetres.
	Point = 25.4 / 72

	// Smallest is the size in points that nothing is ever set below.
	Smallest = 8
	// LabelSize is the size in points of the label printed above a value.
	LabelSize = Smallest
	// LabelHeight is the strip in millimetres on top of a box that its label takes.
	LabelHeight = 4.4
	// Padding is the distance in millimetres of label and value from a box's outline.
	Padding = 1.2

	// TickSize is the side of a tick's square, TickGap the distance to its label.
	TickSize, TickGap = 3.8, 2.2
	// BulletIndent is how far the text of a bullet stands from its box's left edge.
	BulletIndent = 4.0
	// ColumnGap is the distance in millimetres of two columns of a flow.
	ColumnGap = 8.0
)

// Page size in millimetres: A4, upright.
const (
	PageWidth  = 210.0
	PageHeight = 297.0
)

// LineMM returns the height in millimetres of a line set in size points.
func LineMM(size float64) float64 { return size * Point * LineHeight }

// ValueBox returns where the value of a field's item is drawn: the square of
// a tick, else what the label leaves of the box, within its padding.
func (it *Item) ValueBox() Box {
	b := it.Box
	switch it.LabelAt {
	case Right:
		return Box{b.X, b.Y, TickSize, TickSize}
	case Above:
		return Box{b.X + Padding, b.Y + LabelHeight, b.W - 2*Padding, b.H - LabelHeight - Padding/2}
	}
	if it.NoFrame {
		return b
	}
	return Box{b.X + Padding, b.Y + Padding, b.W - 2*Padding, b.H - 2*Padding}
}

// LabelBox returns where the label of a field's item is drawn. It is empty
// when other items print the label.
func (it *Item) LabelBox() Box {
	b := it.Box
	switch it.LabelAt {
	case Right:
		return Box{b.X + TickSize + TickGap, b.Y, b.W - TickSize - TickGap, b.H}
	case Above:
		return Box{b.X + Padding, b.Y + Padding/2, b.W - 2*Padding, LabelHeight - Padding/2}
	}
	return Box{}
}

// A BlockStyle is how a block of running text is set.
type BlockStyle struct {
	Size   float64 // points
	Bold   bool
	Before float64 // millimetres above it, except at a column's top
	Indent float64 // millimetres; the block's label stands left of it
}

// StyleOf returns how a block of the given role is set in a flow whose text
// has the given size in points.
func StyleOf(role string, size float64) BlockStyle {
	line := LineMM(size)
	switch role {
	case "h1":
		return BlockStyle{Size: size + 4, Bold: true, Before: line}
	case "h2":
		return BlockStyle{Size: size + 1, Bold: true, Before: 0.9 * line}
	case "h3":
		return BlockStyle{Size: size, Bold: true, Before: 0.7 * line}
	case "li":
		return BlockStyle{Size: size, Before: 0.15 * line, Indent: 5}
	}
	return BlockStyle{Size: size, Before: 0.45 * line}
}
