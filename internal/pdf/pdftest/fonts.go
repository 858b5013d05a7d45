package pdftest

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Fonts returns the fonts that the pages show text in, in the order of their
// names.
func (f *File) Fonts() (all []*Font) {
	for _, font := range f.fonts {
		if len(font.Used) > 0 {
			all = append(all, font)
		}
	}
	slices.SortFunc(all, func(a, b *Font) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func (f *File) eachFont(fn func(*Font)) {
	for _, font := range f.Fonts() {
		fn(font)
	}
}

// eachCode calls fn for each code that is shown.
func (f *File) eachCode(fn func(font *Font, code int)) {
	f.eachFont(func(font *Font) {
		for code := range font.Used {
			fn(font, code)
		}
	})
}

// font makes a condition that is asked of each font in use.
func font(id, what string, bad func(f *File, font *Font) bool) condition {
	return condition{id, what, func(f *File, fault func(string, ...any)) {
		f.eachFont(func(font *Font) {
			if bad(f, font) {
				fault("%s", font.Name)
			}
		})
	}}
}

// code makes a condition that is asked of each code shown.
func code(id, what string, bad func(font *Font, code int) bool) condition {
	return condition{id, what, func(f *File, fault func(string, ...any)) {
		f.eachCode(func(font *Font, c int) {
			if bad(font, c) {
				fault("code %04X of %s", c, font.Name)
			}
		})
	}}
}

func (font *Font) is(subtype Name) bool { return font.descendant["Subtype"] == subtype }

// flag reports whether the descriptor has a flag.
func (font *Font) flag(bit int) bool { return integer(font.descriptor["Flags"])&bit != 0 }

const symbolic, nonsymbolic = 1 << 2, 1 << 5

// nonsymbolic reports whether a simple TrueType font has the letters of an
// alphabet.
func (font *Font) nonsymbolic() bool {
	return !font.Composite && font.is("TrueType") && !font.flag(symbolic)
}

func (font *Font) symbolic() bool {
	return !font.Composite && font.is("TrueType") && font.flag(symbolic)
}

// systemInfo compares an entry of the two CIDSystemInfo of a font whose map
// of codes is its own: bad is asked of the map's and the font's.
func systemInfo(entry Name, bad func(ofMap, ofFont any) bool) func(f *File, font *Font) bool {
	return func(f *File, font *Font) bool {
		cmap, own := f.Get(font.Dict["Encoding"]).(*Stream)
		return font.Composite && own &&
			bad(f.Get(f.Dict(cmap.Dict["CIDSystemInfo"])[entry]), f.Get(f.Dict(font.descendant["CIDSystemInfo"])[entry]))
	}
}

func differ(a, b any) bool { return a != b }

// predefined are the maps of codes that are not ours to embed. Of those in
// ISO 32000-1, table 118, we use no other.
var predefined = []Name{"Identity-H", "Identity-V"}

var fontConditions = []condition{
	font("UA 31-001", "Registry of map and font differ", systemInfo("Registry", differ)),
	font("UA 31-002", "Ordering of map and font differ", systemInfo("Ordering", differ)),
	font("UA 31-003", "Supplement of the font is less than the map's", systemInfo("Supplement", func(ofMap, ofFont any) bool { return integer(ofFont) < integer(ofMap) })),
	font("UA 31-004", "CIDToGIDMap is neither a stream nor Identity", func(f *File, font *Font) bool {
		m := f.Get(font.descendant["CIDToGIDMap"])
		_, stream := m.(*Stream)
		return font.is("CIDFontType2") && m != nil && !stream && m != Name("Identity")
	}),
	font("UA 31-005", "no CIDToGIDMap", func(f *File, font *Font) bool {
		return font.is("CIDFontType2") && font.descendant["CIDToGIDMap"] == nil
	}),
	font("UA 31-006", "a map of codes that is neither known nor embedded", func(f *File, font *Font) bool {
		name, named := f.Get(font.Dict["Encoding"]).(Name)
		return font.Composite && named && !slices.Contains(predefined, name)
	}),
	font("UA 31-007", "WMode of map and its stream differ", func(f *File, font *Font) bool {
		cmap, own := f.Get(font.Dict["Encoding"]).(*Stream)
		return font.Composite && own && strings.Contains(string(f.Stream(cmap)), "/WMode 1") != (integer(cmap.Dict["WMode"]) == 1)
	}),
	font("UA 31-008", "a map refers to one that is not known", func(f *File, font *Font) bool {
		use, ok := f.Dict(font.Dict["Encoding"])["UseCMap"].(Name)
		return font.Composite && ok && !slices.Contains(predefined, use)
	}),
	font("UA 31-009", "a font is not embedded", func(f *File, font *Font) bool {
		return !font.is("Type3") && f.Stream(font.descriptor["FontFile2"]) == nil && f.Stream(font.descriptor["FontFile3"]) == nil && f.Stream(font.descriptor["FontFile"]) == nil
	}),
	code("UA 31-011", "the program lacks a glyph", func(font *Font, code int) bool {
		_, ok := font.glyph(code)
		return font.program != nil && !ok
	}),
	font("UA 31-012", "CharSet does not list all glyphs: we have no Type 1 fonts", func(f *File, font *Font) bool {
		return font.descriptor["CharSet"] != nil
	}),
	font("UA 31-013", "CharSet lists glyphs that are not there: we have no Type 1 fonts", func(f *File, font *Font) bool {
		return font.is("Type1") || font.is("MMType1") || font.is("CIDFontType0")
	}),
	font("UA 31-014", "CIDSet does not list all glyphs: there should be none", func(f *File, font *Font) bool { return font.descriptor["CIDSet"] != nil }),
	font("UA 31-015", "CIDSet lists glyphs that are not there", func(f *File, font *Font) bool {
		set := f.Stream(font.descriptor["CIDSet"])
		return font.program != nil && len(set)*8 > font.program.glyphs+8
	}),
	code("UA 31-016", "widths in the dictionary and the program differ", func(font *Font, code int) bool {
		gid, ok := font.glyph(code)
		return ok && math.Abs(font.program.advance(gid)-font.width(code)) > 1
	}),
	font("UA 31-017", "a font of letters has no table of letters", func(f *File, font *Font) bool {
		return font.nonsymbolic() && font.program != nil && !font.program.has(3, 1) && !font.program.has(1, 0)
	}),
	code("UA 31-018", "a letter is not in the font's table", func(font *Font, code int) bool {
		_, ok := font.glyph(code)
		return font.nonsymbolic() && font.program != nil && !ok
	}),
	font("UA 31-019", "a font of letters has no Encoding", func(f *File, font *Font) bool { return font.nonsymbolic() && font.Dict["Encoding"] == nil }),
	font("UA 31-020", "a font of letters has an Encoding without BaseEncoding", func(f *File, font *Font) bool {
		d, ok := f.Get(font.Dict["Encoding"]).(Dict)
		return font.nonsymbolic() && ok && d["BaseEncoding"] == nil
	}),
	font("UA 31-021", "a font of letters has another encoding than MacRoman or WinAnsi", func(f *File, font *Font) bool {
		e := font.encoding()
		return font.nonsymbolic() && e != "" && e != "WinAnsiEncoding" && e != "MacRomanEncoding"
	}),
	font("UA 31-022", "Differences has names beyond the Adobe Glyph List: we have none", func(f *File, font *Font) bool {
		return font.nonsymbolic() && f.Dict(font.Dict["Encoding"])["Differences"] != nil
	}),
	font("UA 31-023", "Differences without a table of Unicode", func(f *File, font *Font) bool {
		return font.nonsymbolic() && f.Dict(font.Dict["Encoding"])["Differences"] != nil && font.program != nil && !font.program.has(3, 1)
	}),
	font("UA 31-024", "a font of symbols has an Encoding", func(f *File, font *Font) bool { return font.symbolic() && font.Dict["Encoding"] != nil }),
	font("UA 31-025", "a font of symbols has no table", func(f *File, font *Font) bool {
		return font.symbolic() && font.program != nil && len(font.program.maps) == 0
	}),
	font("UA 31-026", "a font of symbols has tables and none of symbols", func(f *File, font *Font) bool {
		return font.symbolic() && font.program != nil && len(font.program.maps) > 1 && !font.program.has(3, 0)
	}),
	font("UA 31-027", "no ToUnicode", func(f *File, font *Font) bool {
		return f.Stream(font.Dict["ToUnicode"]) == nil && (font.Composite || font.encoding() != "WinAnsiEncoding" && font.encoding() != "MacRomanEncoding")
	}),
	code("UA 31-028", "ToUnicode has U+0000", func(font *Font, code int) bool { return strings.ContainsRune(font.Letter(code), 0) }),
	code("UA 31-029", "ToUnicode has U+FEFF or U+FFFE", func(font *Font, code int) bool { return strings.ContainsAny(font.Letter(code), "\ufeff\ufffe") }),
	code("UA 17-003", "a letter of a formula has no meaning", func(font *Font, code int) bool { return font.Letter(code) == "\ufffd" }),
	code("UA 31-030", "text shows the glyph of missing letters", func(font *Font, code int) bool {
		gid, ok := font.glyph(code)
		return ok && gid == 0
	}),
	font("PDF/A 6.2.11.2.1", "a font's dictionary lacks what every reader needs", func(f *File, font *Font) bool {
		kinds := []any{Name("TrueType"), Name("Type0")} // of those in ISO 32000-1 we use no other
		return font.Dict["Type"] != Name("Font") || !slices.Contains(kinds, font.Dict["Subtype"]) || font.Name == "" || f.Dict(font.descriptor["FontFile3"]) != nil
	}),
	font("PDF/A 6.2.11.2.4", "a simple font's widths are not those of its codes", func(f *File, font *Font) bool {
		first, ok1 := f.Get(font.Dict["FirstChar"]).(float64)
		last, ok2 := f.Get(font.Dict["LastChar"]).(float64)
		return !font.Composite && (!ok1 || !ok2 || len(f.Array(font.Dict["Widths"])) != int(last-first)+1)
	}),
	font("PDF/A 6.2.11.7", "ToUnicode cannot be read", func(f *File, font *Font) bool { return font.broken != "" }),
	code("PDF/A 6.2.11.7.3", "a letter of the private use area", func(font *Font, code int) bool {
		return strings.ContainsFunc(font.Letter(code), func(r rune) bool { return unicode.Is(unicode.Co, r) })
	}),
	font("PDF/A 6.2.11.2", "BaseFont of a font and its descendant differ", func(f *File, font *Font) bool {
		return font.Composite && (font.descendant["BaseFont"] != font.Dict["BaseFont"] || font.descriptor["FontName"] != font.Dict["BaseFont"])
	}),
}
