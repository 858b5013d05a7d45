package pdf

import (
	"fmt"
	"strings"

	"rsc.io/qr/coding"

	"ab325/internal/pdf/layout"
)

// A Code is what a printed document is checked by: letters to type on a page
// of the service, and a picture that leads a camera there.
type Code = layout.Code

// NewCode returns the code of a document, checked at address: the page's URL,
// to which "/" and the code are added. It is an error if a camera could not be
// sure to read the picture of so long an address; eighty letters are fine.
func (e *Engine) NewCode(address, code string) (*Code, error) {
	_, seen, _ := strings.Cut(address, "://")
	c := &Code{Code: code}
	if _, ok := e.look(seen); !ok {
		return nil, fmt.Errorf("code of a document: no font has all of %q", seen)
	}
	if err := picture(c, coding.String(address+"/"), coding.Alpha(code)); err != nil {
		return nil, fmt.Errorf("code of a document: %w", err)
	}
	if !e.plan.Take(c, seen) {
		return nil, fmt.Errorf("code of a document: %q is too long to be printed", address)
	}
	return c, nil
}

// picture makes the QR code of a text: the smallest that can be read with 15 %
// of it lost, with the mask that is the easiest to read.
func picture(c *Code, text ...coding.Encoding) error {
	for _, part := range text {
		if err := part.Check(); err != nil {
			return err
		}
	}
	const level = coding.M
	version := coding.Version(coding.MinVersion)
	for ; bits(version, text) > version.DataBytes(level)*8; version++ {
		if version == coding.MaxVersion {
			return fmt.Errorf("%d letters are too many for a picture", bits(version, text)/8)
		}
	}
	const masks = 8
	least := 0
	for mask := range coding.Mask(masks) {
		plan, err := coding.NewPlan(version, level, mask)
		if err != nil {
			return err
		}
		drawn, err := plan.Encode(text...)
		if err != nil {
			return err
		}
		dark := make([]bool, drawn.Size*drawn.Size)
		for i := range dark {
			dark[i] = drawn.Black(i%drawn.Size, i/drawn.Size)
		}
		if p := penalty(dark, drawn.Size); c.Dark == nil || p < least {
			c.Dark, c.Side, least = dark, drawn.Size, p
		}
	}
	return nil
}

func bits(v coding.Version, text []coding.Encoding) (n int) {
	for _, part := range text {
		n += part.Bits(v)
	}
	return n
}

// penalty says how hard a picture is to read, as ISO/IEC 18004, 7.8.3 reckons:
// long bars, blocks, what looks like a corner, too dark or too light.
func penalty(dark []bool, side int) (sum int) {
	at := func(x, y int) bool { return dark[y*side+x] }
	count := 0
	for y := range side {
		sum += row(side, func(x int) bool { return at(x, y) }) + row(side, func(x int) bool { return at(y, x) })
		for x := range side {
			if at(x, y) {
				count++
			}
			if x > 0 && y > 0 && at(x, y) == at(x-1, y) && at(x, y) == at(x, y-1) && at(x, y) == at(x-1, y-1) {
				sum += 3
			}
		}
	}
	off := count*100/len(dark) - 50
	return sum + max(off, -off)/5*10
}

// row returns the penalty for the bars of a row or column, and for what looks
// in it like a corner: light, then dark 1, light 1, dark 3, light 1, dark 1.
func row(side int, at func(int) bool) (sum int) {
	const corner = 0b1011101
	run, last := 0, 0
	for i := range side {
		if i > 0 && at(i) == at(i-1) {
			run++
		} else {
			run = 1
		}
		switch {
		case run == 5:
			sum += 3
		case run > 5:
			sum++
		}
		last = last << 1 & 0x7FF
		if at(i) {
			last |= 1
		}
		if i >= 10 && (last == corner || last == corner<<4) {
			sum += 40
		}
	}
	return sum
}
