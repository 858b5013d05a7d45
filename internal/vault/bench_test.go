package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"testing"
)

const million = 1_000_000

// benchVault returns a vault with n slots.
func benchVault(b *testing.B, n uint64) (*Vault, *Keyring) {
	ring := newRing(b)
	v, _ := newVault(b, ring)
	v.disk.sync = func(*os.File) error { return nil }
	if err := v.Grow(n); err != nil {
		b.Fatal(err)
	}
	v.disk = realDisk()
	return v, ring
}

// A record of 2 KB: its key is read from the file, and the record opened or
// sealed.
func BenchmarkRecord(b *testing.B) {
	v, _ := benchVault(b, 100_000)
	plain := bytes.Repeat([]byte("x"), 2<<10)
	sealed := mustKey(b, v, 17).Seal(plain, "case", "row/17", "3")
	for name, do := range map[string]func(*Key) error{
		"key":  func(*Key) error { return nil },
		"seal": func(k *Key) error { k.Seal(plain, "case", "row/17", "3"); return nil },
		"open": func(k *Key) error { _, err := k.Open(sealed, "case", "row/17", "3"); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := do(mustKey(b, v, 17)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMillion(b *testing.B) {
	v, ring := benchVault(b, million)
	for name, do := range map[string]func() error{
		"rewrap": func() error {
			ring = withNewWrap(b, ring).WithoutOldWraps()
			both := *ring
			both.wraps = append(both.wraps[:1:1], v.table.ring.wraps...)
			return v.Rewrap(context.Background(), &both)
		},
		"copy":  func() error { return v.CopyTo(context.Background(), &bytes.Buffer{}) },
		"check": func() error { return v.Check(context.Background(), func(_ uint64, err error) { b.Error(err) }) },
		"open": func() error {
			if err := v.Close(); err != nil {
				return err
			}
			var err error
			v, err = Open(v.dir, v.table.ring, rand.Reader)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	v.Close()
}

// Erase is three fsyncs.
func BenchmarkErase(b *testing.B) {
	v, _ := benchVault(b, million)
	for n := uint64(1); b.Loop(); n++ {
		mustErase(b, v, n, "c")
	}
}
