package read

import (
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// inspect says whether a file may be kept and handed on.
func inspect(file []byte) answer {
	d, f := open(file)
	if f != "" {
		return answer{Fault: f}
	}
	if f := otherKind(file); f != "" {
		return answer{Fault: f}
	}
	if f := d.active(file); f != "" {
		return answer{Fault: f}
	}
	if f := d.expands(); f != "" {
		return answer{Fault: f}
	}
	pages, f := d.pages()
	return answer{Fault: f, Pages: pages}
}

// refused returns what is wrong with a file that has a name in it which
// belongs to what acts, hides or plays; else "". Names of two letters are not
// among them: they may well be a font's.
func refused(name string) fault {
	switch name {
	case "JavaScript":
		return script
	case "Launch", "GoToR", "GoToE", "ImportData", "SubmitForm", "RichMediaExecute":
		return action
	case "EmbeddedFiles", "EmbeddedFile", "FileAttachment", "Collection":
		return inside
	case "RichMedia", "RichMediaContent", "RichMediaSettings", "Movie", "Sound", "Rendition", "Renditions", "MediaClip":
		return media
	case "XFA":
		return xfa
	}
	return ""
}

// active looks through every object of the file, whether anything refers to it
// or not, and says what acts.
func (d *document) active(file []byte) fault {
	s := &search{document: d, found: map[fault]bool{}}
	for _, e := range d.ctx.Table {
		if !e.Free {
			s.object(e.Object, 0)
		}
	}
	s.written(file)
	for _, f := range []fault{script, action, inside, media, xfa, demanding, broken} { // the worst, whatever was met first
		if s.found[f] {
			return f
		}
	}
	return ""
}

// written notes the names that each object has as it is written, also those that
// nothing refers to. What was read from there is less where a dictionary has a
// key twice.
func (s *search) written(file []byte) {
	add, left := func(name string) { s.note(refused(name)) }, overlaps*len(file)
	left -= fileNames(file, left, add)
	for _, e := range s.ctx.Table {
		if e.Free {
			continue
		}
		if at := e.Offset; at != nil && !e.Compressed && *at > 0 && *at < int64(len(file)) {
			if left -= objectNames(file[*at:], false, add); left < 0 {
				s.note(demanding)
				return
			}
		}
		if o, ok := e.Object.(types.ObjectStreamDict); ok {
			o.Content = nil
			if err := o.DecodeWithLimit(maxExpanded); err != nil {
				s.note(broken)
			}
			objectNames(o.Content, true, add)
		}
	}
}

// A search looks for what acts, and notes what it finds.
type search struct {
	*document
	found map[fault]bool
}

func (s *search) note(f fault) {
	if f != "" {
		s.found[f] = true
	}
}

// object looks through o, but not through what it refers to.
func (s *search) object(o types.Object, levels int) {
	const most = 200
	if levels > most {
		s.note(demanding)
		return
	}
	switch o := o.(type) {
	case types.Array:
		for _, item := range o {
			s.object(item, levels+1)
		}
	case types.Dict:
		s.entries(o, levels)
	case types.StreamDict:
		if entry(o.Dict, "F") != nil {
			s.note(action) // its data are fetched from elsewhere
		}
		s.entries(o.Dict, levels)
	case types.ObjectStreamDict:
		s.entries(o.Dict, levels)
	case types.XRefStreamDict:
		s.entries(o.Dict, levels)
	}
}

// entries looks through a dictionary.
func (s *search) entries(dict types.Dict, levels int) {
	for key, o := range dict {
		key = plainName(key)
		s.note(refused(key))
		switch key {
		case "S", "Type", "Subtype":
			s.note(s.kind(key, s.name(o)))
		case "JS":
			if s.dict(o) == nil || s.isStream(o) {
				s.note(script)
			}
		case "EF":
			if s.dict(o) != nil && (entry(dict, "F") != nil || entry(dict, "UF") != nil || s.name(entry(dict, "Type")) == "Filespec") {
				s.note(inside)
			}
		case "A", "PA", "Next":
			s.acts(o)
		case "OpenAction":
			s.opens(o)
		case "AA":
			if len(s.dict(o)) > 0 {
				s.note(action) // at every turn of a page, at every key
			}
		case "URI":
			s.note(s.address(o))
		}
		s.object(o, levels+1)
	}
}

// kind says what is wrong with an object of a kind.
func (s *search) kind(key, name string) fault {
	switch {
	case key == "Subtype" && name == "PS":
		return script // PostScript
	case key == "Subtype" && (name == "3D" || name == "Screen"):
		return media
	}
	return refused(name)
}

func (s *search) isStream(o types.Object) bool {
	_, ok := s.get(o).(types.StreamDict)
	return ok
}

// acts looks at what happens when somebody presses something. Of a structure
// element, A is its attributes, which have no S.
func (s *search) acts(o types.Object) {
	for _, o := range append(types.Array{o}, s.array(o)...) {
		switch kind := s.name(entry(s.dict(o), "S")); kind {
		case "", "GoTo", "URI", "Named", "SetOCGState", "Hide", "ResetForm", "Trans":
		default:
			if refused(kind) == "" {
				s.note(action) // Thread, GoTo3DView, whatever comes after this was written
			}
		}
	}
}

// opens looks at what happens when the file is opened: it may turn to a page.
func (s *search) opens(o types.Object) {
	dict := s.dict(o)
	kind := s.name(entry(dict, "S"))
	if dict == nil || kind == "GoTo" && entry(dict, "Next") == nil || refused(kind) != "" {
		return
	}
	s.note(action)
}

// address looks at where a link leads: to the web, a letter or a telephone.
func (s *search) address(o types.Object) fault {
	var raw []byte
	switch o := s.get(o).(type) {
	case types.StringLiteral:
		raw, _ = types.Unescape(string(o))
	case types.HexLiteral:
		raw, _ = o.Bytes()
	default:
		return "" // of the catalog: what addresses are relative to
	}
	scheme, _, ok := strings.Cut(strings.TrimSpace(text(raw)), ":")
	if !ok || strings.ContainsAny(scheme, "/?#.") {
		return "" // relative
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return ""
	case "javascript":
		return script
	}
	return action
}

// pages counts the pages that the file shows.
func (d *document) pages() (int, fault) {
	seen, pages := map[int]bool{}, 0
	var count func(o types.Object, levels int) fault
	count = func(o types.Object, levels int) fault {
		ref, ok := o.(types.IndirectRef)
		if !ok || seen[ref.ObjectNumber.Value()] || levels > maxFieldTree {
			return broken
		}
		seen[ref.ObjectNumber.Value()] = true
		node := d.dict(o)
		kids := d.array(entry(node, "Kids"))
		if node == nil {
			return broken
		}
		if kids == nil {
			if pages++; pages > MaxPages {
				return manyPages
			}
			return ""
		}
		for _, kid := range kids {
			if f := count(kid, levels+1); f != "" {
				return f
			}
		}
		return ""
	}
	f := count(entry(d.root(), "Pages"), 0)
	if f == "" && pages == 0 {
		f = broken
	}
	return pages, f
}
