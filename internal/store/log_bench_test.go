package store

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ab325/internal/audit"
	"ab325/internal/form"
	"ab325/internal/kv/boltkv"
)

const (
	million = 1_000_000 // entries of a benchmark's log
	batch   = 1000      // of them are numbered in one transaction
)

// onBolt returns a store in a file.
func onBolt(b *testing.B) *Store {
	b.Helper()
	db, err := boltkv.Open(filepath.Join(b.TempDir(), "ab325.db"), boltkv.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return on(b, db)
}

// anEntry returns the i-th entry of a log as real ones are: each of 100 000
// cases has some, far from each other.
func anEntry(i int) audit.Entry {
	id := fmt.Sprintf("%032x", i*7919%100_000)
	return audit.Entry{At: now.Add(time.Duration(i) * time.Second), Actor: "7f3c1a9e5b204d6c8a1f0e2d3c4b5a69", Role: "caseworker",
		Unit: "0101", Action: "assessment.issue", Case: id, Purpose: "AB325", Result: "ok"}
}

// fillLog writes and numbers n entries, and returns how long it took to number
// a batch of them, each in order.
func fillLog(b *testing.B, s *Store, n int) (took []time.Duration) {
	b.Helper()
	for i := 0; i < n; i += batch {
		err := s.Update(context.Background(), func(tx *Tx) error {
			for j := range batch {
				if err := tx.Log(anEntry(i + j)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		if _, err := s.Number(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took
}

// BenchmarkMillionEntries measures a log of a million entries: to number it, in
// transactions of 1000 entries, which saves wait for; to verify the whole of it;
// and to read what it says of one case.
func BenchmarkMillionEntries(b *testing.B) {
	s := onBolt(b)
	took := fillLog(b, s, million)
	if _, err := s.Checkpoint(b.Context(), now); err != nil {
		b.Fatal(err)
	}
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if report, err := s.VerifyLog(b.Context()); err != nil || report.Entries != million {
				b.Fatal(report, err)
			}
		}
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-to-number-1000")
	})
	b.Run("case", func(b *testing.B) {
		for b.Loop() {
			n := 0
			err := s.View(b.Context(), func(tx *Tx) error {
				for _, err := range tx.AuditOf(anEntry(77).Case) {
					if err != nil {
						return err
					}
					n++
				}
				return nil
			})
			if err != nil || n < 9 {
				b.Fatal(n, err)
			}
		}
	})
}

// BenchmarkAuditShare measures which share of saving a case its audit entry is:
// the work within the transaction, without the disk, that one entry more adds,
// and to number it, as on a day when 100 are written each second.
func BenchmarkAuditShare(b *testing.B) {
	s, ctx := mem(b), context.Background()
	c := aCase("c1", "2026-000001")
	for i := range 40 {
		set(c, form.Values{fmt.Sprintf("field.%d", i): "some text that somebody typed"})
	}
	create(b, s, c)
	written := 0
	save := func(more int) time.Duration {
		began := time.Now()
		doUpdate(b, s, func(tx *Tx) error {
			c, err := tx.Case("c1")
			if err != nil {
				return err
			}
			for range more {
				written++
				if err := tx.Log(anEntry(written)); err != nil {
					return err
				}
			}
			c.Revision++
			written++
			return tx.PutCase(c, anEntry(written))
		})
		return time.Since(began)
	}
	var plain, with, numbering []time.Duration
	for i := 1; b.Loop(); i++ {
		plain, with = append(plain, save(0)), append(with, save(1))
		if i%33 > 0 {
			continue
		}
		began := time.Now()
		n, err := s.Number(ctx, batch)
		if n == 0 || err != nil {
			b.Fatal(n, err)
		}
		numbering = append(numbering, time.Since(began)/time.Duration(n))
	}
	if numbering == nil {
		return // the first rounds are too few
	}
	middle := func(all []time.Duration) float64 { // which what else the machine does moves little
		slices.Sort(all)
		return float64(all[len(all)/2])
	}
	entry := middle(with) - middle(plain) + middle(numbering)
	b.ReportMetric(100*entry/middle(plain), "%-of-a-save")
	b.ReportMetric(entry, "ns/entry")
}
