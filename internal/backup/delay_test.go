package backup

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ab325/internal/kv"
	"ab325/internal/kv/boltkv"
)

// stored makes a database with so many bytes of records.
func stored(tb testing.TB, size int) *boltkv.DB {
	tb.Helper()
	db, err := boltkv.Open(filepath.Join(tb.TempDir(), "db"), boltkv.Options{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	const value = 4096
	for i := 0; i < size; i += 256 * value {
		err := db.Update(context.Background(), func(tx kv.Tx) error {
			for j := range 256 {
				if err := tx.Put(fmt.Appendf(nil, "r/%09d/%03d", i, j), make([]byte, value)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return db
}

// dump yields what is in db within one view of it.
func dump(db *boltkv.DB, viewing *atomic.Bool) func(context.Context, func([]kv.Pair) error) error {
	return func(ctx context.Context, yield func([]kv.Pair) error) error {
		viewing.Store(true)
		defer viewing.Store(false)
		return db.View(ctx, func(r kv.Reader) error {
			for p, err := range r.Scan(nil, nil) {
				if err != nil {
					return err
				}
				if err := yield([]kv.Pair{p}); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// A target that does not answer at all holds up the backup and nobody else: no
// view is open when it is written to, and saves go on.
func TestBlockedTarget(t *testing.T) {
	db := stored(t, 4<<20)
	_, _, o := prepared(t)
	var viewing atomic.Bool
	o.Source.Dump = dump(db, &viewing)
	blocked, free := make(chan struct{}), make(chan struct{})
	first := true
	o.Place.write = func(f *os.File, b []byte) (int, error) {
		if viewing.Load() {
			t.Error("the target is written to while the view is open")
		}
		if first {
			first = false
			close(blocked)
			<-free
		}
		return f.Write(b)
	}
	done := make(chan error, 1)
	go func() {
		_, err := Make(t.Context(), o)
		done <- err
	}()
	<-blocked
	for i := range 50 {
		if err := save(t.Context(), db, i); err != nil {
			t.Fatal(err)
		}
	}
	close(free)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func save(ctx context.Context, db *boltkv.DB, i int) error {
	return db.Update(ctx, func(tx kv.Tx) error { return tx.Put(fmt.Appendf(nil, "s/%d", i%100), make([]byte, 4096)) })
}

// BenchmarkSaveDuringBackup measures how long four clients wait for a save,
// alone and during a backup of 64 MB onto the same disk and onto a target that
// takes 1 MB a second, also where nothing can wait for that beside the data: the
// worst of them is what a request is delayed.
func BenchmarkSaveDuringBackup(b *testing.B) {
	slow := func(f *os.File, p []byte) (int, error) {
		time.Sleep(time.Duration(len(p)) * time.Microsecond)
		return f.Write(p)
	}
	for _, test := range []struct {
		name  string
		write func(*os.File, []byte) (int, error) // nil: no backup
		full  bool                                // nothing is spooled
	}{
		{"alone", nil, false},
		{"same disk", (*os.File).Write, false},
		{"slow target", slow, false},
		{"same disk, full", (*os.File).Write, true},
		{"slow target, disk full", slow, true},
	} {
		b.Run(test.name, func(b *testing.B) {
			for range b.N {
				saveDuring(b, test.write, test.full)
			}
		})
	}
}

func saveDuring(b *testing.B, write func(*os.File, []byte) (int, error), full bool) {
	db := stored(b, 64<<20)
	ctx, stop := context.WithTimeout(b.Context(), 10*time.Second)
	defer stop()
	var took [4][]time.Duration
	saving := make(chan struct{}, len(took))
	for n := range took {
		go func() {
			defer func() { saving <- struct{}{} }()
			for i := 0; ctx.Err() == nil; i++ {
				began := time.Now()
				if err := save(b.Context(), db, n*100+i); err != nil {
					b.Error(err)
					return
				}
				took[n] = append(took[n], time.Since(began))
				time.Sleep(2 * time.Millisecond)
			}
		}()
	}
	if write != nil {
		_, _, o := prepared(b)
		o.Now, o.Place.write = time.Now, write
		if full {
			o.free, o.patience = func(*os.File) (int64, error) { return 0, nil }, patience
		}
		o.Source.Dump = dump(db, new(atomic.Bool))
		began := time.Now()
		_, err := Make(ctx, o)
		b.ReportMetric(time.Since(began).Seconds(), "s/backup")
		b.Logf("the backup: %v", err)
	}
	for range took {
		<-saving
	}
	all := slices.Sorted(slices.Values(slices.Concat(took[:]...)))
	b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, "ms-worst")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64(len(all))/10, "saves/s")
}
