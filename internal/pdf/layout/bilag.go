package layout

// How a bilag is set.
const (
	bilagSize Unit = 1000
	titleSize Unit = 1400
	headSize  Unit = 800
	bilagSkip      = bilagSize // above a label

	bilagTitle = "Bilag"
	reference  = "Oplyses ved henvendelse: "
	fortsat    = " (fortsat)"
)

// A setter sets texts one below the other on pages of a bilag.
type setter struct {
	p    *Plan
	d    *Document
	in   *Input
	x, w Unit
	y    Unit // where the next line begins
}

// bilag prints each value that overflows whole, under its field's label, and
// notes the page where it begins.
func (p *Plan) bilag(d *Document, in *Input) {
	s := &setter{p: p, d: d, in: in, x: MM(15), w: MM(170)}
	s.page("")
	s.elem(H1, bilagTitle+" – "+p.Def.Title, "", titleSize)
	if in.Reference != "" {
		s.elem(P, reference+in.Reference, bilagTitle, bilagSize)
	}
	for i := range d.over {
		o := &d.over[i]
		s.y += bilagSkip
		if s.y+s.height(o.label)+2*leading(bilagSize) > p.bottom {
			s.page("")
		}
		o.page = d.Bilag[len(d.Bilag)-1].Number
		s.elem(H2, o.label, "", bilagSize)
		s.elem(P, in.value(o.field), o.label, bilagSize)
	}
	s.close()
}

// height returns what a label takes.
func (s *setter) height(label string) (h Unit) {
	for more := true; more; more = label != "" {
		_, label, _ = s.p.Fonts.Bold.Line(label, s.w, bilagSize)
		h += leading(bilagSize)
	}
	return h
}

// page begins a page. From the second on it says which document it belongs
// to, and which text goes on.
func (s *setter) page(label string) {
	s.close()
	n, from := len(s.d.Bilag), len(s.d.Runs)
	s.y = MM(11)
	if n > 0 {
		head := bilagTitle + fortsat
		if s.in.Reference != "" {
			head += " – " + reference + s.in.Reference
		}
		for head != "" {
			var line string
			line, head, _ = s.p.Fonts.Regular.Line(head, s.w, headSize)
			s.line(line, headSize, false, false)
		}
		s.y += leading(headSize)
	}
	for more := label != ""; more; more = label != "" {
		var line string
		line, label, _ = s.p.Fonts.Bold.Line(label, s.w, bilagSize)
		s.line(line, bilagSize, true, false)
	}
	marks := len(s.d.Marks)
	s.d.Bilag = append(s.d.Bilag, BilagPage{Number: len(s.p.Pages) + n + 1,
		Head: Range{from, len(s.d.Runs)}, Marks: Range{marks, marks}})
}

// close notes what marks the last page has.
func (s *setter) close() {
	if n := len(s.d.Bilag); n > 0 {
		s.d.Bilag[n-1].Marks.To = len(s.d.Marks)
	}
}

func (s *setter) line(text string, size Unit, bold, hard bool) {
	s.d.Runs = append(s.d.Runs, Run{X: s.x, Y: s.y + baseline(size), Size: size, Bold: bold, Hard: hard, Text: text})
	s.y += leading(size)
}

// elem sets a text as one element, over as many pages as it takes; each page
// that it goes on to repeats the label.
func (s *setter) elem(role Role, text, label string, size Unit) {
	d, first, from := s.d, len(s.d.Marks), len(s.d.Runs)
	face, bold := s.p.Fonts.Regular, role != P
	if bold {
		face = s.p.Fonts.Bold
	}
	for hard := true; text != "" || hard; {
		if s.y+leading(size) > s.p.bottom {
			s.mark(from)
			s.page(label + fortsat)
			from = len(d.Runs)
		}
		var line string
		line, text, hard = face.Line(text, s.w, size)
		s.line(line, size, bold, hard)
	}
	s.mark(from)
	d.Elems = append(d.Elems, Elem{Role: role, Marks: Range{first, len(d.Marks)}})
}

// mark makes the runs since from one mark of the page.
func (s *setter) mark(from int) {
	if from < len(s.d.Runs) {
		s.d.Marks = append(s.d.Marks, BilagMark{Page: len(s.d.Bilag) - 1, Range: Range{from, len(s.d.Runs)}})
	}
}
