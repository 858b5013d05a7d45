package pdftest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
)

var (
	header  = regexp.MustCompile(`^%PDF-1\.[0-7]\r?\n%`)
	subset  = regexp.MustCompile(`^[A-Z]{6}\+`)
	packet  = regexp.MustCompile(`(?s)^<\?xpacket begin="\x{feff}" id="W5M0MpCehiHzreSzNTczkc9d"\?>.*<\?xpacket end="[rw]"\?>\s*$`)
	filters = []any{nil, Name("FlateDecode"), Name("DCTDecode")}
)

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

// archiveConditions are those of ISO 19005-2, level A, that a reader of the
// objects can check. Those on fonts and annotations stand with these.
var archiveConditions = []condition{
	{"PDF/A 6.1.2", "the header", func(f *File, fault func(string, ...any)) {
		end := len(header.Find(f.Bytes))
		if end == 0 || len(f.Bytes) < end+4 || slices.ContainsFunc(f.Bytes[end:end+4], func(b byte) bool { return b < 0x80 }) {
			fault("%.20q", f.Bytes)
		}
	}},
	{"PDF/A 6.1.3", "the trailer", func(f *File, fault func(string, ...any)) {
		id := f.Array(f.Trailer["ID"])
		if len(id) != 2 || !filled(id[0]) {
			fault("ID is %v", id)
		}
		if f.Trailer["Encrypt"] != nil {
			fault("encrypted")
		}
		if rest := f.Bytes[bytes.LastIndex(f.Bytes, []byte("%%EOF"))+len("%%EOF"):]; len(bytes.Trim(rest, "\r\n")) > 0 {
			fault("%d bytes behind the end", len(rest))
		}
	}},
	{"PDF/A 6.1.7", "a stream", func(f *File, fault func(string, ...any)) {
		for n, v := range f.Objects {
			s, ok := v.(*Stream)
			if !ok {
				continue
			}
			if s.Dict["F"] != nil || s.Dict["FFilter"] != nil {
				fault("object %d: data outside the file", n)
			}
			for _, filter := range append(f.Array(s.Dict["Filter"]), nil) {
				if !slices.Contains(filters, filter) {
					fault("object %d: filter %v", n, filter)
				}
			}
			if _, err := s.Data(); err != nil && s.Dict["Filter"] == Name("FlateDecode") {
				fault("object %d: %v", n, err)
			}
		}
	}},
	{"PDF/A 6.1.13", "a limit of size", func(f *File, fault func(string, ...any)) {
		if len(f.Objects) > 8388607 {
			fault("%d objects", len(f.Objects))
		}
		f.eachValue(func(n int, v any) {
			switch v := v.(type) {
			case String:
				if len(v) > 32767 {
					fault("object %d: a string of %d bytes", n, len(v))
				}
			case Name:
				if len(v) > 127 {
					fault("object %d: a name of %d bytes", n, len(v))
				}
			case float64:
				if math.Abs(v) > 2147483647 {
					fault("object %d: the number %g", n, v)
				}
			}
		})
	}},
	{"PDF/A 6.2.3", "the output intent", func(f *File, fault func(string, ...any)) {
		for _, v := range f.Array(f.Catalog()["OutputIntents"]) {
			d := f.Dict(v)
			profile := f.Stream(d["DestOutputProfile"])
			if d["S"] == Name("GTS_PDFA1") && len(profile) > 128 && string(profile[36:40]) == "acsp" && integer(f.Dict(d["DestOutputProfile"])["N"]) == 3 && string(profile[16:20]) == "RGB " {
				return
			}
		}
		fault("no output intent with a colour profile")
	}},
	all("PDF/A 6.2.5", "transfer functions or halftones", func(f *File, d Dict) bool {
		return d["TR"] != nil || d["TR2"] != nil && d["TR2"] != Name("Default") || d["HTP"] != nil
	}),
	all("PDF/A 6.2.8", "an image that is interpolated or has alternates", func(f *File, d Dict) bool {
		return d["Subtype"] == Name("Image") && (d["Interpolate"] == true || d["Alternates"] != nil)
	}),
	all("PDF/A 6.2.9", "an XObject of PostScript or of another file", func(f *File, d Dict) bool {
		return d["Subtype"] == Name("PS") || d["Subtype"] == Name("Form") && (d["Ref"] != nil || d["PS"] != nil || d["OPI"] != nil)
	}),
	all("PDF/A 6.2.10", "a page without a colour space for transparency", func(f *File, d Dict) bool {
		return d["SMask"] != nil && d["SMask"] != Name("None")
	}),
	{"PDF/A 6.4.1", "the form needs other appearances", func(f *File, fault func(string, ...any)) {
		form := f.Dict(f.Catalog()["AcroForm"])
		if form["NeedAppearances"] == true {
			fault("NeedAppearances")
		}
		if form["XFA"] != nil || f.Catalog()["NeedsRendering"] == true {
			fault("XFA")
		}
	}},
	all("PDF/A 6.5.1", "an action that is not allowed", func(f *File, d Dict) bool {
		s, _ := d["S"].(Name)
		return d["JS"] != nil || d["JavaScript"] != nil || slices.Contains([]Name{"Launch", "Sound", "Movie", "ResetForm", "ImportData", "Hide", "SetOCGState", "Rendition", "Trans", "GoTo3DView", "JavaScript"}, s)
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
	{"PDF/A 6.6.2", "the metadata are no XMP packet", func(f *File, fault func(string, ...any)) {
		if !packet.MatchString(f.xmp()) {
			fault("no packet")
		}
		if f.Dict(f.Catalog()["Metadata"])["Filter"] != nil {
			fault("packed")
		}
		d := xml.NewDecoder(strings.NewReader(f.xmp()))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				fault("%v", err)
				return
			}
		}
	}},
	{"PDF/A 6.6.2.3", "a property of a schema that is not described", func(f *File, fault func(string, ...any)) {
		if strings.Contains(f.xmp(), "pdfuaid:part") && !strings.Contains(f.xmp(), "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>") {
			fault("pdfuaid")
		}
	}},
	{"PDF/A 6.6.4", "the metadata do not name PDF/A-2a", func(f *File, fault func(string, ...any)) {
		if !property(f.xmp(), "pdfaid:part", "2") || !property(f.xmp(), "pdfaid:conformance", "A") {
			fault("no pdfaid:part 2 with conformance A")
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

// eachValue calls fn for each value of each object.
func (f *File) eachValue(fn func(object int, v any)) {
	var walk func(n int, v any)
	walk = func(n int, v any) {
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
		default:
			fn(n, v)
		}
	}
	for n, v := range f.Objects {
		walk(n, v)
	}
}
