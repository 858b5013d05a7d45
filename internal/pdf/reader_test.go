package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// A small reader of PDF files, so that tests do not see a document only
// through the code that wrote it. Objects are dict, array, name, text, ref,
// float64, bool, nil, or *stream.
type (
	dict   map[name]any
	array  []any
	name   string
	text   string
	ref    int
	word   string // an operator
	stream struct {
		dict
		raw []byte
	}
)

// file is a file that has been read.
type file struct {
	objects map[int]any
	trailer dict
}

// read reads every object by the file's table of offsets.
func read(b []byte) (*file, error) {
	i := bytes.LastIndex(b, []byte("startxref\n"))
	if i < 0 || !bytes.HasSuffix(b, []byte("%%EOF\n")) {
		return nil, fmt.Errorf("no end")
	}
	var at, n int
	if _, err := fmt.Sscan(string(b[i+len("startxref\n"):]), &at); err != nil {
		return nil, err
	}
	if _, err := fmt.Sscanf(string(b[at:]), "xref\n0 %d\n", &n); err != nil {
		return nil, err
	}
	table := b[at+len("xref\n"):]
	table = table[bytes.IndexByte(table, '\n')+1:]
	f := &file{objects: map[int]any{}}
	for k := 1; k < n; k++ {
		offset, err := strconv.Atoi(string(table[k*20 : k*20+10]))
		if err != nil {
			return nil, err
		}
		head := fmt.Sprintf("%d 0 obj\n", k)
		if !bytes.HasPrefix(b[offset:], []byte(head)) {
			return nil, fmt.Errorf("object %d is not at %d", k, offset)
		}
		object, rest, err := value(b[offset+len(head):])
		if err != nil {
			return nil, fmt.Errorf("object %d: %w", k, err)
		}
		if d, ok := object.(dict); ok && bytes.HasPrefix(rest, []byte("\nstream\n")) {
			data := rest[len("\nstream\n"):]
			length := int(d["Length"].(float64))
			data, rest = data[:length], data[length:]
			if rest, ok = bytes.CutPrefix(rest, []byte("\nendstream")); !ok {
				return nil, fmt.Errorf("object %d: wrong length", k)
			}
			object = &stream{d, data}
		}
		if !bytes.HasPrefix(rest, []byte("\nendobj\n")) {
			return nil, fmt.Errorf("object %d: %.20q instead of its end", k, rest)
		}
		f.objects[k] = object
	}
	_, tail, _ := bytes.Cut(b[at:], []byte("trailer\n"))
	trailer, _, err := value(tail)
	f.trailer, _ = trailer.(dict)
	return f, err
}

// data returns what the stream holds. It is unpacked only when asked for: most
// tests do not look into the fonts.
func (s *stream) data() []byte {
	if s.dict["Filter"] != name("FlateDecode") {
		return s.raw
	}
	r, err := zlib.NewReader(bytes.NewReader(s.raw))
	if err != nil {
		panic(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return data
}

// get follows references.
func (f *file) get(v any) any {
	for {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = f.objects[int(r)]
	}
}

func (f *file) dict(v any) dict {
	switch v := f.get(v).(type) {
	case dict:
		return v
	case *stream:
		return v.dict
	}
	return nil
}

func (f *file) array(v any) array {
	switch v := f.get(v).(type) {
	case array:
		return v
	case nil:
		return nil
	default:
		return array{v}
	}
}

var reference = regexp.MustCompile(`^(\d+) 0 R\b`)

const (
	spaces     = " \r\n\t\f\x00"
	delimiters = spaces + "()<>[]/%"
)

// value reads one object or operator.
func value(b []byte) (v any, rest []byte, err error) {
	b = bytes.TrimLeft(b, spaces)
	if len(b) == 0 {
		return nil, nil, io.EOF
	}
	switch {
	case bytes.HasPrefix(b, []byte("<<")):
		return dictionary(b[2:])
	case b[0] == '<':
		end := bytes.IndexByte(b, '>')
		if end < 0 {
			return nil, nil, fmt.Errorf("open hex string")
		}
		return text(b[1:end]), b[end+1:], nil
	case b[0] == '[':
		return list(b[1:])
	case b[0] == '(':
		return literal(b[1:])
	case b[0] == '/':
		end := 1 + bytes.IndexAny(b[1:], delimiters)
		if end == 0 {
			end = len(b)
		}
		return name(b[1:end]), b[end:], nil
	}
	if m := reference.FindSubmatch(b[:min(len(b), 24)]); m != nil {
		n, err := strconv.Atoi(string(m[1]))
		return ref(n), b[len(m[0]):], err
	}
	end := bytes.IndexAny(b, delimiters)
	switch {
	case end < 0:
		end = len(b)
	case end == 0:
		return nil, nil, fmt.Errorf("%.20q where an object should be", b)
	}
	s, rest := string(b[:end]), b[end:]
	switch s {
	case "true", "false":
		return s == "true", rest, nil
	case "null":
		return nil, rest, nil
	}
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		return x, rest, nil
	}
	return word(s), rest, nil
}

func dictionary(b []byte) (any, []byte, error) {
	d := dict{}
	for {
		b = bytes.TrimLeft(b, spaces)
		if rest, ok := bytes.CutPrefix(b, []byte(">>")); ok {
			return d, rest, nil
		}
		key, rest, err := value(b)
		if err != nil {
			return nil, nil, err
		}
		k, ok := key.(name)
		if !ok {
			return nil, nil, fmt.Errorf("key %v", key)
		}
		if _, twice := d[k]; twice {
			return nil, nil, fmt.Errorf("key %s twice", k)
		}
		if d[k], b, err = value(rest); err != nil {
			return nil, nil, err
		}
	}
}

func list(b []byte) (any, []byte, error) {
	a := array{}
	for {
		b = bytes.TrimLeft(b, spaces)
		if len(b) > 0 && b[0] == ']' {
			return a, b[1:], nil
		}
		v, rest, err := value(b)
		if err != nil {
			return nil, nil, err
		}
		a, b = append(a, v), rest
	}
}

// literal reads a string up to its closing bracket. A file of ours escapes
// each bracket within.
func literal(b []byte) (any, []byte, error) {
	var s strings.Builder
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case ')':
			return text(s.String()), b[i+1:], nil
		case '(', '\r':
			return nil, nil, fmt.Errorf("%q in a string", c)
		case '\\':
			i++
			switch b[i] {
			case 'r':
				s.WriteByte('\r')
			case '(', ')', '\\':
				s.WriteByte(b[i])
			default:
				return nil, nil, fmt.Errorf("\\%c in a string", b[i])
			}
		default:
			s.WriteByte(c)
		}
	}
	return nil, nil, fmt.Errorf("open string")
}
