package layout

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// A Code is what a printed document is checked by. An edition knows nothing of
// it: it stands where every edition so far has room.
type Code struct {
	Code string // as it stands in the footer of each page
	Text string // lines that say what it is for, with it; beside its picture

	// The picture says the same to a camera: Side × Side squares without the
	// white border. Each row, from the top, has a bit for each dark square, that
	// of the leftmost the lowest.
	Side int
	Rows []uint64
}

// codeLabel stands before a code.
const codeLabel = "Kontrolkode"

// say gives the code its words: with the place where it is checked, unless
// that is too long. The picture has it, too.
func (p *Plan) say(c *Code, place string) {
	short := codeLabel + ":\n" + c.Code
	c.Text = short + "\nKontrollér dokumentet på\n" + place
	var d Document
	for i := range p.Slots {
		if s := &p.Slots[i]; s.Field == CodeField {
			if _, fits := p.fit(&d, s, c.Text); !fits {
				c.Text = short
			}
		}
	}
}

// corner is where the words and the picture of a code stand on the first page
// of a sheet: between the title and the sheet's name.
func corner() Rect { return Rect{MM(121), MM(6.3), MM(56.5), MM(17)} }

// control adds the slot of the code to the first page of a sheet, if nothing
// else stands there. It is read last on the page.
func (b *builder) control() {
	page, r := &b.Pages[b.at], corner()
	if b.at > 0 && b.Pages[b.at-1].Sheet == page.Sheet || !b.free(page, r) {
		return
	}
	s := Slot{Field: CodeField, Page: b.at, Role: P, Label: codeLabel, Frame: r, Box: r, Size: MinSize, Align: "right"}
	s.Box.W -= r.H
	b.endList()
	b.Tree[0].Kids = append(b.Tree[0].Kids, Kid{Kind: SlotKid, N: len(b.Slots)})
	b.Slots = append(b.Slots, s)
}

// free reports whether nothing stands in r, or may come to.
func (b *builder) free(page *Page, r Rect) bool {
	for i := range page.Marks {
		for _, run := range page.Marks[i].Runs {
			ink := Rect{run.X, run.Y - run.Size*Ascent/1000, b.Fonts.face(run.Bold).ink(run.Text, run.Size), run.Size * (Ascent + Descent) / 1000}
			if r.overlaps(ink) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(page.Shapes, func(s Shape) bool { return r.overlaps(s.Rect) }) &&
		!slices.ContainsFunc(b.Slots, func(s Slot) bool { return s.Page == b.at && r.overlaps(s.Frame) })
}

func (r Rect) overlaps(o Rect) bool {
	return r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H
}

// codeNumber stands for the document's code in a footer.
const codeNumber = "{code}"

// footCode adds the code to the footer: in the widest gap of its first line,
// or else below it.
func (b *builder) footCode() {
	if len(b.footer) == 0 {
		return
	}
	first := b.footer[0]
	f := footer{x: first.x, y: first.y + leading(first.size), w: PageWidth - 2*first.x, size: first.size,
		parts: []string{codeLabel + ": ", ""}, numbers: []string{codeNumber}}
	var line []footer // what stands on the first line, from left to right
	for _, o := range b.footer {
		if o.y == first.y {
			line = append(line, o)
		}
	}
	slices.SortFunc(line, func(a, c footer) int { return cmp.Compare(a.x, c.x) })
	const aCode, most = "BBBB-BBBB-BBBB-BBBB", "999"
	gap := MM(2)
	widest := b.Fonts.Regular.Width(f.parts[0]+aCode, f.size) + 2*gap
	for i := range len(line) - 1 {
		_, from := b.inked(&line[i], most)
		to, _ := b.inked(&line[i+1], most)
		if to-from >= widest {
			widest = to - from
			f.x, f.y, f.w, f.align = from+gap, first.y, to-from-2*gap, "center"
		}
	}
	b.footer = append(b.footer, f)
}

// inked returns where a footer's text begins and ends, with the given number.
func (b *builder) inked(f *footer, number string) (from, to Unit) {
	w := b.Fonts.face(f.bold).Width(strings.Join(f.parts, number), f.size)
	from = f.x + shift(f.align, f.w-w)
	return from, from + w
}

// border is how many squares of white a picture needs around it.
const border = 4

// Picture returns where the picture of the document's code is, in the right end
// of its slot, and the side of its squares.
func (d *Document) Picture(s *Slot) (at Rect, square Unit) {
	square = d.Code.square(s)
	side := square * Unit(d.Code.Side)
	return Rect{s.Frame.X + s.Frame.W - side - square*border, s.Frame.Y + (s.Frame.H-side)/2, side, side}, square
}

// A Bar is dark squares of a picture beside each other: N of them, behind X in
// their row, which is above Y others.
type Bar struct{ X, Y, N int }

// Bars returns the bars that are the picture.
func (c *Code) Bars() iter.Seq[Bar] {
	return func(yield func(Bar) bool) {
		for i, row := range c.Rows {
			for row != 0 {
				x := bits.TrailingZeros64(row)
				n := bits.TrailingZeros64(^(row >> x))
				if !yield(Bar{x, c.Side - 1 - i, n}) {
					return
				}
				row &^= (1<<n - 1) << x
			}
		}
	}
}

// square returns the side of a square of the picture in a slot.
func (c *Code) square(s *Slot) Unit { return s.Frame.H / Unit(c.Side+2*border) }

// Take gives the code its words, which name the place where it is checked if
// there is room, and reports whether its picture has squares that a
// telephone's camera is sure to read on paper.
func (p *Plan) Take(c *Code, place string) bool {
	p.say(c, place)
	least := MM(0.33)
	return !slices.ContainsFunc(p.Slots, func(s Slot) bool { return s.Field == CodeField && c.square(&s) < least })
}
