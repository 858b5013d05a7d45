package pdftest

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// A Font is a font as the pages use it.
type Font struct {
	Dict      Dict
	Name      string
	Composite bool         // of two bytes a code
	Used      map[int]bool // the codes shown

	unicode []letters      // as ToUnicode says
	known   map[int]string // what was looked up

	descendant Dict // the font itself, if it is not composite
	descriptor Dict
	program    *trueType // nil if there is none that can be read
	gids       []byte    // CIDToGIDMap
	widths     map[int]float64
	missing    float64 // the width of other codes
	broken     string  // what of ToUnicode could not be read
}

// fontOf returns the font that v refers to, or nil.
func (f *File) fontOf(v any) *Font {
	d := f.Dict(v)
	if d == nil {
		return nil
	}
	key := fmt.Sprint(v)
	if font := f.fonts[key]; font != nil {
		return font
	}
	base, _ := d["BaseFont"].(Name)
	font := &Font{Dict: d, Name: string(base), Used: map[int]bool{}, known: map[int]string{}, descendant: d, widths: map[int]float64{}}
	f.fonts[key] = font
	if d["Subtype"] == Name("Type0") {
		font.Composite = true
		if a := f.Array(d["DescendantFonts"]); len(a) > 0 {
			font.descendant = f.Dict(a[0])
		}
		font.gids = f.Stream(font.descendant["CIDToGIDMap"])
	}
	font.descriptor = f.Dict(font.descendant["FontDescriptor"])
	font.program = readTrueType(f.Stream(font.descriptor["FontFile2"]))
	font.readWidths(f)
	if data := f.Stream(d["ToUnicode"]); data != nil {
		font.unicode, font.broken = toUnicode(data)
	}
	return font
}

// show returns the letters of codes, and notes that they are used. A code
// without a letter becomes U+FFFD.
func (font *Font) show(f *File, codes string, invisible bool) string {
	var s strings.Builder
	step := 1
	if font.Composite {
		step = 2
	}
	if len(codes)%step != 0 {
		f.fault("content", "half a code in %q of %s", codes, font.Name)
	}
	for i := 0; i+step <= len(codes); i += step {
		code := int(codes[i])
		if step == 2 {
			code = code<<8 | int(codes[i+1])
		}
		if !invisible {
			font.Used[code] = true
		}
		s.WriteString(font.Letter(code))
	}
	return s.String()
}

// Letter returns what a code means, U+FFFD where it has no meaning.
func (font *Font) Letter(code int) string {
	s, ok := font.known[code]
	if !ok {
		s = font.lookUp(code)
		font.known[code] = s
	}
	return s
}

func (font *Font) lookUp(code int) string {
	for i := len(font.unicode) - 1; i >= 0; i-- {
		if s, ok := font.unicode[i].of(code); ok {
			return s
		}
	}
	if r := charmap.Windows1252.DecodeByte(byte(code)); !font.Composite && font.encoding() == "WinAnsiEncoding" && r != 0xFFFD {
		return string(r)
	}
	return "\ufffd"
}

func (font *Font) encoding() Name {
	switch e := font.Dict["Encoding"].(type) {
	case Name:
		return e
	case Dict:
		base, _ := e["BaseEncoding"].(Name)
		return base
	}
	return ""
}

// glyph returns the glyph of a code in the font's program.
func (font *Font) glyph(code int) (gid int, ok bool) {
	switch {
	case font.program == nil:
		return 0, false
	case !font.Composite:
		r := charmap.Windows1252.DecodeByte(byte(code))
		return font.program.glyph(int(r))
	case font.descendant["CIDToGIDMap"] == Name("Identity"):
		return code, code < font.program.glyphs
	case 2*code+1 < len(font.gids):
		gid = int(binary.BigEndian.Uint16(font.gids[2*code:]))
		return gid, gid < font.program.glyphs
	}
	return 0, false
}

// Width returns how wide the font says that a code is, in thousandths of the
// size, if it has a glyph for it.
func (font *Font) Width(code int) (w float64, ok bool) {
	gid, ok := font.glyph(code)
	return font.width(code), ok && gid != 0
}

// width returns how wide the font's dictionary says that a code is.
func (font *Font) width(code int) float64 {
	if w, ok := font.widths[code]; ok {
		return w
	}
	return font.missing
}

func (font *Font) readWidths(f *File) {
	if !font.Composite {
		first := integer(font.Dict["FirstChar"])
		for i, w := range f.Array(font.Dict["Widths"]) {
			font.widths[first+i], _ = f.Get(w).(float64)
		}
		font.missing, _ = font.descriptor["MissingWidth"].(float64)
		return
	}
	font.missing = 1000
	if dw, ok := font.descendant["DW"].(float64); ok {
		font.missing = dw
	}
	w := f.Array(font.descendant["W"])
	for i := 0; i+1 < len(w); {
		from := integer(w[i])
		if list, ok := f.Get(w[i+1]).(Array); ok {
			for k, width := range list {
				font.widths[from+k], _ = width.(float64)
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			return
		}
		for code := from; code <= integer(w[i+1]); code++ {
			font.widths[code], _ = w[i+2].(float64)
		}
		i += 3
	}
}

// letters are those of codes in a row.
type letters struct {
	from, to int
	first    []rune   // of the first code; its last rune is counted up
	list     []string // or each
}

// of returns what a code means.
func (l *letters) of(code int) (string, bool) {
	switch {
	case code < l.from || code > l.to:
		return "", false
	case l.list != nil:
		return l.list[code-l.from], true
	case len(l.first) == 0:
		return "", true
	}
	s := slices.Clone(l.first)
	s[len(s)-1] += rune(code - l.from)
	return string(s), true
}

// toUnicode reads a map of codes to letters, and says what of it is wrong.
func toUnicode(b []byte) (all []letters, broken string) {
	var operands []any
	for {
		v, rest, err := next(b)
		if err != nil {
			return all, ""
		}
		b = rest
		op, ok := v.(operator)
		if !ok {
			operands = append(operands, v)
			continue
		}
		switch op {
		case "endbfchar":
			for ; len(operands) > 1; operands = operands[2:] {
				code := codeOf(operands[0])
				all = append(all, letters{from: code, to: code, first: []rune(utf16Text(operands[1]))})
			}
		case "endbfrange":
			for ; len(operands) > 2; operands = operands[3:] {
				l := letters{from: codeOf(operands[0]), to: codeOf(operands[1])}
				list, ok := operands[2].(Array)
				if l.from>>8 != l.to>>8 || l.to < l.from || ok && len(list) != l.to-l.from+1 {
					return all, fmt.Sprintf("range %04X to %04X", l.from, l.to)
				}
				for _, s := range list {
					l.list = append(l.list, utf16Text(s))
				}
				if !ok {
					l.first = []rune(utf16Text(operands[2]))
				}
				all = append(all, l)
			}
		}
		operands = operands[:0]
	}
}

func codeOf(v any) int {
	s, _ := v.(String)
	n := 0
	for i := range len(s) {
		n = n<<8 | int(s[i])
	}
	return n
}

func utf16Text(v any) string {
	s, _ := v.(String)
	return ("\xfe\xff" + s).Text()
}
