package pdf

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ab325/internal/form"
)

// records are one document of each shape.
func records() map[string]*Record {
	long := example()
	for id := range long {
		long[id] += strings.Repeat("\nmere tekst Ω, en linje som er lang nok til at fylde noget, og så lidt til", 40)
	}
	long["employee.cpr"], long["job.inAttachment"] = "610170-0559", "ja"
	all := map[string]*Record{}
	for _, sheet := range []Sheet{Whole, Blad1, Blad2} {
		all[fmt.Sprintf("empty %d", sheet)] = &Record{Sheet: sheet}
		all[fmt.Sprintf("example %d", sheet)] = &Record{Sheet: sheet, Values: example(), Reference: exampleReference, Notes: []string{"Kladde"}}
		all[fmt.Sprintf("long %d", sheet)] = &Record{Sheet: sheet, Values: long, Reference: exampleReference, Notes: []string{strings.Repeat("Note. ", 200)}}
	}
	return all
}

// TestStructure holds every document to the conditions of PDF/UA-1 that a
// machine can check. That each mark is in the tree and the parent tree, and
// that nothing is painted outside marks, is checked when a document is opened.
func TestStructure(t *testing.T) {
	for title, r := range records() {
		t.Run(title, func(t *testing.T) {
			o := open(t, render(t, r))
			o.structure(t)
		})
	}
}

// structure holds the document's tree to the conditions.
func (o *opened) structure(t *testing.T) {
	t.Helper()
	if o.tree.role != "Document" {
		t.Errorf("the root is %s", o.tree.role)
	}
	level := 0
	o.tree.all(func(e *elem) {
		if strings.TrimSpace(e.whole()) == "" {
			t.Errorf("element %d (%s) is empty", e.number, e.role)
		}
		if n := strings.Index("H1H2H3", string(e.role)); n >= 0 {
			if n/2+1 > level+1 {
				t.Errorf("%s %q after a heading of level %d", e.role, e.text, level)
			}
			level = n/2 + 1
		}
		for _, k := range e.kids {
			if !slices.Contains(holds[e.role], k.role) {
				t.Errorf("%s holds %s", e.role, k.role)
			}
		}
		if e.role == "Span" && e.said() != "Afkrydset: ja" && e.said() != "Afkrydset: nej" {
			t.Errorf("a tick says %q", e.said())
		}
	})
}

// holds says what each element may hold.
var holds = map[name][]name{
	"Document": {"H1", "H2", "H3", "P", "L"},
	"L":        {"LI"},
	"LI":       {"Lbl", "LBody"},
	"LBody":    {"Span"},
	"P":        {"Span"},
}

// TestEmptyValuesHaveNoElement counts what an empty form says beside its own
// words: the ticks.
func TestEmptyValuesHaveNoElement(t *testing.T) {
	e := engine(t)
	o := open(t, render(t, &Record{}))
	got := 0
	o.tree.all(func(e *elem) {
		if e.role == "LBody" && len(e.kids) > 0 {
			got++
		}
	})
	ticks, marks, bodies := 0, 0, 0
	for i := range e.plan.Slots {
		if e.plan.Slots[i].Tick {
			ticks++
		}
	}
	for i := range e.plan.Pages {
		marks += len(e.plan.Pages[i].Marks)
	}
	for _, p := range o.pages {
		bodies += len(p.marks)
	}
	if got != ticks || bodies != marks+ticks {
		t.Errorf("%d ticks and %d marks, want %d and %d", got, bodies, ticks, marks+ticks)
	}
}

// TestCatalog holds the entries that PDF/A-2a and PDF/UA-1 ask for, and the
// absence of what they or a signing service refuse.
func TestCatalog(t *testing.T) {
	for title, r := range records() {
		o := open(t, render(t, r))
		root := o.dict(o.trailer["Root"])
		if root["Lang"] != text("da-DK") || o.dict(root["MarkInfo"])["Marked"] != true ||
			o.dict(root["ViewerPreferences"])["DisplayDocTitle"] != true || o.dict(root["Metadata"])["Subtype"] != name("XML") {
			t.Errorf("%s: catalog %v", title, root)
		}
		intent := o.dict(o.array(root["OutputIntents"])[0])
		if profile, ok := o.get(intent["DestOutputProfile"]).(*stream); intent["S"] != name("GTS_PDFA1") || !ok || len(profile.data()) != 3024 {
			t.Errorf("%s: output intent %v", title, intent)
		}
		if keys := slices.Sorted(maps.Keys(o.trailer)); !slices.Equal(keys, []name{"ID", "Root", "Size"}) {
			t.Errorf("%s: trailer %v", title, keys)
		}
		if keys := slices.Sorted(maps.Keys(root)); !slices.Equal(keys, []name{"Lang", "MarkInfo", "Metadata", "OutputIntents", "Pages", "StructTreeRoot", "Type", "ViewerPreferences"}) {
			t.Errorf("%s: catalog has %v", title, keys)
		}
		for i, p := range o.pages {
			if p.dict["Tabs"] != name("S") || p.dict["Type"] != name("Page") || p.dict["Annots"] != nil {
				t.Errorf("%s, page %d: %v", title, i+1, p.dict)
			}
		}
	}
}

// TestFonts holds the fonts embedded, as subsets, with the widths that the
// layout reckons with.
func TestFonts(t *testing.T) {
	e := engine(t)
	for _, letters := range []string{"Å", "Ω"} {
		o := open(t, render(t, &Record{Values: form.Values{"employee.name": letters}}))
		for font, face := range map[name]interface{ Advance(rune) int }{"F1": e.plan.Fonts.Regular, "F2": e.plan.Fonts.Bold} {
			object, err := o.font(font)
			if err != nil {
				t.Fatal(err)
			}
			base := string(object["BaseFont"].(name))
			if len(base) < 8 || base[6] != '+' || strings.Trim(base[:6], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || !strings.HasPrefix(base[7:], "LiberationSans") {
				t.Errorf("%s is called %s", font, base)
			}
			descendant := o.dict(o.array(object["DescendantFonts"])[0])
			descriptor := o.dict(descendant["FontDescriptor"])
			if descendant["BaseFont"] != name(base) || descriptor["FontName"] != name(base) || o.dict(descriptor["FontFile2"]) == nil {
				t.Errorf("%s: %v, %v", font, descendant, descriptor)
			}
			widths := o.widths(descendant)
			used, err := o.toUnicode(font)
			if err != nil {
				t.Fatal(err)
			}
			for code, r := range used {
				got, ok := widths[code]
				if want := face.Advance(r); code != int(r) || !ok || got < want-1 || got > want+1 {
					t.Errorf("%s: code %x is %U and %d wide, want %d", font, code, r, got, want)
				}
			}
		}
	}
}

// widths reads a font's W array.
func (o *opened) widths(descendant dict) map[int]int {
	widths := map[int]int{}
	w := o.array(descendant["W"])
	for i := 0; i < len(w); {
		from := int(w[i].(float64))
		switch v := o.get(w[i+1]).(type) {
		case array:
			for k, width := range v {
				widths[from+k] = int(width.(float64))
			}
			i += 2
		case float64:
			for code := from; code <= int(v); code++ {
				widths[code] = int(w[i+2].(float64))
			}
			i += 3
		}
	}
	return widths
}

// TestNames holds the names in our documents to a list. A document is signed
// with MitID only where every name in it, but for those below fonts and
// metadata, is on the signing service's own list. All of ours are; a new one
// is a decision.
func TestNames(t *testing.T) {
	seen := map[name]bool{}
	for _, r := range records() {
		o := open(t, render(t, r))
		skip := map[int]bool{}
		o.below(skip, o.dict(o.trailer["Root"])["Metadata"])
		for _, p := range o.pages {
			o.below(skip, o.dict(p.dict["Resources"])["Font"])
		}
		for n, object := range o.objects {
			if n > 0 && !skip[n] {
				names(seen, object)
			}
		}
		names(seen, o.trailer)
	}
	var b strings.Builder
	for _, n := range slices.Sorted(maps.Keys(seen)) {
		fmt.Fprintf(&b, "/%s\n", n)
	}
	golden(t, "testdata/names.txt", b.String())
}

// below notes the objects that v refers to, directly or not.
func (o *opened) below(found map[int]bool, v any) {
	switch v := v.(type) {
	case ref:
		if !found[int(v)] {
			found[int(v)] = true
			o.below(found, o.objects[int(v)])
		}
	case array:
		for _, x := range v {
			o.below(found, x)
		}
	case dict:
		for _, x := range v {
			o.below(found, x)
		}
	case *stream:
		o.below(found, v.dict)
	}
}

func names(seen map[name]bool, v any) {
	switch v := v.(type) {
	case name:
		seen[v] = true
	case array:
		for _, x := range v {
			names(seen, x)
		}
	case dict:
		for k, x := range v {
			seen[k] = true
			if k != "Font" {
				names(seen, x)
			}
		}
	case *stream:
		names(seen, v.dict)
	}
}
