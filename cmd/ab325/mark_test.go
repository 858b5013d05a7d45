package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ab325/internal/kv"
	"ab325/internal/store"
)

// Who can write the data folder puts a case back that was erased, key, records,
// log of erasures and what the database knows of that: the mark, which lies
// elsewhere, had the erasure.
func TestMarkKnowsErasures(t *testing.T) {
	y := newYard(t)
	y.fill()
	y.must(y.op.checkpoint(t.Context()))
	was, _ := y.op.kept()
	vault := filepath.Join(y.at.data, vaultName)
	older := filepath.Join(t.TempDir(), "vault")
	y.must(os.CopyFS(older, os.DirFS(vault)))

	id := caseIDs(t, y.op.store)[0]
	y.must(y.op.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Erase(id, y.op.entry("erase")) }))
	y.must(y.op.number(t.Context()))
	y.must(y.op.keepUp(t.Context()))
	y.must(y.op.finishErasures(t.Context())) // after all entries were signed
	y.must(y.op.keepUp(t.Context()))
	if is, err := y.op.kept(); err != nil || is[0].Erasures.Bytes <= was[0].Erasures.Bytes {
		t.Fatalf("the mark has %d bytes of erasures, %v, and had %d", is[0].Erasures.Bytes, err, was[0].Erasures.Bytes)
	}
	y.must(y.op.db.Update(t.Context(), func(w kv.Tx) error { return w.Delete([]byte("erased-bytes")) }))
	y.must(y.op.close())
	newer := vault + "-newer"
	y.must(os.Rename(vault, newer))
	y.must(os.CopyFS(vault, os.DirFS(older)))

	op, err := openPlace(t.Context(), y.at, y.env, opening{})
	if err == nil {
		y.must(op.close())
	}
	if f, ok := errors.AsType[*failure](err); !ok || !errors.Is(err, store.ErrVaultOlder) || !strings.Contains(f.hint, "brings back what was erased") {
		t.Errorf("openPlace with the vault of before = %v, want %v with a hint", err, store.ErrVaultOlder)
	}
	y.must(os.RemoveAll(vault))
	y.must(os.Rename(newer, vault))
	y.op, err = openPlace(t.Context(), y.at, y.env, opening{})
	y.must(err)
}
