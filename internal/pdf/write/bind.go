package write

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"

	"ab325/internal/pdf/layout"
)

// A Volume is several documents bound in one file.
type Volume struct {
	Title string
	Parts []BoundPart

	// Head stands on top of every page, before its number in the volume.
	// "" leaves the pages as they were.
	Head string

	// Links are where the first part's links are, in their order; each leads
	// to the part behind: the first link to Parts[1].
	Links []layout.Link
}

// A BoundPart is a document of a volume.
type BoundPart struct {
	Title string // the outline's
	*Source
}

// errForeign says that a file was not written by this package.
var errForeign = errors.New("not as this program writes it")

// Bind appends a volume to dst. It has the pages of all parts in their order,
// each unchanged but for the head, an outline, one structure tree with an
// element for each part, and one copy of fonts that are the same.
func Bind(dst []byte, fonts layout.Fonts, v *Volume) ([]byte, error) {
	b := &binder{Volume: v, fonts: fonts, shared: map[string]int{}}
	b.tree, b.structure, b.document, b.parents = b.add(), b.add(), b.add(), b.add()
	for _, p := range v.Parts {
		b.total += p.Pages()
	}
	var parts []*bound
	for i := range v.Parts {
		p, err := b.part(&v.Parts[i])
		if err != nil {
			return dst, fmt.Errorf("bind part %d: %w", i+1, err)
		}
		parts = append(parts, p)
	}
	if len(v.Links) > 0 && (len(v.Links) != len(parts)-1 || len(v.Links) != len(parts[0].links)) {
		return dst, fmt.Errorf("%d links in an index of %d parts", len(v.Links), len(parts)-1)
	}
	b.link(parts)
	root := b.finish(parts)
	w := &writer{dst: append(dst, header...), base: len(dst)}
	for _, body := range b.bodies {
		w.object(body)
	}
	hash := sum(w.dst[w.base:])
	return w.trailer(nil, root, [16]byte(hash[:])), nil
}

// A binder collects the objects of a volume.
type binder struct {
	*Volume
	fonts  layout.Fonts
	bodies [][]byte       // by number, less one
	shared map[string]int // fonts and what belongs to them, by their body
	pages  []int          // objects
	total  int            // of pages
	failed bool           // a part is not as this package writes it
	nums   []byte         // of the parent tree

	tree, structure, document, parents int
	profile                            int
}

// A bound is a part in its place.
type bound struct {
	*BoundPart
	first   int // index of its first page
	element int
	new     map[int]int // numbers of its objects in the volume, by the old ones
	sharing map[int]int // objects that are being shared, to see a circle
}

// add reserves a number.
func (b *binder) add() int {
	b.bodies = append(b.bodies, nil)
	return len(b.bodies)
}

func (b *binder) put(n int, body []byte) { b.bodies[n-1] = body }

// part takes over the objects of a part under new numbers.
func (b *binder) part(from *BoundPart) (*bound, error) {
	p := &bound{BoundPart: from, first: len(b.pages), sharing: map[int]int{}, new: map[int]int{from.pageTree: b.tree, from.structure: b.document}}
	for _, page := range from.pages {
		b.share(p, found(from.objects[page], resourcesEntry))
	}
	b.profile = b.share(p, from.profile)
	if b.failed {
		return nil, errForeign
	}
	var own []int
	for _, n := range from.numbers() {
		if p.new[n] == 0 && !slices.Contains([]int{from.catalog, from.metadata, from.parents}, n) {
			own = append(own, n)
			p.new[n] = b.add()
		}
	}
	for _, n := range own {
		for _, m := range reference.FindAllSubmatch(dictionary(from.objects[n]), -1) {
			if p.new[number(m[1])] == 0 {
				return nil, errForeign
			}
		}
		b.put(p.new[n], renumber(from.objects[n], p.new))
	}
	for _, page := range from.pages {
		if err := b.page(p, page); err != nil {
			return nil, err
		}
	}
	for _, m := range marksEntry.FindAllSubmatch(renumber(from.objects[from.parents], p.new), -1) {
		b.nums = append(integer(b.nums, p.first+number(m[1])), '[')
		b.nums = append(append(b.nums, m[2]...), ']')
	}
	p.element = p.new[found(from.objects[from.structure], rootElement)]
	if p.element == 0 {
		return nil, errForeign
	}
	was := b.bodies[p.element-1]
	b.put(p.element, bytes.Replace(was, []byte("/S/Document"), []byte("/S/Part"), 1))
	return p, nil
}

// share takes over an object that other parts may have as well, with all that
// it refers to.
func (b *binder) share(p *bound, n int) int {
	if p.new[n] != 0 {
		return p.new[n]
	}
	body, ok := p.objects[n]
	if p.sharing[n]++; !ok || p.sharing[n] > 1 { // nothing, or a circle
		b.failed = true
		return 0
	}
	for _, m := range reference.FindAllSubmatch(dictionary(body), -1) {
		b.share(p, number(m[1]))
	}
	body = renumber(body, p.new)
	m, known := b.shared[string(body)]
	if !known {
		m = b.add()
		b.put(m, body)
		b.shared[string(body)] = m
	}
	p.new[n] = m
	return m
}

// page gives a page its key in the parent tree and its number in the volume.
func (b *binder) page(p *bound, page int) error {
	n := p.new[page]
	body := b.bodies[n-1]
	key := keyEntry.FindSubmatchIndex(body)
	if key == nil || !bytes.HasSuffix(body, []byte("]>>")) {
		return errForeign
	}
	out := append(integer(append([]byte(nil), body[:key[2]]...), p.first+number(body[key[2]:key[3]])), body[key[3]:]...)
	b.pages = append(b.pages, n)
	if b.Head != "" {
		stamp := b.add()
		b.put(stamp, b.stamp(len(b.pages)))
		out = append(ref(out[:len(out)-len("]>>")], stamp), "]>>"...)
	}
	b.put(n, out)
	return nil
}

// stamp returns the content that numbers a page.
func (b *binder) stamp(page int) []byte {
	const size = layout.MinSize
	text := b.Head + ", side " + strconv.Itoa(page) + " af " + strconv.Itoa(b.total)
	right, top := layout.MM(195), layout.MM(7)
	run := layout.Run{X: right - b.fonts.Regular.Width(text, size), Y: top, Size: size, Text: text}
	data := artifact(nil, b.fonts, "Header", []layout.Run{run})
	return fmt.Appendf(nil, "<</Length %d>>\nstream\n%s\nendstream", len(data), data)
}

// link makes the links of the index lead to their parts.
func (b *binder) link(parts []*bound) {
	on := map[int][]int{} // annotations by index of the page
	for i, l := range b.Links {
		n, to, element := b.add(), parts[i+1], parts[0].new[parts[0].links[i]]
		key := len(b.pages) + i
		b.nums = append(ref(append(integer(b.nums, key), ' '), element), ' ')
		r := l.Rect
		body := []byte("<</Type/Annot/Subtype/Link/Border[0 0 0]/F 4/Rect[")
		for _, v := range [...]layout.Unit{r.X, layout.PageHeight - r.Y - r.H, r.X + r.W, layout.PageHeight - r.Y} {
			body = append(length(body, v), ' ')
		}
		body = append(ref(append(body, "]/Dest["...), b.pages[to.first]), "/Fit]/StructParent "...)
		body = append(integer(body, key), "/Contents "...)
		b.put(n, append(textString(body, "Gå til side "+strconv.Itoa(to.first+1)+": "+to.Title), ">>"...))
		was := b.bodies[element-1]
		out := append([]byte(nil), was[:len(was)-len("]>>")]...)
		out = append(ref(append(out, "<</Type/OBJR/Obj "...), n), ">>]>>"...)
		b.put(element, out)
		on[l.Page] = append(on[l.Page], n)
	}
	for page, list := range on {
		n := b.pages[page]
		was := b.bodies[n-1]
		out := append(append([]byte(nil), was[:len(was)-len(">>")]...), "/Annots["...)
		b.put(n, append(refs(out, list), "]>>"...))
	}
}

// finish adds what holds the volume together and returns the catalog.
func (b *binder) finish(parts []*bound) int {
	body := append(integer([]byte("<</Type/Pages/Count "), len(b.pages)), "/Kids["...)
	b.put(b.tree, append(refs(body, b.pages), "]>>"...))
	b.put(b.parents, append(append([]byte("<</Nums["), b.nums...), "]>>"...))
	b.put(b.structure, fmt.Appendf(nil, "<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R>>", b.document, b.parents))
	body = append(ref([]byte("<</Type/StructElem/S/Document/P "), b.structure), "/K["...)
	for _, p := range parts {
		body = append(ref(body, p.element), ' ')
	}
	b.put(b.document, append(body, "]>>"...))
	outline := b.add()
	items := make([]int, len(parts))
	for i := range parts {
		items[i] = b.add()
	}
	b.put(outline, fmt.Appendf(nil, "<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>", items[0], items[len(items)-1], len(items)))
	for i, p := range parts {
		item := append(textString([]byte("<</Title "), p.Title), "/Parent "...)
		item = append(ref(append(ref(item, outline), "/Dest["...), b.pages[p.first]), "/Fit]"...)
		if i > 0 {
			item = ref(append(item, "/Prev "...), items[i-1])
		}
		if i+1 < len(items) {
			item = ref(append(item, "/Next "...), items[i+1])
		}
		b.put(items[i], append(item, ">>"...))
	}
	metadata, root := b.add(), b.add()
	b.put(metadata, xmp(b.Title))
	body = catalog(b.tree, b.structure, metadata, b.profile)
	b.put(root, append(ref(append(body[:len(body)-len(">>")], "/Outlines "...), outline), ">>"...))
	return root
}

// dictionary returns an object's body without the data of a stream.
func dictionary(body []byte) []byte {
	if i := bytes.Index(body, []byte("stream\n")); i >= 0 {
		return body[:i]
	}
	return body
}

// renumber returns a body with the numbers that objects have in the volume.
func renumber(body []byte, numbers map[int]int) []byte {
	dict := dictionary(body)
	out := reference.ReplaceAllFunc(dict, func(old []byte) []byte {
		return ref(nil, numbers[number(old[:bytes.IndexByte(old, ' ')])])
	})
	return append(out, body[len(dict):]...)
}

// textString appends a string for people, in UTF-16.
func textString(b []byte, s string) []byte {
	b = append(b, "<FEFF"...)
	for _, u := range utf16.Encode([]rune(s)) {
		b = fmt.Appendf(b, "%04X", u)
	}
	return append(b, '>')
}
