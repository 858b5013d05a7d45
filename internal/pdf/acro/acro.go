// Package acro decides what the fillable form asks for: its fields, named by
// their ids, where each stands on the pages, and what a viewer says and lets
// be typed in it.
//
// It is pure: a plan goes in, a list of fields comes out. Package write writes
// them.
package acro

import (
	"slices"
	"strings"

	"ab325/internal/form"
	"ab325/internal/pdf/layout"
)

// A Form is the fields of a document. It does not change after New.
type Form struct {
	// Nodes are the parts of the fields' names, each behind the one it is
	// below: "employee", then "name". The whole name is the field's id.
	Nodes []Node

	// Widgets are the boxes on the pages, in reading order.
	Widgets []Widget
}

// A Node is a part of names, or, with a Field, the last part of one.
type Node struct {
	Name   string
	Parent int   // index in Form.Nodes, or -1
	Kids   []int // indexes in Form.Nodes
	Field  *Field
}

// A Field is something to be filled in. It has one value, and a widget in each
// place where that stands.
type Field struct {
	Tooltip string // what is read aloud, and shown beside the pointer: it is no other field's
	Tick    bool   // its values are On and Off
	On      bool   // a tick that is there to begin with
	Several bool   // takes more than one line
	Plain   bool   // numbers, dates: nothing to look up in a dictionary
	Max     int    // characters that it takes; 0 for a tick
	Align   string // "", "center" or "right"
	Size    layout.Unit
	Widgets []int // indexes in Form.Widgets
}

// The values of a tick, as they are named in the file.
const (
	On  = "ja"
	Off = "Off"
)

// A Widget is a field's box on a page.
type Widget struct {
	Node int // index in Form.Nodes
	Slot int // index in layout.Plan.Slots
	layout.Rect
}

// New returns the fields of all that the plan prints. Who fills in which is
// not looked at: on paper and on a jobcenter's screen, every box is open.
func New(plan *layout.Plan) *Form {
	f := &Form{}
	for i := range plan.Slots {
		s := &plan.Slots[i]
		if s.Field < 0 { // what is said about a document, not asked
			continue
		}
		field := &plan.Def.Fields[s.Field]
		n := f.node(field.ID)
		if f.Nodes[n].Field == nil {
			f.Nodes[n].Field = newField(plan.Def, field, s)
		}
		to := f.Nodes[n].Field
		to.Widgets = append(to.Widgets, len(f.Widgets))
		to.Size = min(to.Size, s.Size)
		f.Widgets = append(f.Widgets, Widget{Node: n, Slot: i, Rect: place(s, to)})
	}
	return f
}

// node returns the node of a name, with those above it.
func (f *Form) node(name string) int {
	parent := -1
	for part := range strings.SplitSeq(name, ".") {
		n := slices.IndexFunc(f.Nodes, func(n Node) bool { return n.Parent == parent && n.Name == part })
		if n < 0 {
			n = len(f.Nodes)
			f.Nodes = append(f.Nodes, Node{Name: part, Parent: parent})
			if parent >= 0 {
				f.Nodes[parent].Kids = append(f.Nodes[parent].Kids, n)
			}
		}
		parent = n
	}
	return parent
}

func newField(def *form.Definition, f *form.Field, s *layout.Slot) *Field {
	field := &Field{Tooltip: tooltip(def, f), Size: s.Size, Align: s.Align}
	switch f.Kind {
	case form.Tick:
		field.Tick, field.On = true, f.Default == "ja"
		return field
	case form.Lines, form.Long:
		field.Several = true
	case form.Text, form.Choice:
	default:
		field.Plain = true
	}
	field.Max = longest(f)
	return field
}

// longest returns how many characters the longest spelling has that is taken
// for a field, and one more. A viewer cuts off what is typed or pasted beyond
// it: a figure too many is then still there, and found when the form is read.
func longest(f *form.Field) int {
	switch f.Kind {
	case form.Date:
		return len("01.12.2026") + 1
	case form.CPR:
		return len("DDMMYY-SSSS") + 1
	case form.CVR:
		return len("DK 12 34 56 78") + 1
	case form.Phone:
		return len("+123 (0) 45 67 89 01 23 45") + 1
	case form.Hours:
		return len("12,5000") + 1
	case form.Percent:
		return len("100 %") + 1
	}
	return f.Max()
}
