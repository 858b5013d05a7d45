package kvtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"ab325/internal/kv"
)

func scanChecks() []check {
	return []check{
		{"ScanOrder", checkScanOrder},
		{"ScanAfterDeletes", checkScanAfterDeletes},
		{"ScanRefusesWrites", checkScanRefusesWrites},
		{"EarlyStop", checkEarlyStop},
		{"Model", checkModel},
	}
}

// Danish letters, and the bytes 0x00 and 0xff, sort by byte everywhere; each
// pair of bounds gives the same both ways.
func checkScanOrder(ctx context.Context, db kv.DB) error {
	keys := []string{"A", "a", "a\x00", "a/", "a0", "aa", "z", "å", "æ", "ø", "\xff", "\xff\xff"}
	slices.Sort(keys)
	for _, i := range []int{9, 3, 11, 7, 0, 5, 1, 10, 8, 2, 6, 4} {
		if err := put(ctx, db, keys[i], keys[i]); err != nil {
			return err
		}
	}
	return db.View(ctx, func(r kv.Reader) error {
		for _, start := range append(keys, "", "b", "\xff\xff\xff") {
			for _, end := range append(keys, "", "b", "\xff\xff\xff") {
				if err := sameBothWays(r, keys, start, end); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// sameBothWays compares both scans with the keys, which are sorted and all.
func sameBothWays(r kv.Reader, keys []string, start, end string) error {
	var want []string
	for _, k := range keys {
		if k >= start && (end == "" || k < end) {
			want = append(want, k)
		}
	}
	got, err := collect(r.Scan([]byte(start), []byte(end)))
	if !slices.Equal(got, want) || err != nil {
		return faultf("Scan(%.20q, %.20q) = %.20q, %v, want %.20q", start, end, got, err, want)
	}
	slices.Reverse(want)
	got, err = collect(r.ScanBack([]byte(start), []byte(end)))
	if !slices.Equal(got, want) || err != nil {
		return faultf("ScanBack(%.20q, %.20q) = %.20q, %v, want %.20q", start, end, got, err, want)
	}
	return nil
}

// What a transaction has deleted leaves holes in a tree of pages, and a scan
// must neither end in one nor run in circles.
func checkScanAfterDeletes(ctx context.Context, db kv.DB) error {
	var keys, pairs []string
	for i := range 3000 {
		keys = append(keys, fmt.Sprintf("%04d", i))
		pairs = append(pairs, keys[i], fmt.Sprintf("%0100d", i))
	}
	if err := put(ctx, db, pairs...); err != nil {
		return err
	}
	for _, hole := range [][2]int{{1000, 2000}, {0, 1500}, {500, 3000}, {1, 3000}, {0, 2999}, {0, 3000}} {
		undo := errors.New("undo")
		err := db.Update(ctx, func(tx kv.Tx) error {
			for _, k := range keys[hole[0]:hole[1]] {
				if err := tx.Delete([]byte(k)); err != nil {
					return err
				}
			}
			left := slices.Concat(keys[:hole[0]], keys[hole[1]:])
			for _, end := range []string{"", "0000", "0001", "1200", "1999", "2000", "2999", "3"} {
				if err := sameBothWays(tx, left, "", end); err != nil {
					return faultf("without keys %d to %d: %w", hole[0], hole[1], err)
				}
			}
			return undo
		})
		if !errors.Is(err, undo) {
			return err
		}
	}
	return nil
}

func checkScanRefusesWrites(ctx context.Context, db kv.DB) error {
	if err := put(ctx, db, "a", "1", "b", "2"); err != nil {
		return err
	}
	for name, write := range map[string]func(tx kv.Tx) error{
		"Put":    func(tx kv.Tx) error { return tx.Put([]byte("c"), nil) },
		"Delete": func(tx kv.Tx) error { return tx.Delete([]byte("a")) },
	} {
		var got error
		err := db.Update(ctx, func(tx kv.Tx) error {
			for range tx.ScanBack(nil, nil) {
				for range tx.Scan(nil, nil) { // reading is allowed
				}
				got = write(tx)
				break
			}
			return nil
		})
		if !errors.Is(got, kv.ErrScanning) || !errors.Is(err, kv.ErrScanning) {
			return faultf("%s in a scan: %v, and Update: %v, want ErrScanning", name, got, err)
		}
	}
	err := db.Update(ctx, func(tx kv.Tx) error {
		for range tx.Scan(nil, nil) {
			break
		}
		return tx.Put([]byte("c"), nil)
	})
	return errors.Join(err, wantKeys(ctx, db, "", "a", "b", "c"))
}

// A scan reads no further than its loop goes: fifty rows out of a million
// cost what fifty cost.
func checkEarlyStop(ctx context.Context, db kv.DB) error {
	const all, few = 100_000, 10
	for from := 0; from < all; from += 10_000 {
		var pairs []string
		for i := range 10_000 {
			pairs = append(pairs, fmt.Sprintf("%06d", from+i), strconv.Itoa(i))
		}
		if err := put(ctx, db, pairs...); err != nil {
			return err
		}
	}
	for _, dir := range []struct {
		name string
		scan func(kv.Reader) iter.Seq2[kv.Pair, error]
		last string // the tenth key
	}{
		{"Scan", func(r kv.Reader) iter.Seq2[kv.Pair, error] { return r.Scan([]byte("0"), nil) }, "000009"},
		{"ScanBack", func(r kv.Reader) iter.Seq2[kv.Pair, error] { return r.ScanBack([]byte("0"), nil) }, "099990"},
	} {
		take := func(n int) error { return scanSome(ctx, db, dir.scan, n, dir.last) }
		if bytes, err := allocated(func() error { return take(few) }, all); err != nil || bytes > all {
			return faultf("%s of the first %d of %d keys allocates %d bytes, %v: it does not stop early", dir.name, few, all, bytes, err)
		}
		// A server may read ahead where this process does not see it. A
		// thousand short scans must not take as long as ten of all keys: to
		// read all is cheaper than to hand all over, so fewer would not show it.
		if err := faster(func() error { return take(few) }, 1000, func() error { return take(all) }, 10); err != nil {
			return faultf("%s of the first %d of %d keys: %w", dir.name, few, all, err)
		}
	}
	return nil
}

// scanSome scans the first n pairs and checks that the tenth key is tenth.
func scanSome(ctx context.Context, db kv.DB, scan func(kv.Reader) iter.Seq2[kv.Pair, error], n int, tenth string) error {
	return db.View(ctx, func(r kv.Reader) error {
		i := 0
		for p, err := range scan(r) {
			if err != nil {
				return err
			}
			if i++; i == 10 && string(p.Key) != tenth {
				return faultf("the tenth key is %q, want %q", p.Key, tenth)
			}
			if i == n {
				return nil
			}
		}
		return faultf("the scan ended after %d keys", i)
	})
}

// allocated returns how many bytes of memory f asks for: no more than enough, if
// it asks for so few at one of some times. An engine may still be busy with what
// was saved before, which asks for memory too.
func allocated(f func() error, enough uint64) (bytes uint64, err error) {
	var before, after runtime.MemStats
	for range 100 {
		runtime.ReadMemStats(&before)
		err = f()
		runtime.ReadMemStats(&after)
		if bytes = after.TotalAlloc - before.TotalAlloc; err != nil || bytes <= enough {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return bytes, err
}

// faster returns an error unless n calls of f end before m calls of g that
// run at the same time. What is left of g is not waited for.
func faster(f func() error, n int, g func() error, m int) error {
	var first atomic.Int32 // who ended: 1 f, 2 g
	slow := make(chan error, 1)
	go func() {
		var err error
		for range m {
			if err = g(); err != nil || first.Load() != 0 {
				break
			}
		}
		first.CompareAndSwap(0, 2)
		slow <- err
	}()
	var err error
	for range n {
		if err = f(); err != nil || first.Load() != 0 {
			break
		}
	}
	won := first.CompareAndSwap(0, 1)
	if err := errors.Join(err, <-slow); err != nil {
		return err
	}
	if !won {
		return faultf("%d take longer than %d of all keys: it does not stop early", n, m)
	}
	return nil
}
