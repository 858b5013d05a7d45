package kv_test

import (
	"errors"
	"testing"

	"ab325/internal/kv"
)

func TestMem(t *testing.T) {
	db := kv.Mem()
	put := func(tx kv.Tx) error { return tx.Put([]byte("k"), []byte("v")) }
	if err := db.Update(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	err := db.View(t.Context(), func(r kv.Reader) error {
		if v, err := r.Get([]byte("k")); string(v) != "v" || err != nil {
			t.Errorf("Get(k) = %q, %v, want v", v, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(t.Context(), put); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("Update after Close: %v, want ErrClosed", err)
	}
}
