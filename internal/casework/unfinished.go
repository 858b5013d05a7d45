package casework

import (
	"slices"

	"ab325/internal/auth"
	"ab325/internal/problem"
)

// Unfinished returns what keeps the Blad 1 of a view from being signed, in the
// form's order, as far as the viewer can see it: what is masked in the view is
// left out. The other party's own empty fields are in it.
func (s *Service) Unfinished(who auth.Actor, v *View) []problem.Field {
	e, err := s.edition(v.Form.ID)
	if err != nil {
		return nil // a view's form is always one of the editions
	}
	return slices.DeleteFunc(s.unfinished(v.Case, e), func(f problem.Field) bool {
		return v.Case.Blad1[f.ID].Value != "" && !who.Sees(auth.FieldFact(f.ID))
	})
}
