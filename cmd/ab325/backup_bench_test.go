package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"ab325/internal/store"
)

// BenchmarkBackup backs 10 000 cases up, reads the backup back, decodes every
// record and verifies the log, while eight people write entries of the log all
// the time. The worst of their waits is what a backup delays a request.
func BenchmarkBackup(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "data")
	fillCases(b, dir, 10_000)
	op, err := openData(dir, world(), false)
	if err != nil {
		b.Fatal(err)
	}
	defer op.close()
	to, err := openTarget(b.TempDir(), publicKey, 1)
	if err != nil {
		b.Fatal(err)
	}
	var took, alone []time.Duration
	var size int64
	for b.Loop() {
		alone = append(alone, waits(b, op, func() error { time.Sleep(3 * time.Second); return nil })...)
		took = append(took, waits(b, op, func() error {
			made, err := op.backups.make(b.Context(), to, new(console))
			size = made.Size
			return err
		})...)
	}
	for _, m := range []struct {
		name  string
		waits []time.Duration
	}{{"alone", alone}, {"beside", took}} {
		slices.Sort(m.waits)
		b.ReportMetric(float64(m.waits[len(m.waits)*99/100].Microseconds())/1000, "ms-p99-"+m.name)
		b.ReportMetric(float64(m.waits[len(m.waits)-1].Microseconds())/1000, "ms-worst-"+m.name)
	}
	b.ReportMetric(float64(size)/1e6, "MB")
	if info, err := os.Stat(filepath.Join(dir, databaseName)); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "MB-database")
	}
}

// waits returns how long each of the people waited while f ran.
func waits(b *testing.B, op *operator, f func() error) (all []time.Duration) {
	ctx, stop := context.WithCancel(b.Context())
	var mu sync.Mutex
	var people sync.WaitGroup
	for range 8 {
		people.Go(func() {
			var own []time.Duration
			for ctx.Err() == nil {
				began := time.Now()
				if err := op.store.Update(b.Context(), func(tx *store.Tx) error { return tx.Log(op.entry("search")) }); err != nil {
					b.Error(err)
					return
				}
				own = append(own, time.Since(began))
				time.Sleep(5 * time.Millisecond)
			}
			mu.Lock()
			all = append(all, own...)
			mu.Unlock()
		})
	}
	err := f()
	stop()
	people.Wait()
	if err := errors.Join(err, b.Context().Err()); err != nil {
		b.Fatal(err)
	}
	return all
}
