package write

import (
	"fmt"

	"ab325/internal/pdf/acro"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/stock"
)

// blank is what a form that is filled in elsewhere has beside its pages. Its
// objects begin behind all others.
type blank struct {
	*acro.Form
	font             int
	annots, acroForm int   // the lists of the pages' widgets, and what holds the fields
	looks            []int // of each widget, how many appearances there are before its own
}

// Blank appends the fillable form to dst. The plan's stock must be drawn for
// a blank, and fields be the plan's.
func Blank(dst []byte, plan *layout.Plan, s *stock.Stock, fields *acro.Form) []byte {
	form, n := &blank{Form: fields, font: s.Field}, 0
	for i := range fields.Widgets {
		form.looks = append(form.looks, n)
		if n++; fields.Nodes[fields.Widgets[i].Node].Field.Tick {
			n++
		}
	}
	t := newTemplate(plan, s, layout.Whole, form)
	hash := sum(t.Append(nil, &Scratch{}, plan.Blank(), [16]byte{}))
	return t.Append(dst, &Scratch{}, plan.Blank(), [16]byte(hash[:]))
}

// annotated adds a page's list of widgets to its body.
func (t *Template) annotated(page []byte, k int) []byte {
	if t.blank == nil {
		return page
	}
	page = append(page[:len(page)-len(">>")], "/Annots "...)
	return append(ref(page, t.annots+k), ">>"...)
}

// fillable adds the fields to the catalog's body.
func (t *Template) fillable(catalog []byte) []byte {
	if t.blank == nil {
		return catalog
	}
	catalog = append(catalog[:len(catalog)-len(">>")], "/AcroForm "...)
	return append(ref(catalog, t.acroForm), ">>"...)
}

// Numbers of the form's objects: the parts of names, then the widgets, then
// their appearances, of which a tick has two: on and off.
func (f *file) nodeObject(n int) int   { return f.pages + n }
func (f *file) widgetObject(i int) int { return f.pages + len(f.Nodes) + i }
func (f *file) lookObject(i int) int   { return f.widgetObject(len(f.Widgets)) + f.looks[i] }

// openForm writes the pages' lists of widgets, and what holds the fields.
func (f *file) openForm() {
	for _, p := range f.Template.pages {
		f.w.begin()
		b := append(f.w.dst, '[')
		for i := range f.Widgets {
			if f.plan.Slots[f.Widgets[i].Slot].Page == p {
				b = append(ref(b, f.widgetObject(i)), ' ')
			}
		}
		f.w.dst = append(b, ']')
		f.w.end()
	}
	f.w.begin()
	b := append(f.w.dst, "<</Fields["...)
	for n := range f.Nodes {
		if f.Nodes[n].Parent < 0 {
			b = append(ref(b, f.nodeObject(n)), ' ')
		}
	}
	b = fmt.Appendf(b, "]/DA(/%s 0 Tf 0 g)/DR", stock.Field)
	f.w.dst = append(f.fonts(b), ">>"...)
	f.w.end()
}

// fonts appends the resources of fields and their appearances.
func (f *file) fonts(b []byte) []byte {
	return fmt.Appendf(b, "<</Font<</%s %d 0 R>>>>", stock.Field, f.font)
}

// widgetParents appends the widgets to the parent tree, behind the pages.
func (f *file) widgetParents(b []byte) []byte {
	for i := range f.Widgets {
		b = append(integer(b, len(f.Template.pages)+i), ' ')
		b = append(ref(b, f.slots[f.Widgets[i].Slot]+1), ' ')
	}
	return b
}

// asked writes the elements of a slot that is filled in elsewhere: the value,
// and in it the widget.
func (f *file) asked(slot int) {
	n := f.slots[slot]
	f.w.begin()
	b := structElem(f.w.dst, f.plan.Slots[slot].Role, f.node[f.holder[slot]])
	f.w.dst = append(ref(append(b, "/K "...), n+1), ">>"...)
	f.w.end()
	for i := range f.Widgets {
		if f.Widgets[i].Slot == slot {
			f.w.begin()
			b := append(structElem(f.w.dst, layout.Form, n), "/Pg "...)
			b = append(ref(b, f.page[f.plan.Slots[slot].Page]), "/K<</Type/OBJR/Obj "...)
			f.w.dst = append(ref(b, f.widgetObject(i)), ">>>>"...)
			f.w.end()
		}
	}
}

// fields writes the fields, their widgets and how these look.
func (f *file) fields() {
	for n := range f.Nodes {
		f.w.begin()
		f.w.dst = append(f.nodeBody(append(f.w.dst, "<<"...), &f.Nodes[n]), ">>"...)
		f.w.end()
	}
	for i := range f.Widgets {
		f.w.begin()
		f.w.dst = append(f.widgetBody(append(f.w.dst, "<<"...), i), ">>"...)
		f.w.end()
	}
	for i := range f.Widgets {
		f.appearances(&f.Widgets[i])
	}
}

// nodeBody appends the entries of a part of names.
func (f *file) nodeBody(b []byte, n *acro.Node) []byte {
	b = append(append(append(b, "/T("...), n.Name...), ')')
	if n.Parent >= 0 {
		b = ref(append(b, "/Parent "...), f.nodeObject(n.Parent))
	}
	b = append(b, "/Kids["...)
	for _, k := range n.Kids {
		b = append(ref(b, f.nodeObject(k)), ' ')
	}
	if n.Field == nil {
		return append(b, ']')
	}
	for _, i := range n.Field.Widgets {
		b = append(ref(b, f.widgetObject(i)), ' ')
	}
	return fieldBody(append(b, ']'), n.Field)
}

// Flags of fields (ISO 32000-1, 12.7.4.3).
const (
	multiline       = 1 << 12
	doNotSpellCheck = 1 << 22
)

// fieldBody appends the entries of a field. A line's size is 0: a viewer makes
// a text that is long for its box smaller. Several lines have one size, and
// scroll.
func fieldBody(b []byte, f *acro.Field) []byte {
	b = textString(append(b, "/TU"...), f.Tooltip)
	if f.Tick {
		return append(b, "/FT/Btn/V/"+state(f)+"/DV/"+state(f)...)
	}
	flags, size, align := 0, layout.Unit(0), 0
	if f.Several {
		flags, size = multiline, f.Size
	}
	if f.Plain {
		flags |= doNotSpellCheck
	}
	switch f.Align {
	case "center":
		align = 1
	case "right":
		align = 2
	}
	b = append(length(fmt.Appendf(b, "/FT/Tx/MaxLen %d/Ff %d/Q %d/DA(/%s ", f.Max, flags, align, stock.Field), size), " Tf 0 g)"...)
	return b
}

// state returns what a tick is to begin with.
func state(f *acro.Field) string {
	if f.On {
		return acro.On
	}
	return acro.Off
}

// widgetBody appends the entries of a widget.
func (f *file) widgetBody(b []byte, i int) []byte {
	w := &f.Widgets[i]
	field := f.Nodes[w.Node].Field
	b = append(b, "/Type/Annot/Subtype/Widget/F 4/Rect["...)
	for _, v := range [...]layout.Unit{w.X, layout.PageHeight - w.Y - w.H, w.X + w.W, layout.PageHeight - w.Y} {
		b = append(length(b, v), ' ')
	}
	b = fmt.Appendf(b, "]/P %d 0 R/StructParent %d/Parent %d 0 R/AP<</N", f.page[f.plan.Slots[w.Slot].Page], len(f.Template.pages)+i, f.nodeObject(w.Node))
	if field.Tick {
		return fmt.Appendf(b, "<</%s %d 0 R/%s %d 0 R>>>>/AS/%s", acro.On, f.lookObject(i), acro.Off, f.lookObject(i)+1, state(field))
	}
	return fmt.Appendf(b, " %d 0 R>>", f.lookObject(i))
}

// appearances writes how a widget looks: a tick on and off, a text with nothing
// in it yet.
func (f *file) appearances(w *acro.Widget) {
	if !f.Nodes[w.Node].Field.Tick {
		f.appearance(w, []byte("/Tx BMC\nEMC"))
		return
	}
	const edge = acro.TickEdge
	square := layout.Rect{X: edge, Y: layout.PageHeight - w.H + edge, W: w.W - 2*edge, H: w.H - 2*edge}
	for _, ticked := range [...]bool{true, false} {
		f.appearance(w, tick(nil, square, ticked))
	}
}

func (f *file) appearance(w *acro.Widget, data []byte) {
	f.w.begin()
	b := length(append(f.w.dst, "<</Type/XObject/Subtype/Form/BBox[0 0 "...), w.W)
	b = f.fonts(append(length(append(b, ' '), w.H), "]/Resources"...))
	f.w.dst = fmt.Appendf(b, "/Length %d>>\nstream\n%s\nendstream", len(data), data)
	f.w.end()
}
