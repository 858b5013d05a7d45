package write

import "ab325/internal/pdf/layout"

// bilag writes the pages of the bilag with their contents, and the elements
// of what is on them.
func (f *file) bilag() {
	for i := range f.Bilag {
		page := &f.Bilag[i]
		f.w.begin()
		f.w.dst = f.pageObject(f.w.dst, len(f.Template.pages)+i, f.pages+2*i+1)
		f.w.end()
		f.w.beginStream()
		b := artifact(f.w.dst, f.plan.Fonts, "Header", f.Runs[page.Head.From:page.Head.To])
		elem := 0
		for m := page.Marks.From; m < page.Marks.To; m++ {
			for m >= f.Elems[elem].Marks.To {
				elem++
			}
			mark := &f.Marks[m]
			b = begin(b, f.Elems[elem].Role, m-page.Marks.From)
			b = append(runs(b, f.plan.Fonts, f.Runs[mark.From:mark.To]), "EMC\n"...)
		}
		f.w.dst = artifact(b, f.plan.Fonts, "Footer", f.Runs[page.Foot.From:page.Foot.To])
		f.w.endStream()
	}
	for i := range f.Elems {
		f.w.begin()
		f.w.dst = f.elem(f.w.dst, &f.Elems[i])
		f.w.end()
	}
}

// elem appends the body of an element of the bilag.
func (f *file) elem(b []byte, e *layout.Elem) []byte {
	first := f.Marks[e.Marks.From].Page
	b = structElem(b, e.Role, f.document)
	b = append(b, "/Pg "...)
	b = append(ref(b, f.pages+2*first), "/K["...)
	for m := e.Marks.From; m < e.Marks.To; m++ {
		page := f.Marks[m].Page
		mcid := m - f.Bilag[page].Marks.From
		if page == first {
			b = append(integer(b, mcid), ' ')
		} else {
			b = markReference(b, f.pages+2*page, mcid)
		}
	}
	return append(b, "]>>"...)
}
