package pdftest

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf"
)

// good is a document that fulfils every condition.
var good = sync.OnceValues(func() ([]byte, error) {
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		return nil, err
	}
	engine, err := pdf.Compile(def)
	if err != nil {
		return nil, err
	}
	return engine.Append(nil, &pdf.Record{Sheet: pdf.Blad2, Values: form.Values{
		"employee.name": "Åse Bjørn", "job.inAttachment": "ja", "job.description": strings.Repeat("Lang tekst. ", 400),
	}})
})

func goodFile(t testing.TB) []byte {
	t.Helper()
	b, err := good()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGood(t *testing.T) {
	f, err := Read(goodFile(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range f.Faults(Options{Flat: true}) {
		t.Error(fault)
	}
}

// found are the conditions that the reader finds on its way.
var found = []string{"UA 01-003", "UA 01-004", "UA 01-005", "UA 02-001", "UA 02-003", "UA 02-004", "UA 30-001", "UA 30-002", "content", "structure", "page tree", "PDF/A 6.7.3", "names", "flat"}

// TestEachCondition breaks a good file in one way after another: each must be
// found, and must not be found before. Every condition is broken.
func TestEachCondition(t *testing.T) {
	from, err := Read(goodFile(t))
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string]bool{}
	for _, test := range breakages {
		broken[test.id] = true
		t.Run(test.id, func(t *testing.T) {
			f := from.copied()
			f.analyse()
			if test.base != nil {
				test.base(f)
				f.analyse()
			}
			if has(f.Faults(Options{Flat: test.flat}), test.id) {
				t.Fatalf("is found in a file that fulfils it: %v", f.faults)
			}
			test.broken(f)
			f.analyse()
			if !has(f.Faults(Options{Flat: test.flat}), test.id) {
				t.Errorf("is not found: %v", f.faults)
			}
		})
	}
	for _, c := range conditions {
		if !broken[c.id] {
			t.Errorf("%s (%s) is not tested", c.id, c.what)
		}
	}
	for _, id := range found {
		if !broken[id] {
			t.Errorf("%s is not tested", id)
		}
	}
}

func has(faults []Fault, id string) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool { return f.Condition == id })
}

// A breakage makes a file break a condition. base prepares what a good file
// has none of, such as a table.
type breakage struct {
	id     string
	flat   bool
	base   func(f *File)
	broken func(f *File)
}

// Ways to change a file.

// copied returns a copy that may be changed. Streams share what they hold.
func (f *File) copied() *File {
	var copied func(v any) any
	copied = func(v any) any {
		switch v := v.(type) {
		case Dict:
			d := Dict{}
			for k, x := range v {
				d[k] = copied(x)
			}
			return d
		case Array:
			a := make(Array, len(v))
			for i, x := range v {
				a[i] = copied(x)
			}
			return a
		case *Stream:
			s := *v
			s.Dict = copied(v.Dict).(Dict)
			return &s
		}
		return v
	}
	c := &File{Bytes: slices.Clone(f.Bytes), Objects: map[int]any{}, Revisions: slices.Clone(f.Revisions), Trailer: copied(f.Trailer).(Dict)}
	for n, v := range f.Objects {
		c.Objects[n] = copied(v)
	}
	return c
}

func (f *File) add(v any) Ref {
	n := Ref(len(f.Objects) + 1000)
	f.Objects[int(n)] = v
	return n
}

func (f *File) page(i int) Dict { return f.Objects[int(f.Pages[i].Ref)].(Dict) }

// draw appends to a page's content.
func (f *File) draw(content string) {
	p := f.page(0)
	p["Contents"] = append(slices.Clone(p["Contents"].(Array)), f.add(&Stream{Dict: Dict{"Length": float64(len(content))}, Raw: []byte(content)}))
}

// element adds an element below the document, or below another.
func (f *File) element(below Dict, role Name, d Dict, kids ...any) Dict {
	parent := f.Tree.Ref
	if below != nil {
		parent = f.refOf(below)
	}
	holder := f.Objects[int(parent)].(Dict)
	d["Type"], d["S"], d["P"] = Name("StructElem"), role, parent
	if len(kids) > 0 {
		d["K"] = Array(kids)
	}
	kept, _ := holder["K"].(Array)
	holder["K"] = append(slices.Clone(kept), f.add(d))
	return d
}

// sameDict reports whether two are one.
func sameDict(a, b Dict) bool {
	a["same?"] = true
	_, same := b["same?"]
	delete(a, "same?")
	return same
}

// refOf returns the number of an object.
func (f *File) refOf(d Dict) Ref {
	for n, v := range f.Objects {
		if x, ok := v.(Dict); ok && sameDict(x, d) {
			return Ref(n)
		}
	}
	return 0
}

// first returns the dictionary of the first element with a role.
func (f *File) first(role Name) (d Dict) {
	f.Tree.All(func(e *Elem) {
		if d == nil && e.Role == role {
			d = e.Dict
		}
	})
	return d
}

// annotation adds an annotation to the first page, in an element of a role.
func (f *File) annotation(subtype, role Name, d Dict) Dict {
	d["Type"], d["Subtype"], d["F"], d["StructParent"] = Name("Annot"), subtype, 4.0, 900.0
	d["Rect"] = Array{10.0, 10.0, 20.0, 20.0}
	d["AP"] = Dict{"N": f.add(&Stream{Dict: Dict{"Subtype": Name("Form"), "Length": 0.0}, Raw: nil})}
	n := f.add(d)
	e := f.element(nil, role, Dict{}, Dict{"Type": Name("OBJR"), "Obj": n})
	f.page(0)["Annots"] = Array{n}
	tree := f.Dict(f.Dict(f.Catalog()["StructTreeRoot"])["ParentTree"])
	tree["Nums"] = append(slices.Clone(tree["Nums"].(Array)), 900.0, f.refOf(e))
	return d
}

func annotationOf(f *File) Dict { return f.Dict(f.Array(f.page(0)["Annots"])[0]) }

func widget(f *File) {
	f.annotation("Widget", "Form", Dict{"FT": Name("Tx"), "T": String("x"), "TU": String("Navn")})
}

func link(f *File) {
	f.annotation("Link", "Link", Dict{"Contents": String("Kommunens side")})
}

func stamp(f *File) {
	f.annotation("Stamp", "Annot", Dict{"Contents": String("Modtaget")})
}

// on makes a breakage of the annotation on the first page.
func on(change func(a Dict)) func(*File) { return func(f *File) { change(annotationOf(f)) } }

func catalog(key Name, value any) func(*File) {
	return func(f *File) { f.Catalog()[key] = value }
}

func metadata(old, replacement string) func(*File) {
	return func(f *File) {
		s := f.Get(f.Catalog()["Metadata"]).(*Stream)
		s.Raw = bytes.ReplaceAll(s.Raw, []byte(old), []byte(replacement))
	}
}

// noLanguage takes the language of the whole document away.
func noLanguage(f *File) { delete(f.Catalog(), "Lang") }

// compositeFont returns the regular font, its descendant and descriptor.
func compositeFont(f *File) (font, descendant, descriptor Dict) {
	font = f.Dict(f.Dict(f.Dict(f.Pages[0].Dict["Resources"])["Font"])["F1"])
	descendant = f.Dict(f.Array(font["DescendantFonts"])[0])
	return font, descendant, f.Dict(descendant["FontDescriptor"])
}

func font1(change func(font, descendant, descriptor Dict)) func(*File) {
	return func(f *File) { change(compositeFont(f)) }
}

// simple adds a simple font of letters and shows a word with it.
func simple(f *File) {
	_, _, descriptor := compositeFont(f)
	d := Dict{}
	for k, v := range descriptor {
		d[k] = v
	}
	d["Flags"] = float64(nonsymbolic)
	d["FontFile2"] = f.add(&Stream{Dict: Dict{}, Raw: program(f.Stream(d["FontFile2"]), []cmap{{3, 1, latinTable()}})})
	var widths Array
	for gid := range 3 {
		widths = append(widths, readTrueType(f.Stream(d["FontFile2"])).advance(gid+1))
	}
	f.Dict(f.Dict(f.Pages[0].Dict["Resources"])["Font"])["F9"] = f.add(Dict{
		"Type": Name("Font"), "Subtype": Name("TrueType"), "BaseFont": descriptor["FontName"], "FirstChar": float64('a'), "Widths": widths,
		"Encoding": Name("WinAnsiEncoding"), "FontDescriptor": d,
	})
	f.draw("/Artifact BMC BT /F9 8 Tf (abc) Tj ET EMC")
}

// program returns a font program with other tables of letters.
func program(font []byte, letters []cmap) []byte {
	tables := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(font[4:])) {
		entry := font[12+16*i:]
		from := binary.BigEndian.Uint32(entry[8:])
		tables[string(entry[:4])] = font[from : from+binary.BigEndian.Uint32(entry[12:])]
	}
	head, body := binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(len(letters))), []byte(nil)
	for _, m := range letters {
		head = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(head, uint16(m.platform)), uint16(m.encoding))
		head = binary.BigEndian.AppendUint32(head, uint32(4+8*len(letters)+len(body)))
		body = append(body, m.table...)
	}
	tables["cmap"] = append(head, body...)
	out, data := binary.BigEndian.AppendUint16([]byte{0, 1, 0, 0}, uint16(len(tables))), []byte(nil)
	out = append(out, make([]byte, 6)...)
	for _, tag := range slices.Sorted(maps.Keys(tables)) {
		out = append(append(out, tag...), 0, 0, 0, 0)
		out = binary.BigEndian.AppendUint32(out, uint32(12+16*len(tables)+len(data)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(tables[tag])))
		data = append(data, tables[tag]...)
	}
	return append(out, data...)
}

// latinTable maps a, b and c to the first glyphs.
func latinTable() []byte {
	return []byte{0, 4, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 'c', 0xFF, 0xFF, 0, 0, 0, 'a', 0xFF, 0xFF, 0xFF, 0xA0, 0, 1, 0, 0, 0, 0}
}

func simpleFont(f *File) (font, descriptor Dict) {
	font = f.Dict(f.Dict(f.Dict(f.Pages[0].Dict["Resources"])["Font"])["F9"])
	return font, f.Dict(font["FontDescriptor"])
}

func font9(change func(font, descriptor Dict)) func(*File) {
	return func(f *File) { change(simpleFont(f)) }
}

// ownMap gives the font a map of codes of its own.
func ownMap(f *File) {
	font, descendant, _ := compositeFont(f)
	info := Dict{"Registry": String("Adobe"), "Ordering": String("Identity"), "Supplement": 0.0}
	descendant["CIDSystemInfo"] = Dict{"Registry": String("Adobe"), "Ordering": String("Identity"), "Supplement": 0.0}
	font["Encoding"] = f.add(&Stream{Dict: Dict{"Type": Name("CMap"), "CIDSystemInfo": info, "WMode": 0.0}, Raw: []byte("/WMode 0 def")})
}

func mapOf(f *File) Dict {
	font, _, _ := compositeFont(f)
	return f.Dict(font["Encoding"])
}

// remapped replaces the map of the font's codes to letters.
func remapped(f *File, change func(s string) string) {
	font, _, _ := compositeFont(f)
	data := f.Stream(font["ToUnicode"])
	font["ToUnicode"] = f.add(&Stream{Dict: Dict{}, Raw: []byte(change(string(data)))})
}

// only maps every code to one letter.
func only(letter string) func(*File) {
	return func(f *File) {
		remapped(f, func(string) string {
			return "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0041> <" + letter + "> endbfchar"
		})
		f.draw("/Artifact BMC BT /F1 8 Tf (\x00A) Tj ET EMC")
	}
}

// optional gives the file optional content.
func optional(f *File) {
	f.Catalog()["OCProperties"] = Dict{"D": Dict{"Name": String("D")}, "Configs": Array{Dict{"Name": String("C")}}}
}

// table adds a table of one cell.
func table(f *File) {
	t := f.element(nil, "Table", Dict{})
	row := f.element(t, "TR", Dict{})
	f.element(row, "TH", Dict{"A": Dict{"O": Name("Table"), "Scope": Name("Row")}})
}
