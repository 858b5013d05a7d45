package caselist

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ab325/internal/flexjob"
	"ab325/internal/store"
)

// BenchmarkFind searches a million invented names: those who have it many
// times are common in Denmark. The worst are a letter that almost every name
// has, and what is a part of a number.
func BenchmarkFind(b *testing.B) {
	const n = 1_000_000
	d := invented(n)
	b.Logf("%d bytes a case", d.Size()/n)
	for _, text := range []string{"e", "a e", "jensen", "åse møl", "jensen 77", "xyzzy", "gartneri", "12", "2026-00"} {
		b.Run(text, func(b *testing.B) {
			var slowest time.Duration
			total := 0
			for b.Loop() {
				began := time.Now()
				found, err := d.Find(store.ListQuery{Municipality: roskilde, Today: today}, text)
				if err != nil {
					b.Fatal(err)
				}
				total, slowest = found.Total, max(slowest, time.Since(began))
			}
			b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-slowest")
			b.ReportMetric(float64(total), "found")
		})
	}
}

// invented returns a directory of n cases with invented people.
func invented(n int) *Directory {
	first := []string{"Anne", "Åse", "Bo", "Søren", "Mette", "Jørgen", "Fatima", "Aage", "Christian", "Birgitte", "Karl", "Ulla", "Peter Emil", "Anne-Marie"}
	last := []string{"Jensen", "Sørensen", "Møller", "Bæk", "Ærø", "Kaarsen", "Østergård", "Holm", "Christensen", "Nguyen", "Lund Petersen", "Skov"}
	kinds := []string{"Gartneri ApS", "Byg A/S", "Bageri", "Rengøring I/S", "Plejecenter", "Auto", "Kommune"}
	r := rand.New(rand.NewPCG(1, 1))
	d, p := New(), packer{}
	rows := make([]store.Row, 0, n)
	for i := range n {
		rows = append(rows, store.Row{
			ID: fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64()), Number: fmt.Sprintf("2026-%06d", i+1), Revision: 1, Municipality: roskilde,
			Reached: true, Status: flexjob.Statuses()[1+r.IntN(8)], Expected: today.AddDays(r.IntN(60) - 20),
			Employee: first[r.IntN(len(first))] + " " + last[r.IntN(len(last))],
			Company:  last[r.IntN(len(last))] + " " + kinds[r.IntN(len(kinds))],
		})
	}
	slices.SortFunc(rows, func(a, b store.Row) int { return cmp.Compare(a.ID, b.ID) })
	for i := range rows {
		if !d.pack(&p, &rows[i]) {
			panic("not packed")
		}
	}
	p.close()
	d.chunks, d.loaded = p.chunks, true
	return d
}

// BenchmarkLoad reads the names in stored cases; a million take so many times
// as long.
func BenchmarkLoad(b *testing.B) {
	var rows []store.Row
	for n := range 5_000 {
		rows = append(rows, row(n, fmt.Sprintf("Åse Sørensen %d", n), "Æblegården ApS"))
	}
	s := stored(b, rows...)
	b.ResetTimer()
	for b.Loop() {
		if err := New().Load(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(rows)), "µs/case")
}
