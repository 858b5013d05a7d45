package store

import (
	"bytes"
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"ab325/internal/kv"
	"ab325/internal/vault"
)

// copyVault returns a copy of the store's vault as it is now, erasures and all.
func copyVault(t *testing.T, h *wholeStore) *vault.Vault {
	t.Helper()
	var b bytes.Buffer
	dir := filepath.Join(t.TempDir(), "keys")
	if err := errors.Join(h.Vault.CopyTo(t.Context(), &b), vault.Load(dir, &b)); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(dir, h.Keyring, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// withVault returns the same store with another vault, on another database.
func (h *wholeStore) withVault(t *testing.T, v *vault.Vault, db kv.DB) *Store {
	t.Helper()
	o := h.Options
	o.Vault, o.DB = v, db
	return with(t, o)
}

// eraseCase erases a case, key and all.
func eraseCase(t *testing.T, h *wholeStore, id string) {
	t.Helper()
	doUpdate(t, h.Store, func(tx *Tx) error { return tx.Erase(id, why("erase")) })
	if _, err := h.FinishErasures(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A vault from before an erasure, put back with its log, is refused, and found.
func TestVaultFromBeforeAnErasure(t *testing.T) {
	h := whole(t, kv.Mem())
	old := copyVault(t, h)
	eraseCase(t, h, "case-1")
	s := h.withVault(t, old, copyOf(t, h.DB))
	if _, err := s.ReplayErasures(t.Context(), why("erase")); !errors.Is(err, ErrVaultOlder) {
		t.Errorf("ReplayErasures with the vault of before = %v, want ErrVaultOlder", err)
	}
	if got := strings.Join(faults(t, s), "\n"); !strings.Contains(got, ErrVaultOlder.Error()) {
		t.Errorf("Check finds %q, want that the vault is older", got)
	}
	s = h.withVault(t, copyVault(t, h), copyOf(t, h.DB))
	if _, err := s.ReplayErasures(t.Context(), why("erase")); err != nil {
		t.Errorf("ReplayErasures with a copy of the vault = %v", err)
	}
}

// A vault that lacks keys which cases have is refused: it would give their
// slots other keys.
func TestVaultFromBeforeKeysWereGiven(t *testing.T) {
	h := whole(t, kv.Mem())
	old := copyVault(t, h)
	given := old.Len()
	if err := h.Vault.Grow(given + 1); err != nil {
		t.Fatal(err)
	}
	doUpdate(t, h.Store, func(tx *Tx) error { return tx.write(slotCount.key(), kv.Key(nil).Uint(given)) })
	if _, err := h.ReplayErasures(t.Context(), why("erase")); err != nil {
		t.Errorf("ReplayErasures = %v", err)
	}
	s := h.withVault(t, old, copyOf(t, h.DB))
	if _, err := s.ReplayErasures(t.Context(), why("erase")); !errors.Is(err, ErrVaultOlder) {
		t.Errorf("ReplayErasures with the vault of before = %v, want ErrVaultOlder", err)
	}
}

// What was signed tells an older vault, also where the database was made to fit
// it, and a vault of the same length in which another case is erased.
func TestSignedErasures(t *testing.T) {
	h := whole(t, kv.Mem())
	before := checkpoint(t, h.Store)
	old, other := copyVault(t, h), copyVault(t, h)
	eraseCase(t, h, "case-1")
	if err := other.Erase(2, "case-2", now); err != nil {
		t.Fatal(err)
	}
	if other.ErasureBytes() != h.Vault.ErasureBytes() {
		t.Fatalf("the other vault has %d bytes of erasures, want %d", other.ErasureBytes(), h.Vault.ErasureBytes())
	}
	number(t, h.Store)
	mark := checkpoint(t, h.Store)
	db := copyOf(t, h.DB)
	rawPut(t, db, erasedBytes.key(), nil)
	for _, test := range []struct {
		name  string
		vault *vault.Vault
		mark  []byte
		want  error
	}{
		{"it", h.Vault, mark, nil}, {"it, with an older mark", h.Vault, before, nil}, {"a copy of it", copyVault(t, h), mark, nil},
		{"the one of before", old, mark, ErrVaultOlder}, {"another", other, mark, ErrVaultOlder},
	} {
		s := h.withVault(t, test.vault, db)
		if err := s.Holds(t.Context(), test.mark); !errors.Is(err, test.want) {
			t.Errorf("%s: Holds = %v, want %v", test.name, err, test.want)
		}
		if test.want == nil {
			continue
		}
		if _, err := s.Checkpoint(t.Context(), now); !errors.Is(err, test.want) {
			t.Errorf("%s: Checkpoint = %v, want %v", test.name, err, test.want)
		}
		if got := strings.Join(faults(t, s), "\n"); !strings.Contains(got, "were signed") {
			t.Errorf("%s: Check finds %q, want that other erasures were signed", test.name, got)
		}
	}
}

// An erasure that is not signed yet is a reason to sign, though the log has not
// grown.
func TestErasuresAreSigned(t *testing.T) {
	h := whole(t, kv.Mem())
	number(t, h.Store)
	checkpoint(t, h.Store)
	signed := func(want bool) {
		t.Helper()
		if got, err := h.Signed(t.Context()); got != want || err != nil {
			t.Errorf("Signed = %v, %v, want %v", got, err, want)
		}
	}
	signed(true)
	if err := h.Vault.Erase(1, "case-1", now); err != nil {
		t.Fatal(err)
	}
	signed(false)
	checkpoint(t, h.Store)
	signed(true)
}

// Who puts back all that was of an erased case, its key, its records, its
// indexes and what the log said, is betrayed by the log.
func TestCheckFindsWhoWasBroughtBack(t *testing.T) {
	h := whole(t, kv.Mem())
	oldVault, before := copyVault(t, h), pairsOf(t, h.DB)
	eraseCase(t, h, "case-1")
	db := copyOf(t, h.DB)
	for _, p := range before {
		rawPut(t, db, p.Key, p.Value)
	}
	rawPut(t, db, erasedBytes.key(), nil)
	s := h.withVault(t, oldVault, db)
	if _, err := s.ReplayErasures(t.Context(), why("erase")); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(faults(t, s), "\n")
	for _, want := range []string{"and is there", "the vault does not know of it"} {
		if !strings.Contains(got, want) {
			t.Errorf("Check finds %q, want %q", got, want)
		}
	}
}
