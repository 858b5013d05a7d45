package pdf

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ab325/internal/form"
	"ab325/internal/pdf/pdftest"
)

// TestBilagOfEachField gives fields alone, some together, and all, values that
// no box holds. Each is whole in the bilag, where the box says, and every page
// has its number.
func TestBilagOfEachField(t *testing.T) {
	def := engine(t).def
	var fields []int
	for i := range def.Fields {
		if f := &def.Fields[i]; f.Kind != form.Tick && len(f.Sheets) > 0 {
			fields = append(fields, i)
		}
	}
	combinations := [][]int{fields}
	for _, i := range fields {
		combinations = append(combinations, []int{i})
	}
	random := rand.New(rand.NewPCG(4, 325))
	for range 24 {
		var some []int
		for _, i := range fields {
			if random.IntN(4) == 0 {
				some = append(some, i)
			}
		}
		combinations = append(combinations, some)
	}
	for n, some := range combinations {
		r := &Record{Sheet: Sheet(n % 3), Values: form.Values{}, Reference: exampleReference}
		for _, i := range some {
			r.Values[def.Fields[i].ID] = filling(i, 200+random.IntN(400))
		}
		checkBilag(t, r, flawless(t, render(t, r)))
	}
}

// filling is a value that tells which field it is of.
func filling(field, words int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "V%d:", field)
	for i := range words {
		fmt.Fprintf(&b, " %d", i)
		if i%50 == 49 {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSpace(b.String())
}

var (
	pointer = regexp.MustCompile(`\((?:fortsættes i bilag, side |bilag, side |s\. )(\d+)\)$`)
	fieldOf = regexp.MustCompile(`^(V\d+:)?`)
	filled  = regexp.MustCompile(`^V\d+: 0`)
	footing = regexp.MustCompile(`Side (\d+) af (\d+)`)
)

// checkBilag finds each value of a record whole, on the page that its boxes
// name.
func checkBilag(t *testing.T, r *Record, f *pdftest.File) {
	t.Helper()
	numbers := map[*pdftest.Page]int{}
	last := 0
	for _, p := range f.Pages {
		m := footing.FindStringSubmatch(p.Artifacts)
		if m == nil {
			t.Fatalf("page %d has no number: %q", p.Number, p.Artifacts)
		}
		numbers[p] = number(t, m[1])
		if total := max(5, number(t, footing.FindStringSubmatch(f.Pages[len(f.Pages)-1].Artifacts)[1])); number(t, m[2]) != total || numbers[p] <= last {
			t.Errorf("page %d says %q after %d, of %d", p.Number, m[0], last, total)
		}
		last = numbers[p]
	}
	begins := map[string]int{} // the page on which a whole value begins
	var boxes []string
	f.Tree.All(func(e *pdftest.Elem) {
		text := strings.TrimSuffix(e.Own(), " ")
		if pointer.MatchString(text) {
			boxes = append(boxes, text)
		} else if filled.MatchString(text) {
			begins[text] = numbers[e.Kids[0].(*pdftest.Mark).Page]
		}
	})
	for id, value := range r.printed(engine(t).def) {
		if _, whole := begins[flat(value)]; value != "" && !whole {
			t.Errorf("%s is not whole", id)
		}
	}
	for _, box := range boxes {
		// A narrow box holds nothing but the page's number.
		field, page, right := fieldOf.FindString(box), number(t, pointer.FindStringSubmatch(box)[1]), false
		for whole, begin := range begins {
			right = right || begin == page && strings.HasPrefix(whole, field)
		}
		if !right {
			t.Errorf("%q, and the value does not begin there: %v", box, begins)
		}
	}
	if len(begins) > 0 && len(boxes) < len(begins) {
		t.Errorf("%d values in the bilag, %d boxes that point to it", len(begins), len(boxes))
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNoAllocation makes documents without a bilag in memory that is there.
func TestNoAllocation(t *testing.T) {
	short := example()
	short["job.description"] = "Kort."
	for _, r := range []*Record{
		{Values: short, Reference: exampleReference},
		{Sheet: Blad1, Values: short, Notes: []string{"Kladde"}},
		{Sheet: Blad2, Values: short},
		{Sheet: Blad2, Values: short, Code: exampleCode(t)},
		{Values: form.Values{"employee.name": "Δημήτρης Παπαδόπουλος"}},
	} {
		dst := render(t, r)
		e := engine(t)
		own := e.scratch.New().(*scratch) // not of the pool, which the race detector empties at will
		n := testing.AllocsPerRun(200, func() {
			var err error
			if dst, err = e.append(dst[:0], own, r); err != nil {
				t.Fatal(err)
			}
		})
		if n >= 1 {
			t.Errorf("sheet %d: %g allocations a document, want 0", r.Sheet, n)
		}
	}
}

// TestSumOfKinds prints a sum of every kind of document, for the test below.
func TestSumOfKinds(t *testing.T) {
	for _, k := range kinds(t) {
		t.Logf("SUM %s %x", k.name, sum(k.file))
	}
}

func sum(file []byte) [32]byte { return sha256.Sum256(file) }

// TestSameBytesElsewhere makes every kind of document in another process, on
// one core and on two.
func TestSameBytesElsewhere(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "-test.run", "^TestSumOfKinds$", "-test.v", "-test.cpu", "1,2").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var want []string
	for _, k := range kinds(t) {
		want = append(want, fmt.Sprintf("SUM %s %x", k.name, sum(k.file)))
	}
	want = append(want, want...)
	if got := regexp.MustCompile(`SUM \S+ [0-9a-f]+`).FindAllString(string(out), -1); !slices.Equal(got, want) {
		t.Errorf("another process made\n%q, this one\n%q", got, want)
	}
}
