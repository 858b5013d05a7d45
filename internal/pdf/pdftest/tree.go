package pdftest

import "strings"

// An Elem is an element of the structure tree.
type Elem struct {
	Ref    Ref
	Type   Name // as the file says it
	Role   Name // the standard one that it stands for
	Dict   Dict
	Parent *Elem // nil for the root's kids
	Kids   []any // *Elem, *Mark, and Ref of an annotation, in reading order
}

// readTree reads the structure tree and checks what holds it together: each
// mark of each page is in the parent tree and in the element it names.
func (f *File) readTree() {
	root := f.Dict(f.Catalog()["StructTreeRoot"])
	if root == nil {
		f.fault("PDF/A 6.7.3", "no structure tree")
		return
	}
	t := &treeReader{File: f, pages: map[Ref]*Page{}, elems: map[Ref]*Elem{}, roles: f.Dict(root["RoleMap"])}
	for _, p := range f.Pages {
		t.pages[p.Ref] = p
	}
	top := &Elem{Role: "StructTreeRoot", Dict: root}
	top.Ref, _ = f.Catalog()["StructTreeRoot"].(Ref)
	t.read(top, 0)
	f.Tree = top
	if len(top.Kids) == 1 {
		if only, ok := top.Kids[0].(*Elem); ok {
			f.Tree = only
			only.Parent = nil
		}
	}
	t.parents(f.numbers(root["ParentTree"], 0))
}

type treeReader struct {
	*File
	pages map[Ref]*Page
	elems map[Ref]*Elem
	roles Dict
}

// read reads what an element holds.
func (t *treeReader) read(e *Elem, depth int) {
	if depth > 60 {
		t.fault("structure", "deeper than 60 elements")
		return
	}
	kids, ok := t.Get(e.Dict["K"]).(Array)
	if !ok {
		kids = Array{e.Dict["K"]}
	}
	for _, k := range kids {
		switch d := t.Get(k).(type) {
		case nil:
		case float64:
			t.mark(e, e.Dict["Pg"], int(d))
		case Dict:
			t.kid(e, k, d, depth)
		default:
			t.fault("structure", "element %d holds %v", e.Ref, k)
		}
	}
}

func (t *treeReader) kid(e *Elem, k any, d Dict, depth int) {
	switch d["Type"] {
	case Name("MCR"):
		page := d["Pg"]
		if page == nil {
			page = e.Dict["Pg"]
		}
		t.mark(e, page, integer(d["MCID"]))
		return
	case Name("OBJR"):
		n, _ := d["Obj"].(Ref)
		e.Kids = append(e.Kids, n)
		return
	}
	n, ok := k.(Ref)
	if !ok || t.elems[n] != nil {
		t.fault("structure", "element %v is in the tree twice, or no object", k)
		return
	}
	kid := &Elem{Ref: n, Dict: d, Parent: e}
	kid.Type, _ = d["S"].(Name)
	kid.Role = t.role(kid.Type)
	t.elems[n] = kid
	if d["P"] != e.Ref {
		t.fault("structure", "element %d says that it is below %v, not %d", n, d["P"], e.Ref)
	}
	e.Kids = append(e.Kids, kid)
	t.read(kid, depth+1)
}

// role follows the role map to a standard type.
func (t *treeReader) role(s Name) Name {
	if t.roles[s] != nil && standard[s] {
		t.fault("UA 02-004", "the standard type %s is mapped", s)
	}
	for range 20 {
		if standard[s] {
			return s
		}
		to, ok := t.roles[s].(Name)
		if !ok {
			t.fault("UA 02-001", "the type %s is no standard type", s)
			return s
		}
		s = to
	}
	t.fault("UA 02-003", "the type %s is mapped in a circle", s)
	return s
}

func (t *treeReader) mark(e *Elem, at any, mcid int) {
	n, _ := at.(Ref)
	p := t.pages[n]
	if p == nil || p.Marks[mcid] == nil {
		t.fault("structure", "element %d holds mark %d of page %v, which is not there", e.Ref, mcid, at)
		return
	}
	m := p.Marks[mcid]
	switch {
	case m.Elem != nil:
		t.fault("structure", "mark %d on page %d is in the elements %d and %d", mcid, p.Number, m.Elem.Ref, e.Ref)
	case m.Tag != e.Type:
		t.fault("structure", "mark %d on page %d is %s, its element %s", mcid, p.Number, m.Tag, e.Type)
	}
	m.Elem = e
	e.Kids = append(e.Kids, m)
}

// numbers reads a number tree.
func (f *File) numbers(v any, depth int) map[int]any {
	d, all := f.Dict(v), map[int]any{}
	nums := f.Array(d["Nums"])
	for i := 0; i+1 < len(nums); i += 2 {
		all[integer(nums[i])] = nums[i+1]
	}
	if depth < 8 {
		for _, k := range f.Array(d["Kids"]) {
			for n, v := range f.numbers(k, depth+1) {
				all[n] = v
			}
		}
	}
	return all
}

// parents compares the parent tree with the tree.
func (t *treeReader) parents(numbers map[int]any) {
	for _, p := range t.Pages {
		key, ok := p.Dict["StructParents"].(float64)
		if !ok && len(p.Marks) > 0 {
			t.fault("structure", "page %d has no StructParents", p.Number)
			continue
		}
		list := t.Array(numbers[int(key)])
		if len(p.Marks) == 0 {
			list = nil
		}
		for mcid, m := range p.Marks {
			switch {
			case m.Elem == nil:
				t.fault("UA 01-005", "mark %d on page %d is in no element", mcid, p.Number)
			case mcid < 0 || mcid >= len(list) || list[mcid] != m.Elem.Ref:
				t.fault("structure", "mark %d on page %d is not that of element %d in the parent tree", mcid, p.Number, m.Elem.Ref)
			}
		}
		for mcid, v := range list {
			if v != nil && p.Marks[mcid] == nil {
				t.fault("structure", "the parent tree has mark %d on page %d, which is not there", mcid, p.Number)
			}
		}
	}
	for _, e := range t.elems {
		for _, k := range e.Kids {
			n, ok := k.(Ref)
			if !ok {
				continue
			}
			key, ok := t.Dict(n)["StructParent"].(float64)
			if !ok || numbers[int(key)] != e.Ref {
				t.fault("structure", "object %d of element %d is not so in the parent tree", n, e.Ref)
			}
		}
	}
}

// All calls fn for the element and all below it, in reading order.
func (e *Elem) All(fn func(*Elem)) {
	if e == nil {
		return
	}
	fn(e)
	for _, k := range e.Kids {
		if k, ok := k.(*Elem); ok {
			k.All(fn)
		}
	}
}

// Elems returns the elements that e holds.
func (e *Elem) Elems() (all []*Elem) {
	for _, k := range e.Kids {
		if k, ok := k.(*Elem); ok {
			all = append(all, k)
		}
	}
	return all
}

// Own returns the text of the element's own marks, as it is shown.
func (e *Elem) Own() string {
	var s strings.Builder
	for _, k := range e.Kids {
		if m, ok := k.(*Mark); ok {
			s.WriteString(m.Text)
		}
	}
	return s.String()
}

// Said returns what a screen reader says for the element itself: its
// ActualText, its Alt, or else its own text.
func (e *Elem) Said() string {
	for _, k := range []Name{"ActualText", "Alt"} {
		if s, ok := e.Dict[k].(String); ok {
			return s.Text()
		}
	}
	return e.Own()
}

// Whole returns what is said for the element and all below it.
func (e *Elem) Whole() string {
	var parts []string
	var add func(*Elem)
	add = func(e *Elem) {
		if s := strings.TrimSpace(e.Said()); s != "" {
			parts = append(parts, s)
		}
		if e.Dict["ActualText"] != nil || e.Dict["Alt"] != nil {
			return
		}
		for _, k := range e.Elems() {
			add(k)
		}
	}
	add(e)
	return strings.Join(parts, " ")
}

// Texts returns what each element says, without the space that ends a line.
func (f *File) Texts() (all []string) {
	f.Tree.All(func(e *Elem) { all = append(all, strings.TrimSuffix(e.Said(), " ")) })
	return all
}
