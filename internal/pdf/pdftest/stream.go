package pdftest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
)

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
