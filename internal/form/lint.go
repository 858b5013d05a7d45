package form

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Measure returns how wide a text is in millimetres, set in size points.
type Measure func(text string, size float64, bold bool) float64

// Lint returns what a careful printer would send back: texts that do not fit
// their frames, things printed over each other, items that a screen reader
// would read in another order than the eye, typographic accidents.
func (d *Definition) Lint(width Measure) []string {
	l := &linter{d: d, width: width}
	for i := range d.Fields {
		l.texts(&d.Fields[i])
	}
	for i := range d.Pages {
		p := &d.Pages[i]
		at := fmt.Sprintf("page %d", p.Number)
		items := slices.Concat(p.Items, d.Footer)
		for j := range items {
			l.fits(at, &items[j])
			l.typography(at, items[j].Text)
		}
		l.disjoint(at, items)
		l.readingOrder(at, p.Items)
	}
	l.flows()
	return l.found
}

type linter struct {
	d     *Definition
	width Measure
	found []string
}

func (l *linter) add(format string, args ...any) {
	l.found = append(l.found, fmt.Sprintf(format, args...))
}

// accident matches what a careless edit or a copy from a PDF leaves behind.
var accident = regexp.MustCompile(`^\s|\s$|[ \x{a0}]{2}|\t|\S- ?\n|\s[.,;:!?)]|\(\s|\x{ad}|\.\.|"|\n`)

func (l *linter) typography(at, text string) {
	if m := accident.FindString(text); m != "" {
		l.add("%s: %q in %.60q", at, m, text)
	}
}

// forbidden are ways to say that something is missing or wrong that leave the
// reader to find out what to do.
var forbidden = regexp.MustCompile(`(?i)påkrævet|skal udfyldes|udfyld feltet|ugyldig`)

func (l *linter) texts(f *Field) {
	for _, text := range append([]string{f.Label, f.Ask, f.Hint, f.Missing, f.Group}, labels(f.Options)...) {
		l.typography(f.ID, text)
	}
	if m := forbidden.FindString(f.Missing); m != "" {
		l.add("%s: missing says %q and not what to do", f.ID, m)
	}
	for _, text := range []string{f.Ask, f.Hint, f.Missing} {
		if text != f.Label && strings.HasSuffix(text, ".") {
			l.add("%s: full stop after %q", f.ID, text)
		}
	}
}

func labels(options []Option) (labels []string) {
	for _, o := range options {
		labels = append(labels, o.Label)
	}
	return labels
}

// fits reports a text that needs more room than its box has.
func (l *linter) fits(at string, it *Item) {
	switch it.Kind {
	case Line, Frame:
		return
	}
	if it.Size < Smallest {
		l.add("%s: %s is set in %.1f points, less than %d", at, it.name(), it.Size, Smallest)
	}
	switch it.Kind {
	case Flow:
		return
	case Entry:
		l.entryFits(at, it)
		return
	}
	box, bold := it.Box, it.Bold
	switch it.Kind {
	case Bullet:
		box.W -= BulletIndent
	case Bar:
		box.W, bold = box.W-2*Padding, true
	}
	l.wraps(at, it.name(), it.Text, box, it.Size, bold)
}

func (l *linter) entryFits(at string, it *Item) {
	f, _ := l.d.Field(it.Field)
	switch it.LabelAt {
	case Right:
		l.wraps(at, "label of "+f.ID, f.Label, it.LabelBox(), it.Size, false)
		return
	case Above:
		l.wraps(at, "label of "+f.ID, f.Label, it.LabelBox(), LabelSize, false)
	}
	if v := it.ValueBox(); v.H < LineMM(it.Size) || v.W < l.width("0000", it.Size, it.Bold) {
		l.add("%s: no room for a value of %s", at, f.ID)
	}
}

func (l *linter) wraps(at, name, text string, box Box, size float64, bold bool) {
	const slack = 0.01
	n := 0
	for _, line := range l.lines(text, box.W, size, bold) {
		n++
		if w := l.width(line, size, bold); w > box.W+slack {
			l.add("%s: %s: %.1f mm wide, the box %.1f mm", at, name, w, box.W)
		}
	}
	// The last line needs no space below it.
	if need := float64(n-1)*LineMM(size) + size*Point; need > box.H+slack {
		l.add("%s: %s: %d lines need %.1f mm, the box is %.1f mm high", at, name, n, need, box.H)
	}
}

// lines breaks text at its spaces.
func (l *linter) lines(text string, width, size float64, bold bool) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimPrefix(line+" "+word, " ")
		if line != "" && l.width(longer, size, bold) > width {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	return append(lines, line)
}

// disjoint reports items printed over each other, and fields whose widgets
// would overlap. A text may lie on a bar: that is a part of its heading.
func (l *linter) disjoint(at string, items []Item) {
	for i, a := range items {
		for _, b := range items[i+1:] {
			if a.solid() && b.solid() && !(a.Kind == Bar && b.Kind == Paragraph) && a.Box.overlaps(b.Box) {
				l.add("%s: %s overlaps %s", at, a.name(), b.name())
			}
		}
	}
}

func (it *Item) solid() bool { return it.Kind != Line && it.Kind != Frame }

func (b Box) overlaps(c Box) bool {
	const touch = 0.05 // adjoining boxes share their line
	return b.X+touch < c.X+c.W && c.X+touch < b.X+b.W && b.Y+touch < c.Y+c.H && c.Y+touch < b.Y+b.H
}

// readingOrder reports an item that stands before one which the eye meets
// first: one above it in the same column, or left of it in the same row.
func (l *linter) readingOrder(at string, items []Item) {
	for i, a := range items {
		for _, b := range items[i+1:] {
			if a.solid() && b.solid() && b.Box.before(a.Box) {
				l.add("%s: %s comes after %s in the file and before it on the page", at, b.name(), a.name())
			}
		}
	}
}

func (b Box) before(c Box) bool {
	if b.Y+b.H <= c.Y { // above
		return b.X < c.X+c.W && c.X < b.X+b.W
	}
	common := min(b.Y+b.H, c.Y+c.H) - max(b.Y, c.Y)
	return b.X+b.W <= c.X && common > min(b.H, c.H)/2
}

// flows reports running text that is longer than its columns, with a line's
// room in each column for a break that keeps lines together.
func (l *linter) flows() {
	for _, name := range l.d.files() {
		var room, need float64
		for _, p := range l.d.Pages {
			for _, it := range p.Items {
				if it.Kind != Flow || it.File != name {
					continue
				}
				w := (it.Box.W - float64(it.Columns-1)*ColumnGap) / float64(it.Columns)
				room += float64(it.Columns) * (it.Box.H - 2*LineMM(it.Size))
				need = l.height(name, w, it.Size)
			}
		}
		if need > room {
			l.add("%s: needs %.0f mm of columns, there are %.0f mm", name, need, room)
		}
		for _, b := range l.d.Flows[name] {
			l.typography(name, b.Text)
		}
	}
}

func (l *linter) height(name string, width, size float64) (mm float64) {
	for _, b := range l.d.Flows[name] {
		s := StyleOf(b.Role, size)
		mm += s.Before + float64(len(l.lines(b.Text, width-s.Indent, s.Size, s.Bold)))*LineMM(s.Size)
	}
	return mm
}
