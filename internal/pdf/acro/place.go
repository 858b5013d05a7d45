package acro

import (
	"ab325/internal/form"
	"ab325/internal/pdf/layout"
)

// Sizes of widgets.
const (
	// TickEdge is the room around a tick's square for the stroke of its
	// outline: an appearance is cut off at its widget's edge.
	TickEdge layout.Unit = 100

	// viewersPadding is how far from its edge a viewer begins a text.
	viewersPadding layout.Unit = 200
)

// place returns the widget's rectangle. It leaves out the label on top of the
// box, which another program's appearance of a long text would print over. A
// line of text is made as large as its box is high, so the box of one is no
// higher than the size on the printed form needs.
func place(s *layout.Slot, f *Field) layout.Rect {
	r := s.Box
	if f.Tick {
		return layout.Rect{X: r.X - TickEdge, Y: r.Y - TickEdge, W: r.W + 2*TickEdge, H: r.H + 2*TickEdge}
	}
	left, right := max(s.Frame.X, r.X-viewersPadding), min(s.Frame.X+s.Frame.W, r.X+r.W+viewersPadding)
	r.X, r.W = left, right-left
	if high := s.Size * 3 / 2; !f.Several && r.H > high {
		r.Y, r.H = r.Y+(r.H-high)/2, high
	}
	return r
}

// tooltip returns what a viewer says of a field: its label, the label of the
// group it is one of, and how to write it. Of two fields with one label, the
// date and the name of a signature, it says which. A percentage's label is the
// end of a sentence: of what it is, the question says.
func tooltip(def *form.Definition, f *form.Field) string {
	text := f.Label
	if f.Kind == form.Percent && f.Ask != "" {
		text = f.Ask
	}
	if f.Kind == form.Tick && f.Group != "" {
		text = f.Group + ": " + text
	}
	for i := range def.Fields {
		other := &def.Fields[i]
		if len(other.Sheets) > 0 && other.ID != f.ID && other.Label == f.Label && other.Group == f.Group {
			text += ": " + part(f.Kind)
			break
		}
	}
	switch f.Kind {
	case form.Date:
		text += " (dd.mm.åååå)"
	case form.CPR:
		text += " (10 cifre)"
	case form.CVR:
		text += " (8 cifre)"
	}
	return text
}

// part names a field among those that share its label.
func part(kind form.Kind) string {
	if kind == form.Date {
		return "dato"
	}
	return "navn"
}
