package caselist

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/kv"
	"ab325/internal/store"
)

var today = ident.NewDate(2026, 11, 23)

const roskilde = "0265"

// loaded returns a list that holds rows and answers.
func loaded(t testing.TB, rows ...store.Row) *List {
	t.Helper()
	l := New()
	if err := l.Load(context.Background(), store.New(kv.Mem(), nil)); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		l.Put(row)
	}
	return l
}

// row returns a received case of Roskilde.
func row(id, employee, company string) store.Row {
	return store.Row{ID: id, Number: "2026-" + strings.Repeat("0", 6-len(id)) + id, Revision: 1, Municipality: roskilde,
		Status: flexjob.Received, Reached: true, Employee: employee, Company: company}
}

func query(t testing.TB, l *List, q Query) Page {
	t.Helper()
	q.Today = today
	if q.Municipality == "" {
		q.Municipality = roskilde
	}
	p, err := l.Query(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ids(p Page) (ids []string) {
	for _, c := range p.Cases {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestText(t *testing.T) {
	l := loaded(t,
		row("1", "Åse Sørensen", "Æblegården ApS"),
		row("2", "Aase Soerensen", "Aarhus Gartneri"),
		row("3", "José Müller", "Café Ærø"),
		row("4", "Anne-Marie O'Brien", "Ægir"),
		row("12", "A\u030asa Łukasz", "Å A/S"), // the ring is a character of its own
	)
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", []string{"1", "12", "2", "3", "4"}},
		{"  ", []string{"1", "12", "2", "3", "4"}},
		{"åse", []string{"1", "2"}},
		{"AASE", []string{"1", "2"}},
		{"Åsa", []string{"12"}},
		{"ren sen", []string{"1", "2"}},
		{"sørensen åse", []string{"1"}},
		{"soer", []string{"2"}},
		{"årh", []string{"2"}},
		{"jose muller", []string{"3"}},
		{"JOSÉ", []string{"3"}},
		{"cafe æ", []string{"3"}},
		{"anne marie", []string{"4"}},
		{"anne-marie o’brien", []string{"4"}},
		{"obrien", []string{"4"}},
		{"lukas", []string{"12"}},
		{"a/s", []string{"1", "12", "2", "3"}}, // the words «a» and «s»
		{"2026-00001", []string{"12"}},
		{"2026-000001", []string{"1"}},
		{"000012", []string{"12"}},
		{"12", []string{"12"}},
		{"æse", nil},
		{"*", nil},
	} {
		got := ids(query(t, l, Query{Text: test.text}))
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("Text %q finds %q, want %q", test.text, got, test.want)
		}
	}
}

// Names are in the order of the Danish alphabet: æ, ø, å and aa come last.
func TestByName(t *testing.T) {
	want := []string{"Anders", "Bo", "Søren", "Yrsa", "Zacharias", "Ægir", "Østen", "Åge", "Aase"}
	var rows []store.Row
	for i, name := range want {
		rows = append(rows, row(fmt.Sprint(i), name, ""))
	}
	rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	var got []string
	for _, c := range query(t, loaded(t, rows...), Query{Order: ByName}).Cases {
		got = append(got, c.Employee)
	}
	if !slices.Equal(got, want) {
		t.Errorf("by name: %q, want %q", got, want)
	}
}

// «fremsender jobcenteret hurtigst muligt en vurdering»
func TestRuleR5OverdueComesFirst(t *testing.T) {
	day := func(n int) ident.Date { return today.AddDays(n) }
	with := func(id string, status flexjob.Status, start, received, expected ident.Date) store.Row {
		r := row(id, id, "")
		r.Status, r.Start, r.Received, r.Expected = status, start, received, expected
		return r
	}
	l := loaded(t,
		with("1", flexjob.Received, day(10), day(-5), day(1)),
		with("2", flexjob.Received, day(5), day(-4), day(0)),    // expected today: in time
		with("3", flexjob.Received, day(90), day(-40), day(-1)), // overdue
		with("4", flexjob.Assessed, day(80), day(-50), day(-9)), // overdue
		with("5", flexjob.Issued, day(1), day(-60), day(-20)),   // answered
		with("6", flexjob.Received, ident.Date{}, day(-1), day(20)),
	)
	for _, test := range []struct {
		name string
		q    Query
		want []string
	}{
		{"by start", Query{}, []string{"4", "3", "5", "2", "1", "6"}},
		{"by received", Query{Order: ByReceived}, []string{"5", "4", "3", "1", "2", "6"}},
		{"by number", Query{Order: ByNumber}, []string{"6", "5", "4", "3", "2", "1"}},
		{"by an order that does not exist", Query{Order: 99}, []string{"4", "3", "5", "2", "1", "6"}},
		{"overdue", Query{Overdue: true}, []string{"4", "3"}},
		{"status", Query{Statuses: []flexjob.Status{flexjob.Issued, flexjob.Assessed}}, []string{"4", "5"}},
		{"only", Query{Only: []string{"1", "9", "3", "1"}}, []string{"3", "1"}},
		{"only none", Query{Only: []string{}}, nil},
	} {
		if got := ids(query(t, l, test.q)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	first := query(t, l, Query{}).Cases[0]
	if !first.Overdue || first.Age != 50 {
		t.Errorf("first case: overdue %v, %d days old, want overdue, 50", first.Overdue, first.Age)
	}
}

func TestFilters(t *testing.T) {
	mine, free, blocked, draft, other := row("1", "A", ""), row("2", "B", ""), row("3", "C", ""), row("4", "D", ""), row("5", "E", "")
	mine.Assignee = "s1"
	blocked.Assignee, blocked.Disqualified = "s2", []string{"s1"}
	draft.Reached = false
	other.Municipality = "0101"
	l := loaded(t, mine, free, blocked, draft, other)
	for _, test := range []struct {
		name string
		q    Query
		want []string
	}{
		{"all", Query{Order: ByName}, []string{"1", "2", "3"}},
		{"mine", Query{Assignee: "s1"}, []string{"1"}},
		{"nobody's", Query{Unowned: true}, []string{"2"}},
		{"not those that s1 is disqualified from", Query{Order: ByName, Hidden: "s1"}, []string{"1", "2"}},
		{"another municipality", Query{Municipality: "0101"}, []string{"5"}},
		{"another municipality's by id", Query{Only: []string{"5"}}, nil},
		{"a municipality without cases", Query{Municipality: "0999"}, nil},
	} {
		if got := ids(query(t, l, test.q)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPages(t *testing.T) {
	var rows []store.Row
	for i := range 220 {
		rows = append(rows, row(fmt.Sprint(i), fmt.Sprintf("N%03d", i), ""))
	}
	l := loaded(t, rows...)
	for _, test := range []struct {
		q           Query
		first       string
		n           int
		page, pages int
	}{
		{Query{}, "N000", 50, 1, 5},
		{Query{Page: 5}, "N200", 20, 5, 5},
		{Query{Page: 9}, "N200", 20, 5, 5},
		{Query{Page: -1}, "N000", 50, 1, 5},
		{Query{PerPage: 60, Page: 2}, "N060", 60, 2, 4},
		{Query{PerPage: 10_000}, "N000", 200, 1, 2},
		{Query{Text: "nobody"}, "", 0, 1, 1},
	} {
		test.q.Order = ByName
		p := query(t, l, test.q)
		first := ""
		if len(p.Cases) > 0 {
			first = p.Cases[0].Employee
		}
		if first != test.first || len(p.Cases) != test.n || p.Page != test.page || p.Pages != test.pages {
			t.Errorf("page %d of %d: %d cases from %q, page %d of %d, want %d from %q, page %d of %d",
				test.q.Page, test.q.PerPage, len(p.Cases), first, p.Page, p.Pages, test.n, test.first, test.page, test.pages)
		}
	}
}

// A change takes the case to its new place, in every order.
func TestPut(t *testing.T) {
	l := loaded(t, row("1", "A", ""), row("2", "B", ""), row("3", "C", ""))
	moved := row("1", "D", "")
	moved.Revision, moved.Start = 3, today
	l.Put(moved)
	late := row("1", "Z", "")
	late.Revision = 2 // reported after a later commit
	l.Put(late)
	for order, want := range map[Order][]string{ByName: {"2", "3", "1"}, ByStart: {"1", "2", "3"}, ByNumber: {"3", "2", "1"}} {
		if got := ids(query(t, l, Query{Order: order})); !slices.Equal(got, want) {
			t.Errorf("order %d: %q, want %q", order, got, want)
		}
	}
	moved.Revision, moved.Municipality = 4, "0101"
	l.Put(moved)
	if got := ids(query(t, l, Query{Order: ByName})); !slices.Equal(got, []string{"2", "3"}) {
		t.Errorf("once forwarded: %q, want the others", got)
	}
	if got := ids(query(t, l, Query{Municipality: "0101"})); !slices.Equal(got, []string{"1"}) {
		t.Errorf("in the other municipality: %q, want the case", got)
	}
}

// stored returns a store with a received case for each name.
func stored(t testing.TB, names ...string) *store.Store {
	t.Helper()
	s := store.New(kv.Mem(), []byte("key"))
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for i, name := range names {
		c := &flexjob.Case{ID: fmt.Sprint(i), Number: fmt.Sprintf("2026-%06d", i), Revision: 1, Municipality: roskilde,
			Blad1:      flexjob.Sheet{"employee.name": {Value: name}},
			Signatures: []flexjob.Signature{{By: flexjob.By{At: at}}}, Receipts: []flexjob.Receipt{{By: flexjob.By{At: at}}}}
		err := s.Update(context.Background(), func(tx *store.Tx) error {
			return tx.PutCase(c, audit.Entry{At: at, Actor: "a", Action: "start", Result: "ok"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// What is put in while the list loads is neither lost nor overwritten.
func TestLoad(t *testing.T) {
	s := stored(t, "A", "B", "C")
	l := New()
	changed, fresh := row("1", "Changed", ""), row("9", "New", "")
	changed.Revision = 2
	l.Put(changed)
	l.Put(fresh)

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := l.Query(ctx, Query{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Query before Load = %v, want it to wait", err)
	}
	answer := make(chan Page)
	go func() {
		p, _ := l.Query(context.Background(), Query{Municipality: roskilde, Today: today, Order: ByName})
		answer <- p
	}()
	if err := l.Load(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range (<-answer).Cases {
		got = append(got, c.Employee)
	}
	if want := []string{"A", "C", "Changed", "New"}; !slices.Equal(got, want) {
		t.Errorf("once loaded: %q, want %q", got, want)
	}
}

func TestLoadFails(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := New()
	if err := l.Load(ctx, stored(t, "A")); !errors.Is(err, context.Canceled) {
		t.Errorf("Load = %v, want %v", err, context.Canceled)
	}
	if _, err := l.Query(context.Background(), Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Query after Load failed = %v, want its error", err)
	}
}

// Whatever the order of changes from many sides, each order stays sorted and
// holds every case once.
func TestConcurrent(t *testing.T) {
	l := loaded(t)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(g)))
			for range 300 {
				c := row(fmt.Sprint(r.IntN(40)), fmt.Sprintf("N%d", r.IntN(20)), "")
				c.Revision, c.Start, c.Received = r.IntN(1000), today.AddDays(r.IntN(9)), today.AddDays(-r.IntN(9))
				l.Put(c)
				query(t, l, Query{Text: "n1", PerPage: 10})
			}
		})
	}
	wg.Wait()
	for o, s := range l.dir.shelves[roskilde] {
		if len(s) != len(l.dir.items) || !slices.IsSortedFunc(s, orders[o]) {
			t.Errorf("order %d has %d of %d cases, sorted: %v", o, len(s), len(l.dir.items), slices.IsSortedFunc(s, orders[o]))
		}
		for _, it := range s {
			if l.dir.items[it.row.ID] != it {
				t.Errorf("order %d has an old row of case %s", o, it.row.ID)
			}
		}
	}
}

func BenchmarkQuery(b *testing.B) {
	first := []string{"Anne", "Åse", "Bo", "Søren", "Mette", "Jørgen", "Fatima", "Aage"}
	last := []string{"Jensen", "Sørensen", "Møller", "Bæk", "Ærø", "Kaarsen", "Østergård"}
	for _, n := range []int{1_000, 10_000, 100_000} {
		dir := newDirectory()
		r := rand.New(rand.NewPCG(1, 1))
		for i := range n {
			c := row(fmt.Sprint(i), first[r.IntN(len(first))]+" "+last[r.IntN(len(last))], fmt.Sprintf("Virksomhed %d ApS", r.IntN(n/10)))
			c.Start, c.Received, c.Expected = today.AddDays(r.IntN(200)), today.AddDays(-r.IntN(90)), today.AddDays(r.IntN(60)-10)
			dir.add(c)
		}
		dir.sort()
		l := loaded(b)
		l.dir = dir
		for name, q := range map[string]Query{"all": {}, "name": {Text: "åse møl"}, "nobody": {Text: "xyz"}} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					query(b, l, q)
				}
			})
		}
		b.Run(fmt.Sprintf("put/%d", n), func(b *testing.B) {
			c := dir.items["7"].row
			for b.Loop() {
				c.Revision++
				c.Start = today.AddDays(r.IntN(200))
				l.Put(c)
			}
		})
	}
}
