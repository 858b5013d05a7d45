package store

import (
	"encoding/base64"
	"fmt"
	"iter"
	"slices"

	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/kv"
)

// An Order is how a list is sorted. What is equal in it is in the order of
// the case numbers, the oldest first.
type Order int

// The orders.
const (
	OrderByStart    Order = iota // what is overdue first, the longest overdue first; then by expected start, the soonest first, none last
	OrderByExpected              // what waits for an answer first, by the day on which it is expected; then the rest, by expected start
	OrderByReceived              // the longest waiting first, none last
	OrderByNumber                // the newest first
)

// A ListQuery says which cases to list. What is zero asks for nothing.
type ListQuery struct {
	Municipality string     // code; the only cases that are ever listed
	For          string     // staff id: without the cases that this person is disqualified from
	Today        ident.Date // in Denmark: what is overdue is reckoned from it

	Statuses []flexjob.Status // any of these
	Owner    Owner
	Overdue  bool // only what is over the day on which an answer was expected, the longest first, whatever Order says
	Unsealed bool // only what has a document that waits for a seal, the longest first, whatever Order says: of all statuses and owners

	Order Order
	From  Cursor // of another page of the same list; "" is the first page
	Limit int    // rows on a page: 50 if zero, at most 200
}

// A ListPage is one page of a list.
type ListPage struct {
	Rows           []Row
	Previous, Next Cursor // "" where there is no such page
}

// A Cursor leads to a page of a list. It holds dates, a case number and a case
// id, and is made of letters that stand in an address as they are. What is no
// cursor leads to the first page.
type Cursor string

// LastPage is the cursor of the last page of every list.
const LastPage Cursor = "sidst"

// A position is where in a list something stands: in which part, and the end
// of its key there.
type position struct {
	part int
	end  []byte
}

// cursor leads to the page behind p, or before it.
func (p position) cursor(back bool) Cursor {
	raw := []byte{0, byte(p.part)}
	if back {
		raw[0] = 1
	}
	return Cursor(base64.RawURLEncoding.EncodeToString(append(raw, p.end...)))
}

// position is where the page begins, or with back ends. Whatever ends a key
// may stand in a cursor: it is compared and nothing else.
func (c Cursor) position() (p position, back, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(string(c))
	if err != nil || len(raw) < 3 || len(raw) > kv.MaxKey/2 {
		return position{}, false, false
	}
	return position{part: int(raw[1]), end: raw[2:]}, raw[0] == 1, true
}

// A listPart is a run of cases in one order: a list is one or two of them.
type listPart struct {
	order    string
	statuses []flexjob.Status
	before   ident.Date // unless zero: only cases that stand before this day
	inTime   ident.Date // unless zero: without cases that were expected before this day
}

// parts returns what the list is made of.
func (q *ListQuery) parts() []listPart {
	statuses := q.Statuses
	if statuses == nil {
		statuses = flexjob.Statuses()
	}
	var waiting, rest []flexjob.Status
	for _, s := range statuses {
		if (&Row{Status: s}).pending() {
			waiting = append(waiting, s)
		} else {
			rest = append(rest, s)
		}
	}
	overdue := listPart{order: expectedKeys, statuses: waiting, before: q.Today}
	switch {
	case q.Unsealed:
		return []listPart{{order: unsealedList, statuses: flexjob.Statuses()}}
	case q.Overdue:
		return []listPart{overdue}
	case q.Order == OrderByExpected:
		return []listPart{{order: expectedKeys, statuses: waiting}, {order: startKeys, statuses: rest}}
	case q.Order == OrderByReceived:
		return []listPart{{order: receivedKeys, statuses: statuses}}
	case q.Order == OrderByNumber:
		return []listPart{{order: numberKeys, statuses: statuses}}
	}
	return []listPart{overdue, {order: startKeys, statuses: statuses, inTime: q.Today}}
}

// List returns a page of the cases of a municipality. It reads the keys of the
// page, and of what is left out in the midst of it, however long the list is.
func (t *Tx) List(q ListQuery) (ListPage, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, 200)
	barred, err := t.barred(q.Municipality, q.For)
	if err != nil {
		return ListPage{}, err
	}
	l := lister{t: t, q: &q, parts: q.parts(), barred: barred}
	found, previous, next, err := l.page()
	if err != nil {
		return ListPage{}, err
	}
	var p ListPage
	if previous {
		p.Previous = found[0].position.cursor(true)
	}
	if next {
		p.Next = found[len(found)-1].position.cursor(false)
	}
	ids := make([]string, len(found))
	for i := range found {
		ids[i] = found[i].id
	}
	p.Rows, err = t.RowsOf(ids) // a key that leads nowhere must not keep staff from the other cases; Check tells of it
	return p, err
}

// barred returns the ids of the cases of a municipality that a member of staff
// is disqualified from.
func (t *Tx) barred(municipality, staff string) ([]string, error) {
	if staff == "" {
		return nil, nil
	}
	return t.ids(barredKeys.under(municipality).under(staff))
}

// A listed is a case in a list.
type listed struct {
	position
	id    string
	value []byte
}

// A lister reads one list.
type lister struct {
	t      *Tx
	q      *ListQuery
	parts  []listPart
	barred []string
}

// page returns the page that is asked for, and whether there is one before and
// one after it.
func (l *lister) page() (found []listed, previous, next bool, err error) {
	from, back, ok := l.q.From.position()
	switch {
	case l.q.From == LastPage:
		return l.last()
	case !ok || from.part >= len(l.parts):
		return l.first()
	case back:
		found, previous, err = l.read(&from, true)
		if err != nil || len(found) < l.q.Limit { // so near the beginning that a page from there holds all of it
			return l.first()
		}
		next, err = l.beyond(found, false)
		return found, previous, next, err
	}
	found, next, err = l.read(&from, false)
	if err != nil || len(found) == 0 { // the cases behind it have gone
		return l.last()
	}
	previous, err = l.beyond(found, true)
	return found, previous, next, err
}

func (l *lister) first() (found []listed, previous, next bool, err error) {
	found, next, err = l.read(nil, false)
	return found, false, next, err
}

func (l *lister) last() (found []listed, previous, next bool, err error) {
	found, previous, err = l.read(nil, true)
	return found, previous, false, err
}

// beyond reports whether there is a case before all that were found, with
// back, or else behind them.
func (l *lister) beyond(found []listed, back bool) (bool, error) {
	at := found[len(found)-1].position
	if back {
		at = found[0].position
	}
	for _, err := range l.walk(&at, back) {
		return err == nil, err
	}
	return false, nil
}

// read returns the cases of a page behind from, or with back those before it,
// in the order of the list, and whether there are more.
func (l *lister) read(from *position, back bool) (found []listed, more bool, err error) {
	for c, err := range l.walk(from, back) {
		if err != nil {
			return nil, false, err
		}
		if len(found) == l.q.Limit {
			more = true
			break
		}
		found = append(found, c)
	}
	if back {
		slices.Reverse(found)
	}
	return found, more, nil
}

// walk yields the cases of the list one by one, from its beginning or end
// where from is nil.
func (l *lister) walk(from *position, back bool) iter.Seq2[listed, error] {
	order := make([]int, len(l.parts))
	for i := range order {
		order[i] = i
	}
	if back {
		slices.Reverse(order)
	}
	return func(yield func(listed, error) bool) {
		for _, i := range order {
			var end []byte
			if from != nil && i == from.part {
				end = from.end
			} else if from != nil && (i < from.part) != back {
				continue
			}
			for c, err := range l.walkPart(i, end, back) {
				if !yield(c, err) || err != nil {
					return
				}
			}
		}
	}
}

// walkPart yields the cases of one part, behind the key that ends so, or with
// back before it.
func (l *lister) walkPart(i int, end []byte, back bool) iter.Seq2[listed, error] {
	p := &l.parts[i]
	var scans []scan
	if p.order == unsealedList {
		scans = []scan{l.t.listScan(unsealedKeys.under(l.q.Municipality).key(), p.before, end, back)}
	} else {
		for _, status := range p.statuses {
			scans = append(scans, l.t.listScan(listPrefix(l.q.Municipality, l.q.Owner, p.order, status), p.before, end, back))
		}
	}
	return func(yield func(listed, error) bool) {
		for pair, err := range merged(scans, back) {
			c := listed{position: position{i, pair.Key}, value: pair.Value}
			if err == nil {
				c.id, err = listedID(p.order, pair.Key)
			}
			if err == nil && (slices.Contains(l.barred, c.id) || p.overdue(c.value)) {
				continue
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// overdue reports whether the part is without a case whose key has the value.
func (p *listPart) overdue(value []byte) bool {
	return !p.inTime.IsZero() && len(value) > 0 && string(value) < string(dated(nil, p.inTime))
}

// listedID returns the case id that a list key ends in.
func listedID(order string, end []byte) (string, error) {
	parts := kv.Split(end, nil)
	if order != numberKeys && order != unsealedList {
		parts.Date()
	}
	parts.Uint()
	id := parts.Text()
	if err := parts.End(); err != nil {
		return "", fmt.Errorf("read a list: %w", err)
	}
	return id, nil
}
