package pdftest

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
)

// nemlogin are the names that NemLog-in's signing service takes in a PDF file.
//
//go:embed nemlogin.txt
var nemlogin string

// ours are the names in our flat documents, each in nemlogin. A new one is a
// decision: a document with it may not be signed by services that we do not
// know.
//
//go:embed names.txt
var ours string

// Ours returns the names that our flat documents may have, in order.
func Ours() []string { return strings.Fields(strings.ReplaceAll(ours, "/", "")) }

// Names returns the names in the file's objects, but for those below fonts and
// metadata, at which the signing service does not look.
func (f *File) Names() []string {
	skip := map[int]bool{}
	f.below(skip, f.Catalog()["Metadata"])
	for _, p := range f.Pages {
		f.below(skip, f.Dict(p.Dict["Resources"])["Font"])
	}
	seen := map[string]bool{}
	for n, object := range f.Objects {
		if !skip[n] {
			names(seen, object)
		}
	}
	names(seen, f.Trailer)
	return slices.Sorted(maps.Keys(seen))
}

// below notes the objects that v refers to, directly or not.
func (f *File) below(found map[int]bool, v any) {
	switch v := v.(type) {
	case Ref:
		if !found[int(v)] {
			found[int(v)] = true
			f.below(found, f.Objects[int(v)])
		}
	case Array:
		for _, x := range v {
			f.below(found, x)
		}
	case Dict:
		for _, x := range v {
			f.below(found, x)
		}
	case *Stream:
		f.below(found, v.Dict)
	}
}

func names(seen map[string]bool, v any) {
	switch v := v.(type) {
	case Name:
		seen[string(v)] = true
	case Array:
		for _, x := range v {
			names(seen, x)
		}
	case Dict:
		for k, x := range v {
			seen[string(k)] = true
			if k != "Font" {
				names(seen, x)
			}
		}
	case *Stream:
		names(seen, v.Dict)
	}
}

// flat are the conditions of a file that can be signed with MitID.
func (f *File) flat() {
	signable, own := strings.Fields(nemlogin), Ours()
	for _, n := range f.Names() {
		switch {
		case !slices.Contains(signable, "/"+n):
			f.fault("names", "/%s is not a name that can be signed with MitID", n)
		case !slices.Contains(own, n):
			f.fault("names", "/%s is new in our documents: that is a decision", n)
		}
	}
	f.eachAnnotation(func(a annotation) { f.fault("flat", "%s", a) })
	if f.Catalog()["AcroForm"] != nil {
		f.fault("flat", "a form")
	}
	if len(f.Revisions) != 1 {
		f.fault("flat", "%d revisions", len(f.Revisions))
	}
}
