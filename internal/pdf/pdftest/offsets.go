package pdftest

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// place says where an object is.
type place struct {
	offset     int
	stream, at int // in an object stream, if stream is not 0
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
			var p place
			p, data = entry(data, w)
			if _, ok := places[n]; !ok {
				places[n] = p
			}
		}
	}
	return f.older(s.Dict), nil
}

// entry reads the fields of one object, each of so many bytes.
func entry(b []byte, widths [3]int) (place, []byte) {
	var field [3]int
	for k, width := range widths {
		for range width {
			field[k], b = field[k]<<8|int(b[0]), b[1:]
		}
	}
	switch {
	case widths[0] == 0 || field[0] == 1: // without a kind it is of this one
		return place{offset: field[1]}, b
	case field[0] == 2:
		return place{stream: field[1], at: field[2]}, b
	}
	return place{}, b
}
