package pdftest

import "encoding/binary"

// A trueType is what a check needs of a font program.
type trueType struct {
	glyphs   int
	units    float64
	advances []uint16
	maps     []cmap
}

// cmap is one of a program's tables from letters to glyphs.
type cmap struct {
	platform, encoding int
	table              []byte
}

// readTrueType reads a font program, or returns nil.
func readTrueType(b []byte) *trueType {
	tables := map[string][]byte{}
	if len(b) < 12 {
		return nil
	}
	for i := range int(binary.BigEndian.Uint16(b[4:])) {
		if 12+16*i+16 > len(b) {
			return nil
		}
		entry := b[12+16*i:]
		from, n := int(binary.BigEndian.Uint32(entry[8:])), int(binary.BigEndian.Uint32(entry[12:]))
		if from+n > len(b) {
			return nil
		}
		tables[string(entry[:4])] = b[from : from+n]
	}
	head, hhea, maxp, hmtx := tables["head"], tables["hhea"], tables["maxp"], tables["hmtx"]
	if len(head) < 54 || len(hhea) < 36 || len(maxp) < 6 || tables["glyf"] == nil || tables["loca"] == nil {
		return nil
	}
	t := &trueType{units: float64(binary.BigEndian.Uint16(head[18:])), glyphs: int(binary.BigEndian.Uint16(maxp[4:]))}
	for i := range int(binary.BigEndian.Uint16(hhea[34:])) {
		if 4*i+4 > len(hmtx) {
			return nil
		}
		t.advances = append(t.advances, binary.BigEndian.Uint16(hmtx[4*i:]))
	}
	if c := tables["cmap"]; len(c) >= 4 {
		for i := range int(binary.BigEndian.Uint16(c[2:])) {
			if 4+8*i+8 > len(c) {
				return nil
			}
			entry := c[4+8*i:]
			at := int(binary.BigEndian.Uint32(entry[4:]))
			if at > len(c) {
				return nil
			}
			t.maps = append(t.maps, cmap{int(binary.BigEndian.Uint16(entry)), int(binary.BigEndian.Uint16(entry[2:])), c[at:]})
		}
	}
	return t
}

// advance returns a glyph's width in thousandths of the size.
func (t *trueType) advance(gid int) float64 {
	if len(t.advances) == 0 {
		return 0
	}
	return float64(t.advances[min(gid, len(t.advances)-1)]) * 1000 / t.units
}

// has reports whether the program has a table of the given kind.
func (t *trueType) has(platform, encoding int) bool {
	for _, m := range t.maps {
		if m.platform == platform && m.encoding == encoding {
			return true
		}
	}
	return false
}

// glyph looks a letter up in the table of Unicode's letters.
func (t *trueType) glyph(r int) (int, bool) {
	for _, m := range t.maps {
		b := m.table
		if m.platform != 3 || m.encoding != 1 || len(b) < 14 || binary.BigEndian.Uint16(b) != 4 {
			continue
		}
		n := int(binary.BigEndian.Uint16(b[6:])) // twice the number of segments
		at := func(i int) int {
			if i+2 > len(b) {
				return 0
			}
			return int(binary.BigEndian.Uint16(b[i:]))
		}
		for i := 0; i < n; i += 2 {
			start, delta, offset := at(16+n+i), at(16+2*n+i), at(16+3*n+i)
			if r > at(14+i) || r < start {
				continue
			}
			gid := (r + delta) & 0xFFFF
			if offset != 0 {
				if gid = at(16 + 3*n + i + offset + 2*(r-start)); gid != 0 {
					gid = (gid + delta) & 0xFFFF
				}
			}
			return gid, gid != 0
		}
	}
	return 0, false
}
