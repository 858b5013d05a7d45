package write

import (
	"slices"

	"ab325/internal/pdf/layout"
)

// usual is how many bytes a document has behind its constant part, unless much
// was written.
const usual = 32 << 10

// Scratch is memory that Append uses again. It must not be used by two
// goroutines at once.
type Scratch struct {
	w     writer
	slots []int // object of each slot's element, 0 if empty
	mcids []int // of each slot's mark
}

// Digest identifies the constant part of the template's files.
func (t *Template) Digest() [32]byte { return t.digest }

// Append appends the file of a document to dst. d must be laid out by the
// template's plan for its sheet; id goes into the trailer and should be made
// of all that the document says.
func (t *Template) Append(dst []byte, s *Scratch, d *layout.Document, id [16]byte) []byte {
	dst = append(slices.Grow(dst, len(t.prefix)+usual), t.prefix...)
	return t.AppendOwn(dst, s, d, id)
}

// AppendOwn does what Append does without the constant part, which is most of a
// file and stands in front.
func (t *Template) AppendOwn(dst []byte, s *Scratch, d *layout.Document, id [16]byte) []byte {
	f := &file{Template: t, Document: d, slots: s.slots[:0], mcids: s.mcids[:0], w: &s.w}
	f.w.base, f.w.first, f.w.offsets = len(dst)-len(t.prefix), t.count, f.w.offsets[:0]
	f.w.dst = slices.Grow(dst, usual)
	f.number()
	f.pageTree()
	f.tree()
	f.parentTree()
	f.contents()
	if t.blank != nil {
		f.openForm()
	}
	for _, i := range t.items {
		f.w.begin()
		f.w.dst = t.element(f.w.dst, i, f.slots)
		f.w.end()
	}
	f.values()
	if t.blank != nil {
		f.fields()
	}
	f.bilag()
	s.slots, s.mcids = f.slots, f.mcids
	dst = f.trailer(id)
	f.w.dst = nil
	return dst
}

// A file is a document on its way into bytes.
type file struct {
	*Template
	*layout.Document
	w     *writer
	slots []int
	mcids []int
	pages int // object of the first bilag page; its content follows, then the next page
	elems int // object of the first element of the bilag
}

// number gives the elements of the values and all of the bilag their numbers.
func (f *file) number() {
	n, page, mcid := f.free, -1, 0
	for i := range f.Placed {
		slot := &f.plan.Slots[i]
		if slot.Page != page {
			page, mcid = slot.Page, len(f.plan.Pages[slot.Page].Marks)
		}
		f.slots, f.mcids = append(f.slots, 0), append(f.mcids, mcid)
		if f.Placed[i].State == layout.Empty {
			continue
		}
		f.slots[i] = n
		n, mcid = n+1, mcid+1
		if f.Placed[i].State == layout.Asked {
			mcid--
		}
		if slot.Tick || f.Placed[i].State == layout.Asked {
			n++ // what is read aloud, or filled in
		}
	}
	f.pages = n
	f.elems = n + 2*len(f.Bilag)
}

// marked returns the object of the element that holds the slot's mark.
func (f *file) marked(slot int) int {
	if f.plan.Slots[slot].Tick {
		return f.slots[slot] + 1
	}
	return f.slots[slot]
}

func (f *file) pageTree() {
	f.w.begin()
	b := append(f.w.dst, "<</Type/Pages/Count "...)
	b = integer(b, len(f.Template.pages)+len(f.Bilag))
	b = append(b, "/Kids["...)
	for _, p := range f.Template.pages {
		b = append(ref(b, f.page[p]), ' ')
	}
	for i := range f.Bilag {
		b = append(ref(b, f.pages+2*i), ' ')
	}
	f.w.dst = append(b, "]>>"...)
	f.w.end()
}

// tree writes the document's element: what stands on the pages, then the
// bilag.
func (f *file) tree() {
	f.w.begin()
	b := append(f.w.dst, "<</Type/StructElem/S/Document/P "...)
	b = ref(b, f.catalog-2)
	b = append(b, "/K["...)
	for _, k := range f.plan.Tree[0].Kids {
		n := 0
		switch k.Kind {
		case layout.NodeKid:
			n = f.node[k.N]
		case layout.SlotKid:
			n = f.slots[k.N]
		}
		if n != 0 {
			b = append(ref(b, n), ' ')
		}
	}
	for i := range f.Elems {
		b = append(ref(b, f.elems+i), ' ')
	}
	f.w.dst = append(b, "]>>"...)
	f.w.end()
}

// parentTree writes for each page the elements of its marks, by MCID.
func (f *file) parentTree() {
	f.w.begin()
	b := append(f.w.dst, "<</Nums["...)
	for key, p := range f.Template.pages {
		b = append(integer(b, key), '[')
		b = append(b, f.marks[p]...)
		for i, n := range f.slots {
			if n != 0 && f.plan.Slots[i].Page == p && f.Placed[i].State != layout.Asked {
				b = append(ref(b, f.marked(i)), ' ')
			}
		}
		b = append(b, ']')
	}
	elem := 0
	for i := range f.Bilag {
		b = append(integer(b, len(f.Template.pages)+i), '[')
		for m := f.Bilag[i].Marks.From; m < f.Bilag[i].Marks.To; m++ {
			for m >= f.Elems[elem].Marks.To {
				elem++
			}
			b = append(ref(b, f.elems+elem), ' ')
		}
		b = append(b, ']')
	}
	if f.blank != nil {
		b = f.widgetParents(b)
	}
	f.w.dst = append(b, "]>>"...)
	f.w.end()
}

// contents writes what varies on the form's own pages.
func (f *file) contents() {
	for _, p := range f.Template.pages {
		f.w.beginStream()
		b := f.w.dst
		for i := range f.Placed {
			slot, placed := &f.plan.Slots[i], &f.Placed[i]
			if slot.Page != p || placed.State == layout.Empty || placed.State == layout.Asked {
				continue
			}
			if slot.Tick {
				b = tick(begin(b, layout.Span, f.mcids[i]), slot.Box, placed.State == layout.Ticked)
			} else {
				b = runs(begin(b, slot.Role, f.mcids[i]), f.plan.Fonts, f.Runs[placed.From:max(placed.To, placed.Next.To)])
			}
			b = append(b, "EMC\n"...)
			if slot.Field == layout.CodeField {
				b = picture(b, f.Document, slot)
			}
		}
		feet := f.Feet[p]
		f.w.dst = artifact(b, f.plan.Fonts, "Footer", f.Runs[feet.From:feet.To])
		f.w.endStream()
	}
}

// values writes the elements of the values. What a tick says is read aloud
// from an element of its own.
func (f *file) values() {
	for i, n := range f.slots {
		if n == 0 {
			continue
		}
		slot := &f.plan.Slots[i]
		role, parent := slot.Role, f.node[f.holder[i]]
		if f.Placed[i].State == layout.Asked {
			f.asked(i)
			continue
		}
		if slot.Tick {
			f.w.begin()
			b := structElem(f.w.dst, role, parent)
			b = append(b, "/K "...)
			f.w.dst = append(ref(b, n+1), ">>"...)
			f.w.end()
			role, parent = layout.Span, n
		}
		f.w.begin()
		b := structElem(f.w.dst, role, parent)
		switch f.Placed[i].State {
		case layout.Ticked:
			b = append(b, "/ActualText(Afkrydset: ja)"...)
		case layout.Unticked:
			b = append(b, "/ActualText(Afkrydset: nej)"...)
		}
		b = append(b, "/Pg "...)
		b = append(ref(b, f.page[slot.Page]), "/K "...)
		f.w.dst = append(integer(b, f.mcids[i]), ">>"...)
		f.w.end()
	}
}

// trailer appends the table of offsets and what a reader begins with.
func (f *file) trailer(id [16]byte) []byte { return f.w.trailer(f.xref, f.catalog, id) }
