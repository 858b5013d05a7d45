package store

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/kv"
)

var today = ident.NewDate(2026, 11, 23)

// A listModel is a store with random cases, and the rows that they have.
type listModel struct {
	*testing.T
	*rand.Rand
	store *Store
	rows  map[string]Row
}

func newListModel(t *testing.T, seed uint64) *listModel {
	return &listModel{t, rand.New(rand.NewPCG(seed, 1)), mem(t), map[string]Row{}}
}

func (m *listModel) pick(from ...string) string { return from[m.IntN(len(from))] }

func (m *listModel) day(around int) ident.Date { return today.AddDays(m.IntN(2*around) - around) }

// begin stores a draft.
func (m *listModel) begin() {
	c := aCase(fmt.Sprintf("%032x", m.Uint64()), fmt.Sprintf("2026-%06d", len(m.rows)+1))
	c.Municipality = m.pick("0265", "0101")
	if m.IntN(5) == 0 {
		set(c, form.Values{"job.startDate": "snarest"})
	}
	create(m.T, m.store, c)
	m.rows[c.ID] = RowOf(c)
}

// act changes one case, by facts that move it through every status.
func (m *listModel) act() {
	ids := slices.Sorted(maps.Keys(m.rows))
	id := ids[m.IntN(len(ids))]
	save(m.T, m.store, id, func(c *flexjob.Case) {
		m.change(c)
		c.Revision++
		m.rows[id] = RowOf(c)
		c.Revision--
	})
}

func (m *listModel) change(c *flexjob.Case) {
	by := flexjob.By{Actor: "staff-1", At: now.Add(time.Duration(c.Revision) * time.Minute)}
	switch m.IntN(11) {
	case 0, 1, 2: // sent, or sent again
		if len(c.Signatures) <= len(c.Returns) {
			c.Signatures = append(c.Signatures, flexjob.Signature{By: by, Values: c.Blad1.Values()})
		}
		fallthrough
	case 3:
		if len(c.Receipts) < len(c.Signatures) {
			c.Receipts = append(c.Receipts, flexjob.Receipt{Municipality: c.Municipality, By: by, On: m.day(40), Expected: m.day(10)})
		}
	case 4:
		if len(c.Receipts) > 0 && len(c.Returns) < len(c.Signatures) {
			c.Returns = append(c.Returns, flexjob.Return{By: by})
		}
	case 5:
		c.Blad2s = append(c.Blad2s, flexjob.Blad2{ID: fmt.Sprint(c.Revision), Values: flexjob.Sheet{}})
	case 6:
		c.Assignee = m.pick("", "staff-1", "staff-2")
	case 7:
		c.Disqualified = append(c.Disqualified, flexjob.Disqualification{Staff: m.pick("staff-1", "staff-2", "staff-3"), By: by})
		c.Disqualified = slices.CompactFunc(c.Disqualified, func(a, b flexjob.Disqualification) bool { return a.Staff == b.Staff })
		if m.IntN(2) == 0 {
			c.Disqualified = nil
		}
	case 8:
		c.End = nil
		if m.IntN(2) == 0 {
			c.End = &flexjob.End{Kind: flexjob.EndClosed, By: by}
		}
	case 9:
		c.Municipality = m.pick("0265", "0101") // forwarded
	case 10:
		set(c, form.Values{"job.startDate": m.day(60).String()})
		c.Delays = append(c.Delays, flexjob.Delay{By: by, Until: m.day(10)})
	}
}

// list is what a list is to be: the rows filtered and sorted the plain way.
func (m *listModel) list(q ListQuery) (want []Row) {
	for _, r := range m.rows {
		if r.Reached && r.Municipality == q.Municipality && !slices.Contains(r.Disqualified, q.For) &&
			(q.Statuses == nil || slices.Contains(q.Statuses, r.Status)) && (!q.Overdue || r.Overdue(q.Today)) &&
			(q.Owner == Anyone || q.Owner == Nobody && r.Assignee == "" || string(q.Owner) == r.Assignee) {
			want = append(want, r)
		}
	}
	slices.SortFunc(want, func(a, b Row) int { return m.compare(q, &a, &b) })
	return want
}

func (m *listModel) compare(q ListQuery, a, b *Row) int {
	date := func(a, b ident.Date) int {
		if a.IsZero() || b.IsZero() {
			return -a.Compare(b)
		}
		return a.Compare(b)
	}
	first := func(x, y bool) int {
		return map[bool]int{true: -1, false: 1}[x] * map[bool]int{true: 0, false: 1}[x == y]
	}
	start := cmp.Or(date(a.Start, b.Start), strings.Compare(a.Number, b.Number))
	expected := cmp.Or(date(a.Expected, b.Expected), strings.Compare(a.Number, b.Number))
	late := a.Overdue(q.Today)
	switch {
	case q.Overdue:
		return expected
	case q.Order == OrderByNumber:
		return -strings.Compare(a.Number, b.Number)
	case q.Order == OrderByReceived:
		return cmp.Or(date(a.Received, b.Received), strings.Compare(a.Number, b.Number))
	case q.Order == OrderByExpected && a.pending() && b.pending():
		return expected
	case q.Order == OrderByExpected:
		return cmp.Or(first(a.pending(), b.pending()), start)
	case late && b.Overdue(q.Today):
		return expected
	}
	return cmp.Or(first(late, b.Overdue(q.Today)), start)
}

// query is a random list.
func (m *listModel) query() ListQuery {
	q := ListQuery{Municipality: m.pick("0265", "0101", "0999"), For: m.pick("", "staff-1", "staff-3"), Today: today,
		Owner: Owner(m.pick("", "-", "staff-1", "staff-2")), Overdue: m.IntN(4) == 0, Order: Order(m.IntN(4)), Limit: 1 + m.IntN(12)}
	if m.IntN(3) > 0 {
		q.Owner = Anyone
	}
	if all := flexjob.Statuses(); m.IntN(2) == 0 {
		m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		q.Statuses = all[:1+m.IntN(len(all)-1)]
	}
	return q
}

func (m *listModel) page(q ListQuery) (p ListPage) {
	m.Helper()
	doView(m.T, m.store, func(tx *Tx) (err error) {
		p, err = tx.List(q)
		return err
	})
	return p
}

// walk returns all pages of a list, from its first to its last or back,
// and calls between before each page but the first.
func (m *listModel) walk(q ListQuery, back bool, between func()) (pages [][]Row) {
	m.Helper()
	if back {
		q.From = LastPage
	}
	for {
		p := m.page(q)
		pages = append(pages, p.Rows)
		if p.Next != "" && len(p.Rows) != q.Limit {
			m.Fatalf("back %v, %+v: a page in the midst has %d cases", back, q, len(p.Rows))
		}
		q.From = p.Next
		if back {
			q.From = p.Previous
		}
		if q.From == "" {
			break
		}
		between()
	}
	if !back {
		return pages
	}
	slices.Reverse(pages)
	if len(pages) > 1 { // the first page is a whole one, so the second may begin in it
		pages[0] = slices.DeleteFunc(slices.Clone(pages[0]), func(a Row) bool {
			return slices.ContainsFunc(pages[1], func(b Row) bool { return a.ID == b.ID })
		})
	}
	return pages
}

func (m *listModel) faults() (faults []string) {
	m.Helper()
	doView(m.T, m.store, func(tx *Tx) error {
		return tx.checkLists(func(err error) error { return err }, func(fault string) { faults = append(faults, fault) })
	})
	return faults
}

func numbers(rows []Row) (numbers []string) {
	for _, r := range rows {
		numbers = append(numbers, fmt.Sprintf("%s %s", r.Number, r.Status))
	}
	return numbers
}

// TestLists holds lists, counts and keys to the plain way of making them, over
// random cases and random acts.
func TestLists(t *testing.T) {
	for seed := range uint64(4) {
		m := newListModel(t, seed)
		for range 60 {
			m.begin()
		}
		for range 250 {
			m.act()
			if m.IntN(10) > 0 {
				continue
			}
			if faults := m.faults(); faults != nil {
				t.Fatalf("seed %d: %q", seed, faults)
			}
			for range 20 {
				q := m.query()
				m.holds(q, m.list(q))
			}
		}
	}
}

func (m *listModel) holds(q ListQuery, want []Row) {
	m.Helper()
	for _, back := range []bool{false, true} {
		got, want := numbers(slices.Concat(m.walk(q, back, func() {})...)), numbers(want)
		if !slices.Equal(got, want) {
			m.Fatalf("back %v, %+v\n got %q\nwant %q", back, q, got, want)
		}
	}
	sorted := slices.Collect(maps.Values(m.rows))
	sorted = slices.DeleteFunc(sorted, func(r Row) bool { return !q.Lists(&r) })
	q.Sort(sorted)
	if got, want := numbers(sorted), numbers(want); !slices.Equal(got, want) {
		m.Fatalf("sorted by %+v\n got %q\nwant %q", q, got, want)
	}
	doView(m.T, m.store, func(tx *Tx) error {
		counts, err := tx.Counts(q.Municipality, q.For, q.Today)
		if err != nil {
			return err
		}
		if q.Owner == Anyone || q.Owner == Nobody || string(q.Owner) == q.For {
			if got := counts.Of(q.Statuses, q.Owner, q.Overdue); got != len(want) {
				m.Fatalf("count of %+v = %d, want %d", q, got, len(want))
			}
		}
		return nil
	})
}

// Who pages through a list while cases change sees each that did not change,
// once and in order, both ways.
func TestListsWhileCasesChange(t *testing.T) {
	for seed := range uint64(4) {
		m := newListModel(t, 100+seed)
		for range 80 {
			m.begin()
		}
		for range 500 {
			m.act()
		}
		for range 60 {
			q, back := m.query(), m.IntN(2) == 0
			before := maps.Clone(m.rows)
			pages := m.walk(q, back, func() { m.act(); m.begin() })
			steady := func(rows []Row) []Row {
				return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return m.rows[r.ID].Revision != before[r.ID].Revision })
			}
			got, want := numbers(steady(slices.Concat(pages...))), numbers(steady(m.list(q)))
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d: back %v, %+v\n got %q\nwant %q", seed, back, q, got, want)
			}
		}
	}
}

// Check finds whatever is missing, too many or wrong.
func TestCheckLists(t *testing.T) {
	for name, spoil := range map[string]func(t *Tx, listed, counter kv.Key) error{
		"a key is missing":     func(t *Tx, listed, _ kv.Key) error { return t.remove(listed) },
		"a key is wrong":       func(t *Tx, listed, _ kv.Key) error { return t.write(listed, []byte("x")) },
		"a key is too many":    func(t *Tx, _, _ kv.Key) error { return t.write(barredKeys.text("0265").Text("s").Text("c1"), nil) },
		"a key is nobody's":    func(t *Tx, listed, _ kv.Key) error { return t.write(append(listed, 1), nil) },
		"a counter is wrong":   func(t *Tx, _, counter kv.Key) error { return t.write(counter, kv.Key(nil).Uint(9)) },
		"a counter is missing": func(t *Tx, _, counter kv.Key) error { return t.remove(counter) },
		"a counter too many":   func(t *Tx, _, counter kv.Key) error { return t.write(append(counter, 1), kv.Key(nil).Uint(1)) },
	} {
		m := newListModel(t, 7)
		for range 10 {
			m.begin()
		}
		for range 60 {
			m.act()
		}
		doUpdate(t, m.store, func(tx *Tx) error {
			var keys []kv.Key
			for _, p := range []prefix{listKeys, countKeys} {
				for pair, err := range tx.r.Scan(kv.Range(p.key())) {
					if err != nil {
						return err
					}
					keys = append(keys, pair.Key)
					break
				}
			}
			return spoil(tx, keys[0], keys[1])
		})
		if faults := m.faults(); len(faults) != 1 {
			t.Errorf("%s: check reports %q, want one fault", name, faults)
		}
	}
}
