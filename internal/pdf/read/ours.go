package read

import (
	"ab325/internal/form"
)

// Ours returns the edition that a file's fields are of, and what is filled in,
// as it was typed: neither checked nor in normal form. Of editions whose fields
// have the same names it is the first. A tick that is off says something only
// where the edition has it ticked to begin with. The error is a *problem.Error
// where the file is somebody else's form.
func Ours(editions []*form.Definition, fields []Field) (*form.Definition, form.Values, error) {
	byName := map[string]Field{}
	for _, f := range fields {
		if was, ok := byName[f.Name]; !ok || was.Value == "" {
			byName[f.Name] = f
		}
	}
	var best *form.Definition
	most := 0
	for _, d := range editions {
		printed, known := d.PrintedOn(1), 0
		for _, f := range printed {
			if _, ok := byName[f.ID]; ok {
				known++
			}
		}
		if known > most && 2*known >= len(printed) {
			best, most = d, known
		}
	}
	if best == nil {
		return nil, nil, noForm.problem(nil)
	}
	values := form.Values{}
	for i := range best.Fields {
		f := &best.Fields[i]
		if in, ok := byName[f.ID]; ok && len(f.Sheets) > 0 {
			if value := typed(f, in); value != "" {
				values[f.ID] = value
			}
		}
	}
	return best, values, nil
}

// typed returns what somebody who filled in the field of a file would have
// typed.
func typed(f *form.Field, in Field) string {
	if in.Kind != Tick {
		return form.Clean(f.Kind, in.Value)
	}
	switch {
	case in.Value == On:
		return "ja"
	case f.Default == "ja":
		return "nej"
	}
	return ""
}
