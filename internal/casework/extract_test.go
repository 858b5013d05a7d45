package casework_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/audit"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// The employee is told when, what, why, and which unit, of each who looked at
// the case or changed it, and of no other case; nobody else is.
func TestRuleR27WhoHasLooked(t *testing.T) {
	o := open(t)
	employee, company, id := o.sent()
	o.sent() // another case
	_, err := o.Open(t.Context(), o.caseworker, id)
	o.must(err)
	o.now = o.now.Add(time.Hour)
	_, err = o.Open(t.Context(), company, id)
	o.must(err)

	x, err := o.Extract(t.Context(), employee, id, audit.ID{}, 0)
	o.must(err)
	want := []casework.ExtractLine{
		{At: o.now, Side: flexjob.Employee, Action: "read-own-log", Purpose: "AB325", Result: "ok"},
		{At: o.now, Side: flexjob.Company, Action: "open", Purpose: "AB325", Result: "ok"},
		{At: o.now.Add(-time.Hour), Side: flexjob.Jobcenter, Unit: "Ærø Kommune", Action: "open", Purpose: "AB325", Result: "ok"},
	}
	if diff := cmp.Diff(want, x.Lines[:3]); diff != "" {
		t.Errorf("the extract (-want +got):\n%s", diff)
	}
	if got, want := len(x.Lines), len(o.log(id)); got != want {
		t.Errorf("%d lines, want all %d of the case", got, want)
	}
	if first := x.Lines[len(x.Lines)-1]; first.Action != "start" || x.Number == "" {
		t.Errorf("the extract of %q begins with %q, want start", x.Number, first.Action)
	}
	for name, who := range map[string]error{
		"the company": errorOf(o.Extract(t.Context(), company, id, audit.ID{}, 0)), "a caseworker": errorOf(o.Extract(t.Context(), o.caseworker, id, audit.ID{}, 0)),
	} {
		if problem.Of(who) != problem.Forbidden {
			t.Errorf("%s gets the extract: %v, want a Forbidden problem", name, who)
		}
	}
}

func errorOf(_ casework.Extract, err error) error { return err }

// Page by page it is the same lines, and each page that was read is in the log,
// also to whoever asks for the middle of it alone.
func TestExtractPages(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	all, err := o.Extract(t.Context(), employee, id, audit.ID{}, 0)
	o.must(err)
	first, err := o.Extract(t.Context(), employee, id, audit.ID{}, 3)
	o.must(err)
	lines := first.Lines[1:] // the second look stands first
	pages := 1
	for x := first; !x.Next.IsZero(); pages++ {
		x, err = o.Extract(t.Context(), employee, id, x.Next, 3)
		o.must(err)
		if len(x.Lines) > 3 {
			t.Fatalf("%d lines on a page of 3", len(x.Lines))
		}
		lines = append(lines, x.Lines...)
	}
	if diff := cmp.Diff(all.Lines, lines); diff != "" {
		t.Errorf("in pages (-all +pages):\n%s", diff)
	}
	looks := 0
	for _, line := range o.log(id) {
		if strings.HasPrefix(line, "read-own-log") {
			looks++
		}
	}
	if looks != 1+pages {
		t.Errorf("%d lines in the log, want one for all and one for each of %d pages", looks, pages)
	}
}
