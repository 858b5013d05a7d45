package store

import (
	"errors"
	"fmt"
	"slices"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// Case returns the case with the given id, or a NotFound problem.
func (t *Tx) Case(id string) (*flexjob.Case, error) {
	c, err := get[flexjob.Case](t, caseKind, caseKeys.text(id))
	if errors.Is(err, errNone) {
		// The words of package auth for a case that is not the asker's.
		return nil, problem.New(problem.NotFound, "Sagen findes ikke, eller du har ikke adgang til den. Kontrollér adressen, eller brug dit link eller din kode igen.")
	} else if err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	t.read[id] = c.Revision
	return c, nil
}

// PutCase saves c together with the audit entry that explains the change and
// the messages that follow from it; the entry and the messages get the case's
// id. A case that exists must have been read in this transaction, and the
// caller counts c.Revision up by one; anything else is a Conflict problem, so
// that no change can be lost.
func (t *Tx) PutCase(c *flexjob.Case, why audit.Entry, msgs ...Message) error {
	old, err := get[entry](t, rowKind, rowKeys.text(c.ID))
	if errors.Is(err, errNone) {
		old = &entry{}
	} else if err != nil {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	if is := old.Row.Revision; t.read[c.ID] != is || c.Revision != is+1 {
		return &problem.Error{Kind: problem.Conflict, Detail: "Sagen er ændret af en anden imens. Åbn den igen, og prøv igen.",
			Err: fmt.Errorf("case %s: revision %d after %d", c.ID, c.Revision, is)}
	}
	if err := t.put(caseKind, caseKeys.text(c.ID), c); err != nil {
		return err
	}
	find := t.store.findable(c)
	row := RowOf(c)
	if err := t.put(rowKind, rowKeys.text(c.ID), entry{row, find}); err != nil {
		return err
	}
	if err := t.relist(&old.Row, &row); err != nil {
		return err
	}
	if err := t.reindex(c.ID, old.Find, find); err != nil {
		return err
	}
	t.read[c.ID] = c.Revision
	why.Case = c.ID
	if err := t.Log(why); err != nil {
		return err
	}
	for _, m := range msgs {
		m.Case = c.ID
		if err := t.Enqueue(m); err != nil {
			return err
		}
	}
	return nil
}

// reindex makes a case's index keys those of now instead of was.
func (t *Tx) reindex(id string, was, now [][]byte) error {
	has := func(list [][]byte, hash []byte) bool {
		return slices.ContainsFunc(list, func(h []byte) bool { return string(h) == string(hash) })
	}
	for _, hash := range was {
		if !has(now, hash) {
			if err := t.remove(findKeys.under(string(hash)).text(id)); err != nil {
				return err
			}
		}
	}
	for _, hash := range now {
		if !has(was, hash) {
			if err := t.write(findKeys.under(string(hash)).text(id), nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// NextNumber returns the next number for a case begun in the given year, like
// "2026-000123". No number is given twice; one whose transaction fails is
// given again.
func (t *Tx) NextNumber(year int) (string, error) {
	n, err := t.next(yearKeys.number(uint64(year)))
	return fmt.Sprintf("%04d-%06d", year, n), err
}
