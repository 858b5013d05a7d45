package pdf

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"ab325/fonts"
	"ab325/internal/form"
	"ab325/internal/pdf/layout"
)

// BenchmarkRecord makes the whole form, and draws the same pages with fpdf
// now and then: x-fpdf is how many times longer that takes, in the same run.
func BenchmarkRecord(b *testing.B) {
	values := example()
	values["job.description"] = values["job.description"][:200]
	long := example()
	long["job.description"] = strings.Repeat(long["job.description"]+"\n", 12)
	for _, test := range []struct {
		name   string
		record *Record
	}{
		{"five pages", &Record{Values: values, Reference: exampleReference}},
		{"with bilag", &Record{Values: long, Reference: exampleReference}},
		{"Blad 2", &Record{Sheet: Blad2, Values: values, Reference: exampleReference}},
		{"wide font", &Record{Values: form.Values{"employee.name": "Δημήτρης Παπαδόπουλος"}}},
	} {
		b.Run(test.name, func(b *testing.B) {
			e := engine(b)
			dst := render(b, test.record)
			b.SetBytes(int64(len(dst)))
			b.ReportAllocs()
			var record, draw time.Duration
			drawn := 0
			for n := 0; b.Loop(); n++ {
				from := time.Now()
				var err error
				if dst, err = e.Append(dst[:0], test.record); err != nil {
					b.Fatal(err)
				}
				record += time.Since(from)
				if n%2000 == 0 {
					b.StopTimer()
					from = time.Now()
					fullDraw(b, e, test.record)
					draw += time.Since(from)
					drawn++
					b.StartTimer()
				}
			}
			each := record.Seconds() / float64(b.N)
			b.ReportMetric(draw.Seconds()/float64(drawn)/each, "x-fpdf")
		})
	}
}

// least keeps the shortest of some times: on a machine that others use too,
// longer ones tell of these.
type least struct{ d time.Duration }

func (l *least) add(d time.Duration) {
	if l.d == 0 || d < l.d {
		l.d = d
	}
}

func (l *least) seconds() float64 { return l.d.Seconds() }

// BenchmarkFile writes the record to a file in memory: x-bytes is how many
// times longer making and writing takes than writing the same bytes, and
// x-make how many times longer making alone does.
func BenchmarkFile(b *testing.B) {
	dir := "/dev/shm"
	if _, err := os.Stat(dir); err != nil {
		b.Skip("no file system in memory at /dev/shm")
	}
	dir, err := os.MkdirTemp(dir, "ab325")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	r, path := fivePages(), filepath.Join(dir, "record.pdf")
	dst := render(b, r)
	var made, written, alone least
	for b.Loop() {
		from := time.Now()
		if dst, err = engine(b).Append(dst[:0], r); err != nil {
			b.Fatal(err)
		}
		alone.add(time.Since(from))
		if err := os.WriteFile(path, dst, 0o600); err != nil {
			b.Fatal(err)
		}
		made.add(time.Since(from))
		from = time.Now()
		if err := os.WriteFile(path, dst, 0o600); err != nil {
			b.Fatal(err)
		}
		written.add(time.Since(from))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(made.seconds()/written.seconds(), "x-bytes")
	b.ReportMetric(alone.seconds()/written.seconds(), "x-make")
}

// BenchmarkTwoCores makes records on one core and on two, in turns: x-one is
// how many times more two make. x-hash is the same of plain hashing, which
// shares nothing: what the machine had to give.
func BenchmarkTwoCores(b *testing.B) {
	if runtime.NumCPU() < 2 {
		b.Skip("one core")
	}
	r, e := fivePages(), engine(b)
	files := [2][]byte{render(b, r), render(b, r)}
	record := func(core int) {
		files[core], _ = e.Append(files[core][:0], r) // made without an error before
	}
	hash := func(core int) { sha256.Sum256(files[core][:1<<14]) }
	var one, two, hashOne, hashTwo least
	for b.Loop() {
		one.add(onCores(1, record))
		two.add(onCores(2, record))
		hashOne.add(onCores(1, hash))
		hashTwo.add(onCores(2, hash))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(one.seconds()/two.seconds(), "x-one")
	b.ReportMetric(hashOne.seconds()/hashTwo.seconds(), "x-hash")
}

// onCores does some work on one core or two and returns how long all of it
// takes.
func onCores(cores int, work func(core int)) time.Duration {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	all := func(n int) {
		var wait sync.WaitGroup
		for core := range cores {
			wait.Go(func() {
				for range n / cores {
					work(core)
				}
			})
		}
		wait.Wait()
	}
	all(20) // each core gets its memory
	from := time.Now()
	all(1000)
	return time.Since(from)
}

// fivePages is the whole form, filled, without a bilag.
func fivePages() *Record {
	values := example()
	values["job.description"] = values["job.description"][:200]
	return &Record{Values: values, Reference: exampleReference}
}

// BenchmarkCompile makes an edition ready.
func BenchmarkCompile(b *testing.B) {
	def := engine(b).def
	for b.Loop() {
		if _, err := Compile(def); err != nil {
			b.Fatal(err)
		}
	}
}

// fullDraw draws what the record's pages show, untagged, as programs do that
// draw each document anew.
func fullDraw(b *testing.B, e *Engine, r *Record) {
	var s scratch
	s.values = make([]string, len(e.def.Fields))
	e.input(&s, r)
	e.plan.Lay(&s.doc, &s.in)
	f := fpdf.New("P", "pt", "A4", "")
	f.SetAutoPageBreak(false, 0)
	f.AddUTF8FontFromBytes("lib", "", fonts.Regular())
	f.AddUTF8FontFromBytes("lib", "B", fonts.Bold())
	set := func(runs []layout.Run) {
		for _, run := range runs {
			f.SetFont("lib", map[bool]string{true: "B"}[run.Bold], float64(run.Size)/100)
			f.Text(float64(run.X)/100, float64(run.Y)/100, run.Text)
		}
	}
	f.SetFillColor(222, 230, 238)
	for p := range e.plan.Pages {
		page := &e.plan.Pages[p]
		if !r.Sheet.Has(page.Sheet) {
			continue
		}
		f.AddPage()
		for _, shape := range page.Shapes {
			f.Rect(float64(shape.X)/100, float64(shape.Y)/100, float64(shape.W)/100, float64(shape.H)/100, map[bool]string{true: "F", false: "D"}[shape.Filled])
		}
		for _, mark := range page.Marks {
			set(mark.Runs)
		}
		set(page.Footer)
		for i, placed := range s.doc.Placed {
			if e.plan.Slots[i].Page == p && placed.State == layout.Written {
				set(s.doc.Runs[placed.From:max(placed.To, placed.Next.To)])
			}
		}
		set(s.doc.Runs[s.doc.Feet[p].From:s.doc.Feet[p].To])
	}
	for _, page := range s.doc.Bilag {
		f.AddPage()
		set(s.doc.Runs[page.Head.From:page.Head.To])
		for m := page.Marks.From; m < page.Marks.To; m++ {
			set(s.doc.Runs[s.doc.Marks[m].From:s.doc.Marks[m].To])
		}
		set(s.doc.Runs[page.Foot.From:page.Foot.To])
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		b.Fatal(err)
	}
}
