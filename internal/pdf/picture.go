package pdf

import (
	"fmt"
	"math/bits"
	"slices"
	"sync"

	"rsc.io/qr/coding"
)

// A picture is a QR code of the level that can be read with 15 % of it lost.
const (
	level      = coding.M
	masks      = 8
	maxVersion = 11 // the biggest whose rows fit in 64 bits, and bigger than any that is printed
	maxSide    = 4*maxVersion + 17
)

// squares are those of a picture, or those that two pictures differ in: a bit
// for each, in the rows from the top and in the columns from the left.
type squares struct {
	side          int
	rows, columns [maxSide]uint64
}

func newSquares(c *coding.Code) *squares {
	s := &squares{side: c.Size}
	for y := range s.side {
		for i, dark := range c.Bitmap[y*c.Stride:][:(c.Size+7)/8] { // from the left
			s.rows[y] |= uint64(bits.Reverse8(dark)) << (8 * i)
		}
		for left := s.rows[y]; left != 0; left &= left - 1 {
			s.columns[bits.TrailingZeros64(left)] |= 1 << y
		}
	}
	return s
}

// xor sets s to what a and b differ in.
func (s *squares) xor(a, b *squares) {
	s.side = a.side
	for i := range s.side {
		s.rows[i] = a.rows[i] ^ b.rows[i]
		s.columns[i] = a.columns[i] ^ b.columns[i]
	}
}

// plans are how a text is drawn at one size: with the first mask, and what each
// mask changes of that, which is the same for all texts.
type plans struct {
	first   *coding.Plan
	changes [masks]squares
}

func newPlans(v coding.Version) (*plans, error) {
	p := new(plans)
	var first *squares
	for mask := range coding.Mask(masks) {
		plan, err := coding.NewPlan(v, level, mask)
		if err != nil {
			return nil, err
		}
		drawn, err := plan.Encode()
		if err != nil {
			return nil, err
		}
		if mask == 0 {
			p.first, first = plan, newSquares(drawn)
		}
		p.changes[mask].xor(first, newSquares(drawn))
	}
	return p, nil
}

// pictures draw QR codes. They hold the plans of each version, which are made
// when it is first drawn: the codes of a service are of one. They are safe for
// concurrent use.
type pictures [maxVersion + 1]func() (*plans, error)

func newPictures() (p pictures) {
	for v := range p {
		p[v] = sync.OnceValues(func() (*plans, error) { return newPlans(coding.Version(v)) })
	}
	return p
}

// draw makes the picture of a text: the smallest, with the mask that is the
// easiest to read.
func (p *pictures) draw(c *Code, text ...coding.Encoding) error {
	for _, part := range text {
		if err := part.Check(); err != nil {
			return err
		}
	}
	version := coding.Version(coding.MinVersion)
	for ; size(version, text) > version.DataBytes(level)*8; version++ {
		if version == maxVersion {
			return fmt.Errorf("%d letters are too many for a picture", size(version, text)/8)
		}
	}
	plans, err := p[version]()
	if err != nil {
		return err
	}
	drawn, err := plans.first.Encode(text...)
	if err != nil {
		return err
	}
	var masked, best squares
	first, least := newSquares(drawn), 0
	for i := range plans.changes {
		masked.xor(first, &plans.changes[i])
		if n := masked.penalty(); i == 0 || n < least {
			best, least = masked, n
		}
	}
	c.Rows, c.Side = slices.Clone(best.rows[:best.side]), best.side
	return nil
}

// size returns how many bits a text takes.
func size(v coding.Version, text []coding.Encoding) (n int) {
	for _, part := range text {
		n += part.Bits(v)
	}
	return n
}

// penalty says how hard a picture is to read, as ISO/IEC 18004, 7.8.3 reckons:
// long bars, blocks, what looks like a corner, too dark or too light.
func (s *squares) penalty() (sum int) {
	dark, above, aboveSame := 0, uint64(0), uint64(0)
	for i := range s.side {
		row := s.rows[i]
		same := alike(row, row>>1, s.side-1)
		sum += s.line(row) + s.line(s.columns[i])
		sum += 3 * bits.OnesCount64(same&aboveSame&^(row^above)) // none above the first row
		dark += bits.OnesCount64(row)
		above, aboveSame = row, same
	}
	off := dark*100/(s.side*s.side) - 50
	return sum + max(off, -off)/5*10
}

// alike returns which of the first n bits of a and b are the same.
func alike(a, b uint64, n int) uint64 { return ^(a ^ b) & (1<<n - 1) }

// line returns the penalty for the bars of a row or column: 3 for one of five
// squares and 1 for each more; and 40 for what looks in it like a corner: light,
// then dark 1, light 1, dark 3, light 1, dark 1, or the other way round.
func (s *squares) line(dark uint64) (sum int) {
	same := alike(dark, dark>>1, s.side-1)
	bars := same & (same >> 1) & (same >> 2) & (same >> 3) // where five begin that are the same
	sum = bits.OnesCount64(bars) + 2*bits.OnesCount64(bars&^(bars<<1))
	const wide = 11
	light := ^dark
	light &= light >> 1
	light &= light >> 2 // where four begin
	corner := dark & (dark >> 2) & (dark >> 3) & (dark >> 4) & (dark >> 6) &^ (dark >> 1) &^ (dark >> 5)
	within := uint64(1)<<(s.side-wide+1) - 1
	before, behind := light&(corner>>4), corner&(light>>7)
	return sum + 40*(bits.OnesCount64(before&within)+bits.OnesCount64(behind&within))
}
