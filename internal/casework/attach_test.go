package casework_test

import (
	"testing"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
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

// A file that is refused leaves nothing on the disk, and a case does not hold
// files without end, removed ones included.
func TestAttachmentsAreBounded(t *testing.T) {
	o := open(t)
	employee, _, id := o.parties()
	attach := func() error { return o.Attach(t.Context(), employee, id, "job.pdf", []byte("%PDF-1.7 job")) }
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
