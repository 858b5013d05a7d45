package casework_test

import (
	"fmt"
	"slices"
	"testing"

	"ab325/internal/audit"
	"ab325/internal/caselist"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/store"
)

// many stores n received cases with the given name.
func (o *office) many(n int, name string) {
	o.t.Helper()
	o.must(o.store.Update(o.t.Context(), func(tx *store.Tx) error {
		for range n {
			number, err := tx.NextNumber(2026)
			if err != nil {
				return err
			}
			by := flexjob.By{Actor: "x", At: o.now}
			c := &flexjob.Case{ID: fmt.Sprintf("%032s", number[5:]), Number: number, Revision: 1, Edition: "ab325/2020-03", Municipality: home,
				Created: by, Blad1: flexjob.Sheet{"employee.name": {Value: name + " " + number}, "company.cvr": {Value: "99999993"}},
				Signatures: []flexjob.Signature{{By: by}}, Receipts: []flexjob.Receipt{{By: by}}}
			if err := tx.PutCase(c, audit.Entry{At: o.now, Actor: "x", Action: "start", Result: "ok"}); err != nil {
				return err
			}
			o.Directory.Put(store.RowOf(c))
		}
		return nil
	}))
}

// walk returns the numbers of the cases on each page of a list, and the way
// back from the last page.
func (o *office) walk(q casework.ListQuery) (there, back [][]string) {
	o.t.Helper()
	for {
		page, err := o.List(o.t.Context(), o.caseworker, q)
		o.must(err)
		there = append(there, numbersOf(page))
		if q.From = page.Next; q.From == "" {
			break
		}
	}
	for q.From = store.LastPage; ; {
		page, err := o.List(o.t.Context(), o.caseworker, q)
		o.must(err)
		back = append(back, numbersOf(page))
		if q.From = page.Previous; q.From == "" {
			break
		}
	}
	slices.Reverse(back)
	return there, back
}

func numbersOf(page casework.ListPage) (numbers []string) {
	for _, c := range page.Cases {
		numbers = append(numbers, c.Number)
	}
	return numbers
}

// A list, and what a search found, is read page by page, both ways.
func TestListPages(t *testing.T) {
	o := open(t)
	o.many(120, "Holm")
	var all []string
	for n := range 120 {
		all = append(all, fmt.Sprintf("2026-%06d", n+1))
	}
	newest := slices.Clone(all)
	slices.Reverse(newest)
	for _, test := range []struct {
		name string
		q    casework.ListQuery
		want []string
	}{
		{"list", casework.ListQuery{}, all},
		{"by number", casework.ListQuery{Order: store.OrderByNumber}, newest},
		{"search by name", casework.ListQuery{Text: "holm", ByName: true}, all},
		{"search, by number", casework.ListQuery{Text: "holm", Order: store.OrderByNumber}, newest},
		{"search for a number", casework.ListQuery{Text: "99999993", Order: store.OrderByNumber}, newest},
	} {
		there, back := o.walk(test.q)
		if got := slices.Concat(there...); !slices.Equal(got, test.want) || len(there) != 3 {
			t.Errorf("%s: %d pages with %q, want 3 with %q", test.name, len(there), got, test.want)
		}
		if first := back[0]; len(first) != 50 || !slices.Equal(first, test.want[:50]) || !slices.Contains(back[len(back)-1], test.want[119]) {
			t.Errorf("%s: backwards %q", test.name, back)
		}
	}
	for _, from := range []store.Cursor{"x", "-1", "99", "AAAA", "AAkxMjM", "%00"} {
		for _, text := range []string{"", "holm"} {
			page, err := o.List(t.Context(), o.caseworker, casework.ListQuery{Text: text, From: from})
			o.must(err)
			if page.Total != 120 || len(page.Cases) == 0 {
				t.Errorf("from %q with text %q: %d cases of %d", from, text, len(page.Cases), page.Total)
			}
		}
	}
}

// Of a common name the first are shown, and how many there are is told.
func TestListTooManyFound(t *testing.T) {
	o := open(t)
	o.many(caselist.Most+30, "Holm")
	page, err := o.List(t.Context(), o.caseworker, casework.ListQuery{Text: "holm", ByName: true})
	o.must(err)
	if page.Total != caselist.Most+30 || page.Shown != caselist.Most || page.Cases[0].Number != "2026-000001" {
		t.Errorf("%d of %d cases are shown, from %s", page.Shown, page.Total, page.Cases[0].Number)
	}
	page, err = o.List(t.Context(), o.caseworker, casework.ListQuery{Text: "99999993"})
	o.must(err)
	if page.Total != caselist.Most+30 || page.Shown != page.Total || page.AtLeast {
		t.Errorf("%d of %d cases with a number are shown, at least %v", page.Shown, page.Total, page.AtLeast)
	}
}

// Until the names are read, numbers find and names say that they do not yet.
func TestListWhileNamesAreRead(t *testing.T) {
	o := open(t)
	o.Directory = caselist.New()
	o.many(1, "Holm")
	for text, want := range map[string]int{"2026-000001": 1, "99999993": 1, "holm": 0} {
		page, err := o.List(t.Context(), o.caseworker, casework.ListQuery{Text: text})
		o.must(err)
		if page.Total != want || page.Loading != (want == 0) {
			t.Errorf("searching %q while names are read: %d cases, loading %v", text, page.Total, page.Loading)
		}
	}
	o.must(o.Directory.Load(t.Context(), o.store))
	page, err := o.List(t.Context(), o.caseworker, casework.ListQuery{Text: "holm"})
	o.must(err)
	if page.Total != 1 || page.Loading {
		t.Errorf("once they are read: %d cases, loading %v", page.Total, page.Loading)
	}
}

// A list says how many cases it has, and so do its neighbours; those that a
// member of staff is disqualified from are not counted.
func TestListCounts(t *testing.T) {
	o := open(t)
	_, _, id := o.sent()
	o.many(4, "Holm")
	o.must(o.Assign(t.Context(), o.caseworker, id, casework.Any, o.caseworker.Subject))
	o.must(o.Do(t.Context(), o.issuer, id, casework.Any, flexjob.Disqualify{Staff: o.issuer.Subject, Reason: "svoger"}))
	page, err := o.List(t.Context(), o.caseworker, casework.ListQuery{})
	o.must(err)
	kept, err := o.List(t.Context(), o.issuer, casework.ListQuery{})
	o.must(err)
	received := []flexjob.Status{flexjob.Received}
	for _, test := range []struct {
		name      string
		got, want int
	}{
		{"all", page.Counts.Of(nil, store.Anyone, false), 5},
		{"mine", page.Counts.Of(nil, store.Owner(o.caseworker.Subject), false), 1},
		{"nobody's", page.Counts.Of(received, store.Nobody, false), 4},
		{"issued", page.Counts.Of([]flexjob.Status{flexjob.Issued}, store.Anyone, false), 0},
		{"in the list", page.Total, 5},
		{"who is disqualified", kept.Total, 4},
		{"on that page", len(kept.Cases), 4},
	} {
		if test.got != test.want {
			t.Errorf("%s: %d cases, want %d", test.name, test.got, test.want)
		}
	}
}
