package main

import "testing"

// However many names there are, as much garbage may pile up as without them.
func TestBesideNames(t *testing.T) {
	const mib = 1 << 20
	for _, test := range []struct{ percent, names, inUse, want int }{
		{100, 0, 20 * mib, 100},
		{100, 60 * mib, 80 * mib, 25},
		{50, 60 * mib, 80 * mib, 12},
		{100, 60 * mib, 60 * mib, 6},
		{100, 4000 * mib, 4001 * mib, 1},
		{-1, 60 * mib, 80 * mib, -1},
	} {
		if got := besideNames(test.percent, test.names, test.inUse); got != test.want {
			t.Errorf("besideNames(%d, %d, %d) = %d, want %d", test.percent, test.names, test.inUse, got, test.want)
		}
	}
}
