package seal_test

import (
	"context"
	"crypto/sha256"
	"testing"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// BenchmarkSeal compares a seal with the one thing that it cannot do without:
// hashing the file. The services answer from this machine.
func BenchmarkSeal(b *testing.B) {
	a := sealtest.New(b, clock)
	file := record(b, 0)
	var hash float64
	b.Run("hash", func(b *testing.B) {
		for b.Loop() {
			sha256.Sum256(file)
		}
		hash = perOp(b)
	})
	for _, test := range []struct {
		level seal.Level
		key   string
	}{{seal.BB, "P-256"}, {seal.BB, "RSA"}, {seal.BT, "P-256"}, {seal.BLT, "P-256"}} {
		s := sealer(b, options(b, a, test.level, test.key))
		var dst []byte
		b.Run(string(test.level)+"/"+test.key, func(b *testing.B) {
			for b.Loop() {
				var err error
				if dst, err = s.Append(context.Background(), dst[:0], file, noon); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(perOp(b)/hash, "x-hash")
		})
		b.Run("verify "+string(test.level)+"/"+test.key, func(b *testing.B) {
			for b.Loop() {
				only(b, dst, a.Roots())
			}
			b.ReportMetric(perOp(b)/hash, "x-hash")
		})
	}
}

func perOp(b *testing.B) float64 { return float64(b.Elapsed()) / float64(b.N) }
