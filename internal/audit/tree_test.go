package audit

import (
	"crypto/sha256"
	"errors"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// plainRoot is the root by the definition of RFC 6962, without tiles.
func plainRoot(leaves []Hash) Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	return Hash(tlog.NodeHash(tlog.Hash(plainRoot(leaves[:k])), tlog.Hash(plainRoot(leaves[k:]))))
}

// However a tree grew, its tiles and roots are the same, and those that the
// definition says.
func TestGrow(t *testing.T) {
	const n = 70000 // three levels of tiles
	leaves := make([]Hash, n)
	for i := range leaves {
		leaves[i] = sha256.Sum256([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
	}
	grown := map[int]map[[2]uint64][]byte{}
	for _, batch := range []int{n, 4096, 255} {
		l := &log{tiles: map[[2]uint64][]byte{}}
		for rest := leaves; len(rest) > 0; {
			some := rest[:min(batch, len(rest))]
			tiles, err := l.tree().Grow(some)
			if err != nil {
				t.Fatal(err)
			}
			for _, tile := range tiles {
				l.tiles[[2]uint64{tile.Level, tile.N}] = tile.Data
			}
			l.size += uint64(len(some))
			rest = rest[len(some):]
		}
		grown[batch] = l.tiles
		for k, data := range grown[n] {
			if string(l.tiles[k]) != string(data) {
				t.Errorf("in batches of %d: tile %v differs", batch, k)
			}
		}
		if len(l.tiles) != len(grown[n]) {
			t.Errorf("in batches of %d: %d tiles, want %d", batch, len(l.tiles), len(grown[n]))
		}
		for _, size := range []int{1, 2, 255, 256, 257, 511, 65535, 65536, 65537, n} {
			if got, err := l.tree().Root(uint64(size)); got != plainRoot(leaves[:size]) || err != nil {
				t.Errorf("in batches of %d: Root(%d) = %v, %v", batch, size, got, err)
			}
		}
	}
}

func TestRootOfMore(t *testing.T) {
	l := newLog(t, 3)
	if _, err := l.tree().Root(4); err == nil {
		t.Error("Root(4) of 3 entries has no error")
	}
	if got, err := l.tree().Root(0); got != Nothing().Root || err != nil {
		t.Errorf("Root(0) = %v, %v", got, err)
	}
}

// A tile that is missing or cut short is an error, not a wrong root.
func TestTreeWithoutTiles(t *testing.T) {
	l := newLog(t, 300)
	l.tiles[[2]uint64{0, 0}] = l.tiles[[2]uint64{0, 0}][:32]
	if _, err := l.tree().Root(7); err == nil {
		t.Error("Root with a short tile has no error")
	}
	delete(l.tiles, [2]uint64{0, 1})
	if _, err := l.tree().Root(300); !errors.Is(err, errNoTile) {
		t.Errorf("Root with a missing tile = %v, want %v", err, errNoTile)
	}
	if _, err := l.tree().Grow([]Hash{{1}}); !errors.Is(err, errNoTile) {
		t.Errorf("Grow with a missing tile = %v, want %v", err, errNoTile)
	}
}
