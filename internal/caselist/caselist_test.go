package caselist

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"ab325/internal/audit"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/store"
	"ab325/internal/store/storetest"
)

var today = ident.NewDate(2026, 11, 23)

const roskilde = "0265"

// caseIDOf is the id of the n-th case of a test.
func caseIDOf(n int) string { return fmt.Sprintf("%032x", n) }

// row returns a received case of Roskilde.
func row(n int, employee, company string) store.Row {
	return store.Row{ID: caseIDOf(n), Number: fmt.Sprintf("2026-%06d", n), Revision: 1, Municipality: roskilde,
		Status: flexjob.Received, Reached: true, Employee: employee, Company: company}
}

// stored returns a store with a case for each row.
func stored(t testing.TB, rows ...store.Row) *store.Store {
	t.Helper()
	s := storetest.New(t)
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for _, r := range rows {
		c := &flexjob.Case{ID: r.ID, Number: r.Number, Revision: 1, Municipality: r.Municipality, Assignee: r.Assignee,
			Blad1: flexjob.Sheet{"employee.name": {Value: r.Employee}, "company.name": {Value: r.Company}}}
		if r.Reached {
			c.Signatures = []flexjob.Signature{{By: flexjob.By{At: at}}}
			c.Receipts = []flexjob.Receipt{{By: flexjob.By{At: at}, Expected: r.Expected}}
		}
		for _, staff := range r.Disqualified {
			c.Disqualified = append(c.Disqualified, flexjob.Disqualification{Staff: staff})
		}
		err := s.Update(context.Background(), func(tx *store.Tx) error {
			return tx.PutCase(c, audit.Entry{At: at, Actor: "a", Action: "start", Result: "ok"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// loaded returns a directory that has read the rows.
func loaded(t testing.TB, rows ...store.Row) *Directory {
	t.Helper()
	d := New()
	if err := d.Load(context.Background(), stored(t, rows...)); err != nil {
		t.Fatal(err)
	}
	return d
}

// bothWays returns a directory that has read the rows, packed, and one that was
// told of them, beside.
func bothWays(t testing.TB, rows ...store.Row) map[string]*Directory {
	t.Helper()
	read, told := loaded(t, rows...), loaded(t)
	for _, r := range rows {
		told.Put(r)
	}
	return map[string]*Directory{"packed": read, "beside": told}
}

func list(change ...func(*store.ListQuery)) store.ListQuery {
	q := store.ListQuery{Municipality: roskilde, Today: today}
	for _, c := range change {
		c(&q)
	}
	return q
}

// find returns the numbers in the ids that are found.
func find(t testing.TB, d *Directory, q store.ListQuery, text string) (found []int) {
	t.Helper()
	f, err := d.Find(q, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range f.IDs {
		var n int
		if _, err := fmt.Sscanf(id, "%x", &n); err != nil {
			t.Fatal(err)
		}
		found = append(found, n)
	}
	if len(found) < Most && f.Total != len(found) {
		t.Errorf("finding %q: %d cases of %d", text, len(found), f.Total)
	}
	return found
}

func TestFind(t *testing.T) {
	for way, d := range bothWays(t,
		row(1, "Åse Sørensen", "Æblegården ApS"),
		row(2, "Aase Soerensen", "Aarhus Gartneri"),
		row(3, "José Müller", "Café Ærø"),
		row(4, " Anne-Marie  O'Brien", "Ægir 4 2026"),
		row(12, "A\u030asa Łukasz", "Å A/S"), // the ring is a character of its own
	) {
		for _, test := range []struct {
			text string
			want []int
		}{
			{"åse", []int{1, 2}},
			{"AASE", []int{1, 2}},
			{"Åsa", []int{12}},
			{"ren sen", []int{1, 2}},
			{"sørensen åse", []int{1}},
			{"soer", []int{2}},
			{"årh", []int{2}},
			{"jose muller", []int{3}},
			{"JOSÉ", []int{3}},
			{"cafe æ", []int{3}},
			{"anne marie", []int{4}},
			{"anne-marie o’brien", []int{4}},
			{"obrien", []int{4}},
			{"enæ", nil}, // the end of one name and the beginning of the other
			{"lukas", []int{12}},
			{"a/s", []int{1, 2, 3, 12}}, // the words «a» and «s»
			{"2026-00001", []int{12}},
			{"2026-000001", []int{1}},
			{"000012", []int{12}},
			{"12", []int{12}},
			{"4", []int{4}},
			{"2026", []int{1, 2, 3, 4, 12}},
			{"26-0", []int{1, 2, 3, 4, 12}},
			{"-", []int{1, 2, 3, 4, 12}},
			{"12 å", nil}, // part of a number and of a name
			{"æse", nil},
			{"*", nil},
			{"", nil},
		} {
			got := find(t, d, list(), test.text)
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("%s: Find(%q) = %v, want %v", way, test.text, got, test.want)
			}
		}
	}
}

// Who has a common name is one of many: the first are shown, by the Danish
// alphabet, and how many there are.
func TestFindMany(t *testing.T) {
	var rows []store.Row
	for n := range 3 * Most {
		rows = append(rows, row(n+1, strings.Repeat("b", 1+n%7)+fmt.Sprintf(" Holm %03d", 3*Most-n), ""))
	}
	for way, d := range bothWays(t, rows...) {
		found, err := d.Find(list(), "holm")
		if err != nil {
			t.Fatal(err)
		}
		want := slices.SortedFunc(slices.Values(rows), func(a, b store.Row) int { return strings.Compare(a.Employee, b.Employee) })
		if found.Total != len(rows) || len(found.IDs) != Most {
			t.Fatalf("%s: %d of %d cases are found, want %d of %d", way, len(found.IDs), found.Total, Most, len(rows))
		}
		for i, id := range found.IDs {
			if id != want[i].ID {
				t.Fatalf("%s: case %d is %s, want that of %s", way, i, id, want[i].Employee)
			}
		}
	}
}

// Names are in the order of the Danish alphabet: æ, ø, å and aa come last.
func TestAlphabetical(t *testing.T) {
	want := []string{"Aben", "Anders", "Anders Bo", "Andersine", "Bo", "Søren", "Såby", "Yrsa", "Zacharias", "Ægir", "Østen", "Åge", "Aase"}
	alphabet := collate.New(language.Danish)
	for i := range want {
		for j := range want {
			a, b := textOf(&store.Row{Employee: want[i]}), textOf(&store.Row{Employee: want[j]})
			if got, want := alphabetical(a, b), cmp.Compare(i, j); got != want {
				t.Errorf("alphabetical(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
	if !slices.IsSortedFunc(want, alphabet.CompareString) {
		t.Error("the names are not in the order of the Danish alphabet")
	}
}

// A search among some of the cases is a search in the list of them.
func TestFilters(t *testing.T) {
	mine, free, blocked, draft, other, late := row(1, "A", ""), row(2, "AB", ""), row(3, "AC", ""), row(4, "AD", ""), row(5, "AE", ""), row(6, "AF", "")
	mine.Assignee = "s1"
	blocked.Assignee, blocked.Disqualified = "s2", []string{"s1"}
	draft.Reached = false
	other.Municipality = "0101"
	late.Expected = today.AddDays(-1)
	mine.Expected, free.Expected = today, today.AddDays(9)
	for way, d := range bothWays(t, mine, free, blocked, draft, other, late) {
		for _, test := range []struct {
			name string
			q    store.ListQuery
			want []int
		}{
			{"all", list(), []int{1, 2, 3, 6}},
			{"mine", list(func(q *store.ListQuery) { q.Owner = "s1" }), []int{1}},
			{"somebody's who has none", list(func(q *store.ListQuery) { q.Owner = "s9" }), nil},
			{"nobody's", list(func(q *store.ListQuery) { q.Owner = store.Nobody }), []int{2, 6}},
			{"not those that s1 is disqualified from", list(func(q *store.ListQuery) { q.For = "s1" }), []int{1, 2, 6}},
			{"overdue", list(func(q *store.ListQuery) { q.Overdue = true }), []int{6}},
			{"received", list(func(q *store.ListQuery) { q.Statuses = []flexjob.Status{flexjob.Received} }), []int{1, 2, 3, 6}},
			{"issued", list(func(q *store.ListQuery) { q.Statuses = []flexjob.Status{flexjob.Issued} }), nil},
			{"another municipality", list(func(q *store.ListQuery) { q.Municipality = "0101" }), []int{5}},
			{"a municipality without cases", list(func(q *store.ListQuery) { q.Municipality = "0999" }), nil},
		} {
			if got := find(t, d, test.q, "a"); !slices.Equal(got, test.want) {
				t.Errorf("%s: %s: %v, want %v", way, test.name, got, test.want)
			}
		}
	}
}

// A change is found by what it says now; one that is reported late changes
// nothing.
func TestPut(t *testing.T) {
	for way, d := range bothWays(t, row(1, "Anna", "X"), row(2, "Bo", "X"), row(3, "Carl", "X")) {
		step := func(name string, change store.Row, text string, want ...int) {
			t.Helper()
			d.Put(change)
			if got := find(t, d, list(), text); !slices.Equal(got, want) {
				t.Errorf("%s: %s: Find(%q) = %v, want %v", way, name, text, got, want)
			}
		}
		taken := row(1, "Anna", "X")
		taken.Revision, taken.Assignee = 2, "s1"
		step("taken", taken, "anna", 1)
		if got := find(t, d, list(func(q *store.ListQuery) { q.Owner = "s1" }), "anna"); !slices.Equal(got, []int{1}) {
			t.Errorf("%s: taken: found among that one's cases: %v", way, got)
		}
		married := row(1, "Åse", "X")
		married.Revision = 4
		step("another name", married, "åse", 1)
		step("the old name", married, "anna")
		late := row(1, "Zita", "X")
		late.Revision = 3
		step("reported late", late, "zita")
		married.Revision, married.Municipality = 5, "0101"
		step("forwarded", married, "x", 2, 3)
		step("a new one", row(4, "Dorte", "X"), "x", 2, 3, 4)
		draft := row(5, "Eva", "X")
		draft.Reached = false
		step("a draft", draft, "x", 2, 3, 4)
		d.Forget(caseIDOf(2))
		d.Forget(caseIDOf(4))
		bo := row(2, "Bo", "X")
		bo.Revision = 9
		step("erased, and reported late", bo, "x", 3)
		for _, c := range d.chunks {
			if text := string(c.text); strings.Contains(text, "bo") || strings.Contains(text, "anna") {
				t.Errorf("%s: a name that is gone is still in memory: %q", way, text)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, number := range []string{"2026-000001", "2026-999999", "2026-1000000", "2000-000000", "2255-4294967295"} {
		year, count, ok := parseNumber(number)
		if got := string(appendNumber(nil, year, count)); !ok || got != number {
			t.Errorf("number %q is packed as %q, %v", number, got, ok)
		}
	}
	for _, number := range []string{"", "2026", "2026-1", "2026-0000001", "2256-000001", "02026-000001", "2026-4294967296", "2026-00000x"} {
		if _, _, ok := parseNumber(number); ok {
			t.Errorf("number %q is packed", number)
		}
	}
}

// A case is found once and by its last names, whatever is put in from many
// sides meanwhile.
func TestConcurrent(t *testing.T) {
	var rows []store.Row
	for n := range 40 {
		rows = append(rows, row(n, "N0", ""))
	}
	d := loaded(t, rows...)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(g)))
			for range 300 {
				c := row(r.IntN(60), "", "")
				c.Revision = 2 + r.IntN(1000)
				c.Employee = fmt.Sprintf("N%d", c.Revision)
				d.Put(c)
				ids := find(t, d, list(), "n")
				if slices.Sort(ids); len(slices.Compact(ids)) != len(ids) {
					t.Errorf("a case is found twice: %v", ids)
				}
			}
		})
	}
	wg.Wait()
	for n := range 60 {
		it := d.beside[caseIDOf(n)]
		if it != nil && string(it.text) != fmt.Sprintf("n%d\n\n", it.revision) {
			t.Errorf("case %d at revision %d is %q", n, it.revision, it.text)
		}
	}
}

// A million cases take what the operator was told.
func TestSize(t *testing.T) {
	const n = 50_000
	if each := invented(n).Size() / n; each > 70 || factSize != 32 {
		t.Errorf("a case takes %d bytes, %d of them facts, want at most 70 and 32", each, factSize)
	}
}
