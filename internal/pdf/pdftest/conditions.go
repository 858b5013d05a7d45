package pdftest

import (
	"regexp"
	"slices"
	"strings"
)

// A condition is asked of every file. Its id is that of the Matterhorn
// protocol 1.1, which lists what makes a file fail PDF/UA-1, or the clause of
// ISO 19005-2. Conditions that the reader finds on its way are not in the
// list: 01-003, 01-004, 01-005, 02-001, 02-003, 02-004, 30-001, 30-002.
type condition struct {
	id    string
	what  string // what makes a file fail
	check func(f *File, fault func(format string, args ...any))
}

var conditions = slices.Concat(documentConditions, structureConditions, annotationConditions, fontConditions, syntaxConditions, graphicsConditions, formConditions, metadataConditions, archiveConditions)

// language is a tag of RFC 3066.
var language = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)

// hasLanguage reports whether the catalog names the language of all that does
// not name its own.
func (f *File) hasLanguage() bool {
	s, ok := f.Get(f.Catalog()["Lang"]).(String)
	return ok && language.MatchString(s.Text())
}

// xmp returns the document's metadata.
func (f *File) xmp() string { return string(f.Stream(f.Catalog()["Metadata"])) }

var documentConditions = []condition{
	{"UA 01-007", "Suspects is true", func(f *File, fault func(string, ...any)) {
		if f.Dict(f.Catalog()["MarkInfo"])["Suspects"] == true {
			fault("Suspects is true")
		}
	}},
	{"UA 06-001", "no XMP metadata", func(f *File, fault func(string, ...any)) {
		d := f.Dict(f.Catalog()["Metadata"])
		if d["Type"] != Name("Metadata") || d["Subtype"] != Name("XML") || f.xmp() == "" {
			fault("no XMP metadata: %v", d)
		}
	}},
	{"UA 06-002", "the metadata do not name PDF/UA", func(f *File, fault func(string, ...any)) {
		if !property(f.xmp(), "pdfuaid:part", "1") {
			fault("no pdfuaid:part 1")
		}
	}},
	{"UA 06-003", "the metadata have no dc:title", func(f *File, fault func(string, ...any)) {
		if f.title() == "" {
			fault("no dc:title")
		}
	}},
	{"UA 07-001", "no DisplayDocTitle", func(f *File, fault func(string, ...any)) {
		if _, ok := f.Dict(f.Catalog()["ViewerPreferences"])["DisplayDocTitle"].(bool); !ok {
			fault("no DisplayDocTitle")
		}
	}},
	{"UA 07-002", "DisplayDocTitle is false", func(f *File, fault func(string, ...any)) {
		if f.Dict(f.Catalog()["ViewerPreferences"])["DisplayDocTitle"] == false {
			fault("DisplayDocTitle is false")
		}
	}},
	{"UA 11-001", "the language of text is not known", func(f *File, fault func(string, ...any)) {
		f.eachElem(func(e *Elem) {
			if e.Own() != "" && !f.languageOf(e) {
				fault("element %d (%s) has no language", e.Ref, e.Role)
			}
		})
	}},
	{"UA 11-002", "the language of Alt, ActualText or E is not known", func(f *File, fault func(string, ...any)) {
		f.eachElem(func(e *Elem) {
			for _, k := range []Name{"Alt", "ActualText", "E"} {
				if e.Dict[k] != nil && !f.languageOf(e) {
					fault("%s of element %d has no language", k, e.Ref)
				}
			}
		})
	}},
	{"UA 11-003", "the language of the outline is not known", func(f *File, fault func(string, ...any)) {
		if f.Catalog()["Outlines"] != nil && !f.hasLanguage() {
			fault("the outline has no language")
		}
	}},
	{"UA 11-004", "the language of an annotation's Contents is not known", func(f *File, fault func(string, ...any)) {
		f.eachAnnotation(func(a annotation) {
			if a.Dict["Contents"] != nil && !f.hasLanguage() {
				fault("%s: Contents has no language", a)
			}
		})
	}},
	{"UA 11-005", "the language of a field's TU is not known", func(f *File, fault func(string, ...any)) {
		f.eachAnnotation(func(a annotation) {
			if a.entry("TU") != nil && !f.hasLanguage() {
				fault("%s: TU has no language", a)
			}
		})
	}},
	{"UA 11-006", "the language of the metadata is not known", func(f *File, fault func(string, ...any)) {
		if !f.hasLanguage() && !regexp.MustCompile(`xml:lang="[A-Za-z-]*[a-z]"`).MatchString(strings.ReplaceAll(f.xmp(), `xml:lang="x-default"`, "")) {
			fault("the metadata have no language")
		}
	}},
	{"UA 20-001", "an optional content configuration in Configs has no name", func(f *File, fault func(string, ...any)) {
		for _, c := range f.Array(f.Dict(f.Catalog()["OCProperties"])["Configs"]) {
			if s, ok := f.Dict(c)["Name"].(String); !ok || s == "" {
				fault("a configuration without a name")
			}
		}
	}},
	{"UA 20-002", "the default optional content configuration has no name", func(f *File, fault func(string, ...any)) {
		if oc := f.Dict(f.Catalog()["OCProperties"]); oc != nil {
			if s, ok := f.Dict(oc["D"])["Name"].(String); !ok || s == "" {
				fault("the default configuration has no name")
			}
		}
	}},
	{"UA 20-003", "an optional content configuration has an AS entry", func(f *File, fault func(string, ...any)) {
		oc := f.Dict(f.Catalog()["OCProperties"])
		for _, c := range append(slices.Clone(f.Array(oc["Configs"])), oc["D"]) {
			if f.Dict(c)["AS"] != nil {
				fault("a configuration has an AS entry")
			}
		}
	}},
	{"UA 21-001", "an embedded file has no F or UF", func(f *File, fault func(string, ...any)) {
		f.eachDict(func(n int, d Dict) {
			if d["EF"] != nil && (!filled(d["F"]) || !filled(d["UF"])) {
				fault("object %d has no F or UF", n)
			}
		})
	}},
	{"UA 25-001", "XFA that must be rendered", func(f *File, fault func(string, ...any)) {
		for _, v := range f.Array(f.Dict(f.Catalog()["AcroForm"])["XFA"]) {
			if strings.Contains(string(f.Stream(v)), "dynamicRender") {
				fault("dynamicRender")
			}
		}
	}},
	{"UA 26-001", "encrypted without P", func(f *File, fault func(string, ...any)) {
		if d := f.Dict(f.Trailer["Encrypt"]); d != nil && d["P"] == nil {
			fault("no P")
		}
	}},
	{"UA 26-002", "encrypted so that a screen reader may not read", func(f *File, fault func(string, ...any)) {
		if d := f.Dict(f.Trailer["Encrypt"]); d["P"] != nil && integer(d["P"])&(1<<9) == 0 {
			fault("P is %v", d["P"])
		}
	}},
}

// property reports whether the metadata give a property the value, as an
// element or as an attribute.
func property(xmp, name, value string) bool {
	return strings.Contains(xmp, "<"+name+">"+value+"</"+name+">") || strings.Contains(xmp, name+`="`+value+`"`)
}

var dcTitle = regexp.MustCompile(`(?s)<dc:title>.*?<rdf:li[^>]*>(.+?)</rdf:li>`)

// title returns the title in the metadata.
func (f *File) title() string {
	if m := dcTitle.FindStringSubmatch(f.xmp()); m != nil {
		return strings.TrimSpace(m[1])
	}
	return ""
}

// languageOf reports whether the element's language is known: its own, that
// of an element above it, or the catalog's.
func (f *File) languageOf(e *Elem) bool {
	for ; e != nil; e = e.Parent {
		if s, ok := e.Dict["Lang"].(String); ok {
			return language.MatchString(s.Text())
		}
	}
	return f.hasLanguage()
}

func (f *File) eachElem(fn func(*Elem)) { f.Tree.All(fn) }

// eachDict calls fn for each dictionary of the file, also those within others.
func (f *File) eachDict(fn func(object int, d Dict)) {
	f.eachValue(func(n int, v any) {
		if d, ok := v.(Dict); ok {
			fn(n, d)
		}
	})
}

// eachValue calls fn for each value of the file, also those within others and
// the keys of dictionaries.
func (f *File) eachValue(fn func(object int, v any)) {
	var walk func(n int, v any)
	walk = func(n int, v any) {
		fn(n, v)
		switch v := v.(type) {
		case Dict:
			for k, x := range v {
				fn(n, k)
				walk(n, x)
			}
		case *Stream:
			walk(n, v.Dict)
		case Array:
			for _, x := range v {
				walk(n, x)
			}
		}
	}
	for n, v := range f.Objects {
		walk(n, v)
	}
	walk(0, f.Trailer)
}
