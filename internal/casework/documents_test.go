package casework_test

import (
	"bytes"
	"testing"
	"time"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/pdf/read/readtest"
	"ab325/internal/problem"
)

// A file that was changed on the disk is never shown as what was signed.
func TestForgedFile(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	for file, err := range o.store.Files.All() {
		o.must(err)
		o.must(o.store.Files.Remove(file))
		o.must(o.store.Files.Write(t.Context(), file, []byte("%PDF-1.7 forged")))
	}
	f, err := o.Fetch(t.Context(), employee, id, "blad1-1")
	if err == nil || problem.Of(err) != "" || f.Bytes != nil {
		t.Errorf("Fetch of a forged file = %.20q, %v, want nothing and a fault", f.Bytes, err)
	}
}

// A document is whole for who fetches it, and on the disk without what all of
// its kind begin with.
func TestDocumentOnTheDisk(t *testing.T) {
	o := open(t)
	employee, _, id := o.sent()
	f, err := o.Fetch(t.Context(), employee, id, "blad1-1")
	o.must(err)
	for file, err := range o.store.Files.All() {
		o.must(err)
		sealed, err := o.store.Files.Read(file)
		o.must(err)
		if 3*len(sealed) > len(f.Bytes) {
			t.Errorf("a document of %d bytes takes %d of the disk, want a third at most", len(f.Bytes), len(sealed))
		}
	}
}

// The company's copy of what was signed names the files of that day, not those
// that came with a later correction.
func TestSignedCopyStaysTheSame(t *testing.T) {
	o := open(t)
	_, company, id := o.sent()
	fetch := func() []byte {
		f, err := o.Fetch(t.Context(), company, id, "blad1-1")
		o.must(err)
		return f.Bytes
	}
	before := fetch()
	o.now = o.now.Add(time.Second)
	o.must(o.Do(t.Context(), o.caseworker, id, casework.Any, flexjob.ReturnBlad1{Reason: "Der mangler et bilag."}))
	o.must(o.Attach(t.Context(), company, id, "job.pdf", readtest.Page("later")))
	if !bytes.Equal(fetch(), before) {
		t.Error("the copy of what was signed changed with a file that was attached later")
	}
}
