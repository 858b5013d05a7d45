package form

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Schema returns the JSON Schema (draft 2020-12) of a document with the
// values of the given sheet, or of the whole form if sheet is 0: what
// ReadCase reads. It describes the document; whether the digits of a number
// belong together is for Normal to say.
func (d *Definition) Schema(sheet int) ([]byte, error) {
	var values object
	for i := range d.Fields {
		f := &d.Fields[i]
		if sheet == 0 && len(f.Sheets) > 0 || f.printedOn(sheet) {
			values = append(values, member{f.ID, f.schema()})
		}
	}
	doc := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", d.Title},
		{"description", d.Code + ". " + d.Publisher},
		{"type", "object"},
		{"properties", object{
			{"edition", object{{"const", d.ID}}},
			{"values", object{
				{"type", "object"},
				{"properties", values},
				{"additionalProperties", false},
			}},
		}},
		{"required", []string{"edition", "values"}},
		{"additionalProperties", false},
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return nil, fmt.Errorf("schema of %s: %w", d.ID, err)
	}
	return b.Bytes(), nil
}

// schema returns what a value of the field is. "x-kind" is the field's kind
// and "x-by" who fills it in, for programs that make a page from the schema.
func (f *Field) schema() object {
	s := object{{"title", f.Label}}
	if f.Ask != f.Label {
		s = append(s, member{"description", f.Ask})
	}
	switch f.Kind {
	case Tick:
		s = append(s, member{"enum", []any{true, false, "ja", "nej", ""}})
	case Choice:
		values := []string{""}
		for _, o := range f.Options {
			values = append(values, o.Value)
		}
		s = append(s, member{"enum", values})
	default:
		s = append(s, member{"type", "string"}, member{"maxLength", f.Max()})
	}
	if f.Default != "" {
		s = append(s, member{"default", f.Default})
	}
	return append(s, member{"x-kind", f.Kind}, member{"x-by", f.By})
}

// An object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
