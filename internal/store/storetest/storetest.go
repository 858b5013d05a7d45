// Package storetest makes stores to test with: whole ones, with keys and
// documents in a temporary folder of the test.
package storetest

import (
	"crypto/rand"
	"path/filepath"
	"testing"

	"ab325/internal/files"
	"ab325/internal/kv"
	"ab325/internal/store"
	"ab325/internal/vault"
)

// New returns an empty store in memory.
func New(t testing.TB) *store.Store {
	t.Helper()
	return On(t, kv.Mem())
}

// On returns a store in db, with new keys: what another store wrote there, it
// cannot read.
func On(t testing.TB, db kv.DB) *store.Store {
	t.Helper()
	o := Options(t)
	o.DB = db
	return Open(t, o)
}

// Options returns all that a store is made of but the database. Stores that
// are made of the same read each other's records.
func Options(t testing.TB) store.Options {
	t.Helper()
	dir := t.TempDir()
	ring, err := vault.NewKeyring(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(dir, "keys")
	if err := vault.Create(keys, ring, rand.Reader); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(keys, ring, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	documents, err := files.Open(filepath.Join(dir, "documents"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := documents.Close(); err != nil {
			t.Error(err)
		}
	})
	return store.Options{Vault: v, Files: documents, Keyring: ring, Rand: rand.Reader}
}

// Open returns the store that o makes.
func Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
