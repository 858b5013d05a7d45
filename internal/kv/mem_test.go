package kv_test

import (
	"testing"

	"ab325/internal/kv"
	"ab325/internal/kv/kvtest"
)

func TestMem(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) kv.DB {
		db := kv.Mem()
		t.Cleanup(func() { db.Close() })
		return db
	})
}
