package pdftest

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"
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

	fonts  map[string]*Font // by reference
	read   []Fault          // found by the reader
	faults []Fault
}

// place says where an object is.
type place struct {
	offset     int
	stream, at int // in an object stream, if stream is not 0
}

// parse reads the objects by the file's tables of offsets.
func parse(b []byte) (*File, error) {
	f := &File{Bytes: b, Objects: map[int]any{}, fonts: map[string]*Font{}}
	places := map[int]place{}
	at, err := lastTable(b)
	seen := map[int]bool{}
	for err == nil && at >= 0 {
		if seen[at] || at >= len(b) {
			return nil, fmt.Errorf("table of offsets at %d", at)
		}
		seen[at] = true
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

// lastTable returns where the newest table of offsets begins.
func lastTable(b []byte) (int, error) {
	i := bytes.LastIndex(b, []byte("startxref"))
	if i < 0 {
		return 0, errors.New("no startxref")
	}
	v, rest, err := next(b[i+len("startxref"):])
	if err != nil {
		return 0, err
	}
	at, ok := v.(float64)
	if rest = bytes.TrimLeft(rest, spaces); !ok || !bytes.HasPrefix(rest, []byte("%%EOF")) {
		return 0, fmt.Errorf("startxref %v, then %.10q", v, rest)
	}
	return int(at), nil
}

// table reads one table of offsets with its trailer and returns where the one
// before it is, or -1. What a newer table said of an object stays.
func (f *File) table(at int, places map[int]place) (int, error) {
	rest, ok := bytes.CutPrefix(f.Bytes[at:], []byte("xref"))
	if !ok {
		return f.tableStream(at, places)
	}
	var err error
	for {
		rest = blank(rest)
		if after, ok := bytes.CutPrefix(rest, []byte("trailer")); ok {
			rest = after
			break
		}
		if rest, err = section(rest, places); err != nil {
			return 0, err
		}
	}
	v, _, err := next(rest)
	trailer, ok := v.(Dict)
	if err != nil || !ok {
		return 0, fmt.Errorf("trailer %v: %w", v, err)
	}
	if extra, ok := trailer["XRefStm"].(float64); ok {
		if _, err := f.tableStream(int(extra), places); err != nil {
			return 0, err
		}
	}
	return f.older(trailer), nil
}

// section reads the lines of objects with numbers in a row.
func section(b []byte, places map[int]place) ([]byte, error) {
	first, b, err := next(b)
	if err != nil {
		return nil, err
	}
	count, b, err := next(b)
	from, ok1 := first.(float64)
	n, ok2 := count.(float64)
	if err != nil || !ok1 || !ok2 {
		return nil, fmt.Errorf("table of offsets: %v %v", first, count)
	}
	b = bytes.TrimLeft(b, spaces)
	const line = 20
	if len(b) < int(n)*line {
		return nil, errors.New("short table of offsets")
	}
	for i := range int(n) {
		l := b[i*line : (i+1)*line]
		offset, err := strconv.Atoi(string(l[:10]))
		if err != nil || l[10] != ' ' || l[16] != ' ' || l[17] != 'n' && l[17] != 'f' {
			return nil, fmt.Errorf("line %q in the table of offsets", l)
		}
		if l[17] == 'f' {
			offset = 0
		}
		if _, ok := places[int(from)+i]; !ok {
			places[int(from)+i] = place{offset: offset}
		}
	}
	return b[int(n)*line:], nil
}

// older keeps the newest trailer and returns where the table before it is.
func (f *File) older(trailer Dict) int {
	if f.Trailer == nil {
		f.Trailer = trailer
	}
	if at, ok := trailer["Prev"].(float64); ok {
		return int(at)
	}
	return -1
}

// tableStream reads a table of offsets that is a stream.
func (f *File) tableStream(at int, places map[int]place) (int, error) {
	v, err := f.object(-1, at)
	s, ok := v.(*Stream)
	if err != nil || !ok || s.Dict["Type"] != Name("XRef") {
		return 0, fmt.Errorf("no table of offsets at %d: %w", at, err)
	}
	f.Packed = true
	data, err := s.Data()
	if err != nil {
		return 0, err
	}
	index, _ := s.Dict["Index"].(Array)
	if index == nil {
		index = Array{0.0, s.Dict["Size"]}
	}
	var w [3]int
	widths, _ := s.Dict["W"].(Array)
	for i := range w {
		w[i] = integer(widths[i])
	}
	for ; len(index) > 1; index = index[2:] {
		for n := integer(index[0]); n < integer(index[0])+integer(index[1]); n++ {
			var field [3]int
			for k, width := range w {
				for range width {
					field[k], data = field[k]<<8|int(data[0]), data[1:]
				}
			}
			if w[0] == 0 {
				field[0] = 1
			}
			if _, ok := places[n]; ok {
				continue
			}
			switch field[0] {
			case 1:
				places[n] = place{offset: field[1]}
			case 2:
				places[n] = place{stream: field[1], at: field[2]}
			default:
				places[n] = place{}
			}
		}
	}
	return f.older(s.Dict), nil
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
	rest = blank(rest)
	if d, ok := v.(Dict); ok && bytes.HasPrefix(rest, []byte("stream")) {
		length := integer(d["Length"])
		if r, ok := d["Length"].(Ref); ok {
			length = f.lengthAt(int(r))
		}
		rest = bytes.TrimPrefix(bytes.TrimPrefix(rest[len("stream"):], []byte("\r")), []byte("\n"))
		if length < 0 || length > len(rest) {
			return nil, fmt.Errorf("object %d: length %d", n, length)
		}
		v = &Stream{Dict: d, Raw: rest[:length]}
		var ok bool
		if rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest[length:], "\r\n"), []byte("endstream")); !ok {
			return nil, fmt.Errorf("object %d: wrong length", n)
		}
	}
	if rest = blank(rest); !bytes.HasPrefix(rest, []byte("endobj")) {
		return nil, fmt.Errorf("object %d: %.20q instead of its end", n, rest)
	}
	return v, nil
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

// Data returns what the stream holds, unpacked.
func (s *Stream) Data() ([]byte, error) {
	filter := s.Dict["Filter"]
	if a, ok := filter.(Array); ok && len(a) == 1 {
		filter = a[0]
	}
	switch filter {
	case nil:
		return s.Raw, nil
	case Name("FlateDecode"):
	default:
		return nil, fmt.Errorf("filter %v", filter)
	}
	if len(s.Raw) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	if s.packed == &s.Raw[0] {
		return s.unpacked, nil
	}
	r, err := zlib.NewReader(bytes.NewReader(s.Raw))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	parms, _ := s.Dict["DecodeParms"].(Dict)
	if data, err = unpredicted(data, integer(parms["Predictor"]), max(1, integer(parms["Columns"]))); err != nil {
		return nil, err
	}
	s.packed, s.unpacked = &s.Raw[0], data
	return data, nil
}

// unpredicted undoes the predictors of PNG, as tables of offsets have them.
func unpredicted(data []byte, predictor, columns int) ([]byte, error) {
	if predictor < 10 {
		return data, nil
	}
	var out []byte
	above := make([]byte, columns)
	for ; len(data) > columns; data = data[columns+1:] {
		row := bytes.Clone(data[1 : columns+1])
		for i := range row {
			switch data[0] {
			case 0:
			case 1:
				if i > 0 {
					row[i] += row[i-1]
				}
			case 2:
				row[i] += above[i]
			default:
				return nil, fmt.Errorf("predictor %d", data[0])
			}
		}
		out, above = append(out, row...), row
	}
	return out, nil
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
