package form

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
)

// A Municipality is one of the 98 that a person in Denmark can live in.
type Municipality struct {
	Code      string // four digits, "0101"
	Name      string // "København"
	Authority string // "Københavns Kommune"
}

// Municipalities reads municipalities.csv at the top of fsys, in its order:
// by code.
func Municipalities(fsys fs.FS) ([]Municipality, error) {
	const name = "municipalities.csv"
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("municipalities: %w", err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = 3
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 || [3]string(rows[0]) != [3]string{"code", "name", "authority"} {
		return nil, errors.New(name + ": the first line is not code,name,authority")
	}
	var list []Municipality
	for _, row := range rows[1:] {
		list = append(list, Municipality{Code: row[0], Name: row[1], Authority: row[2]})
	}
	return list, nil
}
