package pdftest

import (
	"bytes"
	"fmt"
)

// A File is a PDF file that has been read. Objects and trailers are those of
// the newest revision; what it says of an object that an older revision has
// too replaces that.
type File struct {
	Bytes   []byte
	Objects map[int]any
	Trailer Dict

	// Revisions are the lengths of the file's revisions, oldest first: the
	// file was once Bytes[:Revisions[0]].
	Revisions []int

	// Packed says that objects or the table of offsets are in streams, as
	// PDF/A-2 allows and PDF/A-1 does not.
	Packed bool

	Pages []*Page
	Tree  *Elem // nil if the file is not tagged

	tables []int            // where the tables of offsets are
	spans  map[int]extent   // of objects that are not packed
	fonts  map[string]*Font // by reference
	read   []Fault          // found by the reader
	faults []Fault
}

// parse reads the objects by the file's tables of offsets.
func parse(b []byte) (*File, error) {
	f := &File{Bytes: b, Objects: map[int]any{}, spans: map[int]extent{}, fonts: map[string]*Font{}}
	places := map[int]place{}
	at, err := lastTable(b)
	seen := map[int]bool{}
	for err == nil && at >= 0 {
		if seen[at] || at >= len(b) {
			return nil, fmt.Errorf("table of offsets at %d", at)
		}
		seen[at] = true
		f.tables = append(f.tables, at)
		at, err = f.table(at, places)
	}
	if err != nil {
		return nil, err
	}
	for i := 0; ; {
		n := bytes.Index(b[i:], []byte("%%EOF"))
		if n < 0 {
			break
		}
		i += n + len("%%EOF")
		for i < len(b) && (b[i] == '\r' || b[i] == '\n') {
			i++
		}
		f.Revisions = append(f.Revisions, i)
	}
	for n, p := range places {
		if p.stream == 0 && p.offset > 0 {
			if f.Objects[n], err = f.object(n, p.offset); err != nil {
				return nil, err
			}
		}
	}
	for n, p := range places {
		if p.stream != 0 {
			if f.Objects[n], err = f.packed(p); err != nil {
				return nil, fmt.Errorf("object %d: %w", n, err)
			}
		}
	}
	return f, nil
}

// object reads the object at an offset. n < 0 takes any number.
func (f *File) object(n, offset int) (any, error) {
	if offset < 0 || offset >= len(f.Bytes) {
		return nil, fmt.Errorf("object %d at %d, outside the file", n, offset)
	}
	number, rest, err := next(f.Bytes[offset:])
	if err != nil {
		return nil, err
	}
	_, rest, err = next(rest)
	if err != nil {
		return nil, err
	}
	word, rest, err := next(rest)
	if x, ok := number.(float64); err != nil || !ok || n >= 0 && int(x) != n || word != operator("obj") {
		return nil, fmt.Errorf("object %d is not at %d", n, offset)
	}
	v, rest, err := next(rest)
	if err != nil {
		return nil, fmt.Errorf("object %d: %w", n, err)
	}
	s := extent{from: offset}
	rest = blank(rest)
	if d, ok := v.(Dict); ok && bytes.HasPrefix(rest, []byte("stream")) {
		if v, rest, err = f.stream(n, d, rest, &s); err != nil {
			return nil, err
		}
	}
	if rest = blank(rest); !bytes.HasPrefix(rest, []byte("endobj")) {
		return nil, fmt.Errorf("object %d: %.20q instead of its end", n, rest)
	}
	s.to = len(f.Bytes) - len(rest) + len("endobj")
	if n >= 0 {
		f.spans[n] = s
	}
	return v, nil
}

// stream reads the data behind a dictionary, and returns what follows them.
func (f *File) stream(n int, d Dict, b []byte, s *extent) (*Stream, []byte, error) {
	length := integer(d["Length"])
	if r, ok := d["Length"].(Ref); ok {
		length = f.lengthAt(int(r))
	}
	b = bytes.TrimPrefix(bytes.TrimPrefix(b[len("stream"):], []byte("\r")), []byte("\n"))
	if length < 0 || length > len(b) {
		return nil, nil, fmt.Errorf("object %d: length %d", n, length)
	}
	from := len(f.Bytes) - len(b)
	s.data, s.stream = [2]int{from, from + length}, true
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(b[length:], "\r\n"), []byte("endstream"))
	if !ok {
		return nil, nil, fmt.Errorf("object %d: wrong length", n)
	}
	return &Stream{Dict: d, Raw: b[:length]}, rest, nil
}

// lengthAt finds a length that is an object of its own, before the table of
// offsets is known to be complete.
func (f *File) lengthAt(n int) int {
	head := fmt.Appendf(nil, "\n%d 0 obj", n)
	i := bytes.LastIndex(f.Bytes, head)
	if i < 0 {
		return -1
	}
	v, _, err := next(f.Bytes[i+len(head):])
	if err != nil {
		return -1
	}
	return integer(v)
}

// packed reads an object from its object stream.
func (f *File) packed(p place) (any, error) {
	s, ok := f.Objects[p.stream].(*Stream)
	if !ok {
		return nil, fmt.Errorf("no object stream %d", p.stream)
	}
	data, err := s.Data()
	if err != nil {
		return nil, err
	}
	head, offset := data, 0
	for range p.at + 1 {
		var n, at any
		if n, head, err = next(head); err != nil {
			return nil, err
		}
		if at, head, err = next(head); err != nil {
			return nil, fmt.Errorf("%v: %w", n, err)
		}
		offset = integer(at)
	}
	v, _, err := next(data[integer(s.Dict["First"])+offset:])
	return v, err
}

// Get follows references.
func (f *File) Get(v any) any {
	for range 32 {
		r, ok := v.(Ref)
		if !ok {
			return v
		}
		v = f.Objects[int(r)]
	}
	return nil
}

// Dict returns the dictionary that v is or refers to, or nil; a stream's too.
func (f *File) Dict(v any) Dict {
	switch v := f.Get(v).(type) {
	case Dict:
		return v
	case *Stream:
		return v.Dict
	}
	return nil
}

// Array returns the array that v is or refers to; what is none stands alone
// in one.
func (f *File) Array(v any) Array {
	switch v := f.Get(v).(type) {
	case Array:
		return v
	case nil:
		return nil
	default:
		return Array{v}
	}
}

// Stream returns the data of the stream that v refers to, or nil.
func (f *File) Stream(v any) []byte {
	if s, ok := f.Get(v).(*Stream); ok {
		if data, err := s.Data(); err == nil {
			return data
		}
	}
	return nil
}

// Catalog returns the document's catalog.
func (f *File) Catalog() Dict { return f.Dict(f.Trailer["Root"]) }

func integer(v any) int {
	x, _ := v.(float64)
	return int(x)
}
