// Package write writes PDF files: every object of a document, the same way
// for every kind of document. Files are PDF 1.7, made to be PDF/A-2a and
// PDF/UA-1. All but the blank, which is there to be filled in, and volumes,
// which have links, are flat and without names that a signing service refuses.
//
// What is constant for a kind of document is written once, in a Template or a
// Prose; Append copies it and writes the rest behind it.
package write

import (
	"crypto/sha256"
	"fmt"
	"hash"

	"ab325/internal/form"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/stock"
)

// A Template is the constant beginning of the files of one kind of document,
// and the numbers of the objects behind it. It does not change after New and
// is safe for concurrent use.
type Template struct {
	plan  *layout.Plan
	sheet layout.Sheet

	prefix []byte // header and constant objects
	xref   []byte // their lines in the table of offsets
	count  int    // how many they are

	catalog, resources int
	pages              []int    // indexes of the sheet's pages in plan.Pages
	page               []int    // object of a page, by index in plan.Pages; 0 is not in the document
	node               []int    // object of an element, by index in plan.Tree; 0 is not in the document
	parent             []int    // index of an element's parent in plan.Tree
	holder             []int    // index in plan.Tree of the element that holds a slot
	marks              [][]byte // references to the elements of a page's constant marks, by MCID

	// Numbers of the objects that vary but always exist.
	pageTree, document, parentTree, content int
	items                                   []int // indexes in plan.Tree of elements with slots
	free                                    int   // the first number that a document may use
	digest                                  [32]byte
	hashed                                  hash.Cloner // SHA-256 that has read the prefix

	*blank // nil for what is not filled in elsewhere
}

// New writes the constant objects of the documents that have the given sheet.
func New(plan *layout.Plan, s *stock.Stock, sheet layout.Sheet) *Template {
	return newTemplate(plan, s, sheet, nil)
}

func newTemplate(plan *layout.Plan, s *stock.Stock, sheet layout.Sheet, fields *blank) *Template {
	t := &Template{plan: plan, sheet: sheet, blank: fields, resources: s.Resources,
		page: make([]int, len(plan.Pages)), node: make([]int, len(plan.Tree)), parent: make([]int, len(plan.Tree)), holder: make([]int, len(plan.Slots)), marks: make([][]byte, len(plan.Pages))}
	for i := range plan.Pages {
		if sheet.Has(plan.Pages[i].Sheet) {
			t.pages = append(t.pages, i)
		}
	}
	t.number(len(s.Objects))
	w := &writer{dst: append([]byte(nil), header...)}
	for _, body := range s.Objects {
		w.object(body)
	}
	for _, p := range t.pages {
		w.object(s.Contents[p])
	}
	for k, p := range t.pages {
		w.begin()
		w.dst = t.annotated(t.pageObject(w.dst, k, t.page[p]-len(t.pages), t.content+k), k)
		w.end()
	}
	t.elements(w)
	w.object(fmt.Appendf(nil, "<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R>>", t.document, t.parentTree))
	w.object(xmp(title(plan.Def, sheet)))
	w.object(t.fillable(catalog(t.pageTree, t.catalog-2, t.catalog-1, s.Profile)))
	t.prefix, t.xref = w.dst, w.table(nil)
	hashed := sha256.New()
	hashed.Write(w.dst)
	hashed.Sum(t.digest[:0])
	t.hashed = hashed.(hash.Cloner) // as all hashes of the standard library are
	return t
}

// Common returns what all files that Append makes begin with. It must not be
// changed.
func (t *Template) Common() []byte { return t.prefix[:len(t.prefix):len(t.prefix)] }

// Hash returns the SHA-256 hash of a file, of which AppendOwn made the rest. Of
// its constant part nothing has to be read again.
func (t *Template) Hash(own []byte) (sum [sha256.Size]byte, err error) {
	read, err := t.hashed.Clone()
	if err != nil {
		return sum, fmt.Errorf("hash of a document: %w", err)
	}
	read.Write(own)
	read.Sum(sum[:0])
	return sum, nil
}

const header = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

// number gives every object that always exists its number: the stock's, the
// pages' contents and the pages, the elements without values, the tree's
// root, metadata and catalog; behind them what varies.
func (t *Template) number(stock int) {
	n := stock + len(t.pages)
	for _, p := range t.pages {
		n++
		t.page[p] = n
	}
	for i := range t.plan.Tree {
		for _, k := range t.plan.Tree[i].Kids {
			switch k.Kind {
			case layout.NodeKid:
				t.parent[k.N] = i
			case layout.SlotKid:
				t.holder[k.N] = i
			}
		}
		if i == 0 || !t.in(i) {
			continue
		}
		if t.varies(i) {
			t.items = append(t.items, i)
			continue
		}
		n++
		t.node[i] = n
	}
	t.catalog = n + 3
	t.count = t.catalog
	t.pageTree, t.document, t.parentTree = t.count+1, t.count+2, t.count+3
	t.node[0] = t.document
	t.content = t.count + 4
	n = t.content + len(t.pages)
	if t.blank != nil {
		t.annots, t.acroForm = n, n+len(t.pages)
		n = t.acroForm + 1
	}
	for _, i := range t.items {
		t.node[i] = n
		n++
	}
	t.free = n
}

// in reports whether an element is on one of the document's pages, as its
// first kid is.
func (t *Template) in(node int) bool {
	k := t.plan.Tree[node].Kids[0]
	switch k.Kind {
	case layout.NodeKid:
		return t.in(k.N)
	case layout.SlotKid:
		return t.page[t.plan.Slots[k.N].Page] != 0
	}
	return t.page[k.Page] != 0
}

// varies reports whether an element holds a value.
func (t *Template) varies(node int) bool {
	for _, k := range t.plan.Tree[node].Kids {
		if k.Kind == layout.SlotKid {
			return true
		}
	}
	return false
}

// pageObject appends a page's body. key is its place in the parent tree.
func (t *Template) pageObject(b []byte, key int, contents ...int) []byte {
	return pageObject(b, t.pageTree, t.resources, key, contents...)
}

func pageObject(b []byte, pageTree, resources, key int, contents ...int) []byte {
	b = append(b, "<</Type/Page/Parent "...)
	b = ref(b, pageTree)
	b = append(b, "/MediaBox[0 0 595.28 841.89]/Resources "...)
	b = ref(b, resources)
	b = append(b, "/Tabs/S/StructParents "...)
	b = integer(b, key)
	b = append(b, "/Contents["...)
	for _, n := range contents {
		b = append(ref(b, n), ' ')
	}
	return append(b, "]>>"...)
}

// catalog returns the body of the object that a reader begins with.
func catalog(pageTree, structure, metadata, profile int) []byte {
	return fmt.Appendf(nil, "<</Type/Catalog/Pages %d 0 R/Lang(da-DK)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R"+
		"/ViewerPreferences<</DisplayDocTitle true>>/Metadata %d 0 R/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"+
		"/OutputConditionIdentifier(sRGB)/Info(sRGB2014)/DestOutputProfile %d 0 R>>]>>", pageTree, structure, metadata, profile)
}

// elements writes the elements of the structure tree that do not vary.
func (t *Template) elements(w *writer) {
	marks := make([][]int, len(t.plan.Pages)) // the element of each mark
	for i := range t.plan.Tree {
		for _, k := range t.plan.Tree[i].Kids {
			if k.Kind == layout.MarkKid {
				for len(marks[k.Page]) <= k.N {
					marks[k.Page] = append(marks[k.Page], 0)
				}
				marks[k.Page][k.N] = t.node[i]
			}
		}
		if i == 0 || t.node[i] == 0 || t.varies(i) {
			continue
		}
		w.begin()
		w.dst = t.element(w.dst, i, nil)
		w.end()
	}
	for p := range marks {
		for _, n := range marks[p] {
			t.marks[p] = append(ref(t.marks[p], n), ' ')
		}
	}
}

// element appends the body of element i. slots has the object of each slot,
// 0 if it is empty; nil for an element without.
func (t *Template) element(b []byte, i int, slots []int) []byte {
	return element(b, &t.plan.Tree[i], t.node[t.parent[i]], t.node, t.page, slots)
}

// element appends the body of an element below a parent. node, page and slots
// have the objects by index; what has none is left out. Lists have no
// ListNumbering: the name of that attribute's owner, List, is not among those
// that NemLog-in signs; the items' labels are text of their own.
func element(b []byte, e *layout.Node, parent int, node, page, slots []int) []byte {
	b = structElem(b, e.Role, parent)
	pg := -1
	for _, k := range e.Kids {
		if k.Kind == layout.MarkKid {
			pg = k.Page
			b = append(b, "/Pg "...)
			b = ref(b, page[pg])
			break
		}
	}
	b = append(b, "/K["...)
	for _, k := range e.Kids {
		switch {
		case k.Kind == layout.NodeKid && node[k.N] != 0:
			b = ref(b, node[k.N])
		case k.Kind == layout.SlotKid && slots[k.N] != 0:
			b = ref(b, slots[k.N])
		case k.Kind == layout.MarkKid && k.Page == pg:
			b = integer(b, k.N)
		case k.Kind == layout.MarkKid:
			b = markReference(b, page[k.Page], k.N)
		default:
			continue
		}
		b = append(b, ' ')
	}
	return append(b, "]>>"...)
}

// structElem appends the beginning of an element's body.
func structElem(b []byte, role layout.Role, parent int) []byte {
	b = append(b, "<</Type/StructElem/S/"...)
	b = append(b, role...)
	b = append(b, "/P "...)
	return ref(b, parent)
}

// markReference appends a reference to marked content on another page than
// the element's.
func markReference(b []byte, page, mcid int) []byte {
	b = append(b, "<</Type/MCR/Pg "...)
	b = ref(b, page)
	b = append(b, "/MCID "...)
	b = integer(b, mcid)
	return append(b, ">>"...)
}

// title returns what a viewer shows as the document's title. It names nobody.
func title(def *form.Definition, sheet layout.Sheet) string {
	s := def.Code + " " + def.Title
	if sheet != layout.Whole {
		s += fmt.Sprintf(" – Blad %d", sheet)
	}
	return s
}
