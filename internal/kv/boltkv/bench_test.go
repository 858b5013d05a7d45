package boltkv

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"ab325/internal/kv"
)

// BenchmarkUpdate measures durable saves of 4 KiB by several clients at once.
// The metric x-raw compares them with what the disk does at best: appending
// 4 KiB and fdatasync, one after the other, in the same run in the same
// folder. Batch is bbolt's own way to commit together.
func BenchmarkUpdate(b *testing.B) {
	value := make([]byte, 4000)
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			db := newDB(b, Options{})
			saves(b, clients, func(key []byte) error {
				return db.Update(b.Context(), func(tx kv.Tx) error { return tx.Put(key, value) })
			})
		})
		b.Run(fmt.Sprintf("Batch/clients=%d", clients), func(b *testing.B) {
			db := newDB(b, Options{})
			saves(b, clients, func(key []byte) error {
				return db.file.Batch(func(tx *bbolt.Tx) error { return tx.Bucket(root).Put(key, value) })
			})
		})
	}
}

// saves runs b.N saves by so many clients, with keys of ten thousand cases.
func saves(b *testing.B, clients int, save func(key []byte) error) {
	raw := rawSync(b)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range clients {
		wg.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(b.N) {
					return
				}
				if err := save(kv.Key("case/").Uint(uint64(i * 7919 % 10_000))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(raw.Seconds()/(b.Elapsed().Seconds()/float64(b.N)), "x-raw")
}

// rawSync returns how long appending 4 KiB and fdatasync take.
func rawSync(b *testing.B) time.Duration {
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	const n = 300
	start := time.Now()
	for range n {
		if _, err := f.Write(block); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start) / n
}

func BenchmarkGet(b *testing.B) {
	db := newDB(b, Options{})
	fill(b, db, 10_000)
	i := uint64(0)
	for b.Loop() {
		i = (i + 7919) % 10_000
		err := db.View(b.Context(), func(r kv.Reader) error {
			_, err := r.Get(kv.Key("case/").Uint(i))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompact compacts a file of 200 MB while 8 clients save, and compares
// how long one of them waits at most, and all but one in a hundred, with how
// long they do otherwise.
func BenchmarkCompact(b *testing.B) {
	db := newDB(b, Options{})
	fill(b, db, 50_000)
	for b.Loop() {
		calm := waits(b, db, func() { time.Sleep(3 * time.Second) })
		busy := waits(b, db, func() {
			if _, _, err := db.Compact(b.Context()); err != nil {
				b.Error(err)
			}
		})
		for name, all := range map[string][]time.Duration{"calm": calm, "busy": busy} {
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, name+"-p99-ms")
			b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, name+"-max-ms")
		}
	}
}

// waits returns how long each of the saves of 8 clients took while f ran.
func waits(b *testing.B, db *DB, f func()) (all []time.Duration) {
	ctx, stop := context.WithCancel(b.Context())
	var mu sync.Mutex
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			value, i := make([]byte, 4000), uint64(client)
			for ctx.Err() == nil {
				i = (i + 7919) % 50_000
				began := time.Now()
				err := db.Update(b.Context(), func(tx kv.Tx) error { return tx.Put(kv.Key("case/").Uint(i), value) })
				took := time.Since(began)
				if err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				all = append(all, took)
				mu.Unlock()
			}
		})
	}
	f()
	stop()
	wg.Wait()
	return all
}

// fill stores n cases of 4000 bytes.
func fill(b *testing.B, db *DB, n int) {
	value := make([]byte, 4000)
	for i := range n / 1000 {
		err := db.Update(b.Context(), func(tx kv.Tx) error {
			for j := range 1000 {
				if err := tx.Put(kv.Key("case/").Uint(uint64(i*1000+j)), value); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
