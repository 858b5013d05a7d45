package vault

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
)

// The sum is that of the file's beginning, for as long as it has one; and it is
// the same of a vault that was opened again.
func TestErasureSum(t *testing.T) {
	ring := newRing(t)
	v, dir := newVault(t, ring)
	mustErase(t, v, 1, "case-1")
	mustErase(t, v, 2, "case-2")
	file, err := os.ReadFile(filepath.Join(dir, logName))
	if err != nil || uint64(len(file)) != v.ErasureBytes() {
		t.Fatalf("the log has %d bytes, %v, and ErasureBytes = %d", len(file), err, v.ErasureBytes())
	}
	check := func(v *Vault) {
		t.Helper()
		for n := range len(file) + 2 {
			got, ok, err := v.ErasureSum(uint64(n))
			if ok != (n <= len(file)) || err != nil || ok && got != sha256.Sum256(file[:n]) {
				t.Errorf("ErasureSum(%d) = %x, %v, %v", n, got, ok, err)
			}
		}
	}
	check(v)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.ErasureSum(1); err == nil {
		t.Error("ErasureSum of a vault that is closed has no error")
	}
	check(openVault(t, dir, ring))
}
