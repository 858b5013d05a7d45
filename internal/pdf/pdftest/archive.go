package pdftest

import (
	"regexp"
	"slices"
)

var subset = regexp.MustCompile(`^[A-Z]{6}\+`)

// all makes a condition that is asked of each dictionary.
func all(id, what string, bad func(f *File, d Dict) bool) condition {
	return condition{id, what, func(f *File, fault func(string, ...any)) {
		f.eachDict(func(n int, d Dict) {
			if bad(f, d) {
				fault("object %d", n)
			}
		})
	}}
}

// acts reports whether v is an action of another kind than those that we use:
// to go to a place, and to open an address. PDF/A lets a file have two more.
// What an element of the structure has under the same name tells whose it is.
func (f *File) acts(v any) bool {
	d := f.Dict(v)
	s, ok := d["S"].(Name)
	return ok && d["O"] == nil && d["P"] == nil && !slices.Contains([]Name{"GoTo", "GoToR", "URI"}, s)
}

// archiveConditions are those of ISO 19005-2, level A, on what is neither
// syntax nor graphics, fonts, annotations or metadata, and our own.
var archiveConditions = []condition{
	all("PDF/A 6.5.1", "an action that is not allowed", func(f *File, d Dict) bool {
		s, _ := d["S"].(Name)
		return d["JS"] != nil || d["JavaScript"] != nil || f.acts(d["A"]) || f.acts(d["Next"]) ||
			slices.Contains([]Name{"Launch", "Sound", "Movie", "ResetForm", "ImportData", "Hide", "SetOCGState", "Rendition", "Trans", "GoTo3DView", "JavaScript"}, s)
	}),
	{"PDF/A 6.5.2", "actions by events", func(f *File, fault func(string, ...any)) {
		if f.Catalog()["AA"] != nil || f.Catalog()["OpenAction"] != nil {
			fault("the catalog has actions")
		}
		for _, p := range f.Pages {
			if p.Dict["AA"] != nil {
				fault("page %d has actions", p.Number)
			}
		}
	}},
	{"PDF/A 6.7.2", "the file does not say that it is tagged", func(f *File, fault func(string, ...any)) {
		if f.Dict(f.Catalog()["MarkInfo"])["Marked"] != true {
			fault("Marked is not true")
		}
	}},
	{"PDF/A 6.7.4", "a language that is none", func(f *File, fault func(string, ...any)) {
		f.eachDict(func(n int, d Dict) {
			if s, ok := d["Lang"].(String); ok && !language.MatchString(s.Text()) {
				fault("object %d: %q", n, s)
			}
		})
	}},
	all("PDF/A 6.8", "an embedded file", func(f *File, d Dict) bool {
		return d["EF"] != nil || d["EmbeddedFiles"] != nil || d["Type"] == Name("EmbeddedFile")
	}),
	{"PDF/A 6.9", "optional content in the order of none", func(f *File, fault func(string, ...any)) {
		if f.Catalog()["OCProperties"] != nil {
			fault("optional content: a reader may hide what was signed")
		}
	}},
	{"PDF/A 6.10", "other presentations or page transitions", func(f *File, fault func(string, ...any)) {
		if f.Dict(f.Catalog()["Names"])["AlternatePresentations"] != nil {
			fault("AlternatePresentations")
		}
		for _, p := range f.Pages {
			if p.Dict["PresSteps"] != nil {
				fault("page %d has PresSteps", p.Number)
			}
		}
	}},
	{"PDF/A 6.11", "requirements of a document", func(f *File, fault func(string, ...any)) {
		if f.Catalog()["Requirements"] != nil {
			fault("Requirements")
		}
	}},
	{"own", "a part of a font without the letters that mark a subset", func(f *File, fault func(string, ...any)) {
		const whole = 2000 // glyphs; ours has more, a part of it that is worth the name fewer
		f.eachFont(func(font *Font) {
			if (font.program == nil || font.program.glyphs < whole) && !subset.MatchString(font.Name) {
				fault("the font is called %q", font.Name)
			}
		})
	}},
	{"own", "a page that is not A4", func(f *File, fault func(string, ...any)) {
		for _, p := range f.Pages {
			box := f.Array(p.Dict["MediaBox"])
			if len(box) != 4 || box[0] != 0.0 || box[1] != 0.0 || box[2] != 595.28 || box[3] != 841.89 || p.Dict["Rotate"] != nil {
				fault("page %d is %v", p.Number, box)
			}
		}
	}},
	{"own", "the title names a person", func(f *File, fault func(string, ...any)) {
		if regexp.MustCompile(`\d{6}-?\d{4}`).MatchString(f.title()) {
			fault("the title has a civil registration number")
		}
		if f.Trailer["Info"] != nil && !f.Packed {
			fault("an Info dictionary, which must be the same as the metadata")
		}
	}},
}
