package main

import (
	"strings"
	"testing"
	"time"
)

// Progress is a line that changes on a terminal and a few lines elsewhere;
// what is printed is never in the middle of it.
func TestMeter(t *testing.T) {
	for _, test := range []struct {
		name    string
		redraws bool
		want    string
	}{
		{"a terminal", true, "\r\x1b[Kreading: 0 of 40, 0 %" + "\r\x1b[Kreading: 20 of 40, 50 %" + "\r\x1b[Kwriting: 1" + "\r\x1b[Kdone\n"},
		{"a file", false, "reading\nreading: 30 of 40, 75 %\nreading: 40 of 40, 100 %\nwriting\nwriting: 7\ndone\n"},
	} {
		var out strings.Builder
		now := time.Unix(0, 0)
		m := meter{w: &out, redraws: test.redraws, now: func() time.Time { return now }}
		c := console{Writer: m.over(&out), step: m.show}
		for _, at := range []struct {
			after time.Duration
			progress
		}{
			{0, progress{Step: "reading", Total: 40}},
			{50 * time.Millisecond, progress{Step: "reading", Done: 10, Total: 40}},
			{110 * time.Millisecond, progress{Step: "reading", Done: 20, Total: 40}},
			{20 * time.Second, progress{Step: "reading", Done: 30, Total: 40}},
			{20001 * time.Millisecond, progress{Step: "reading", Done: 40, Total: 40}},
			{20002 * time.Millisecond, progress{Step: "writing", Done: 1}},
			{20003 * time.Millisecond, progress{Step: "writing", Done: 7}},
		} {
			now = time.Unix(0, 0).Add(at.after)
			if test.redraws && at.Done >= 30 {
				continue
			}
			c.progress(at.progress)
		}
		if _, err := c.Write([]byte("done\n")); err != nil {
			t.Fatal(err)
		}
		m.end()
		if out.String() != test.want {
			t.Errorf("%s: shown is %q, want %q", test.name, &out, test.want)
		}
	}
}

func TestProgressString(t *testing.T) {
	for _, test := range []struct {
		p    progress
		want string
	}{
		{progress{Step: "reading"}, "reading"},
		{progress{Step: "reading", Done: 7, Unit: " records"}, "reading: 7 records"},
		{progress{Step: "reading", Done: 7, Total: 9, Unit: " records"}, "reading: 7 records of 9 records, 77 %"},
		{progress{Step: "copying", Done: 500, Total: 50_000, Unit: "B"}, "copying: 500 B of 50 kB, 1 %"},
		{progress{Step: "copying", Done: 50_000_000, Total: 49_000_000, Unit: "B"}, "copying: 50 MB of 49 MB, 100 %"},
	} {
		if got := test.p.String(); got != test.want {
			t.Errorf("String of %+v = %q, want %q", test.p, got, test.want)
		}
	}
}
