package casework_test

import (
	"bytes"
	"strings"
	"testing"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/read/readtest"
	"ab325/internal/problem"
)

// files counts the files that are kept.
func (o *office) files() (n int) {
	o.t.Helper()
	for _, err := range o.store.Files.All() {
		o.must(err)
		n++
	}
	return n
}

// What acts by itself is not kept for others to open, and who may not attach
// is told so before the file is opened.
func TestAttachmentsAreInspected(t *testing.T) {
	o := open(t)
	employee, company, id := o.parties()
	acts := bytes.Replace(readtest.Page("job"), []byte("/Catalog"), []byte("/Catalog /OpenAction <</S /JavaScript /JS (1)>>"), 1)
	err := o.Attach(t.Context(), employee, id, "job.pdf", acts)
	want(t, "a file with a script", err, problem.Invalid)
	if p, _ := problem.As(err); len(p.Fields) != 1 || p.Fields[0].ID != "attachment" || !strings.Contains(p.Fields[0].Text, "JavaScript") {
		t.Errorf("the fault is %+v, want it at the input", p)
	}
	o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.Withdraw{}))
	want(t, "a file when it is too late", o.Attach(t.Context(), company, id, "job.pdf", acts), problem.NotNow)
	if got := o.files(); got != 0 {
		t.Errorf("%d files are kept, want none", got)
	}
}

// A file that is refused leaves nothing on the disk, and a case does not hold
// files without end, removed ones included.
func TestAttachmentsAreBounded(t *testing.T) {
	o := open(t)
	employee, _, id := o.parties()
	attach := func() error { return o.Attach(t.Context(), employee, id, "job.pdf", readtest.Page("job")) }
	for range 5 {
		o.must(attach())
	}
	want(t, "a sixth file", attach(), problem.Invalid)
	if got := o.files(); got != 5 {
		t.Errorf("%d files are kept, want 5", got)
	}
	for range 100 {
		v, err := o.Look(t.Context(), employee, id)
		o.must(err)
		o.must(o.Do(t.Context(), employee, id, casework.Any, flexjob.Detach{ID: v.Case.Attached()[0].ID}))
		if err := attach(); err != nil {
			want(t, "a file after many", err, problem.Invalid)
			if got := o.files(); got != 25 {
				t.Errorf("%d files are kept, want 25", got)
			}
			return
		}
	}
	t.Error("100 files were attached to one case")
}
