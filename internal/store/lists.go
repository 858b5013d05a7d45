package store

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/kv"
)

// A case that a jobcenter has reached stands in that jobcenter's lists, by
// these keys:
//
//	list/   municipality, owner, order, status, what it is ordered by, case id
//	count/  municipality, owner, status: how many cases
//	due/    municipality, owner, status, expected answer: how many cases
//	barred/ municipality, staff id, case id
//
// Each case is listed twice, under [Anyone] and under its own owner. The keys
// are written with the case, in its transaction, and only those that change.
// They hold codes, dates, case numbers and random ids.

// An Owner says whose cases are listed: the id of a member of staff, or one
// of these.
type Owner string

// The owners that are nobody in particular.
const (
	Anyone Owner = ""
	Nobody Owner = "-" // cases that no caseworker has taken
)

// owner is whose the case is.
func (r *Row) owner() Owner {
	if r.Assignee == "" {
		return Nobody
	}
	return Owner(r.Assignee)
}

// The orders that list keys are kept in.
const (
	startKeys    = "s" // expected start, none last; then number, the oldest first
	expectedKeys = "e" // expected answer, while one is waited for; then as above
	receivedKeys = "r" // received, none last; then as above
	numberKeys   = "n" // number, the newest first

	// unsealedList is no order of the list keys, but that of the keys of cases
	// with documents that wait for a seal: since when, the longest first.
	unsealedList = "u"
)

// listPrefix begins the list keys that share all but the case.
func listPrefix(municipality string, owner Owner, order string, status flexjob.Status) kv.Key {
	return listKeys.text(municipality).Text(string(owner)).Text(order).Text(string(status))
}

// noDate sorts behind every date.
var noDate = [...]int{0xffff, 0xff, 0xff}

// dated adds a date to a key; none comes last.
func dated(k kv.Key, d ident.Date) kv.Key {
	if d.IsZero() {
		return k.Date(noDate[0], noDate[1], noDate[2])
	}
	return k.Date(d.Year(), int(d.Month()), d.Day())
}

// serial is a case number as a number that grows with it; 0 for what is none.
func serial(number string) uint64 {
	year, count, _ := strings.Cut(number, "-")
	y, err := strconv.ParseUint(year, 10, 16)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseUint(count, 10, 40)
	if err != nil {
		return 0
	}
	return y<<40 | n
}

// listEnd is what follows the prefix of a list key: what the case is ordered by,
// and its id.
func listEnd(order string, r *Row) kv.Key {
	n := serial(r.Number)
	var k kv.Key
	switch order {
	case startKeys:
		k = dated(k, r.Start).Uint(n)
	case expectedKeys:
		k = dated(k, r.Expected).Uint(n)
	case receivedKeys:
		k = dated(k, r.Received).Uint(n)
	case numberKeys:
		k = k.Uint(^n)
	case unsealedList:
		k = k.Uint(uint64(max(0, r.Unsealed.Unix())))
	}
	return k.Text(r.ID)
}

// listings returns the list keys of a case with their values. A key by
// expected start carries the expected answer of a case that waits for one, so
// that what is overdue can be told there too.
func listings(r *Row) (pairs []kv.Pair) {
	if !r.Reached {
		return nil
	}
	in := listKeys.text(r.Municipality)
	owners := [...]kv.Key{in.Text(string(Anyone)), in.Text(string(r.owner()))}
	const orders = 4
	pairs = make([]kv.Pair, 0, len(owners)*orders+len(r.Disqualified))
	add := func(order string, value []byte) {
		end := listEnd(order, r)
		for _, of := range owners {
			pairs = append(pairs, kv.Pair{Key: append(of.Text(order).Text(string(r.Status)), end...), Value: value})
		}
	}
	add(numberKeys, nil)
	add(receivedKeys, nil)
	if r.pending() {
		add(startKeys, dated(nil, r.Expected))
		add(expectedKeys, nil)
	} else {
		add(startKeys, nil)
	}
	for _, staff := range r.Disqualified {
		pairs = append(pairs, kv.Pair{Key: barredKeys.text(r.Municipality).Text(staff).Text(r.ID)})
	}
	return pairs
}

// tallies returns the counters that count a case.
func tallies(r *Row) (counters []kv.Key) {
	if !r.Reached {
		return nil
	}
	for _, owner := range []Owner{Anyone, r.owner()} {
		counters = append(counters, countKeys.text(r.Municipality).Text(string(owner)).Text(string(r.Status)))
		if r.pending() {
			counters = append(counters, dated(dueKeys.text(r.Municipality).Text(string(owner)).Text(string(r.Status)), r.Expected))
		}
	}
	return counters
}

// listedAlike reports whether two rows of a case stand in the same places.
func listedAlike(a, b *Row) bool {
	return a.Reached == b.Reached && (!a.Reached ||
		a.Municipality == b.Municipality && a.Status == b.Status && a.Assignee == b.Assignee && a.Number == b.Number &&
			a.Start == b.Start && a.Received == b.Received && a.Expected == b.Expected && slices.Equal(a.Disqualified, b.Disqualified))
}

// relist moves a case in the lists from where its row was to where it is now.
// The zero Row is in none.
func (t *Tx) relist(was, now *Row) error {
	if listedAlike(was, now) {
		return nil
	}
	if err := t.point(listings(was), listings(now)); err != nil {
		return err
	}
	return t.recount(was, now)
}

// recount moves a case from the counters of one row to those of another. Each
// counts it once.
func (t *Tx) recount(was, now *Row) error {
	old, fresh := tallies(was), tallies(now)
	for _, key := range old {
		if !among(fresh, key) {
			if err := t.count(key, -1); err != nil {
				return err
			}
		}
	}
	for _, key := range fresh {
		if !among(old, key) {
			if err := t.count(key, 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// among reports whether key is one of keys.
func among(keys []kv.Key, key kv.Key) bool {
	return slices.ContainsFunc(keys, func(k kv.Key) bool { return bytes.Equal(k, key) })
}

// count adds to a counter. One that comes to nothing is removed, so that days
// long past leave none behind. A counter that is too low must not keep a case
// from being saved: it stops at nothing, and check tells.
func (t *Tx) count(key kv.Key, by int) error {
	n, err := t.tally(key)
	if err != nil {
		return err
	}
	if n += by; n <= 0 {
		return t.remove(key)
	}
	return t.write(key, kv.Key(nil).Uint(uint64(n)))
}

// tally returns what a counter has come to; 0 if there is none.
func (t *Tx) tally(key kv.Key) (int, error) {
	n, err := t.counter(key)
	return int(n), err
}

func tallyOf(value []byte) (int, error) {
	parts := kv.Split(value, nil)
	n := parts.Uint()
	if err := parts.End(); err != nil {
		return 0, fmt.Errorf("counter: %w", err)
	}
	return int(n), nil
}
