package store

import (
	"fmt"
	"iter"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// A Row is what lists need of a case. It is derived from the case by [RowOf]
// and stored beside it, in the same transaction. It holds facts alone: what passes with
// time is computed from them, by Overdue and Changes.
type Row struct {
	ID           string         `json:"id"`
	Number       string         `json:"number"`
	Revision     int            `json:"revision"`
	Municipality string         `json:"municipality"`
	Status       flexjob.Status `json:"status"`
	Reached      bool           `json:"reached"` // a jobcenter has, or had, the case
	Created      time.Time      `json:"created"`

	Employee string     `json:"employee"` // name
	Company  string     `json:"company"`  // name
	JobTitle string     `json:"jobTitle"`
	Start    ident.Date `json:"start"` // expected; none where it is missing or no date

	Received     ident.Date `json:"received"`     // none before a jobcenter has it
	Expected     ident.Date `json:"expected"`     // the day on which an answer is expected
	ComplainBy   ident.Date `json:"complainBy"`   // last day to complain; none without a decision
	Assignee     string     `json:"assignee"`     // staff id
	Disqualified []string   `json:"disqualified"` // staff ids
}

// RowOf derives the row of c.
func RowOf(c *flexjob.Case) Row {
	v := c.Blad1.Values()
	row := Row{
		ID: c.ID, Number: c.Number, Revision: c.Revision, Municipality: c.Municipality,
		Status: c.Status(), Reached: c.Reached(), Created: c.Created.At,
		Employee: v["employee.name"], Company: v["company.name"], JobTitle: v["job.title"],
		Expected: c.Expected(), Assignee: c.Assignee,
	}
	if start, err := ident.ParseDate(v["job.startDate"]); err == nil {
		row.Start = start
	}
	if r := c.Received(); r != nil {
		row.Received = r.On
	}
	if k, ok := c.ComplaintStands(); ok {
		row.ComplainBy = k.LastDay
	}
	for _, d := range c.Disqualified {
		if d.Lifted == nil {
			row.Disqualified = append(row.Disqualified, d.Staff)
		}
	}
	return row
}

// Overdue reports whether the answer was expected before today and has not
// been given.
func (r *Row) Overdue(today ident.Date) bool {
	return r.pending() && !r.Expected.IsZero() && r.Expected.Before(today)
}

// Awaited returns the day on which an answer is expected, while one is waited
// for; else none.
func (r *Row) Awaited() ident.Date {
	if !r.pending() {
		return ident.Date{}
	}
	return r.Expected
}

func (r *Row) pending() bool { return r.Status == flexjob.Received || r.Status == flexjob.Assessed }

// Changes returns the next moment after now at which the row reads differently
// though nobody does anything: the answer becomes overdue, or the time to
// complain is over. It is zero where no such moment lies ahead.
func (r *Row) Changes(now time.Time) (next time.Time) {
	today := ident.DateOf(now)
	last := []ident.Date{r.ComplainBy}
	if r.pending() {
		last = append(last, r.Expected)
	}
	for _, day := range last {
		if day.IsZero() || day.Before(today) {
			continue
		}
		d := day.AddDays(1)
		at := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, ident.Copenhagen())
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}

// An entry is the record of a row, with the index keys that the case has, so
// that saving it can remove those that no longer hold.
type entry struct {
	Row  Row      `json:"row"`
	Find [][]byte `json:"find"` // keyed hashes
}

// Rows yields the rows of all cases, in no particular order.
func (t *Tx) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for e, err := range all[entry](t, rowKind, rowKeys) {
			if err != nil {
				yield(Row{}, fmt.Errorf("rows: %w", err))
				return
			}
			if !yield(e.Row, nil) {
				return
			}
		}
	}
}
