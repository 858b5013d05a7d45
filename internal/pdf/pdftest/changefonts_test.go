package pdftest

import (
	"encoding/binary"
	"maps"
	"slices"
)

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
	d := maps.Clone(descriptor)
	d["Flags"] = float64(nonsymbolic)
	d["FontFile2"] = f.add(&Stream{Dict: Dict{}, Raw: program(f.Stream(d["FontFile2"]), []cmap{{3, 1, latinTable()}})})
	var widths Array
	for gid := range 3 {
		widths = append(widths, readTrueType(f.Stream(d["FontFile2"])).advance(gid+1))
	}
	f.Dict(f.Dict(f.Pages[0].Dict["Resources"])["Font"])["F9"] = f.add(Dict{
		"Type": Name("Font"), "Subtype": Name("TrueType"), "BaseFont": descriptor["FontName"], "FirstChar": float64('a'), "LastChar": float64('c'), "Widths": widths,
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

// withTables gives the simple font's program other tables of letters.
func withTables(maps ...cmap) func(*File) {
	return func(f *File) {
		_, descriptor := simpleFont(f)
		descriptor["FontFile2"] = f.add(&Stream{Dict: Dict{}, Raw: program(f.Stream(descriptor["FontFile2"]), maps)})
	}
}

// symbols adds a simple font of symbols.
func symbols(maps ...cmap) func(*File) {
	return func(f *File) {
		simple(f)
		font, descriptor := simpleFont(f)
		descriptor["Flags"] = float64(symbolic)
		delete(font, "Encoding")
		withTables(maps...)(f)
	}
}
