package layout_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ab325/internal/form"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/pdftest"
)

// input returns values for the ids.
func input(p *layout.Plan, values map[string]string) layout.Input {
	in := layout.Input{Values: make([]string, len(p.Def.Fields))}
	for i := range p.Def.Fields {
		in.Values[i] = values[p.Def.Fields[i].ID]
	}
	return in
}

// TestLay holds a document with a bilag to a list that a person can read.
func TestLay(t *testing.T) {
	p := plan(t)
	in := input(p, map[string]string{
		"employee.name":               "Åse Kjærgård",
		"employee.cpr":                "610170-0559",
		"company.contactPerson":       strings.Repeat("Søren Ørsted Ågård ", 7) + "S.",
		"company.phone":               strings.Repeat("12 34 56 78 eller ", 5) + "9",
		"job.inAttachment":            "ja",
		"job.description":             "Bager brød.\n\nGør rent.",
		"assessment.hoursPerWeek":     "12,5",
		"assessment.justification":    strings.TrimSpace(strings.Repeat("Pauser efter behov. ", 60)),
		"assessment.recipient":        "Åse Kjærgård\nVestergade 11\n5970 Ærøskøbing",
		"assessment.signature.name":   "Mette Håkansson",
		"assessment.reference":        "2026-000123",
		"assessment.sendToEmployee":   "ja",
		"assessment.sendToCompany":    "nej",
		"consent.agreementToUnion":    "ja",
		"employee.addressProtected":   "ja",
		"assessment.specialNeeds":     strings.Repeat("a", 700),
		"assessment.material":         "Står ikke på blanketten.",
		"jobcenter.phoneOrEmail":      "jobcenter@eksempel.test",
		"jobcenter.contactPerson":     "Mette Håkansson",
		"assessment.signature.date":   "27.11.2026",
		"assessment.intensityPercent": "60",
	})
	in.Reference, in.Notes = "2026-000123", "Erstatter vurdering af 18.11.2026"
	var d layout.Document
	p.Lay(&d, &in)
	pdftest.Golden(t, "testdata/document.txt", list(p, &d))
}

func list(p *layout.Plan, d *layout.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d pages\n", d.Total)
	runs := func(r layout.Range) {
		for _, run := range d.Runs[r.From:r.To] {
			fmt.Fprintf(&b, "    %s\n", text(run))
		}
	}
	for i, placed := range d.Placed {
		if placed.State != layout.Empty {
			fmt.Fprintf(&b, "page %d, %s: %s\n", p.Slots[i].Page+1, p.Slots[i].Label, []string{"", "written", "ticked", "not ticked"}[placed.State])
			runs(placed.Range)
			runs(placed.Next)
		}
	}
	for i, page := range d.Bilag {
		fmt.Fprintf(&b, "bilag, page %d, marks %d to %d\n", page.Number, page.Marks.From, page.Marks.To)
		runs(page.Head)
		for _, e := range d.Elems {
			for m := e.Marks.From; m < e.Marks.To; m++ {
				if d.Marks[m].Page == i {
					fmt.Fprintf(&b, "  %s, mark %d\n", e.Role, m)
					runs(d.Marks[m].Range)
				}
			}
		}
		runs(page.Foot)
	}
	for _, feet := range d.Feet {
		runs(feet)
	}
	return b.String()
}

// TestValuesStayWhole lays out random values and holds each to what the form
// promises: all of it in its box or in the bilag, never below 8 points, never
// outside its box, references right.
func TestValuesStayWhole(t *testing.T) {
	p := plan(t)
	rnd := rand.New(rand.NewPCG(3, 25))
	var d layout.Document
	for range 300 {
		in := layout.Input{Sheet: layout.Sheet(rnd.IntN(3)), Values: make([]string, len(p.Def.Fields)), Reference: randomText(rnd, 20, false)}
		for i := range p.Def.Fields {
			if f := &p.Def.Fields[i]; f.Kind != form.Tick && rnd.IntN(3) > 0 {
				in.Values[i] = randomText(rnd, []int{5, 40, f.Max()}[rnd.IntN(3)], f.Kind == form.Long || f.Kind == form.Lines)
			}
		}
		in.Notes = randomText(rnd, rnd.IntN(400), true)
		p.Lay(&d, &in)
		if err := check(p, &d, &in); err != nil {
			t.Fatalf("%v\n%s", err, list(p, &d))
		}
	}
}

func randomText(rnd *rand.Rand, most int, lines bool) string {
	letters := []rune("eeeeeennnnaaaiiiWMÅæøåéŁşб -/.,()5x\u0301\u0327")
	n := rnd.IntN(most + 1)
	var b strings.Builder
	for range n {
		switch k := rnd.IntN(60); {
		case k < 8:
			b.WriteByte(' ')
		case k == 8 && lines:
			b.WriteByte('\n')
		default:
			b.WriteRune(letters[rnd.IntN(len(letters))])
		}
	}
	return strings.TrimSpace(b.String())
}

func check(p *layout.Plan, d *layout.Document, in *layout.Input) error {
	bilag := map[int][]string{} // paragraphs by the number of the page where they begin
	for _, e := range d.Elems {
		if e.Role == layout.P {
			page := d.Bilag[d.Marks[e.Marks.From].Page].Number
			whole := ""
			for m := e.Marks.From; m < e.Marks.To; m++ {
				whole += joined(d.Runs[d.Marks[m].From:d.Marks[m].To])
			}
			bilag[page] = append(bilag[page], whole)
		}
	}
	for i, placed := range d.Placed {
		s := &p.Slots[i]
		value := ""
		switch s.Field {
		case layout.NotesField:
			value = in.Notes
		case layout.CodeField: // this one has none
		default:
			value = in.Values[s.Field]
		}
		if !in.Sheet.Has(p.Pages[s.Page].Sheet) {
			value = ""
		}
		if err := inside(p, d, s, placed); err != nil {
			return err
		}
		if (placed.State == layout.Written) != (value != "" && !s.Tick) {
			return fmt.Errorf("%s: state %d with %q", s.Label, placed.State, value)
		}
		here := joined(d.Runs[placed.From:placed.To])
		if placed.Next == (layout.Range{}) {
			if here != value && !s.Tick {
				return fmt.Errorf("%s: %q printed, want %q", s.Label, here, value)
			}
			continue
		}
		if !strings.HasPrefix(value, strings.TrimSuffix(here, "\n")) {
			return fmt.Errorf("%s: begins %q, want %q", s.Label, here, value)
		}
		words := joined(d.Runs[placed.Next.From:placed.Next.To])
		var page int
		if _, err := fmt.Sscanf(words[strings.LastIndexByte(words, ' ')+1:], "%d)", &page); err != nil {
			return fmt.Errorf("%s: notice %q", s.Label, words)
		}
		if !slices.Contains(bilag[page], value) {
			return fmt.Errorf("%s: %.300q… is not whole on page %d", s.Label, value, page)
		}
	}
	for i, page := range d.Bilag {
		if page.Number != len(p.Pages)+1+i {
			return fmt.Errorf("page %d of the bilag has the number %d", i, page.Number)
		}
	}
	if d.Total != len(p.Pages)+len(d.Bilag) {
		return fmt.Errorf("%d pages in all, %d of a bilag", d.Total, len(d.Bilag))
	}
	return nil
}

// joined puts the lines of a value together again.
func joined(runs []layout.Run) string {
	var b strings.Builder
	for _, run := range runs {
		b.WriteString(run.Text)
		if run.Hard {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// inside reports a line that leaves its box or is too small.
func inside(p *layout.Plan, d *layout.Document, s *layout.Slot, placed layout.Placed) error {
	for _, run := range slices.Concat(d.Runs[placed.From:placed.To], d.Runs[placed.Next.From:placed.Next.To]) {
		face := p.Fonts.Regular
		if run.Bold {
			face = p.Fonts.Bold
		}
		ink := layout.Rect{X: run.X, Y: run.Y - run.Size*layout.Ascent/1000,
			W: face.Width(strings.TrimRight(run.Text, " "), run.Size), H: run.Size * (layout.Ascent + layout.Descent) / 1000}
		if !s.Frame.Contains(ink) {
			return fmt.Errorf("%s: %q at %s leaves %s", s.Label, run.Text, rect(ink), rect(s.Frame))
		}
		if run.Size < layout.MinSize {
			return fmt.Errorf("%s: %q in %s points", s.Label, run.Text, unit(run.Size))
		}
	}
	return nil
}

// TestBilagOfThousandsOfLines holds a long bilag to the room of its pages.
func TestBilagOfThousandsOfLines(t *testing.T) {
	p := plan(t)
	in := input(p, map[string]string{"job.description": strings.Repeat("a\n", 9999) + "b", "assessment.justification": strings.Repeat("ord ", 4999) + "slut"})
	in.Reference = strings.Repeat("R", 139)
	var d layout.Document
	p.Lay(&d, &in)
	if err := check(p, &d, &in); err != nil {
		t.Error(err)
	}
	if len(d.Bilag) < 10000/70 {
		t.Errorf("%d pages for 10 000 lines", len(d.Bilag))
	}
	for _, page := range d.Bilag {
		last := layout.Unit(0)
		for m := page.Marks.From; m < page.Marks.To; m++ {
			for _, run := range d.Runs[d.Marks[m].From:d.Marks[m].To] {
				if run.Y <= last || run.Y > layout.MM(282) {
					t.Fatalf("page %d: %q at %s, the line above at %s", page.Number, run.Text, unit(run.Y), unit(last))
				}
				last = run.Y
			}
		}
	}
}

// Every page of a bilag bears the whole reference, however long it is.
func TestBilagBearsTheReference(t *testing.T) {
	p := plan(t)
	for _, reference := range []string{"2026-000123", strings.Repeat("W", 140), strings.Repeat("sag 12 ", 20)} {
		in := input(p, map[string]string{"job.description": strings.Repeat("Linje\n", 300)})
		in.Reference = strings.TrimSpace(reference)
		var d layout.Document
		p.Lay(&d, &in)
		if len(d.Bilag) < 2 {
			t.Fatalf("%d pages of bilag, want some", len(d.Bilag))
		}
		for _, page := range d.Bilag[1:] {
			head := joined(d.Runs[page.Head.From:page.Head.To])
			if !strings.Contains(head, in.Reference) {
				t.Errorf("page %d is headed %q, want all of %q in it", page.Number, head, in.Reference)
			}
		}
	}
}
