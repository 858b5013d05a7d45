package write

import (
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/stock"
)

// A Prose writes documents of running text. It does not change after NewProse
// and is safe for concurrent use.
type Prose struct {
	prefix, xref       []byte
	count              int
	resources, profile int
}

// NewProse writes the constant objects of running text: the stock's.
func NewProse(s *stock.Stock) *Prose {
	w := &writer{dst: append([]byte(nil), header...)}
	for _, body := range s.Objects {
		w.object(body)
	}
	return &Prose{prefix: w.dst, xref: w.table(nil), count: len(s.Objects), resources: s.Resources, profile: s.Profile}
}

// Append appends the file of a text to dst. title is what a viewer shows as
// its title.
func (t *Prose) Append(dst []byte, title string, p *layout.Pages) []byte {
	w := &writer{base: len(dst), first: t.count}
	w.dst = append(dst, t.prefix...)
	n := t.count
	root, tree, structure, parents := n+1, n+3, n+4, n+5
	page, node := make([]int, len(p.Pages)), make([]int, len(p.Tree))
	n = parents + 1
	for i := range page {
		page[i] = n + 2*i // its content follows
	}
	n += 2 * len(page)
	for i := range node {
		node[i] = n + i
	}
	w.object(catalog(tree, structure, root+1, t.profile))
	w.object(xmp(title))
	w.begin()
	w.dst = append(integer(append(w.dst, "<</Type/Pages/Count "...), len(page)), "/Kids["...)
	w.dst = append(refs(w.dst, page), "]>>"...)
	w.end()
	w.begin()
	w.dst = ref(append(w.dst, "<</Type/StructTreeRoot/K "...), node[0])
	w.dst = append(ref(append(w.dst, "/ParentTree "...), parents), ">>"...)
	w.end()
	w.begin()
	w.dst = parentTree(w.dst, p, node)
	w.end()
	for i := range page {
		w.begin()
		w.dst = pageObject(w.dst, tree, t.resources, i, page[i]+1)
		w.end()
		w.beginStream()
		w.dst = content(w.dst, p.Fonts, &p.Pages[i])
		w.endStream()
	}
	elements(w, p, structure, node, page)
	hash := sum(w.dst[w.base:])
	return w.trailer(t.xref, root, [16]byte(hash[:]))
}

// elements writes the structure tree, its root below structure.
func elements(w *writer, p *layout.Pages, structure int, node, page []int) {
	parent := make([]int, len(p.Tree))
	parent[0] = structure
	for i := range p.Tree {
		for _, k := range p.Tree[i].Kids {
			if k.Kind == layout.NodeKid {
				parent[k.N] = node[i]
			}
		}
	}
	for i := range p.Tree {
		w.begin()
		w.dst = element(w.dst, &p.Tree[i], parent[i], node, page, nil)
		w.end()
	}
}

// parentTree appends for each page the elements of its marks, by MCID.
func parentTree(b []byte, p *layout.Pages, node []int) []byte {
	of := make([][]int, len(p.Pages))
	for i := range of {
		of[i] = make([]int, len(p.Pages[i].Marks))
	}
	for i := range p.Tree {
		for _, k := range p.Tree[i].Kids {
			if k.Kind == layout.MarkKid {
				of[k.Page][k.N] = node[i]
			}
		}
	}
	b = append(b, "<</Nums["...)
	for i := range of {
		b = append(integer(b, i), '[')
		b = append(refs(b, of[i]), ']')
	}
	return append(b, "]>>"...)
}

// content appends what stands on a page.
func content(b []byte, fonts layout.Fonts, page *layout.Page) []byte {
	for i := range page.Marks {
		b = begin(b, page.Marks[i].Role, i)
		b = append(runs(b, fonts, page.Marks[i].Runs), "EMC\n"...)
	}
	return artifact(b, fonts, "Footer", page.Footer)
}

func refs(b []byte, numbers []int) []byte {
	for _, n := range numbers {
		b = append(ref(b, n), ' ')
	}
	return b
}
