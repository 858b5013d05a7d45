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
