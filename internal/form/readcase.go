package form

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"ab325/internal/ident"
	"ab325/internal/problem"
)

// MaxCase is how many bytes a document for ReadCase may have.
const MaxCase = 8 << 20

// ReadCase reads a filled-in form: one JSON document
//
//	{"edition": "ab325/2020-03", "values": {"employee.name": "…", …}}
//
// with values as a person would type them, and true or false for ticks too.
// It returns the edition and the values in their normal form; empty values
// are left out. Completeness is not checked.
//
// Whatever is wrong with the document is a *problem.Error: of kind TooLarge
// above MaxCase bytes, else Invalid. What is wrong with values is in its
// Fields, each of them, in the form's order; then what the form does not
// have, in the document's. With such an error the edition and the values that
// are right are returned all the same, so that the caller can tell what else
// is wrong. Any other error is not the document's fault.
func ReadCase(r io.Reader, load func(id string) (*Definition, error), today ident.Date) (*Definition, Values, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxCase+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read the case: %w", err)
	}
	if len(text) > MaxCase {
		return nil, nil, problem.New(problem.TooLarge, "Filen er for stor. Den må højst fylde 8 MB")
	}
	doc, err := readDocument(text)
	if err != nil {
		return nil, nil, err
	}
	d, err := load(doc.edition)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, problem.New(problem.Invalid, "Udgaven "+quote(doc.edition)+" findes ikke. Kontrollér «edition»")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read the case: %w", err)
	}
	values, wrong := d.readValues(doc.values, today)
	if len(wrong) > 0 {
		return d, values, &problem.Error{Kind: problem.Invalid, Detail: "Ret det, der er forkert", Fields: wrong}
	}
	return d, values, nil
}

// readValues returns the values in normal form, and what is wrong.
func (d *Definition) readValues(members []jsonMember, today ident.Date) (Values, []problem.Field) {
	const most = 100
	values, byField, count := Values{}, map[string]string{}, map[string]int{}
	var strange []problem.Field
	for _, m := range members {
		count[m.name]++
		f, ok := d.Field(m.name)
		switch {
		case count[m.name] == 2 && ok && len(f.Sheets) > 0:
			byField[f.ID] = "Feltet står der to gange. Slet det ene"
			delete(values, f.ID)
		case count[m.name] > 1: // told already
		case len(strange) == most:
			return nil, strange // hardly a filled-in form
		case !ok:
			strange = append(strange, problem.Field{ID: printable(m.name), Text: "Feltet findes ikke på blanketten. Kontrollér navnet"})
		case len(f.Sheets) == 0:
			strange = append(strange, problem.Field{ID: f.ID, Text: "Feltet hører til sagen og står ikke på blanketten. Slet det"})
		default:
			value, text := d.readValue(f, m, today)
			if text != "" {
				byField[f.ID] = text
			} else if value != "" {
				values[f.ID] = value
			}
		}
	}
	var wrong []problem.Field
	for _, f := range d.Fields {
		if text := byField[f.ID]; text != "" {
			wrong = append(wrong, problem.Field{ID: f.ID, Text: text})
		}
	}
	return values, append(wrong, strange...)
}

// readValue returns the normal form of one value, or what is wrong with it.
func (d *Definition) readValue(f *Field, m jsonMember, today ident.Date) (value, wrong string) {
	typed := m.text
	switch v := m.value.(type) {
	case string:
	case bool:
		if f.Kind != Tick {
			return "", "Skriv værdien som tekst i anførselstegn"
		}
		typed = map[bool]string{true: "ja", false: "nej"}[v]
	default:
		if f.Kind == Tick {
			return "", "Skriv true, false, \"ja\" eller \"nej\""
		}
		return "", "Skriv værdien som tekst i anførselstegn"
	}
	value, err := d.Normal(f, typed, today)
	if e, ok := problem.As(err); ok {
		return "", e.Detail
	}
	if err != nil {
		return "", "Værdien kan ikke bruges. Skriv den på en anden måde"
	}
	return value, ""
}
