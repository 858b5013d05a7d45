package layout

// An Input is what one document says.
type Input struct {
	Sheet     Sheet
	Values    []string // by index in Def.Fields; "" leaves the box empty; "ja" ticks it
	Reference string   // of the case, printed on each bilag
	Notes     string   // lines about the document itself
	Code      *Code    // that the document is checked by, or nil
}

// A Document is what varies from case to case, laid out. It is reused: Lay
// forgets what it held. Its texts are parts of the input's.
type Document struct {
	Sheet  Sheet
	Code   *Code    // that the document is checked by, or nil
	Total  int      // of pages, as numbered: those of the whole form and the bilag's
	Runs   []Run    // all runs; the ranges below are of it
	Placed []Placed // by slot
	Feet   []Range  // what varies in the footer, by page of the plan

	Bilag []BilagPage
	Elems []Elem      // of the bilag, in reading order
	Marks []BilagMark // likewise

	over []overflow
}

// A Range is a part of a slice: From ≤ index < To.
type Range struct{ From, To int }

// A Placed says what was printed in a slot.
type Placed struct {
	State State
	Range       // of runs
	Next  Range // the words that point to the bilag, of runs
}

// A State says what a slot holds.
type State byte

// The states. A slot on another sheet is Empty; a tick never is.
const (
	Empty State = iota
	Written
	Ticked
	Unticked
	Asked // a box of the blank, to be filled in elsewhere
)

// A BilagPage is a page after the form's own.
type BilagPage struct {
	Number int
	Head   Range // of runs: repeated headings, artifacts
	Foot   Range
	Marks  Range // by MCID
}

// An Elem is an element of the structure tree on bilag pages.
type Elem struct {
	Role  Role
	Marks Range // on one page or on neighbours
}

// A BilagMark is text of an element on one page.
type BilagMark struct {
	Page int // index in Bilag
	Range
}

// An overflow is a value that its box does not hold.
type overflow struct {
	field int
	label string
	page  int // where it begins in the bilag
}

// Lay places the values of a case in the slots of its sheets, and what does
// not fit in a bilag. Every letter of a value is in its box or in the bilag;
// the faces must have them all.
func (p *Plan) Lay(d *Document, in *Input) {
	*d = Document{Sheet: in.Sheet, Code: in.Code, Runs: d.Runs[:0], Placed: d.Placed[:0], Feet: d.Feet[:0],
		Bilag: d.Bilag[:0], Elems: d.Elems[:0], Marks: d.Marks[:0], over: d.over[:0]}
	for i := range p.Slots {
		s := &p.Slots[i]
		d.Placed = append(d.Placed, Placed{})
		if in.Sheet.Has(p.Pages[s.Page].Sheet) {
			d.Placed[i] = p.fill(d, s, in.value(s.Field))
		}
	}
	if len(d.over) > 0 {
		p.bilag(d, in)
		p.point(d, in)
	}
	d.Total = len(p.Pages) + len(d.Bilag)
	for i := range p.Pages {
		from := len(d.Runs)
		if in.Sheet.Has(p.Pages[i].Sheet) {
			d.Runs = p.foot(d.Runs, p.Pages[i].Number, d.Total, in.Code, false)
		}
		d.Feet = append(d.Feet, Range{from, len(d.Runs)})
	}
	for i := range d.Bilag {
		from := len(d.Runs)
		d.Runs = p.foot(d.Runs, d.Bilag[i].Number, d.Total, in.Code, true)
		d.Bilag[i].Foot = Range{from, len(d.Runs)}
	}
}

// Blank lays out the form that is filled in elsewhere: each slot of a field
// is Asked.
func (p *Plan) Blank() *Document {
	d := &Document{}
	p.Lay(d, &Input{Values: make([]string, len(p.Def.Fields))})
	for i := range p.Slots {
		if d.Placed[i] = (Placed{}); p.Slots[i].Field >= 0 {
			d.Placed[i].State = Asked
		}
	}
	return d
}

func (in *Input) value(field int) string {
	switch {
	case field == NotesField:
		return in.Notes
	case field != CodeField:
		return in.Values[field]
	case in.Code != nil:
		return in.Code.Text
	}
	return ""
}

// fill prints a value in its slot if it fits; else it notes the overflow and
// leaves the slot to point.
func (p *Plan) fill(d *Document, s *Slot, value string) Placed {
	switch {
	case s.Tick && value == "ja":
		return Placed{State: Ticked}
	case s.Tick:
		return Placed{State: Unticked}
	case value == "":
		return Placed{}
	}
	if r, ok := p.fit(d, s, value); ok {
		return Placed{State: Written, Range: r}
	}
	if d.overflow(s.Field) == nil {
		d.over = append(d.over, overflow{field: s.Field, label: s.Label})
	}
	return Placed{State: Written}
}

func (d *Document) overflow(field int) *overflow {
	for i := range d.over {
		if d.over[i].field == field {
			return &d.over[i]
		}
	}
	return nil
}
