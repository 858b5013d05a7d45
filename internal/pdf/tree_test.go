package pdf

import (
	"fmt"
	"strings"
)

// An elem is an element of the structure tree with what is below it.
type elem struct {
	number int
	role   name
	dict   dict
	kids   []*elem
	text   string // of its own marks
}

// document reads the structure tree and checks what holds it together: each
// mark of each page is in the parent tree and in the element it names.
func (f *file) document(pages []*page) (*elem, error) {
	root := f.dict(f.dict(f.trailer["Root"])["StructTreeRoot"])
	parents := map[int]array{}
	nums := f.array(f.dict(root["ParentTree"])["Nums"])
	for i := 0; i+1 < len(nums); i += 2 {
		parents[int(nums[i].(float64))] = f.array(nums[i+1])
	}
	if len(parents) != len(pages) {
		return nil, fmt.Errorf("%d pages in the parent tree, want %d", len(parents), len(pages))
	}
	r := &treeReader{file: f, pages: map[int]*page{}, seen: map[string]bool{}, parents: parents}
	for i, p := range pages {
		if p.key != i {
			return nil, fmt.Errorf("page %d has the key %d", i+1, p.key)
		}
		r.pages[p.number] = p
	}
	doc := r.elem(root["K"].(ref), f.dict(f.trailer["Root"])["StructTreeRoot"].(ref))
	marks := 0
	for i, p := range pages {
		if len(p.marks) != len(parents[i]) {
			r.fault("page %d has %d marks, the parent tree %d", i+1, len(p.marks), len(parents[i]))
		}
		marks += len(p.marks)
	}
	if marks != len(r.seen) {
		r.fault("%d marks, %d of them in the tree", marks, len(r.seen))
	}
	if len(r.faults) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(r.faults, "\n"))
	}
	return doc, nil
}

type treeReader struct {
	*file
	pages   map[int]*page // by object
	parents map[int]array
	seen    map[string]bool // marks
	faults  []string
}

func (r *treeReader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

func (r *treeReader) elem(n, parent ref) *elem {
	d := r.dict(n)
	e := &elem{number: int(n), dict: d}
	e.role, _ = d["S"].(name)
	if d["Type"] != name("StructElem") || d["P"] != parent {
		r.fault("object %d: %v is no element below %d", n, d, parent)
		return e
	}
	for _, k := range r.kids(d["K"]) {
		switch k := k.(type) {
		case float64:
			r.mark(e, d["Pg"], int(k))
		case dict:
			r.mark(e, k["Pg"], int(k["MCID"].(float64)))
		case ref:
			e.kids = append(e.kids, r.elem(k, n))
		}
	}
	return e
}

// kids returns an element's kids, references as they are.
func (r *treeReader) kids(k any) array {
	if a, ok := k.(array); ok {
		return a
	}
	return array{k}
}

func (r *treeReader) mark(e *elem, at any, mcid int) {
	n, _ := at.(ref)
	p := r.pages[int(n)]
	if p == nil {
		r.fault("element %d: mark on no page", e.number)
		return
	}
	s, ok := p.marks[mcid]
	if !ok || p.tags[mcid] != e.role {
		r.fault("element %d is %s, its mark %d on page %d %q", e.number, e.role, mcid, p.key+1, p.tags[mcid])
	}
	if list := r.parents[p.key]; mcid >= len(list) || list[mcid] != ref(e.number) {
		r.fault("mark %d on page %d is not that of element %d in the parent tree", mcid, p.key+1, e.number)
	}
	key := fmt.Sprint(p.key, " ", mcid)
	if r.seen[key] {
		r.fault("mark %s in two elements", key)
	}
	r.seen[key] = true
	e.text += s
}

// said returns what a screen reader says of the element itself.
func (e *elem) said() string {
	if s, ok := e.dict["ActualText"].(text); ok {
		return string(s)
	}
	return e.text
}

// all calls fn for the element and all below it, in reading order.
func (e *elem) all(fn func(*elem)) {
	fn(e)
	for _, k := range e.kids {
		k.all(fn)
	}
}

// whole returns the text of the element and all below it.
func (e *elem) whole() string {
	var parts []string
	e.all(func(e *elem) {
		if s := e.said(); s != "" {
			parts = append(parts, strings.TrimSpace(s))
		}
	})
	return strings.Join(parts, " ")
}
