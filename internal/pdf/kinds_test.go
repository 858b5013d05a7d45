package pdf

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ab325/internal/form"
	"ab325/internal/pdf/pdftest"
)

// A kind is a document that the program makes. A new one joins the list, and
// is held to what all are: conditions, other programs, a transcript and
// pictures that a person looked at.
type kind struct {
	name   string // of its golden files, if it has any
	file   []byte
	free   bool   // is not flat: has links, or fields
	golden bool   // has a transcript
	like   string // another kind, with whose pictures it shares some
}

func kinds(t testing.TB) []kind {
	t.Helper()
	short := example()
	short["job.description"] = "Kort."
	greek := example()
	greek["employee.name"], greek["job.description"] = "Δημήτρης Ёлкин", "И\u0306о\u0301 og e\u0301: løse accenter\n\nefter en tom linje"
	over := example()
	over["job.description"], over["assessment.justification"] = strings.Repeat("Linjer, der ikke er plads til i feltet, står i bilaget.\n", 70), strings.Repeat("Et langt afsnit uden linjeskift. ", 40)
	return []kind{
		{name: "whole", golden: true, file: render(t, &Record{Values: example(), Reference: exampleReference, Notes: []string{"Erstatter vurdering af 18.11.2026"}})},
		{name: "fillable", like: "whole", golden: true, free: true, file: blank(t)},
		{name: "blank", like: "fillable", golden: true, file: render(t, &Record{})},
		{name: "blad1", like: "whole", golden: true, file: render(t, &Record{Sheet: Blad1, Values: short})},
		{name: "blad1-masked", like: "blad1", golden: true, file: render(t, &Record{Sheet: Blad1, Values: short, MaskCPR: true, Notes: []string{"Virksomhedens eksemplar"}})},
		{name: "blad2", golden: true, file: render(t, &Record{Sheet: Blad2, Values: greek, Notes: []string{"Kladde"}})},
		{name: "blad2-blank", file: render(t, &Record{Sheet: Blad2})},
		{name: "issued", golden: true, file: render(t, &Record{Sheet: Blad2, Values: example(), Reference: exampleReference, Notes: []string{"Erstatter vurdering af 18.11.2026"}, Code: exampleCode(t)})},
		{name: "bilag", like: "whole", file: render(t, longest(Whole))},
		{name: "continued", file: render(t, &Record{Sheet: Blad2, Values: over, Reference: exampleReference})},
		{name: "letter", golden: true, file: prose(t, exampleLetter())},
		{name: "volume", golden: true, free: true, file: volume(t, exampleVolume(t))},
	}
}

// longest is a record of which every value needs the bilag.
func longest(sheet Sheet) *Record {
	long := example()
	for id := range long {
		long[id] += strings.Repeat("\nmere tekst Ω, en linje som er lang nok til at fylde noget, og så lidt til", 40)
	}
	long["employee.cpr"], long["job.inAttachment"] = "610170-0559", "ja"
	return &Record{Sheet: sheet, Values: long, Reference: exampleReference, Notes: []string{strings.Repeat("Note. ", 200)}}
}

// TestKinds has every kind of document judged.
func TestKinds(t *testing.T) {
	for _, k := range kinds(t) {
		t.Run(k.name, func(t *testing.T) {
			pdftest.Check(t, k.file, pdftest.Options{Flat: !k.free})
			if k.golden {
				pdftest.Golden(t, "testdata/"+k.name+".txt", pdftest.Transcript(k.file))
			}
			var others []string
			if k.like != "" {
				others = []string{"testdata/" + k.like, "testdata/whole"}
			}
			pdftest.Pictures(t, "testdata/"+k.name, k.file, others...)
		})
	}
}

// TestNames holds the list of names that our flat documents may have to those
// that they do have.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range kinds(t) {
		if !k.free {
			for _, n := range pdftest.Open(t, k.file).Names() {
				seen[n] = true
			}
		}
	}
	if have := slices.Sorted(maps.Keys(seen)); !slices.Equal(have, pdftest.Ours()) {
		t.Errorf("the names in our flat documents are\n%q, the list of them\n%q", have, pdftest.Ours())
	}
}

// TestStructure holds every document of any sheets to the conditions, and its
// ticks to what is read aloud.
func TestStructure(t *testing.T) {
	for _, sheet := range []Sheet{Whole, Blad1, Blad2} {
		for title, r := range map[string]*Record{"empty": {Sheet: sheet}, "example": {Sheet: sheet, Values: example(), Notes: []string{"Kladde"}}, "long": longest(sheet)} {
			t.Run(fmt.Sprintf("%s %d", title, sheet), func(t *testing.T) {
				f := flawless(t, render(t, r))
				f.Tree.All(func(e *pdftest.Elem) {
					if e.Role == "Span" && e.Said() != "Afkrydset: ja" && e.Said() != "Afkrydset: nej" {
						t.Errorf("a tick says %q", e.Said())
					}
				})
			})
		}
	}
}

// flawless reads a flat document and holds it to the conditions, without
// asking other programs.
func flawless(t testing.TB, file []byte) *pdftest.File {
	t.Helper()
	f := open(t, file)
	for _, fault := range f.Faults(pdftest.Options{Flat: true}) {
		t.Error(fault)
	}
	return f
}

// TestEmptyValuesHaveNoElement counts what an empty form says beside its own
// words: the ticks.
func TestEmptyValuesHaveNoElement(t *testing.T) {
	e := engine(t)
	f := open(t, render(t, &Record{}))
	got := 0
	f.Tree.All(func(e *pdftest.Elem) {
		if e.Role == "Span" {
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
	for _, p := range f.Pages {
		bodies += len(p.Marks)
	}
	if got != ticks || bodies != marks+ticks {
		t.Errorf("%d ticks and %d marks, want %d and %d", got, bodies, ticks, marks+ticks)
	}
}

// TestWidths holds the fonts' widths to those that the layout reckons with.
func TestWidths(t *testing.T) {
	e := engine(t)
	for _, letters := range []string{"Å", "Ω"} {
		f := open(t, render(t, &Record{Values: form.Values{"employee.name": letters}}))
		fonts := f.Fonts()
		if len(fonts) != 2 {
			t.Fatalf("%d fonts", len(fonts))
		}
		for _, font := range fonts {
			face := e.plan.Fonts.Regular
			if strings.HasSuffix(font.Name, "-Bold") {
				face = e.plan.Fonts.Bold
			}
			for r := rune(' '); r < 1<<16; r++ {
				if got, ok := font.Width(int(r)); ok && font.Letter(int(r)) == string(r) && (got < float64(face.Advance(r))-1 || got > float64(face.Advance(r))+1) {
					t.Errorf("%s: %U is %g wide, want %d", font.Name, r, got, face.Advance(r))
				}
			}
		}
	}
}
