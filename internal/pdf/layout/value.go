package layout

import (
	"strconv"
	"strings"
)

// fit sets a value in the largest type that its box holds it in, and reports
// false if that is none.
func (p *Plan) fit(d *Document, s *Slot, value string) (Range, bool) {
	from := len(d.Runs)
	for size := s.Size; ; size = max(size-50, MinSize) {
		if p.set(d, s, value, size) {
			return Range{from, len(d.Runs)}, true
		}
		d.Runs = d.Runs[:from]
		if size == MinSize {
			return Range{}, false
		}
	}
}

// set appends the lines of a value and reports whether the box holds them.
func (p *Plan) set(d *Document, s *Slot, value string, size Unit) bool {
	bold := s.Bold && figures(value)
	face, from, room := p.Fonts.face(bold), len(d.Runs), s.capacity(size)
	for hard := true; value != "" || hard; room-- {
		if room == 0 {
			return false
		}
		var line string
		line, value, hard = face.Line(value, s.Box.W, size)
		d.Runs = append(d.Runs, Run{Size: size, Bold: bold, Hard: hard, Text: line})
	}
	p.stand(s, d.Runs[from:], size, len(d.Runs)-from)
	return true
}

// figures reports whether s is a number, time or date: what the bold face of
// every document has the letters for.
func figures(s string) bool { return strings.Trim(s, "0123456789,.:-") == "" }

// line returns the baseline of line i of n in the slot's box.
func (s *Slot) line(i, n int, size Unit) Unit {
	y := s.Box.Y + baseline(size) + leading(size)*Unit(i)
	if !s.Top {
		y += max(s.Box.H-leading(size)*Unit(n), 0) / 2
	}
	return y
}

// stand gives the lines their places in the slot's box, the first of n.
func (p *Plan) stand(s *Slot, runs []Run, size Unit, n int) {
	for i := range runs {
		runs[i].X, runs[i].Y = s.Box.X, s.line(i, n, size)
		if s.Align != "" {
			runs[i].X += shift(s.Align, s.Box.W-p.Fonts.face(runs[i].Bold).ink(runs[i].Text, size))
		}
	}
}

// notices are what stands where a box ends before its value does, from a wide
// box to a narrow one; the page's number and ")" follow.
func notices() [3]string {
	return [...]string{"(fortsættes i bilag, side ", "(bilag, side ", "(s. "}
}

// notice returns the longest notice that the width holds, and its width.
func (p *Plan) notice(page string, w Unit) (words string, long Unit) {
	for _, words = range notices() {
		long = p.Fonts.Regular.Width(words, MinSize) + p.Fonts.Regular.Width(page, MinSize) + p.Fonts.Regular.Width(")", MinSize)
		if long <= w {
			break
		}
	}
	return words, long
}

// point prints in each box that does not hold its value the value's beginning
// and where all of it is.
func (p *Plan) point(d *Document, in *Input) {
	for i := range p.Slots {
		if placed := &d.Placed[i]; placed.State == Written && placed.Range == (Range{}) {
			s := &p.Slots[i]
			*placed = p.beginning(d, s, in.value(s.Field), strconv.Itoa(d.overflow(s.Field).page))
		}
	}
}

// beginning prints the beginning of a value in its box, the notice behind it
// on the last line.
func (p *Plan) beginning(d *Document, s *Slot, value, page string) Placed {
	const size, least = MinSize, 4 * MinSize
	face, from, room := p.Fonts.Regular, len(d.Runs), s.capacity(size)
	words, long := p.notice(page, s.Box.W)
	gap, own := face.Width("  ", size), 0
	last := Run{Size: size}
	for hard := false; room > 0 && value != ""; room-- {
		w := s.Box.W
		if room == 1 {
			if w -= long + gap; w < least {
				own = 1 // the notice takes the line
				break
			}
		}
		last.Text, value, hard = face.Line(value, w, size)
		last.Hard = hard || room == 1
		d.Runs = append(d.Runs, last)
	}
	to := len(d.Runs)
	p.stand(s, d.Runs[from:], size, to-from+own)
	at := Run{X: s.Box.X, Y: s.line(to-from, to-from+own, size), Size: size}
	if own == 0 {
		at = d.Runs[to-1]
		at.X += face.ink(at.Text, size) + gap
		at.Hard = false
	}
	for _, text := range [...]string{words, page, ")"} {
		at.Text = text
		d.Runs = append(d.Runs, at)
		at.X += face.Width(text, size)
	}
	return Placed{State: Written, Range: Range{from, to}, Next: Range{to, len(d.Runs)}}
}
