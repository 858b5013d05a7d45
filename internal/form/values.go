package form

import "ab325/internal/problem"

// Values are what is filled in: by field id, the value in its normal form. A
// field that is missing is an empty box.
type Values map[string]string

// Missing returns what to do about each of the fields that must be filled in
// and is not, in their order. A field whose "unless" is ticked may be empty;
// whether there is an attachment then is for the case to know.
func (d *Definition) Missing(values Values, fields []*Field) []problem.Field {
	var missing []problem.Field
	for _, f := range fields {
		if f.Required && values[f.ID] == "" && (f.Unless == "" || values[f.Unless] != "ja") {
			missing = append(missing, problem.Field{ID: f.ID, Text: f.Missing})
		}
	}
	return missing
}
