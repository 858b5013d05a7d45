package seal

import (
	"crypto"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// span is a part of a file: the bytes from from up to, without, to.
type span struct{ from, to int }

// put writes b as the hex string that the span has room for.
func (s span) put(file, b []byte) error {
	if room := (s.to - s.from - len("<>")) / 2; len(b) > room {
		return fmt.Errorf("the seal has %d bytes and room for %d", len(b), room)
	}
	hex.Encode(file[s.from+1:], b)
	return nil
}

// A revision is objects behind a file, with a table of offsets of their own.
type revision struct {
	*document
	dst     []byte
	base    int // where the file begins in dst
	next    int // number of the next new object
	objects []place
}

type place struct{ n, offset int }

func newRevision(dst []byte, doc *document) *revision {
	return &revision{document: doc, dst: append(dst, doc.b...), base: len(dst), next: doc.size}
}

// number returns the number of a new object.
func (r *revision) number() int {
	r.next++
	return r.next - 1
}

func (r *revision) begin(n int) {
	r.objects = append(r.objects, place{n, len(r.dst) - r.base})
	r.dst = fmt.Appendf(r.dst, "%d 0 obj\n", n)
}

func (r *revision) end() { r.dst = append(r.dst, "\nendobj\n"...) }

func (r *revision) object(n int, body dict) {
	r.begin(n)
	r.dst = append(r.dst, body...)
	r.end()
}

// finish writes the table and the trailer, and returns the longer slice.
func (r *revision) finish() []byte {
	id := sum(crypto.SHA256, r.dst[r.base+len(r.b):])[:16]
	at := len(r.dst) - r.base
	r.dst = append(r.dst, "xref\n"...)
	slices.SortFunc(r.objects, func(a, b place) int { return a.n - b.n })
	for i := 0; i < len(r.objects); {
		end := i + 1
		for end < len(r.objects) && r.objects[end].n == r.objects[end-1].n+1 {
			end++
		}
		r.dst = fmt.Appendf(r.dst, "%d %d\n", r.objects[i].n, end-i)
		for ; i < end; i++ {
			r.dst = fmt.Appendf(r.dst, "%010d 00000 n \n", r.objects[i].offset)
		}
	}
	first := r.id
	if first == "" {
		first = fmt.Sprintf("<%x>", id)
	}
	return fmt.Appendf(r.dst, "trailer\n<</Size %d/Root %d 0 R/Prev %d/ID[%s<%x>]>>\nstartxref\n%d\n%%%%EOF\n", r.next, r.root, r.document.at, first, id, at)
}

// appendSeal appends doc with a seal's revision to dst. The gap, counted from
// where the file begins, is where the seal's CMS goes; it has room for so many
// bytes.
func appendSeal(dst []byte, doc *document, id *Identity, at time.Time, room int) (sealed []byte, gap span, err error) {
	r := newRevision(dst, doc)
	form, widget, picture, signature := r.number(), r.number(), r.number(), r.number()
	catalog, err := r.dict(r.root)
	if err != nil {
		return dst, gap, err
	}
	page, err := r.annotate(catalog, widget)
	if err != nil {
		return dst, gap, err
	}
	parent, key, err := r.describe(catalog, form)
	if err != nil {
		return dst, gap, err
	}
	name, err := r.register(catalog, widget)
	if err != nil {
		return dst, gap, err
	}
	r.object(form, fmt.Appendf(nil, "<</Type/StructElem/S/Form/P %d 0 R/Pg %d 0 R/K<</Type/OBJR/Obj %d 0 R/Pg %[2]d 0 R>>>>", parent, page, widget))
	r.object(widget, fmt.Appendf(nil, "<</Type/Annot/Subtype/Widget/FT/Sig/T(%s)/TU%s/F 132/Rect[0 0 0 0]/AP<</N %d 0 R>>/P %d 0 R/StructParent %d/V %d 0 R>>",
		name, text("Elektronisk segl: "+id.By()), picture, page, key, signature))
	// A field without a size needs no picture, but PDF/A-1 and its checkers ask for one.
	r.object(picture, dict("<</Type/XObject/Subtype/Form/BBox[0 0 0 0]/Resources<<>>/Length 0>>\nstream\n\nendstream"))
	r.begin(signature)
	r.dst = fmt.Appendf(r.dst, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name%s/M(D:%s+00'00')/ByteRange", text(id.By()), at.UTC().Format(timeLayout))
	ranges := len(r.dst)
	r.dst = append(r.dst, strings.Repeat(" ", rangeSize)+"/Contents"...)
	gap = span{len(r.dst) - r.base, len(r.dst) - r.base + len("<>") + 2*room}
	r.dst = append(r.dst, "<"+strings.Repeat("00", room)+">>>"...)
	r.end()
	sealed = r.finish()
	copy(sealed[ranges:], fmt.Sprintf("[0 %d %d %d]", gap.from, gap.to, len(sealed)-r.base-gap.to))
	return sealed, gap, nil
}

const (
	timeLayout = "20060102150405"
	rangeSize  = len("[0 1234567890 1234567890 1234567890]")
)

// annotate puts the widget on the last page, and returns the page's number.
func (r *revision) annotate(catalog dict, widget int) (page int, err error) {
	node, n, err := r.follow(catalog, "Pages")
	for depth := 0; ; depth++ {
		if err != nil || depth > maxDepth {
			return 0, cmpErr(err)
		}
		kids, ok := node.get("Kids")
		if !ok {
			break
		}
		list := refs(kids)
		if len(list) == 0 {
			return 0, errLayout
		}
		n = list[len(list)-1]
		node, err = r.dict(n)
	}
	if kind, _ := node.get("Type"); string(kind) != "/Page" {
		return 0, errLayout
	}
	return n, r.extend(n, node, "Annots", widget)
}

// describe puts the element form at the end of the document's element, and the
// widget's key into the parent tree. It returns both's owners.
func (r *revision) describe(catalog dict, form int) (parent, key int, err error) {
	root, _, err := r.follow(catalog, "StructTreeRoot")
	if err != nil {
		return 0, 0, err
	}
	document, parent, err := r.follow(root, "K")
	if err != nil {
		return 0, 0, err
	}
	if err := r.extend(parent, document, "K", form); err != nil {
		return 0, 0, err
	}
	tree, n, err := r.follow(root, "ParentTree")
	if err != nil {
		return 0, 0, err
	}
	at, ok := tree.find("Nums")
	if !ok {
		return 0, 0, errLayout
	}
	if key, err = nextKey(tree[at.from:at.to]); err != nil {
		return 0, 0, err
	}
	r.object(n, tree.with("Nums", fmt.Sprintf("%s%d %d 0 R]", tree[at.from:at.to-1], key, form)))
	return parent, key, nil
}

// nextKey returns the first free key behind those of a number tree's leaf.
func nextKey(nums []byte) (int, error) {
	next := 0
	for i := space(nums, 1); i < len(nums) && nums[i] != ']'; i = space(nums, i) {
		key, end, ok := integer(nums, i)
		if !ok {
			return 0, errLayout
		}
		next = max(next, key+1)
		var err error
		if i, err = skip(nums, space(nums, end)); err != nil {
			return 0, err
		}
	}
	return next, nil
}

// register makes the widget a field of the document's form, and returns a name
// that no other of the form's fields has.
func (r *revision) register(catalog dict, widget int) (name string, err error) {
	at, ok := catalog.find("AcroForm")
	if !ok {
		r.object(r.root, catalog.with("AcroForm", fmt.Sprintf("<</Fields[%d 0 R]/SigFlags 3>>", widget)))
		return "segl", nil
	}
	form, n := dict(catalog[at.from:at.to]), 0
	if form[0] != '<' {
		if form, n, err = r.follow(catalog, "AcroForm"); err != nil {
			return "", err
		}
	}
	fields, ok := form.get("Fields")
	if !ok || fields[0] != '[' {
		return "", errLayout
	}
	changed := form.with("Fields", fmt.Sprintf("%s %d 0 R]", fields[:len(fields)-1], widget)).with("SigFlags", "3")
	if n != 0 {
		r.object(n, changed)
	} else {
		r.object(r.root, catalog.with("AcroForm", string(changed)))
	}
	return fmt.Sprintf("segl%d", widget), nil
}

// extend writes object n with a reference more at the end of the array, or in
// place of the one reference, that key has.
func (r *revision) extend(n int, body dict, key string, to int) error {
	value, ok := body.get(key)
	switch {
	case !ok:
		value = []byte("[")
	case value[0] == '[':
		value = value[:len(value)-1]
	case value[0] == '<':
		return errLayout
	default:
		if owner, is := body.ref(key); is && key == "Annots" {
			return r.extendArray(owner, to)
		}
		value = fmt.Appendf(nil, "[%s ", value)
	}
	r.object(n, body.with(key, fmt.Sprintf("%s%d 0 R]", value, to)))
	return nil
}

// extendArray writes the array that is object n with a reference more.
func (r *revision) extendArray(n, to int) error {
	from, err := r.start(n)
	if err != nil {
		return err
	}
	end, err := skip(r.b, from)
	if err != nil || r.b[from] != '[' {
		return errLayout
	}
	r.object(n, fmt.Appendf(nil, "%s %d 0 R]", r.b[from:end-1], to))
	return nil
}

// text returns a text as PDF writes it, in UTF-16 where ASCII does not do.
func text(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0 {
		return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")"
	}
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String() + ">"
}
