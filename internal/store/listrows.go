package store

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"

	"ab325/internal/kv"
	"ab325/internal/vault"
)

// RowsOf returns the rows of those of the cases that exist, in the order of
// their ids as given.
func (t *Tx) RowsOf(ids []string) ([]Row, error) {
	keys := make([][]byte, len(ids))
	for i, id := range ids {
		keys[i] = rowKeys.text(id)
	}
	records, err := t.r.GetMany(keys)
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	rows := make([]Row, 0, len(ids))
	for i, record := range records {
		if record == nil {
			continue
		}
		var e entry
		if _, err := t.keys.decode(rowKind, keys[i], record, &e); errors.Is(err, vault.ErrErased) {
			continue
		} else if err != nil {
			return nil, fmt.Errorf("row of case %s: %w", ids[i], err)
		}
		rows = append(rows, e.Row)
	}
	return rows, nil
}

// RowsAfter yields the rows of all cases with an id greater than the given
// one, in the order of their ids.
func (t *Tx) RowsAfter(id string) iter.Seq2[Row, error] {
	start, end := kv.Range(rowKeys.key())
	if id != "" {
		start = append(rowKeys.text(id), 0)
	}
	return func(yield func(Row, error) bool) {
		for e, err := range records[entry](t, rowKind, t.r.Scan(start, end)) {
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

// Lists reports whether the list is to have a case.
func (q *ListQuery) Lists(r *Row) bool {
	if q.Unsealed {
		return !r.Unsealed.IsZero() && r.Municipality == q.Municipality && (q.For == "" || !slices.Contains(r.Disqualified, q.For))
	}
	return r.Reached && r.Municipality == q.Municipality &&
		(q.Statuses == nil || slices.Contains(q.Statuses, r.Status)) &&
		(q.Owner == Anyone || q.Owner == r.owner()) &&
		(!q.Overdue || r.Overdue(q.Today)) &&
		(q.For == "" || !slices.Contains(r.Disqualified, q.For))
}

// Sort puts rows that the list is to have in its order.
func (q *ListQuery) Sort(rows []Row) {
	parts := q.parts()
	slices.SortFunc(rows, func(a, b Row) int {
		x, y := q.place(parts, &a), q.place(parts, &b)
		return cmp.Or(cmp.Compare(x.part, y.part), bytes.Compare(x.end, y.end))
	})
}

// place is where in the list a case stands.
func (q *ListQuery) place(parts []listPart, r *Row) position {
	for i, p := range parts {
		late := r.Overdue(q.Today)
		if slices.Contains(p.statuses, r.Status) && (p.before.IsZero() || late) && (p.inTime.IsZero() || !late) {
			return position{i, listEnd(p.order, r)}
		}
	}
	return position{part: len(parts)}
}
