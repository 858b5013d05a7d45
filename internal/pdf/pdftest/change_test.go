package pdftest

import (
	"bytes"
	"encoding/asn1"
	"fmt"
	"regexp"
	"slices"
)

// What follows changes a file, to break a condition or to prepare for that.

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
	c := &File{Bytes: slices.Clone(f.Bytes), Objects: map[int]any{}, Revisions: slices.Clone(f.Revisions), tables: f.tables, spans: f.spans, Trailer: copied(f.Trailer).(Dict)}
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

func rolemap(from, to Name) func(*File) {
	return func(f *File) {
		root := f.Dict(f.Catalog()["StructTreeRoot"])
		roles, _ := root["RoleMap"].(Dict)
		if roles == nil {
			roles = Dict{}
		}
		if roles[from] == nil && !standard[from] {
			f.element(nil, from, Dict{})
		}
		roles[from] = to
		root["RoleMap"] = roles
	}
}

func encrypted(p float64) func(*File) {
	return func(f *File) { f.Trailer["Encrypt"] = Dict{"P": p} }
}

// drawn draws an XObject as an artifact.
func drawn(d Dict, content string) func(*File) {
	return func(f *File) {
		d["Subtype"] = Name("Form")
		resources := f.Dict(f.Pages[0].Dict["Resources"])
		resources["XObject"] = Dict{"X1": f.add(&Stream{Dict: d, Raw: []byte(content)})}
		f.draw("/Artifact BMC /X1 Do EMC")
	}
}

// parts adds parts of a table, or elements of one, below the first table: a new
// one if there is none.
func parts(roles ...Name) func(*File) {
	return func(f *File) {
		t := f.first("Table")
		if t == nil {
			t = f.element(nil, "Table", Dict{})
		}
		for _, role := range roles {
			f.element(t, role, Dict{})
		}
	}
}

// unread takes the words that are read aloud from the structure: without the
// document's language theirs is missing, too.
func unread(f *File) {
	f.Tree.All(func(e *Elem) {
		for _, k := range []Name{"ActualText", "Alt", "E"} {
			delete(e.Dict, k)
		}
	})
}

// anew replaces the first such bytes by as many others, and reads the file
// again.
func anew(old, replacement string) func(*File) {
	return func(f *File) { f.reread(bytes.Replace(f.Bytes, []byte(old), []byte(replacement), 1)) }
}

func (f *File) reread(b []byte) {
	changed, err := parse(b)
	if err != nil {
		panic(err)
	}
	*f = *changed
}

// longer has the first stream say that it is longer than it is, by the end of
// a line.
func longer(f *File) {
	m := regexp.MustCompile(`/Length \d+`).FindIndex(f.Bytes)
	b := slices.Clone(f.Bytes)
	b[m[1]-1]++
	f.reread(b)
}

// profile changes a byte of the colour profile.
func profile(at int, to byte) func(*File) {
	return func(f *File) {
		d := f.Dict(f.Array(f.Catalog()["OutputIntents"])[0])
		data := slices.Clone(f.Stream(d["DestOutputProfile"]))
		data[at] = to
		d["DestOutputProfile"] = f.add(&Stream{Dict: Dict{"N": 3.0}, Raw: data})
	}
}

// signature adds a signature at the end, with so many certificates and signers.
func signature(from, certificates, signers int) func(*File) {
	return func(f *File) {
		der := func(class, tag int, inner ...[]byte) []byte {
			b, err := asn1.Marshal(asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: bytes.Join(inner, nil)})
			if err != nil {
				panic(err)
			}
			return b
		}
		sequence := der(asn1.ClassUniversal, asn1.TagSequence)
		set := func(n int) []byte { return der(asn1.ClassUniversal, asn1.TagSet, bytes.Repeat(sequence, n)) }
		version := []byte{asn1.TagInteger, 1, 1}
		data := der(asn1.ClassUniversal, asn1.TagSequence, version, set(1), sequence, der(asn1.ClassContextSpecific, 0, bytes.Repeat(sequence, certificates)), set(signers))
		contents := der(asn1.ClassUniversal, asn1.TagSequence, []byte{asn1.TagOID, 1, 42}, der(asn1.ClassContextSpecific, 0, data))
		begin := len(f.Bytes)
		f.Bytes = fmt.Appendf(f.Bytes, "<%x>", contents)
		end := len(f.Bytes)
		f.Bytes = append(f.Bytes, "\n%%EOF\n"...)
		f.Revisions = append(f.Revisions, len(f.Bytes))
		f.Catalog()["X"] = Dict{"ByteRange": Array{float64(from), float64(begin), float64(end), float64(len(f.Bytes) - end)}, "Contents": String(contents)}
	}
}

// onSignature makes a breakage of the signature that was added.
func onSignature(change func(d Dict)) func(*File) {
	return func(f *File) { change(f.Catalog()["X"].(Dict)) }
}

// intent makes a breakage of the output intent and its profile's entries.
func intent(change func(d, profile Dict)) func(*File) {
	return func(f *File) {
		d := f.Dict(f.Array(f.Catalog()["OutputIntents"])[0])
		change(d, f.Dict(d["DestOutputProfile"]))
	}
}
