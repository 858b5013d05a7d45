package pdftest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// What a file is made of. An object is a Dict, Array, Name, String, Ref,
// *Stream, float64, bool or nil.
type (
	Dict   map[Name]any
	Array  []any
	Name   string // as meant: "#20" is a space
	String string // its bytes
	Ref    int    // to an object by its number
)

// A Stream is an object with data behind its dictionary.
type Stream struct {
	Dict
	Raw []byte // as in the file

	packed   *byte  // where Raw began when it was unpacked
	unpacked []byte // what it holds
}

// operator is a word of a content stream, or of the file's own syntax.
type operator string

const (
	spaces     = " \r\n\t\f\x00"
	delimiters = spaces + "()<>[]/%{}"
)

// errEnd says that there is nothing more to read.
var errEnd = io.EOF

// next reads one object or operator and returns what follows it.
func next(b []byte) (v any, rest []byte, err error) {
	b = blank(b)
	if len(b) == 0 {
		return nil, nil, errEnd
	}
	switch {
	case bytes.HasPrefix(b, []byte("<<")):
		return dictionary(b[2:])
	case b[0] == '<':
		return hexString(b[1:])
	case b[0] == '[':
		return list(b[1:])
	case b[0] == '(':
		return literal(b[1:])
	case b[0] == '/':
		return nameOf(b[1:])
	}
	end := bytes.IndexAny(b, delimiters)
	if end < 0 {
		end = len(b)
	}
	if end == 0 {
		return nil, nil, fmt.Errorf("%.20q where an object should be", b)
	}
	s, rest := string(b[:end]), b[end:]
	switch s {
	case "true", "false":
		return s == "true", rest, nil
	case "null":
		return nil, rest, nil
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.ContainsAny(s, "eExXpPnNiI_") {
		return operator(s), rest, nil
	}
	if n, after, ok := reference(s, rest); ok {
		return Ref(n), after, nil
	}
	return x, rest, nil
}

// reference reads "0 R" behind a number.
func reference(s string, rest []byte) (n int, after []byte, ok bool) {
	n, err := strconv.Atoi(s)
	if err != nil || len(rest) < 4 || rest[0] != ' ' || rest[1] < '0' || rest[1] > '9' {
		return 0, nil, false
	}
	generation, after, _ := bytes.Cut(rest[1:min(len(rest), 12)], []byte(" R"))
	if _, err := strconv.Atoi(string(generation)); err != nil || len(generation)+3 > len(rest) {
		return 0, nil, false
	}
	if len(after) > 0 && !bytes.ContainsAny(after[:1], delimiters) {
		return 0, nil, false
	}
	return n, rest[len(generation)+3:], true
}

// blank takes away white space and comments.
func blank(b []byte) []byte {
	for {
		b = bytes.TrimLeft(b, spaces)
		if len(b) == 0 || b[0] != '%' {
			return b
		}
		end := bytes.IndexAny(b, "\r\n")
		if end < 0 {
			return nil
		}
		b = b[end:]
	}
}

func dictionary(b []byte) (any, []byte, error) {
	d := Dict{}
	for {
		b = blank(b)
		if rest, ok := bytes.CutPrefix(b, []byte(">>")); ok {
			return d, rest, nil
		}
		key, rest, err := next(b)
		if err != nil {
			return nil, nil, inside("dictionary", err)
		}
		k, ok := key.(Name)
		if !ok {
			return nil, nil, fmt.Errorf("key %v", key)
		}
		if _, twice := d[k]; twice {
			return nil, nil, fmt.Errorf("key %s twice", k)
		}
		if d[k], b, err = next(rest); err != nil {
			return nil, nil, inside("dictionary", err)
		}
	}
}

func list(b []byte) (any, []byte, error) {
	a := Array{}
	for {
		b = blank(b)
		if len(b) > 0 && b[0] == ']' {
			return a, b[1:], nil
		}
		v, rest, err := next(b)
		if err != nil {
			return nil, nil, inside("array", err)
		}
		a, b = append(a, v), rest
	}
}

// inside makes the end of the file an error: something is still open.
func inside(what string, err error) error {
	if errors.Is(err, errEnd) {
		return fmt.Errorf("open %s at the end", what)
	}
	return err
}

func nameOf(b []byte) (any, []byte, error) {
	end := bytes.IndexAny(b, delimiters)
	if end < 0 {
		end = len(b)
	}
	raw, rest := b[:end], b[end:]
	if bytes.IndexByte(raw, '#') < 0 {
		return Name(raw), rest, nil
	}
	var s strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			n, err := strconv.ParseUint(string(raw[i+1:i+3]), 16, 8)
			if err != nil {
				return nil, nil, fmt.Errorf("name %q", raw)
			}
			s.WriteByte(byte(n))
			i += 2
			continue
		}
		s.WriteByte(raw[i])
	}
	return Name(s.String()), rest, nil
}

func hexString(b []byte) (any, []byte, error) {
	end := bytes.IndexByte(b, '>')
	if end < 0 {
		return nil, nil, errors.New("open hex string")
	}
	digits := string(bytes.Join(bytes.FieldsFunc(b[:end], func(r rune) bool { return strings.ContainsRune(spaces, r) }), nil))
	if len(digits)%2 == 1 {
		return nil, nil, fmt.Errorf("hex string <%.20s> with half a byte", digits)
	}
	s := make([]byte, len(digits)/2)
	for i := range s {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			return nil, nil, fmt.Errorf("hex string <%.20s>", digits)
		}
		s[i] = byte(n)
	}
	return String(s), b[end+1:], nil
}

// escapes are the letters behind a backslash, and what they mean.
var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f', '(': '(', ')': ')', '\\': '\\'}

func literal(b []byte) (any, []byte, error) {
	var s []byte
	depth := 1
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '(':
			depth++
			s = append(s, c)
		case ')':
			if depth--; depth == 0 {
				return String(s), b[i+1:], nil
			}
			s = append(s, c)
		case '\r':
			s = append(s, '\n')
			if i+1 < len(b) && b[i+1] == '\n' {
				i++
			}
		case '\\':
			letters, n := escaped(b[i+1:])
			if n == 0 {
				return nil, nil, errors.New("open string")
			}
			s = append(s, letters...)
			i += n
		default:
			s = append(s, c)
		}
	}
	return nil, nil, errors.New("open string")
}

// escaped returns what stands behind a backslash, and how long it is: 0 at the
// end of the file. The end of a line means nothing.
func escaped(b []byte) (letters []byte, n int) {
	digits := 0
	for digits < 3 && digits < len(b) && b[digits] >= '0' && b[digits] <= '7' {
		digits++
	}
	switch {
	case len(b) == 0:
		return nil, 0
	case digits > 0:
		code, _ := strconv.ParseUint(string(b[:digits]), 8, 16) // the digits are octal
		return []byte{byte(code)}, digits
	case bytes.HasPrefix(b, []byte("\r\n")):
		return nil, 2
	case b[0] == '\r' || b[0] == '\n':
		return nil, 1
	}
	if e, ok := escapes[b[0]]; ok {
		return []byte{e}, 1
	}
	return b[:1], 1
}

// Text returns a text string's letters. The encoding is told by its first
// bytes; without, it is taken as PDFDocEncoding, of which our files use what
// is the same in Latin-1.
func (s String) Text() string {
	switch {
	case strings.HasPrefix(string(s), "\xfe\xff"):
		var units []uint16
		for i := 2; i+1 < len(s); i += 2 {
			units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
		}
		return string(utf16.Decode(units))
	case strings.HasPrefix(string(s), "\xef\xbb\xbf"):
		return string(s[3:])
	}
	letters := make([]rune, len(s))
	for i := range letters {
		letters[i] = rune(s[i])
	}
	return string(letters)
}
