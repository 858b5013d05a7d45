package read

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text returns what the bytes of a text string say: UTF-16 with its mark,
// UTF-8 with its mark or, as some programs write it, without; else
// PDFDocEncoding. Marks of language are left out, and lines end with "\n":
// viewers write "\r".
func text(raw []byte) string {
	var s string
	switch {
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		s = utf16Text(raw[2:], binary.BigEndian)
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		s = utf16Text(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		s = strings.ToValidUTF8(string(raw[3:]), "\ufffd")
	case utf8.Valid(raw) && !hasDocOnly(raw):
		s = string(raw)
	default:
		s = docText(raw)
	}
	s = withoutLanguage(s)
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

func utf16Text(raw []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

// withoutLanguage leaves out what stands between two escape characters: a code
// of the language of what follows.
func withoutLanguage(s string) string {
	const escape = "\x1b"
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, escape)
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		_, after, ok := strings.Cut(rest, escape)
		if !ok {
			return out.String() + rest
		}
		s = after
	}
}

// docLetters are those of PDFDocEncoding from 0x18 and 0x80 that differ from
// Latin-1 (ISO 32000-1, annex D.2).
const (
	docAccents = "˘ˇˆ˙˝˛˚˜"
	docSigns   = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\ufffd€"
)

// hasDocOnly reports whether raw has one of the bytes that are a letter in
// PDFDocEncoding and a control character elsewhere.
func hasDocOnly(raw []byte) bool {
	return bytes.ContainsFunc(raw, func(r rune) bool { return r >= 0x18 && r < 0x20 && r != 0x1b })
}

// docText decodes PDFDocEncoding.
func docText(raw []byte) string {
	accents, signs := []rune(docAccents), []rune(docSigns)
	out := make([]rune, len(raw))
	for i, b := range raw {
		switch {
		case b >= 0x18 && b < 0x20:
			out[i] = accents[b-0x18]
		case b >= 0x80 && int(b-0x80) < len(signs):
			out[i] = signs[b-0x80]
		default:
			out[i] = rune(b)
		}
	}
	return string(out)
}
