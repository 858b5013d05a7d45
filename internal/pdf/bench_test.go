package pdf

import (
	"bytes"
	"strings"
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
