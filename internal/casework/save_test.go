package casework_test

import (
	"strings"
	"testing"

	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// What is too long is kept as it was typed; what nobody types is not, for any
// field, so that no case grows without end.
func TestSaveBoundsEveryText(t *testing.T) {
	o := open(t)
	employee, _, id := o.parties()
	for _, f := range edition().Form.Fields {
		if !f.FilledBy(flexjob.Employee.Filler()) || strings.HasPrefix(f.ID, "consent.") {
			continue
		}
		change := func(text string) error {
			v, err := o.Look(t.Context(), employee, id)
			o.must(err)
			_, err = o.Save(t.Context(), employee, id, []flexjob.Change{{Field: f.ID, Old: v.Case.Blad1[f.ID].Value, New: text}})
			return err
		}
		if err := change(strings.Repeat("æ", f.Max()+1)); err != nil {
			t.Errorf("%s, a little too long: %v", f.ID, err)
		}
		err := change(strings.Repeat("æ", 50_000))
		if p, ok := problem.As(err); !ok || p.Kind != problem.TooLarge || len(p.Fields) != 1 || p.Fields[0].ID != f.ID {
			t.Errorf("%s of 50000 characters: %v, want TooLarge at the field", f.ID, err)
		}
		v, err := o.Look(t.Context(), employee, id)
		o.must(err)
		if got := len(v.Case.Blad1[f.ID].Value); got > 80_000 {
			t.Errorf("%s keeps %d bytes", f.ID, got)
		}
	}
}
