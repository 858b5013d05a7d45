package pdftest

import (
	"slices"
	"strings"
)

// standard are the types of ISO 32000-1, 14.8.4.
var standard = set("Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private " +
	"P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot " +
	"Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form")

func set(words string) map[Name]bool {
	m := map[Name]bool{}
	for w := range strings.FieldsSeq(words) {
		m[Name(w)] = true
	}
	return m
}

// families are the types that stand only in certain others, with what they
// may hold themselves: nil is anything that is not in a family.
var families = []struct {
	condition string
	holds     map[Name]string // type: its kids
}{
	{"UA 09-004", map[Name]string{"Table": "Caption TR THead TBody TFoot", "THead": "TR", "TBody": "TR", "TFoot": "TR", "TR": "TH TD"}},
	{"UA 09-005", map[Name]string{"L": "Caption L LI", "LI": "Lbl LBody"}},
	{"UA 09-006", map[Name]string{"TOC": "Caption TOC TOCI", "TOCI": "Lbl Reference NonStruct P TOC"}},
	{"UA 09-007", map[Name]string{"Ruby": "RB RT RP"}},
	{"UA 09-008", map[Name]string{"Warichu": "WT WP"}},
}

// within are the types that stand in these alone. Lbl and Caption may also
// stand elsewhere.
var within = map[string]map[Name]string{
	"UA 09-004": {"TR": "Table THead TBody TFoot", "TH": "TR", "TD": "TR", "THead": "Table", "TBody": "Table", "TFoot": "Table"},
	"UA 09-005": {"LI": "L", "LBody": "LI"},
	"UA 09-006": {"TOCI": "TOC"},
	"UA 09-007": {"RB": "Ruby", "RT": "Ruby", "RP": "Ruby"},
	"UA 09-008": {"WT": "Warichu", "WP": "Warichu"},
}

var structureConditions = slices.Concat(familyConditions(), []condition{
	{"UA 10-001", "a code cannot be mapped to Unicode", func(f *File, fault func(string, ...any)) {
		f.eachCode(func(font *Font, code int) {
			if s := font.Letter(code); s == "" || strings.ContainsRune(s, 0xFFFD) {
				fault("code %04X of %s", code, font.Name)
			}
		})
	}},
	{"UA 13-004", "a figure has no alternative text", func(f *File, fault func(string, ...any)) {
		f.alternative("Figure", fault)
	}},
	{"UA 14-002", "the first heading is not H1", func(f *File, fault func(string, ...any)) {
		if all := f.headings(); len(all) > 0 && all[0] != 1 {
			fault("the first heading is H%d", all[0])
		}
	}},
	{"UA 14-003", "a level of headings is left out", func(f *File, fault func(string, ...any)) {
		level := 0
		for _, n := range f.headings() {
			if n > level+1 {
				fault("H%d after H%d", n, level)
			}
			level = n
		}
	}},
	{"UA 14-006", "more than one H in an element", func(f *File, fault func(string, ...any)) {
		f.eachElem(func(e *Elem) {
			n := 0
			for _, k := range e.Elems() {
				if k.Role == "H" {
					n++
				}
			}
			if n > 1 {
				fault("element %d holds %d", e.Ref, n)
			}
		})
	}},
	{"UA 14-007", "H and H1 in one document", func(f *File, fault func(string, ...any)) {
		plain := false
		f.eachElem(func(e *Elem) { plain = plain || e.Role == "H" })
		if plain && len(f.headings()) > 0 {
			fault("both")
		}
	}},
	{"UA 15-003", "a table heading has no scope", func(f *File, fault func(string, ...any)) {
		f.eachElem(func(e *Elem) {
			if e.Role == "TH" && f.attribute(e, "Scope") == nil && f.attribute(e, "Headers") == nil {
				fault("element %d", e.Ref)
			}
		})
	}},
	{"UA 17-002", "a formula has no alternative text", func(f *File, fault func(string, ...any)) {
		f.alternative("Formula", fault)
	}},
	{"UA 19-003", "a note has no ID", func(f *File, fault func(string, ...any)) {
		f.eachElem(func(e *Elem) {
			if s, ok := e.Dict["ID"].(String); e.Role == "Note" && (!ok || s == "") {
				fault("element %d", e.Ref)
			}
		})
	}},
	{"UA 19-004", "two notes have the same ID", func(f *File, fault func(string, ...any)) {
		seen := map[any]bool{}
		f.eachElem(func(e *Elem) {
			if id := e.Dict["ID"]; e.Role == "Note" && id != nil {
				if seen[id] {
					fault("element %d", e.Ref)
				}
				seen[id] = true
			}
		})
	}},
})

// familyConditions ask that types stand where ISO 32000-1 lets them.
func familyConditions() (all []condition) {
	for _, family := range families {
		all = append(all, condition{family.condition, "a table, list, contents, ruby or warichu that is built wrongly", func(f *File, fault func(string, ...any)) {
			f.eachElem(func(e *Elem) {
				if holds, ok := family.holds[e.Role]; ok {
					for _, k := range e.Elems() {
						if !slices.Contains(strings.Fields(holds), string(k.Role)) {
							fault("element %d (%s) holds %s", e.Ref, e.Role, k.Role)
						}
					}
				}
				if bad := misplaced(e); bad != "" && family.holds[e.Role] != "" {
					fault("element %d (%s) %s", e.Ref, e.Role, bad)
				}
				if holders, ok := within[family.condition][e.Role]; ok {
					if e.Parent == nil || !slices.Contains(strings.Fields(holders), string(e.Parent.Role)) {
						fault("element %d (%s) is in no %s", e.Ref, e.Role, holders)
					}
				}
			})
		}})
	}
	return all
}

// misplaced returns what stands in the wrong place or too often below an
// element: a caption is the first of a list's or a contents' kids, the first or
// last of a table's; a table has one head and one foot, and then a body.
func misplaced(e *Elem) string {
	kids := e.Elems()
	n := map[Name]int{}
	for i, k := range kids {
		if n[k.Role]++; k.Role == "Caption" && i > 0 && (e.Role != "Table" || i < len(kids)-1) {
			return "has its caption within"
		}
	}
	switch {
	case n["Caption"] > 1:
		return "has two captions"
	case n["THead"] > 1 || n["TFoot"] > 1:
		return "has two heads or feet"
	case n["THead"]+n["TFoot"] > 0 && n["TBody"] == 0:
		return "has no body"
	}
	return ""
}

// headings returns the levels of the headings, in reading order.
func (f *File) headings() (levels []int) {
	f.eachElem(func(e *Elem) {
		if r := e.Role; len(r) == 2 && r[0] == 'H' && r[1] >= '1' && r[1] <= '6' {
			levels = append(levels, int(r[1]-'0'))
		}
	})
	return levels
}

// alternative asks for the alternative text of elements with a role.
func (f *File) alternative(role Name, fault func(string, ...any)) {
	f.eachElem(func(e *Elem) {
		if e.Role != role {
			return
		}
		for _, k := range []Name{"Alt", "ActualText"} {
			if s, ok := e.Dict[k].(String); ok && strings.TrimSpace(s.Text()) != "" {
				return
			}
		}
		fault("element %d", e.Ref)
	})
}

// attribute returns an element's attribute.
func (f *File) attribute(e *Elem, name Name) any {
	for _, a := range f.Array(e.Dict["A"]) {
		if v := f.Dict(a)[name]; v != nil {
			return v
		}
	}
	return nil
}
