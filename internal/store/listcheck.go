package store

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"ab325/internal/kv"
)

// checkLists derives the list keys and counters anew from the rows of all
// cases, compares them with those that are kept, and reports each that
// differs. It holds no more than the counters in memory. Between two reads it
// calls pause, whose error ends it.
func (t *Tx) checkLists(pause func(error) error, report func(fault string)) error {
	derived, tallied := 0, map[string]int{}
	for row, err := range t.Rows() {
		if err := pause(err); err != nil {
			return err
		}
		n, err := t.checkListed(&row, report)
		if err != nil {
			return err
		}
		derived += n
		for _, key := range tallies(&row) {
			tallied[string(key)]++
		}
	}
	kept := 0
	for _, p := range []prefix{listKeys, barredKeys} {
		for _, err := range t.r.Scan(kv.Range(p.key())) {
			if err != nil {
				return fmt.Errorf("check lists: %w", err)
			}
			kept++
		}
	}
	if kept != derived { // a key is too many, unless one that is missing was reported
		if err := t.checkListKeys(report); err != nil {
			return err
		}
	}
	return t.checkTallies(tallied, report)
}

// checkListed reports the list keys that a case should have and has not, and
// returns how many it should have.
func (t *Tx) checkListed(r *Row, report func(string)) (int, error) {
	derived := listings(r)
	keys := make([][]byte, len(derived))
	for i, p := range derived {
		keys[i] = p.Key
	}
	kept, err := t.r.GetMany(keys)
	if err != nil {
		return 0, fmt.Errorf("check lists: %w", err)
	}
	for i, p := range derived {
		if kept[i] == nil || !bytes.Equal(kept[i], p.Value) {
			report(fmt.Sprintf("case %s: a key of the lists is missing or wrong: %q", r.ID, p.Key))
		}
	}
	return len(derived), nil
}

// checkListKeys reports every key of the lists that no case has.
func (t *Tx) checkListKeys(report func(string)) error {
	for _, p := range []prefix{listKeys, barredKeys} {
		for pair, err := range t.r.Scan(kv.Range(p.key())) {
			if err != nil {
				return fmt.Errorf("check lists: %w", err)
			}
			id := caseOf(pair.Key, p)
			rows, err := t.RowsOf([]string{id})
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(rows, func(r Row) bool { return at(listings(&r), pair.Key) >= 0 }) {
				report(fmt.Sprintf("case %s: a key of the lists is too many: %q", id, pair.Key))
			}
		}
	}
	return nil
}

// caseOf returns the case id at the end of a key of the lists; "" where the
// key is none.
func caseOf(key []byte, p prefix) string {
	parts := kv.Split(key, p.key())
	parts.Text() // municipality
	parts.Text() // owner, or who is barred
	if p == listKeys {
		order := parts.Text()
		parts.Text() // status
		if order != numberKeys {
			parts.Date()
		}
		parts.Uint()
	}
	id := parts.Text()
	if parts.End() != nil {
		return ""
	}
	return id
}

// checkTallies reports every counter that is not what it should be.
func (t *Tx) checkTallies(want map[string]int, report func(string)) error {
	for _, p := range []prefix{countKeys, dueKeys} {
		for pair, err := range t.r.Scan(kv.Range(p.key())) {
			if err != nil {
				return fmt.Errorf("check counters: %w", err)
			}
			n, err := tallyOf(pair.Value)
			if key := string(pair.Key); err != nil || n != want[key] {
				report(fmt.Sprintf("counter %q is %d, should be %d", key, n, want[key]))
			}
			delete(want, string(pair.Key))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		report(fmt.Sprintf("counter %q is missing, should be %d", key, want[key]))
	}
	return nil
}
