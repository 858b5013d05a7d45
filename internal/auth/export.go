package auth

import "ab325/internal/problem"

// AllowExport returns a problem unless the actor may take everything out of the
// installation, readable: an administrator of the whole of it. It is how a
// municipality leaves, or answers for what it has kept, and so nothing that
// anybody does by the way: there is no page for it.
func (a Actor) AllowExport() error {
	if a.Has(Administrator) && a.Municipality == "" {
		return nil
	}
	return problem.New(problem.Forbidden, "Kun en administrator for hele installationen kan tage alt ud. Bed en, der er det, om det.")
}
