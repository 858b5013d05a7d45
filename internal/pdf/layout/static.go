package layout

import (
	"fmt"
	"slices"

	"ab325/internal/form"
)

// add places item k of a page.
func (b *builder) add(items []form.Item, k int) error {
	it := &items[k]
	switch it.Kind {
	case form.Entry:
		return b.entry(items, k)
	case form.Label, form.Paragraph:
		if node := b.textOfBox(items, k); node != 0 {
			return b.paragraph(it, node)
		}
	case form.Bullet:
		return b.bullet(it)
	case form.Frame, form.Line:
		b.shape(it)
		return nil
	case form.Notes:
		b.endList()
		b.slot(it, NotesField, "Bemærkninger", 0)
		return nil
	}
	b.endList()
	switch it.Kind {
	case form.Heading:
		return b.paragraph(it, b.node(0, heading(it.Level)))
	case form.Bar:
		return b.bar(it)
	case form.Flow:
		return b.flow(it)
	case form.Paragraph, form.Label:
		return b.paragraph(it, b.node(0, P))
	}
	return fmt.Errorf("unknown kind %q", it.Kind)
}

// textOfBox makes the element for a text that is the label of a box, or of some
// that share it, or stands behind a box and says what its value counts. It
// returns 0 for any other text.
func (b *builder) textOfBox(items []form.Item, k int) (node int) {
	of := func(it form.Item) bool { return bare(&it) && items[k].Text == b.labelOf(&it) }
	switch {
	case k+1 < len(items) && bare(&items[k+1]):
		return b.node(b.listItem(boxes), Lbl)
	case k > 0 && of(items[k-1]):
		return b.node(b.item, LBody)
	case slices.ContainsFunc(items[k:], of):
		b.endList()
		b.shared = b.listItem(boxes)
		b.kind = noList
		return b.node(b.shared, Lbl)
	}
	return 0
}

// bare reports whether an item is a box without a label of its own: the text
// before it is its label, and the field's label behind it what it counts.
func bare(it *form.Item) bool { return it.Kind == form.Entry && it.LabelAt == form.Outside }

// labelOf returns the label of a box's field.
func (b *builder) labelOf(it *form.Item) string {
	if field, ok := b.Def.Field(it.Field); ok {
		return field.Label
	}
	return ""
}

func heading(level int) Role { return []Role{H1, H2, H3}[min(max(level, 1), 3)-1] }

// paragraph sets the item's text in its box as the content of the element.
func (b *builder) paragraph(it *form.Item, node int) error {
	runs, err := b.set(it, it.Text, it.Box)
	b.mark(node, runs)
	return err
}

// set wraps a constant text in a box.
func (b *builder) set(it *form.Item, text string, box form.Box) ([]Run, error) {
	r, size := rect(box), Points(it.Size)
	face := b.Fonts.face(it.Bold || it.Kind == form.Bar || it.Kind == form.Heading)
	runs := face.lines(text, r.X, r.Y, r.W, size, face == b.Fonts.Bold)
	if need := leading(size)*Unit(len(runs)-1) + size; need > r.H+slack {
		return runs, fmt.Errorf("%q does not fit its box of %.1f mm: it takes %d lines", text, box.H, len(runs))
	}
	for i := range runs {
		ink := face.ink(runs[i].Text, size)
		if ink > r.W+slack {
			return runs, fmt.Errorf("%q is wider than its box", runs[i].Text)
		}
		runs[i].X += shift(it.Align, r.W-ink)
	}
	return runs, nil
}

// slack is what rounding to millimetres may make a box too small by.
const slack Unit = 30

// shift returns how far right a line with so much room stands.
func shift(align string, room Unit) Unit {
	switch align {
	case "right":
		return room
	case "center":
		return room / 2
	}
	return 0
}

// bar places a heading on a shaded ground, in the middle of its height.
func (b *builder) bar(it *form.Item) error {
	b.Pages[b.at].Shapes = append(b.Pages[b.at].Shapes, Shape{Rect: rect(it.Box), Filled: true})
	box := it.Box
	line := form.LineMM(it.Size)
	box.X, box.W = box.X+form.Padding, box.W-2*form.Padding
	box.Y += (box.H - line) / 2
	box.H = line
	runs, err := b.set(it, it.Text, box)
	b.text(0, heading(max(it.Level, 2)), runs)
	return err
}

func (b *builder) shape(it *form.Item) {
	r := rect(it.Box)
	if it.Kind == form.Line {
		r.H = 0
	}
	b.Pages[b.at].Shapes = append(b.Pages[b.at].Shapes, Shape{Rect: r})
}

// bullet places an item of a list with its sign.
func (b *builder) bullet(it *form.Item) error {
	item := b.listItem(bullets)
	sign := form.Box{X: it.Box.X, Y: it.Box.Y, W: form.BulletIndent, H: it.Box.H}
	text := form.Box{X: it.Box.X + form.BulletIndent, Y: it.Box.Y, W: it.Box.W - form.BulletIndent, H: it.Box.H}
	runs, err := b.set(it, "•", sign)
	if err != nil {
		return err
	}
	b.text(item, Lbl, runs)
	runs, err = b.set(it, it.Text, text)
	b.text(item, LBody, runs)
	return err
}

// entry places a field's box: its outline, its label and the slot of its
// value. Box and value are an item of a list: the label says what the value is.
func (b *builder) entry(items []form.Item, k int) error {
	it := &items[k]
	n := slices.IndexFunc(b.Def.Fields, func(f form.Field) bool { return f.ID == it.Field })
	if n < 0 {
		return fmt.Errorf("unknown field %q", it.Field)
	}
	field := &b.Def.Fields[n]
	if !it.NoFrame && it.LabelAt != form.Right {
		b.Pages[b.at].Shapes = append(b.Pages[b.at].Shapes, Shape{Rect: rect(it.Box)})
	}
	if it.LabelAt != form.Outside {
		runs, err := b.label(it, field.Label)
		if err != nil {
			return err
		}
		b.text(b.listItem(boxes), Lbl, runs)
	} else if b.shared != 0 {
		b.item = b.shared
	} else if !labelled(items, k) && !b.goesOn(field.Label) {
		b.endList()
		return b.slot(it, n, field.Label, 0)
	}
	return b.slot(it, n, field.Label, b.item)
}

// label sets the label that is printed with a field's box.
func (b *builder) label(it *form.Item, text string) ([]Run, error) {
	label := *it
	if it.LabelAt == form.Above {
		label.Size, label.Bold, label.Align = form.LabelSize, false, ""
	}
	return b.set(&label, text, it.LabelBox())
}

// labelled reports whether the item before item k is its label.
func labelled(items []form.Item, k int) bool {
	return k > 0 && (items[k-1].Kind == form.Label || items[k-1].Kind == form.Paragraph)
}

// goesOn reports whether the last value's box has the same label: date and
// name of a signature.
func (b *builder) goesOn(label string) bool {
	n := len(b.Slots)
	return b.kind == boxes && n > 0 && b.Slots[n-1].Label == label
}

// slot adds the place of a value below an element: of the document itself, or
// of a list's item.
func (b *builder) slot(it *form.Item, field int, label string, parent int) error {
	s := Slot{Field: field, Page: b.at, Role: LBody, Label: label, Frame: rect(it.Box), Box: rect(it.ValueBox()),
		Size: max(Points(it.Size), MinSize), Align: it.Align, Top: true}
	if parent == 0 {
		s.Role = P
	}
	if field != NotesField {
		kind := b.Def.Fields[field].Kind
		s.Bold = it.Bold
		s.Tick, s.Top = kind == form.Tick, kind == form.Lines || kind == form.Long
	} else {
		s.Box = s.Frame
	}
	b.Tree[parent].Kids = append(b.Tree[parent].Kids, Kid{Kind: SlotKid, N: len(b.Slots)})
	b.Slots = append(b.Slots, s)
	if _, long := b.notice("9999", s.Box.W); !s.Tick && (s.capacity(MinSize) == 0 || long > s.Box.W) {
		return fmt.Errorf("box of %s is too small to point to a bilag", label)
	}
	return nil
}

// capacity returns how many lines of the size the slot's box holds.
func (s *Slot) capacity(size Unit) int { return int((s.Box.H + slack) / leading(size)) }
