package audit

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// The tree is kept in tiles of 256 hashes: a tile of level 0 holds leaves, and
// one of level l+1 the roots of 256 tiles of level l. Everything else is
// computed from them.
const (
	tileHeight = 8
	TileWidth  = 1 << tileHeight // hashes in a whole tile
)

// A Tile is a part of the tree.
type Tile struct {
	Level, N uint64 // N counts the tiles of the level, from 0
	Data     []byte // hashes, 32 bytes each; the last tile of a level may have fewer than TileWidth
}

// A Tree reads and grows the tree of a log. It is not safe for concurrent use.
type Tree struct {
	size  uint64
	read  func(level, n uint64) ([]byte, error)
	cache []Tile // the last that were read
}

// cached is how many tiles a Tree remembers: those that the right edge of a
// tree of four thousand million leaves passes through, and as many again.
const cached = 8

// NewTree returns the tree of size leaves. Read returns the data of a tile,
// which may be wider than a tree of this size has it.
func NewTree(size uint64, read func(level, n uint64) ([]byte, error)) *Tree {
	return &Tree{size: size, read: read}
}

// tile returns the data of a tile, of at least w hashes.
func (t *Tree) tile(level, n uint64, w int) ([]byte, error) {
	for i, c := range t.cache {
		if c.Level == level && c.N == n {
			t.cache = append(slices.Delete(t.cache, i, i+1), c)
			return t.wide(c, w)
		}
	}
	data, err := t.read(level, n)
	if err != nil {
		return nil, fmt.Errorf("audit: tile %d of level %d: %w", n, level, err)
	}
	if len(t.cache) == cached {
		t.cache = slices.Delete(t.cache, 0, 1)
	}
	t.cache = append(t.cache, Tile{level, n, data})
	return t.wide(t.cache[len(t.cache)-1], w)
}

func (t *Tree) wide(c Tile, w int) ([]byte, error) {
	if len(c.Data) < w*tlog.HashSize {
		return nil, fmt.Errorf("audit: tile %d of level %d has %d bytes, want %d", c.N, c.Level, len(c.Data), w*tlog.HashSize)
	}
	return c.Data, nil
}

// ReadHashes implements tlog.HashReader.
func (t *Tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		at := tlog.TileForIndex(tileHeight, index)
		data, err := t.tile(uint64(at.L), uint64(at.N), at.W)
		if err != nil {
			return nil, err
		}
		if hashes[i], err = tlog.HashFromTile(at, data, index); err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
	}
	return hashes, nil
}

// leaf returns the n-th leaf, from 0.
func (t *Tree) leaf(n uint64) (Hash, error) {
	i := int(n % TileWidth)
	data, err := t.tile(0, n/TileWidth, i+1)
	if err != nil {
		return Hash{}, err
	}
	return Hash(data[i*tlog.HashSize:]), nil
}

// Root returns the root of the tree as it was when it had n leaves.
func (t *Tree) Root(n uint64) (Hash, error) {
	if n > t.size {
		return Hash{}, fmt.Errorf("audit: root of %d entries of %d", n, t.size)
	}
	root, err := tlog.TreeHash(int64(n), t)
	return Hash(root), err
}

// Grow returns the tiles that are new or wider once leaves follow the others.
func (t *Tree) Grow(leaves []Hash) (tiles []Tile, err error) {
	fresh := map[int64]tlog.Hash{}
	both := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, index := range indexes {
			h, ok := fresh[index]
			if !ok {
				old, err := t.ReadHashes([]int64{index})
				if err != nil {
					return nil, err
				}
				h = old[0]
			}
			hashes = append(hashes, h)
		}
		return hashes, nil
	})
	for i, leaf := range leaves {
		n := int64(t.size) + int64(i)
		added, err := tlog.StoredHashesForRecordHash(n, tlog.Hash(leaf), both)
		if err != nil {
			return nil, err
		}
		for j, h := range added {
			fresh[tlog.StoredHashIndex(0, n)+int64(j)] = h
		}
	}
	for _, at := range tlog.NewTiles(tileHeight, int64(t.size), int64(t.size)+int64(len(leaves))) {
		data, err := tlog.ReadTileData(at, both)
		if err != nil {
			return nil, err
		}
		tiles = append(tiles, Tile{uint64(at.L), uint64(at.N), data})
	}
	return tiles, nil
}
