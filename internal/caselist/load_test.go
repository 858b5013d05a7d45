package caselist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ab325/internal/store"
)

// What is put in, or erased, while the names are read is neither lost nor
// overwritten.
func TestLoad(t *testing.T) {
	d := New()
	changed, fresh := row(1, "X Changed", ""), row(9, "X New", "")
	changed.Revision = 2
	d.Put(changed)
	d.Put(fresh)
	d.Put(row(3, "X older", ""))
	d.Forget(caseIDOf(2))
	if _, err := d.Find(list(), "x"); !errors.Is(err, ErrLoading) {
		t.Errorf("Find before Load = %v, want %v", err, ErrLoading)
	}
	newer := row(3, "X C", "")
	if err := d.Load(t.Context(), stored(t, row(1, "X A", ""), row(2, "X B", ""), newer, row(4, "X D", ""))); err != nil {
		t.Fatal(err)
	}
	if got, want := find(t, d, list(), "x"), []int{3, 1, 4, 9}; !slices.Equal(got, want) {
		t.Errorf("once loaded: %v, want %v", got, want)
	}
	if got := find(t, d, list(), "changed"); !slices.Equal(got, []int{1}) {
		t.Errorf("what was changed meanwhile: %v, want case 1", got)
	}
}

// Every row is read, however many there are to a transaction and to a chunk.
func TestLoadMany(t *testing.T) {
	var rows []store.Row
	for n := range chunkCases + batch + 1 {
		rows = append(rows, row(n+1, fmt.Sprintf("N%d", n+1), ""))
	}
	d := loaded(t, rows...)
	if f, err := d.Find(list(), "n"); err != nil || f.Total != len(rows) || len(d.chunks) != 2 || len(d.beside) != 0 {
		t.Errorf("%d of %d rows are found in %d chunks, %d beside; %v", f.Total, len(rows), len(d.chunks), len(d.beside), err)
	}
	for _, n := range []int{1, chunkCases, chunkCases + 1, len(rows)} {
		if got := find(t, d, list(), fmt.Sprintf("n%d", n)); !slices.Contains(got, n) {
			t.Errorf("case %d is not found", n)
		}
	}
}

func TestLoadFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := New()
	if err := d.Load(ctx, stored(t, row(1, "A", ""))); !errors.Is(err, context.Canceled) {
		t.Errorf("Load = %v, want %v", err, context.Canceled)
	}
	if _, err := d.Find(list(), "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("Find after Load failed = %v, want its error", err)
	}
}

// Whatever does not fit is kept beside, and found all the same.
func TestWhatDoesNotFit(t *testing.T) {
	for name, change := range map[string]func(*store.Row){
		"an id of another kind": func(r *store.Row) { r.ID = "a" },
		"a number of none":      func(r *store.Row) { r.Number = "x" },
		"a number in 1999":      func(r *store.Row) { r.Number = "1999-000001" },
		"a short number":        func(r *store.Row) { r.Number = "2026-1" },
		"a long name":           func(r *store.Row) { r.Employee = strings.Repeat("Holm ", 20_000) },
		"somebody disqualified": func(r *store.Row) { r.Disqualified = []string{"s1"} },
	} {
		r := row(1, "Holm", "")
		change(&r)
		d := loaded(t, r)
		found, err := d.Find(list(), "holm")
		if err != nil || !slices.Equal(found.IDs, []string{r.ID}) || len(d.beside) != 1 {
			t.Errorf("%s: found %q, %v; %d beside", name, found.IDs, err, len(d.beside))
		}
	}
}
