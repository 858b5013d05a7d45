package boltkv

import (
	"testing"

	"ab325/internal/kv"
	"ab325/internal/kv/kvtest"
)

func TestBolt(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) kv.DB { return newDB(t, Options{}) })
}
