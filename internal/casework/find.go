package casework

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"ab325/internal/auth"
	"ab325/internal/caselist"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/store"
)

// A ListQuery says which cases a member of staff wants to see. What is zero
// asks for nothing.
type ListQuery struct {
	Text     string           // parts of names or of a case number, or the whole of a number
	Statuses []flexjob.Status // any of these
	Owner    store.Owner
	Overdue  bool // only what is over the day on which an answer was expected
	Unsealed bool // only what has a document that waits for a seal; of Statuses, Owner and Overdue nothing is asked then
	Order    store.Order
	ByName   bool         // what a text finds: by the employees' names, whatever Order says
	From     store.Cursor // of another page of the same list
}

// A ListPage is one page of the cases that are asked for.
type ListPage struct {
	Cases []ListedCase
	Total int // on all pages

	Previous, Next, Last store.Cursor // "" where there is no such page

	// Shown is how many of what a text finds can be shown: fewer than Total
	// where there are too many.
	Shown int
	// AtLeast says that a number is that of so many cases that not all were
	// looked at: there may be more than Total.
	AtLeast bool
	// Loading says that the names are still being read, so that a text finds
	// numbers alone.
	Loading bool
	// Counts are of the municipality's cases; nil where a text was asked for.
	Counts *store.Counts
}

// A ListedCase is one line of a list.
type ListedCase struct {
	store.Row
	// Overdue says that the answer was expected before today: «fremsender
	// jobcenteret hurtigst muligt en vurdering» (R5).
	Overdue bool
	Age     int // days since the jobcenter received it; 0 where none has
}

// List returns a page of the cases of who's municipality, without those that
// who is kept from. A row in a list is no entry in the audit log; a search for
// a text is one, which says that there was a search and not for what.
func (s *Service) List(ctx context.Context, who auth.Actor, q ListQuery) (ListPage, error) {
	if !who.Has(auth.Caseworker, auth.Issuer, auth.TeamLeader) || who.Municipality == "" {
		return ListPage{}, problem.New(problem.Forbidden, "Din rolle giver ikke adgang til sagerne. Bed en administrator om den rolle, du skal bruge.")
	}
	of := store.ListQuery{Municipality: who.Municipality, For: who.Subject, Today: s.today(),
		Statuses: q.Statuses, Owner: q.Owner, Overdue: q.Overdue, Unsealed: q.Unsealed, Order: q.Order, From: q.From, Limit: pageSize}
	if q.Text = strings.TrimSpace(q.Text); q.Text != "" {
		return s.search(ctx, who, q, &of)
	}
	var page ListPage
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		list, err := tx.List(of)
		if err != nil {
			return err
		}
		page = ListPage{Cases: s.lines(list.Rows), Previous: list.Previous, Next: list.Next}
		if list.Next != "" {
			page.Last = store.LastPage
		}
		if page.Counts, err = tx.Counts(of.Municipality, of.For, of.Today); err != nil {
			return err
		}
		page.Total = page.Counts.Of(q.Statuses, q.Owner, q.Overdue)
		if q.Unsealed {
			var waits Unsealed
			waits, err = countUnsealed(tx, of.Municipality, of.For)
			page.Total = waits.Cases
		}
		page.Shown = page.Total
		return err
	})
	return page, err
}

// pageSize is how many cases there are on a page.
const pageSize = 50

// lines makes the lines of a list.
func (s *Service) lines(rows []store.Row) []ListedCase {
	lines, today := make([]ListedCase, len(rows)), s.today()
	for i, r := range rows {
		lines[i] = ListedCase{Row: r, Overdue: r.Overdue(today), Age: max(0, r.Received.Days(today))}
	}
	return lines
}

// search returns a page of the cases in which q's text is found: as the whole
// of a number or, where it is none, as parts of names.
func (s *Service) search(ctx context.Context, who auth.Actor, q ListQuery, of *store.ListQuery) (ListPage, error) {
	found, err := s.byNumber(ctx, who, q.Text)
	if err != nil {
		return ListPage{}, err
	}
	byNumber := found.Total > 0
	if !byNumber {
		found, err = s.Directory.Find(*of, q.Text)
		if errors.Is(err, caselist.ErrLoading) {
			return ListPage{Loading: true}, nil
		} else if err != nil {
			return ListPage{}, err
		}
	}
	var rows []store.Row
	err = s.Store.View(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.RowsOf(found.IDs)
		return err
	})
	if err != nil {
		return ListPage{}, err
	}
	rows = slices.DeleteFunc(rows, func(r store.Row) bool { return !of.Lists(&r) })
	page := s.pageOf(rows, q, of)
	if page.Total = len(rows); byNumber {
		page.AtLeast = found.Total > len(found.IDs)
	} else {
		page.Total += found.Total - len(found.IDs)
	}
	return page, nil
}

// mostFound is how many of the cases that have one number are looked at. A
// company with more of them in one municipality is none that there is.
const mostFound = 5000

// byNumber logs a search, and returns the cases whose number, own reference,
// CPR or CVR number is the whole of text.
func (s *Service) byNumber(ctx context.Context, who auth.Actor, text string) (f caselist.Found, err error) {
	err = s.Store.Look(ctx, func(tx *store.Tx) error {
		f = caselist.Found{}
		for _, by := range []store.Lookup{store.ByCPR, store.ByCVR, store.ByNumber, store.ByReference} {
			ids, err := tx.Find(by, text)
			if err != nil {
				return err
			}
			f.IDs = append(f.IDs, ids...)
		}
		return tx.Log(s.entry(who, "search", "", ""))
	})
	slices.Sort(f.IDs)
	f.IDs = slices.Compact(f.IDs)
	f.Total = len(f.IDs)
	f.IDs = f.IDs[:min(f.Total, mostFound)]
	return f, err
}

// pageOf cuts the page that q asks for out of all rows that were found. Its
// cursors are numbers of pages: what was searched for is in no address.
func (s *Service) pageOf(rows []store.Row, q ListQuery, of *store.ListQuery) ListPage {
	if q.ByName {
		caselist.SortByName(rows)
	} else {
		of.Sort(rows)
	}
	page := ListPage{Shown: len(rows)}
	last := max(1, (len(rows)+pageSize-1)/pageSize)
	number := last
	if q.From != store.LastPage {
		n, _ := strconv.Atoi(string(q.From))
		number = min(max(1, n), last)
	}
	from := (number - 1) * pageSize
	page.Cases = s.lines(rows[from:min(from+pageSize, len(rows))])
	if number > 1 {
		page.Previous = store.Cursor(strconv.Itoa(number - 1))
	}
	if number < last {
		page.Next, page.Last = store.Cursor(strconv.Itoa(number+1)), store.LastPage
	}
	return page
}
