package pdftest

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf"
)

// good is a document that fulfils every condition.
var good = sync.OnceValues(func() ([]byte, error) {
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		return nil, err
	}
	engine, err := pdf.Compile(def)
	if err != nil {
		return nil, err
	}
	return engine.Append(nil, &pdf.Record{Sheet: pdf.Blad2, Values: form.Values{
		"employee.name": "Åse Bjørn", "job.inAttachment": "ja", "job.description": strings.Repeat("Lang tekst. ", 400),
	}})
})

func goodFile(t testing.TB) []byte {
	t.Helper()
	b, err := good()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGood(t *testing.T) {
	f, err := Read(goodFile(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range f.Faults(Options{Flat: true}) {
		t.Error(fault)
	}
}

// found are the conditions that the reader finds on its way.
var found = []string{"UA 01-003", "UA 01-004", "UA 01-005", "UA 02-001", "UA 02-003", "UA 02-004", "UA 30-001", "UA 30-002", "content", "structure", "page tree", "PDF/A 6.1.10", "PDF/A 6.2.2", "PDF/A 6.7.3", "names", "flat"}

// TestEachCondition breaks a good file in one way after another: each must be
// found, and must not be found before. Every condition is broken.
func TestEachCondition(t *testing.T) {
	from, err := Read(goodFile(t))
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string]bool{}
	for _, test := range breakages {
		broken[test.id] = true
		t.Run(test.id, func(t *testing.T) {
			f := from.copied()
			f.analyse()
			if test.base != nil {
				test.base(f)
				f.analyse()
			}
			if has(f.Faults(Options{Flat: test.flat}), test.id) {
				t.Fatalf("is found in a file that fulfils it: %v", f.faults)
			}
			test.broken(f)
			f.analyse()
			if !has(f.Faults(Options{Flat: test.flat}), test.id) {
				t.Errorf("is not found: %v", f.faults)
			}
		})
	}
	for _, c := range conditions {
		if !broken[c.id] {
			t.Errorf("%s (%s) is not tested", c.id, c.what)
		}
	}
	for _, id := range found {
		if !broken[id] {
			t.Errorf("%s is not tested", id)
		}
	}
}

// TestRules holds the conditions to the list of all that others can check: each
// must be one that is broken above, or that no file can be read with.
func TestRules(t *testing.T) {
	list, err := os.ReadFile("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	broken, named := map[string]bool{"unreadable": true}, map[string]bool{}
	for _, b := range breakages {
		broken[b.id] = true
	}
	for line := range strings.Lines(string(list)) {
		rule, ours, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		if named[rule] = true; !broken[ours] {
			t.Errorf("%s is said to be %s, which is not tested", rule, ours)
		}
	}
	if want := 87 + 25 + 153; len(named) != want {
		t.Errorf("%d rules, want %d", len(named), want)
	}
}

// TestUnreadable shows that what the reader refuses is refused.
func TestUnreadable(t *testing.T) {
	good := goodFile(t)
	for _, change := range [][2]string{{"<</Type/Catalog", "<4></Type/Catal"}, {"<</Type/Catalog", "<4g></Type/Cata"}, {"/Length 1", "/Length 9"}, {"startxref", "startxre "}} {
		if _, err := Read(bytes.Replace(good, []byte(change[0]), []byte(change[1]), 1)); err == nil {
			t.Errorf("a file with %q for %q is read", change[1], change[0])
		}
	}
}

func has(faults []Fault, id string) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool { return f.Condition == id })
}

// A breakage makes a file break a condition. base prepares what a good file
// has none of, such as a table.
type breakage struct {
	id     string
	flat   bool
	base   func(f *File)
	broken func(f *File)
}
