package seal_test

import (
	"testing"

	"ab325/internal/pdf/seal"
)

// TestLast finds the seal that tells most.
func TestLast(t *testing.T) {
	for _, test := range []struct {
		trust []seal.Trust
		want  int
	}{
		{nil, -1},
		{[]seal.Trust{seal.Unknown}, 0},
		{[]seal.Trust{seal.Unknown, seal.Revoked}, 1},
		{[]seal.Trust{seal.Trusted, seal.Unknown}, 0},
		{[]seal.Trust{seal.Unknown, seal.Trusted}, 1},
		{[]seal.Trust{seal.Trusted, seal.Trusted}, 1},
		{[]seal.Trust{seal.Trusted, seal.Outdated, seal.Trusted, seal.Unknown}, 2},
	} {
		r := &seal.Report{}
		for _, trust := range test.trust {
			r.Seals = append(r.Seals, seal.Seal{Trust: trust})
		}
		got, ok := r.Last()
		if ok != (test.want >= 0) || ok && got != &r.Seals[test.want] {
			t.Errorf("of %q it is %+v, %v, want number %d", test.trust, got, ok, test.want)
		}
	}
}

// TestAt says when a seal was made, and whether somebody known proves it.
func TestAt(t *testing.T) {
	before := noon.AddDate(0, 0, -1)
	for _, test := range []struct {
		title  string
		seal   seal.Seal
		stamp  bool
		proven bool
	}{
		{"its own word", seal.Seal{Claimed: before}, false, false},
		{"a stranger's", seal.Seal{Claimed: before, Stamp: &seal.Stamp{At: noon, Trust: seal.Unknown}}, true, false},
		{"one whose certificate was taken back", seal.Seal{Claimed: before, Stamp: &seal.Stamp{At: noon, Trust: seal.Revoked}}, true, false},
		{"one that is known", seal.Seal{Claimed: before, Stamp: &seal.Stamp{At: noon, Trust: seal.Trusted}}, true, true},
	} {
		if got := test.seal.At(); got.Equal(noon) != test.stamp || got.Equal(before) == test.stamp || test.seal.Proven() != test.proven {
			t.Errorf("%s: At = %v, Proven = %v", test.title, got, test.seal.Proven())
		}
	}
}
