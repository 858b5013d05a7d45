package store

import (
	"fmt"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
)

// Counts are how many cases of a municipality there are to list, as one member
// of staff may see them.
type Counts struct {
	all, overdue map[tallied]int
}

// tallied is what cases are counted by.
type tallied struct {
	owner  Owner
	status flexjob.Status
}

// Of returns how many cases have any of the statuses, all if nil, and the
// owner; with overdue, how many of them are over the day on which an answer
// was expected.
func (c *Counts) Of(statuses []flexjob.Status, owner Owner, overdue bool) (n int) {
	if statuses == nil {
		statuses = flexjob.Statuses()
	}
	counted := c.all
	if overdue {
		counted = c.overdue
	}
	for _, s := range statuses {
		n += counted[tallied{owner, s}]
	}
	return n
}

// Counts returns the counts of a municipality for a member of staff: of
// everybody's cases, of nobody's, and of this person's own; without those that
// they are disqualified from. It reads counters, one for each status and one
// for each day on which an answer is overdue.
func (t *Tx) Counts(municipality, staff string, today ident.Date) (*Counts, error) {
	c := &Counts{map[tallied]int{}, map[tallied]int{}}
	owners := []Owner{Anyone, Nobody}
	if staff != "" {
		owners = append(owners, Owner(staff))
	}
	for _, owner := range owners {
		if err := t.addCounts(c, municipality, owner, today); err != nil {
			return nil, err
		}
	}
	ids, err := t.barred(municipality, staff)
	if err != nil {
		return nil, err
	}
	rows, err := t.RowsOf(ids)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		for _, owner := range []Owner{Anyone, r.owner()} {
			c.all[tallied{owner, r.Status}]--
			if r.Overdue(today) {
				c.overdue[tallied{owner, r.Status}]--
			}
		}
	}
	return c, nil
}

// addCounts reads the counters of one owner.
func (t *Tx) addCounts(c *Counts, municipality string, owner Owner, today ident.Date) error {
	for _, status := range flexjob.Statuses() {
		key := tallied{owner, status}
		n, err := t.tally(countKeys.text(municipality).Text(string(owner)).Text(string(status)))
		if err != nil {
			return err
		}
		c.all[key] = n
		if !(&Row{Status: status}).pending() {
			continue
		}
		days := dueKeys.text(municipality).Text(string(owner)).Text(string(status))
		for pair, err := range t.r.Scan(days, dated(days, today)) {
			if err != nil {
				return fmt.Errorf("counters: %w", err)
			}
			n, err := tallyOf(pair.Value)
			if err != nil {
				return err
			}
			c.overdue[key] += n
		}
	}
	return nil
}
