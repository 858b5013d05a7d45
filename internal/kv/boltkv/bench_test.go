package boltkv

import (
	"fmt"
	"os"
	"path/filepath"
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
				return db.bolt.Batch(func(tx *bbolt.Tx) error { return tx.Bucket(root).Put(key, value) })
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
	for i := range 10 {
		err := db.Update(b.Context(), func(tx kv.Tx) error {
			for j := range 1000 {
				if err := tx.Put(kv.Key("case/").Uint(uint64(i*1000+j)), make([]byte, 4000)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
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
