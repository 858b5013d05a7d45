package flexjob

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A case with one signed Blad 1 and an issued Blad 2 in two copies.
func keptCase() *Case {
	at := func(day int) By { return By{At: time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC)} }
	return &Case{Revision: 7,
		Signatures: []Signature{{By: at(1), Document: Document{File: "a", Size: 10}}},
		Blad2s: []Blad2{
			{ID: "x", Issue: &Issue{By: at(2), Copies: []Copy{{Employee, Document{File: "b", Size: 20}}, {Company, Document{File: "c", Size: 30}}}}},
			{ID: "y"}, // a draft has none
		}}
}

func TestKept(t *testing.T) {
	var ids []string
	for _, k := range keptCase().Kept() {
		ids = append(ids, k.ID)
	}
	if diff := cmp.Diff([]string{"blad1-1", "blad2-x-employee", "blad2-x-company"}, ids); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

// Documents wait from the day on which they became valid, until each has its
// seal.
func TestUnsealed(t *testing.T) {
	c := keptCase()
	for _, test := range []struct {
		file string
		done bool
		day  int // since when others wait; 0: none does
	}{
		{"d", false, 1}, // no such document
		{"", false, 1},
		{"b", true, 1}, // not the first
		{"a", true, 2},
		{"a", false, 2}, // it has one
		{"c", true, 0},
	} {
		revision := c.Revision
		if done := c.Seal(test.file, Seal{File: "behind " + test.file, Size: 5}); done != test.done || (c.Revision > revision) != test.done {
			t.Errorf("Seal(%q) = %v at revision %d, then %d", test.file, done, revision, c.Revision)
		}
		since := c.Unsealed()
		if day := since.Day(); test.day == 0 && !since.IsZero() || test.day != 0 && day != test.day {
			t.Errorf("after Seal(%q) documents wait since %v, want day %d", test.file, since, test.day)
		}
	}
	want := &Seal{File: "behind a", Size: 5}
	if d := c.Signatures[0].Document; d.Waits() || d.Length() != 15 || !cmp.Equal(d.Seal, want) {
		t.Errorf("the document is %+v, want it with %+v", d, want)
	}
}

// A revision that only seals followed is as good as the last.
func TestSeen(t *testing.T) {
	c := keptCase()
	c.Seal("a", Seal{})
	c.Seal("b", Seal{}) // now at 9, and settled at 7
	check := func(when string, seen ...int) {
		t.Helper()
		var got []int
		for revision := -1; revision < 15; revision++ {
			if c.Seen(revision) {
				got = append(got, revision)
			}
		}
		if diff := cmp.Diff(seen, got); diff != "" {
			t.Errorf("%s: seen (-want +got):\n%s", when, diff)
		}
	}
	check("after two seals", 7, 8, 9)
	c.Advance()
	check("after somebody's change", 10)
	c.Seal("c", Seal{})
	check("after the third", 10, 11)
}
