package pdftest

import (
	"fmt"
	"slices"
	"strings"
)

// An annotation is one of a page, with the element that holds it.
type annotation struct {
	file *File
	page *Page
	ref  Ref
	Dict Dict
	elem *Elem // or nil
}

func (a annotation) String() string {
	name, _ := a.entry("T").(String)
	return fmt.Sprintf("page %d, %v %d %s", a.page.Number, a.Dict["Subtype"], a.ref, name.Text())
}

// entry returns an entry of the field that a widget belongs to.
func (a annotation) entry(k Name) any {
	d := a.Dict
	for range 8 {
		if v := a.file.Get(d[k]); v != nil {
			return v
		}
		d = a.file.Dict(d["Parent"])
	}
	return nil
}

func (a annotation) is(subtypes ...Name) bool {
	s, _ := a.Dict["Subtype"].(Name)
	return slices.Contains(subtypes, s)
}

// in reports whether the annotation is in an element with the role.
func (a annotation) in(role Name) bool { return a.elem != nil && a.elem.Role == role }

// alt reports whether the element that holds the annotation describes it.
func (a annotation) alt() bool { return a.elem != nil && filled(a.elem.Dict["Alt"]) }

func filled(v any) bool {
	s, ok := v.(String)
	return ok && strings.TrimSpace(s.Text()) != ""
}

// eachAnnotation calls fn for each annotation of each page.
func (f *File) eachAnnotation(fn func(a annotation)) {
	holders := map[Ref]*Elem{}
	f.eachElem(func(e *Elem) {
		for _, k := range e.Kids {
			if n, ok := k.(Ref); ok {
				holders[n] = e
			}
		}
	})
	for _, p := range f.Pages {
		for _, v := range f.Array(p.Dict["Annots"]) {
			n, _ := v.(Ref)
			fn(annotation{f, p, n, f.Dict(v), holders[n]})
		}
	}
}

// annots makes a condition that is asked of each annotation: a text from bad
// is a fault.
func annots(id, what string, bad func(a annotation) bool) condition {
	return condition{id, what, func(f *File, fault func(string, ...any)) {
		f.eachAnnotation(func(a annotation) {
			if bad(a) {
				fault("%s", a)
			}
		})
	}}
}

// known are the subtypes of ISO 32000-1, 12.5.6.
var known = set("Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret Ink Popup " +
	"FileAttachment Sound Movie Widget Screen PrinterMark TrapNet Watermark 3D Redact")

// described reports whether an annotation says what it is.
func (a annotation) described() bool { return filled(a.Dict["Contents"]) || a.alt() }

// hidden reports whether the annotation is never shown. The protocol also lets
// those be that lie outside the page; we have none.
func (a annotation) hidden() bool { return integer(a.Dict["F"])&2 != 0 }

var annotationConditions = []condition{
	annots("UA 28-002", "an annotation is in no Annot element", func(a annotation) bool {
		return !a.is("Widget", "Link", "PrinterMark", "Popup") && !a.hidden() && !a.in("Annot")
	}),
	annots("UA 28-004", "an annotation is not described", func(a annotation) bool {
		return !a.is("Widget", "Popup", "PrinterMark") && !a.hidden() && !a.described()
	}),
	annots("UA 28-005", "a field has no TU", func(a annotation) bool {
		return a.is("Widget") && !a.hidden() && !filled(a.entry("TU")) && !a.alt()
	}),
	annots("UA 28-006", "an annotation of no known kind", func(a annotation) bool {
		s, _ := a.Dict["Subtype"].(Name)
		return !known[s]
	}),
	annots("UA 28-007", "a TrapNet annotation", func(a annotation) bool { return a.is("TrapNet") }),
	annots("UA 28-008", "a page with annotations has no Tabs", func(a annotation) bool { return a.page.Dict["Tabs"] == nil }),
	annots("UA 28-009", "a page with annotations has Tabs other than S", func(a annotation) bool {
		return a.page.Dict["Tabs"] != nil && a.page.Dict["Tabs"] != Name("S")
	}),
	annots("UA 28-010", "a widget is in no Form element", func(a annotation) bool {
		return a.is("Widget") && !a.hidden() && !a.in("Form")
	}),
	{"UA 28-010", "a Form element holds more than one widget, or none", func(f *File, fault func(string, ...any)) {
		f.eachElem(func(e *Elem) {
			if e.Role == "Form" && len(e.Kids) != 1 && f.attribute(e, "Role") == nil {
				fault("element %d holds %d", e.Ref, len(e.Kids))
			}
		})
	}},
	annots("UA 28-011", "a link is in no Link element", func(a annotation) bool { return a.is("Link") && !a.in("Link") }),
	annots("UA 28-012", "a link is not described", func(a annotation) bool { return a.is("Link") && !filled(a.Dict["Contents"]) }),
	{"UA 28-014", "a media clip has no CT", func(f *File, fault func(string, ...any)) { f.mediaClips("CT", fault) }},
	{"UA 28-015", "a media clip has no Alt", func(f *File, fault func(string, ...any)) { f.mediaClips("Alt", fault) }},
	annots("UA 28-016", "an attached file has no F or UF", func(a annotation) bool {
		fs := a.file.Dict(a.Dict["FS"])
		return a.is("FileAttachment") && (fs["F"] == nil || fs["UF"] == nil)
	}),
	annots("UA 28-017", "a printer's mark is in the structure", func(a annotation) bool { return a.is("PrinterMark") && a.elem != nil }),
	annots("UA 28-018", "a printer's mark is no artifact", func(a annotation) bool {
		data := string(a.file.Stream(a.file.Dict(a.Dict["AP"])["N"]))
		return a.is("PrinterMark") && !strings.Contains(data, "/Artifact")
	}),
	annots("PDF/A 6.3.1", "an annotation of a kind that may change", func(a annotation) bool {
		return a.is("3D", "Sound", "Screen", "Movie", "FileAttachment")
	}),
	annots("PDF/A 6.3.2", "an annotation that is not printed, or hidden", func(a annotation) bool {
		const invisible, hidden, print, noView, toggle = 1, 2, 4, 32, 256
		n := integer(a.Dict["F"])
		return !a.is("Popup") && (n&print == 0 || n&(invisible|hidden|noView|toggle) != 0)
	}),
	annots("PDF/A 6.3.3", "an annotation without an appearance, or with more than its normal one", func(a annotation) bool {
		ap := a.file.Dict(a.Dict["AP"])
		rect := a.file.Array(a.Dict["Rect"])
		if a.is("Popup", "Link") || len(rect) == 4 && rect[0] == rect[2] && rect[1] == rect[3] {
			return false
		}
		normal := a.file.Get(ap["N"])
		_, states := normal.(Dict)
		return len(ap) != 1 || normal == nil || states != (a.entry("FT") == Name("Btn"))
	}),
	annots("PDF/A 6.5.1", "an action that is not allowed", func(a annotation) bool {
		action := a.file.Dict(a.Dict["A"])
		s, _ := action["S"].(Name)
		return a.Dict["AA"] != nil || a.entry("AA") != nil || action != nil && !slices.Contains([]Name{"GoTo", "GoToR", "URI"}, s)
	}),
	annots("own", "a field's appearance cannot be read", func(a annotation) bool {
		return a.is("Widget") && a.file.Dict(a.Dict["AP"])["N"] != nil && !a.file.readable(a.file.Dict(a.Dict["AP"])["N"])
	}),
}

// readable reports whether each appearance is a content stream.
func (f *File) readable(v any) bool {
	switch v := f.Get(v).(type) {
	case *Stream:
		_, err := v.Data()
		return err == nil && v.Dict["Subtype"] == Name("Form")
	case Dict:
		for _, state := range v {
			if !f.readable(state) {
				return false
			}
		}
		return true
	}
	return false
}

func (f *File) mediaClips(entry Name, fault func(string, ...any)) {
	f.eachDict(func(n int, d Dict) {
		if d["S"] == Name("MCD") && d[entry] == nil {
			fault("object %d has no %s", n, entry)
		}
	})
}
