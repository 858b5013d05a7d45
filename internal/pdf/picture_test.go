package pdf

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"rsc.io/qr/coding"
)

// TestQRPicture: pictures of all sizes are those that come of drawing the text
// with every mask and reckoning square by square, as the standard tells it.
func TestQRPicture(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	p := newPictures()
	met := map[int]bool{}
	for n := range 235 {
		text := coding.String(strings.Repeat("x", n) + fmt.Sprint(r.IntN(1e9)))
		var got Code
		if err := p.draw(&got, text, coding.Alpha("7K3M")); err != nil {
			t.Fatal(err)
		}
		version := coding.Version((got.Side - 17) / 4)
		met[int(version)] = true
		var want []bool
		least := 0
		for mask := range coding.Mask(masks) {
			dark := drawnAlone(t, version, mask, text, coding.Alpha("7K3M"))
			if n := penalty(dark, got.Side); want == nil || n < least {
				want, least = dark, n
			}
		}
		if dark := darkOf(got.Rows, got.Side); !slices.Equal(dark, want) {
			t.Errorf("the picture of %q, version %d, is not the one that is easiest to read", text, version)
		}
	}
	for v := 2; v <= maxVersion; v++ { // the first has no room for what is drawn here
		if !met[v] {
			t.Errorf("no picture is of version %d", v)
		}
	}
}

// TestPenalty reckons pictures of noise, of bars and of what looks like a corner.
func TestPenalty(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 2000 {
		side := 21 + 4*r.IntN(11)
		s := squares{side: side}
		rare := 1 + r.IntN(9)
		shift := r.IntN(side - 10)
		for y := range side {
			for x := range side {
				if r.IntN(10) < rare || n%3 == 0 && x >= shift && x < shift+11 && 0b10111010000>>(x-shift)&1 != 0 {
					s.rows[y] |= 1 << x
					s.columns[x] |= 1 << y
				}
			}
		}
		if got, want := s.penalty(), penalty(darkOf(s.rows[:], side), side); got != want {
			t.Fatalf("penalty of\n%b\n= %d, want %d", s.rows[:side], got, want)
		}
	}
}

// darkOf returns which squares are dark, row by row.
func darkOf(rows []uint64, side int) []bool {
	dark := make([]bool, side*side)
	for i := range dark {
		dark[i] = rows[i/side]>>(i%side)&1 != 0
	}
	return dark
}

// drawnAlone draws a text with a plan of its own.
func drawnAlone(t *testing.T, v coding.Version, mask coding.Mask, text ...coding.Encoding) []bool {
	t.Helper()
	plan, err := coding.NewPlan(v, level, mask)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := plan.Encode(text...)
	if err != nil {
		t.Fatal(err)
	}
	dark := make([]bool, drawn.Size*drawn.Size)
	for i := range dark {
		dark[i] = drawn.Black(i%drawn.Size, i/drawn.Size)
	}
	return dark
}

// penalty is what squares.penalty is, square by square.
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

// row is what squares.line is.
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
