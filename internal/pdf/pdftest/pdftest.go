// Package pdftest judges PDF files in tests: every document of the program
// goes through [Check].
//
// It has a reader of its own, so that no document is seen only through the
// code that wrote it, and holds each file to the conditions of PDF/A-2a and
// PDF/UA-1 that a machine can check, and to what other programs say of it.
// [Transcript] and [Pictures] make golden files that a person can find right.
package pdftest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Options say what is asked of a file beside what is asked of all.
type Options struct {
	// Flat files can be signed with MitID: no forms, no annotations, and every
	// name in our own list, which is within the signing service's.
	Flat bool

	// Foreign files were written anew by a program of others, which may pack
	// objects into streams. PDFBox's preflight, which knows PDF/A-1 only, is
	// asked only of files that do not.
	Foreign bool
}

// A Fault is a condition that a file does not fulfil.
type Fault struct {
	Condition string // "UA 01-005" of the Matterhorn protocol, "PDF/A 6.1.3" of ISO 19005-2, or a word
	Text      string
}

func (f Fault) String() string { return f.Condition + ": " + f.Text }

func (f *File) fault(condition, format string, args ...any) {
	f.faults = append(f.faults, Fault{condition, fmt.Sprintf(format, args...)})
}

// Read reads a file's objects, pages and structure. An error means that it is
// no PDF file that can be read; other faults are found by [File.Faults].
func Read(file []byte) (*File, error) {
	f, err := parse(file)
	if err != nil {
		return nil, err
	}
	f.analyse()
	return f, nil
}

// analyse reads pages and structure from the objects.
func (f *File) analyse() {
	f.Pages, f.Tree, f.faults, f.fonts = nil, nil, nil, map[string]*Font{}
	f.readPages()
	f.readTree()
	f.read = f.faults
}

// Open reads a file and fails the test if it cannot, or if its pages and
// structure do not hold together.
func Open(t testing.TB, file []byte) *File {
	t.Helper()
	f, err := Read(file)
	if err != nil {
		t.Fatalf("read the file: %v", err)
	}
	report(t, f.read)
	return f
}

// Faults returns the conditions that the file does not fulfil.
func (f *File) Faults(o Options) []Fault {
	f.faults = slices.Clone(f.read)
	for _, c := range conditions {
		c.check(f, func(format string, args ...any) { f.fault(c.id, format, args...) })
	}
	if o.Flat {
		f.flat()
	}
	if !o.Foreign {
		f.own()
	}
	return f.faults
}

// Check fails the test with each condition that the file does not fulfil, and
// with what qpdf, poppler, mupdf and PDFBox find wrong in it. A file may have
// later revisions, such as a seal's; all is asked of the newest.
func Check(t testing.TB, file []byte, o Options) {
	t.Helper()
	f, err := Read(file)
	if err != nil {
		t.Fatalf("read the file: %v", err)
	}
	report(t, f.Faults(o))
	f.tools(t, o)
}

// report fails the test with the faults, the first few of each condition.
func report(t testing.TB, faults []Fault) {
	t.Helper()
	seen := map[string]int{}
	for _, fault := range faults {
		if seen[fault.Condition]++; seen[fault.Condition] <= 5 {
			t.Error(fault)
		}
	}
	for condition, n := range seen {
		if n > 5 {
			t.Errorf("%s: %d times in all", condition, n)
		}
	}
}

// roles are those of the elements that our documents are made of. What has
// rules of its own that nothing here asks, such as a table's cells, is not
// among them.
var roles = set("Document Part H1 H2 H3 P L LI Lbl LBody Span TOC TOCI Reference Link Form")

// own are the limits that we set ourselves.
func (f *File) own() {
	if f.Packed {
		f.fault("own", "objects are packed into streams, which PDF/A-1 readers do not know")
	}
	f.Tree.All(func(e *Elem) {
		if !roles[e.Role] {
			f.fault("own", "element %d is a %s, of which we make none", e.Ref, e.Role)
		}
		if strings.TrimSpace(e.Whole()) == "" && !slices.ContainsFunc(e.Kids, func(k any) bool { _, ok := k.(Ref); return ok }) && !holdsAnnotation(e) {
			f.fault("own", "element %d (%s) is empty", e.Ref, e.Role)
		}
	})
}

// holdsAnnotation reports whether an annotation is below the element.
func holdsAnnotation(e *Elem) (held bool) {
	e.All(func(e *Elem) {
		for _, k := range e.Kids {
			if _, ok := k.(Ref); ok {
				held = true
			}
		}
	})
	return held
}
