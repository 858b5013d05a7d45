package store

import (
	"errors"
	"fmt"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
	"ab325/internal/vault"
)

// Case returns the case with the given id, or a NotFound problem.
func (t *Tx) Case(id string) (*flexjob.Case, error) {
	row, err := t.row(id)
	if err != nil && !errors.Is(err, errNone) {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	c, h, caseErr := load[flexjob.Case](t, caseKind, caseKeys.text(id))
	switch {
	case errors.Is(err, errNone) && errors.Is(caseErr, errNone):
		return nil, auth.ErrNoCase
	case caseErr != nil:
		return nil, fmt.Errorf("case %s: %w", id, caseErr)
	case err != nil:
		return nil, fmt.Errorf("case %s has no row", id)
	case *h.Slot != row.slot || c.Revision != row.Row.Revision || h.Revision != c.Revision || c.ID != id:
		return nil, fmt.Errorf("case %s is at revision %d with key %d, and its row at %d with key %d: one of them is an older one that was put back",
			id, c.Revision, *h.Slot, row.Row.Revision, row.slot)
	}
	assign(&t.read, id, c.Revision)
	return c, nil
}

// PutCase saves c together with the audit entry that explains the change and
// the messages that follow from it; the entry and the messages get the case's
// id, and the entry its revision. A case that exists must have been read in this transaction, and the
// caller counts c.Revision up by one; anything else is a Conflict problem, so
// that no change can be lost.
func (t *Tx) PutCase(c *flexjob.Case, why audit.Entry, msgs ...Message) error {
	if t.w == nil {
		return errReadOnly
	}
	old, err := t.row(c.ID)
	if err != nil && !errors.Is(err, errNone) {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	if is := old.Row.Revision; t.read[c.ID] != is || c.Revision != is+1 {
		return &problem.Error{Kind: problem.Conflict, Detail: "Sagen er ændret af en anden imens. Åbn den igen, og prøv igen.",
			Err: fmt.Errorf("case %s: revision %d after %d", c.ID, c.Revision, is)}
	}
	slot, err := t.slotOf(c.ID)
	if err != nil {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	if err := t.putSealed(caseKind, caseKeys.text(c.ID), slot, c.Revision, c); err != nil {
		return err
	}
	if err := t.putRow(place{entry: t.entryOf(c), slot: slot}, old.entry); err != nil {
		return err
	}
	assign(&t.read, c.ID, c.Revision)
	delete(t.given, c.ID)
	why.Case = c.ID
	if err := t.logChange(why, c.ID, c.Revision); err != nil {
		return err
	}
	for _, m := range msgs {
		m.Case = c.ID
		if err := t.enqueue(m); err != nil {
			return err
		}
	}
	return nil
}

// putRow saves the row of a case, and its index keys in place of the old
// row's.
func (t *Tx) putRow(now place, old entry) error {
	id := now.Row.ID
	if err := t.newFiles(id, old.Files, now.Files); err != nil {
		return err
	}
	if err := t.putSealed(rowKind, rowKeys.text(id), now.slot, now.Row.Revision, now.entry); err != nil {
		return err
	}
	now.version = rowKind.version()
	assign(&t.rows, id, now)
	if err := t.point(old.index(), now.index()); err != nil {
		return err
	}
	return t.relist(&old.Row, &now.Row)
}

// slotOf returns the slot of the key that seals what is of a case. A case that
// is new gets the next one, and must be saved in this transaction; "" is the
// house.
func (t *Tx) slotOf(caseID string) (uint64, error) {
	if caseID == "" {
		return house, nil
	}
	if slot, ok := t.given[caseID]; ok {
		return slot, nil
	}
	switch row, err := t.row(caseID); {
	case err == nil:
		return row.slot, nil
	case !errors.Is(err, errNone):
		return 0, err
	}
	slot, err := t.nextSlot()
	if err == nil {
		assign(&t.given, caseID, slot)
	}
	return slot, err
}

// nextSlot returns a slot that no case has. The vault makes many at a time, so
// few transactions wait for that. One that was erased was of a case that a
// restored database does not know.
func (t *Tx) nextSlot() (uint64, error) {
	for {
		slot, err := t.next(slotCount.key())
		if err != nil {
			return 0, err
		}
		if slot >= t.store.Vault.Len() {
			if err := t.store.Vault.Grow(slot + 1); err != nil {
				return 0, fmt.Errorf("a key for a case: %w", err)
			}
		}
		if _, err = t.keys.key(slot); !errors.Is(err, vault.ErrErased) {
			return slot, err
		}
	}
}

// NextNumber returns the next number for a case begun in the given year, like
// "2026-000123". No number is given twice; one whose transaction fails is
// given again.
func (t *Tx) NextNumber(year int) (string, error) {
	n, err := t.next(yearKeys.number(uint64(year)))
	return fmt.Sprintf("%04d-%06d", year, n), err
}
