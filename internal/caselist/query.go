package caselist

import (
	"slices"
	"strings"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/store"
)

// An Order is how a list is sorted.
type Order int

// The orders. Cases that share what they are sorted by are in the order of
// the employees' names, then of their numbers, newest first.
const (
	ByStart    Order = iota // what is overdue first; then by expected start, the soonest first, none last
	ByReceived              // the longest waiting first
	ByNumber                // the newest first
	ByName                  // of the employee, in the Danish alphabet
)

// A Query says which cases to list. What is zero asks for nothing.
type Query struct {
	Municipality string     // code; the only cases that are ever listed
	Today        ident.Date // in Denmark: what is overdue, and how old, is reckoned from it

	Text     string           // parts of the employee's and the company's names, or of the number
	Only     []string         // if not nil: ids of cases, as found by CPR, CVR or reference
	Statuses []flexjob.Status // any of these
	Assignee string           // staff id
	Unowned  bool             // without a caseworker
	Overdue  bool             // only what is over the service goal
	Hidden   string           // staff id: without the cases that this person is disqualified from

	Order   Order
	Page    int // from 1; one beyond the last is the last
	PerPage int // 50 if zero, at most 200
}

// A Page is one page of the answer to a query.
type Page struct {
	Cases []Case
	Total int // of all pages
	Page  int
	Pages int // at least 1
}

// A Case is one line of a list.
type Case struct {
	store.Row
	// Overdue says that the answer was expected before today: «fremsender
	// jobcenteret hurtigst muligt en vurdering» (R5).
	Overdue bool
	Age     int // days since the jobcenter received it; 0 where none has
}

func (d *directory) query(q Query) Page {
	if q.Order < 0 || int(q.Order) >= len(orders) {
		q.Order = ByStart
	}
	var first, rest []*item // what is overdue, and what is not
	match := q.matcher()
	for _, it := range d.candidates(q) {
		if !match(it) {
			continue
		}
		if q.Order == ByStart && it.row.Overdue(q.Today) {
			first = append(first, it)
		} else {
			rest = append(rest, it)
		}
	}
	return q.page(append(first, rest...))
}

// candidates returns the cases of the municipality that q may be about, in
// its order.
func (d *directory) candidates(q Query) []*item {
	if q.Only == nil {
		if s, ok := d.shelves[q.Municipality]; ok {
			return s[q.Order]
		}
		return nil
	}
	var found []*item
	for _, id := range q.Only {
		if it, ok := d.items[id]; ok && it.row.Municipality == q.Municipality && !slices.Contains(found, it) {
			found = append(found, it)
		}
	}
	slices.SortFunc(found, orders[q.Order])
	return found
}

// matcher returns what tells whether a case of the municipality is asked for.
func (q *Query) matcher() func(*item) bool {
	words := strings.Fields(fold(q.Text))
	number := strings.TrimSpace(q.Text)
	return func(it *item) bool {
		r := &it.row
		return (len(q.Statuses) == 0 || slices.Contains(q.Statuses, r.Status)) &&
			(q.Assignee == "" || r.Assignee == q.Assignee) &&
			(!q.Unowned || r.Assignee == "") &&
			(!q.Overdue || r.Overdue(q.Today)) &&
			(q.Hidden == "" || !slices.Contains(r.Disqualified, q.Hidden)) &&
			(number == "" || len(words) > 0 && it.has(words) || strings.Contains(r.Number, number))
	}
}

// has reports whether every word is a part of a name.
func (it *item) has(words []string) bool {
	for _, w := range words {
		if !strings.Contains(it.text, w) {
			return false
		}
	}
	return true
}

// page cuts the page that q asks for out of all that was found.
func (q *Query) page(found []*item) Page {
	size := q.PerPage
	if size <= 0 {
		size = 50
	}
	size = min(size, 200)
	p := Page{Total: len(found), Pages: max(1, (len(found)+size-1)/size)}
	p.Page = min(max(q.Page, 1), p.Pages)
	from := (p.Page - 1) * size
	for _, it := range found[from:min(from+size, len(found))] {
		p.Cases = append(p.Cases, Case{Row: it.row, Overdue: it.row.Overdue(q.Today), Age: max(0, it.row.Received.Days(q.Today))})
	}
	return p
}
