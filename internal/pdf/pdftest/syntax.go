package pdftest

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"unicode/utf8"
)

var (
	header   = regexp.MustCompile(`^%PDF-1\.[0-7]\r?\n%`)
	filters  = []any{nil, Name("FlateDecode"), Name("DCTDecode")}
	begins   = regexp.MustCompile(`^[0-9]+ [0-9]+ obj[\r\n]`)
	sections = regexp.MustCompile(`^xref(\r\n|\r|\n)[0-9]+ [0-9]+ ?[\r\n]`)
)

// An extent says where an object is in the file, and within it a stream's data.
type extent struct {
	from, to int // to is behind "endobj"
	data     [2]int
	stream   bool
}

// outside reports whether a number is larger than every reader can hold, or
// so near 0 that some take it to be.
func outside(x float64) bool {
	return math.Abs(x) > math.MaxInt32 || x != 0 && math.Abs(x) < 1.175e-38
}

// endsLine reports whether the end of a line stands before b[i].
func endsLine(b []byte, i int) bool { return i > 0 && (b[i-1] == '\n' || b[i-1] == '\r') }

// lines checks the ends of lines around an object, and around its data.
func (f *File) lines(n int, s extent, fault func(string, ...any)) {
	b := f.Bytes
	switch end := s.to - len("endobj"); {
	case !begins.Match(b[s.from:]):
		fault("object %d begins with %.20q", n, b[s.from:])
	case s.from > 0 && !endsLine(b, s.from):
		fault("object %d does not begin a line", n)
	case !endsLine(b, end) || s.to >= len(b) || b[s.to] != '\n' && b[s.to] != '\r':
		fault("object %d does not end with a line of its own", n)
	}
}

// framed reports whether a stream's data are framed as they should be: "stream"
// ends its line, and the data's end is one line's end before "endstream".
func (f *File) framed(s extent) bool {
	before, behind := f.Bytes[:s.data[0]], f.Bytes[s.data[1]:]
	if !bytes.HasSuffix(before, []byte("stream\n")) && !bytes.HasSuffix(before, []byte("stream\r\n")) {
		return false
	}
	for _, end := range []string{"\r\n", "\n", "\r"} {
		if bytes.HasPrefix(behind, []byte(end+"endstream")) {
			return true
		}
	}
	return false
}

// syntaxConditions are those of ISO 19005-2, 6.1. That a string of digits has
// an even number of them, and no other letters, is asked by the reader.
var syntaxConditions = []condition{
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
	{"PDF/A 6.1.4", "the table of offsets", func(f *File, fault func(string, ...any)) {
		for _, at := range f.tables {
			if bytes.HasPrefix(f.Bytes[at:], []byte("xref")) && !sections.Match(f.Bytes[at:]) {
				fault("%.20q", f.Bytes[at:])
			}
		}
	}},
	{"PDF/A 6.1.7.1", "a stream between other lines", func(f *File, fault func(string, ...any)) {
		for n, s := range f.spans {
			if s.stream && !f.framed(s) {
				fault("object %d", n)
			}
		}
	}},
	{"PDF/A 6.1.8", "a name that is not UTF-8", func(f *File, fault func(string, ...any)) {
		f.eachValue(func(n int, v any) {
			if s, ok := v.(Name); ok && !utf8.ValidString(string(s)) {
				fault("object %d: %q", n, s)
			}
		})
	}},
	{"PDF/A 6.1.9", "an object between other lines", func(f *File, fault func(string, ...any)) {
		for n, s := range f.spans {
			f.lines(n, s, fault)
		}
	}},
	{"PDF/A 6.1.7", "a stream", func(f *File, fault func(string, ...any)) {
		for n, v := range f.Objects {
			s, ok := v.(*Stream)
			if !ok {
				continue
			}
			if s.Dict["F"] != nil || s.Dict["FFilter"] != nil || s.Dict["FDecodeParms"] != nil {
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
				if outside(v) {
					fault("object %d: the number %g", n, v)
				}
			}
		})
	}},
}
