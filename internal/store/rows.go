package store

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/kv"
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

	Unsealed time.Time `json:"unsealed,omitzero"` // since when a document waits for its seal; zero: none does
}

// RowOf derives the row of c.
func RowOf(c *flexjob.Case) Row {
	row := Row{
		ID: c.ID, Number: c.Number, Revision: c.Revision, Municipality: c.Municipality,
		Status: c.Status(), Reached: c.Reached(), Created: c.Created.At,
		Employee: c.Blad1["employee.name"].Value, Company: c.Blad1["company.name"].Value, JobTitle: c.Blad1["job.title"].Value,
		Expected: c.Expected(), Assignee: c.Assignee, Unsealed: c.Unsealed(),
	}
	if start, err := ident.ParseDate(c.Blad1["job.startDate"].Value); err == nil {
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

// An entry is the record of a row, with what else leads to the case, so that
// saving it can remove the keys that no longer hold.
type entry struct {
	Row   Row      `json:"row"`
	Index string   `json:"index"` // name of the index key that made Find
	Find  [][]byte `json:"find"`  // keyed hashes
	Files []string `json:"files"` // ids of the case's documents
}

// entryOf derives the record of c's row.
func (t *Tx) entryOf(c *flexjob.Case) entry {
	key := t.indexes[0]
	return entry{Row: RowOf(c), Index: key.ID, Find: findable(key, c), Files: filesOf(c)}
}

var rowTable = table[entry]{kind: rowKind, at: rowKeys, index: func(e *entry, _ int) []kv.Pair { return e.index() }}

// index returns the index keys that lead to the case; of the zero entry none.
func (e *entry) index() (pairs []kv.Pair) {
	for _, hash := range e.Find {
		pairs = append(pairs, kv.Pair{Key: findKeys.text(string(hash)).Text(e.Row.ID)})
	}
	for _, file := range e.Files {
		pairs = append(pairs, kv.Pair{Key: fileKeys.text(file), Value: []byte(e.Row.ID)})
	}
	if !e.Row.Unsealed.IsZero() {
		pairs = append(pairs, kv.Pair{Key: unsealedKey(&e.Row)})
	}
	return pairs
}

// A place is a row with the slot of the key that seals what is of the case, and
// the version of rows that it was derived as.
type place struct {
	entry
	slot    uint64
	version int
}

// row returns the row of a case, and its slot, or fails with errNone.
func (t *Tx) row(id string) (place, error) {
	if p, ok := t.rows[id]; ok {
		return p, nil
	}
	e, h, err := load[entry](t, rowKind, rowKeys.text(id))
	if err != nil {
		return place{}, err
	}
	if e.Row.ID != id || e.Row.Revision != h.Revision {
		return place{}, errors.New("the row is of another case or revision")
	}
	p := place{*e, *h.Slot, h.Version}
	assign(&t.rows, id, p)
	return p, nil
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
