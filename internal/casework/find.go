package casework

import (
	"context"
	"slices"
	"strings"

	"ab325/internal/auth"
	"ab325/internal/caselist"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// List returns a page of the cases of who's municipality, without those that
// who is kept from. Text is parts of names, or the whole of a case number, the
// municipality's own reference, a CVR or a CPR number. A row in a list is no
// entry in the audit log; a search is one, which says that there was a search
// and not for what.
func (s *Service) List(ctx context.Context, who auth.Actor, q caselist.Query) (caselist.Page, error) {
	if !who.Has(auth.Caseworker, auth.Issuer, auth.TeamLeader) || who.Municipality == "" {
		return caselist.Page{}, problem.New(problem.Forbidden, "Din rolle giver ikke adgang til sagerne. Bed en administrator om den rolle, du skal bruge.")
	}
	q.Municipality, q.Hidden, q.Today = who.Municipality, who.Subject, s.today()
	if q.Text = strings.TrimSpace(q.Text); q.Text != "" {
		if err := s.search(ctx, who, &q); err != nil {
			return caselist.Page{}, err
		}
	}
	return s.Directory.Query(ctx, q)
}

// search logs a search and looks up what is not found by a name.
func (s *Service) search(ctx context.Context, who auth.Actor, q *caselist.Query) error {
	return s.Store.Update(ctx, func(tx *store.Tx) error {
		var found []string
		for _, by := range []store.Lookup{store.ByCPR, store.ByCVR, store.ByNumber, store.ByReference} {
			ids, err := tx.Find(by, q.Text)
			if err != nil {
				return err
			}
			found = append(found, ids...)
		}
		if found != nil {
			slices.Sort(found)
			q.Only, q.Text = slices.Compact(found), ""
		}
		return tx.Log(s.entry(who, "search", "", ""))
	})
}
