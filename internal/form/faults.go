package form

import (
	"fmt"
	"math"
	"regexp"
	"slices"
)

var (
	kinds   = []Kind{Text, Lines, Long, Date, CPR, CVR, Phone, Tick, Hours, Percent, Choice}
	fillers = []Filler{Employee, Company, Jobcenter, System}
	steps   = []string{"", "employee", "company", "job", "consent", "sign", "receive", "assessment", "issue", "start"}
	places  = []LabelAt{Above, Right, Outside}
	aligns  = []string{"", "center", "right"}

	fieldPattern = regexp.MustCompile(`^[a-z][a-zA-Z]*(\.[a-z][a-zA-Z]*)+$`)
)

// faults returns what would make a page, a check or the PDF go wrong.
func (d *Definition) faults() (faults []error) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if d.Code == "" || d.Publisher == "" || d.Title == "" || len(d.Pages) == 0 {
		fault("code, publisher, title or pages are missing")
	}
	seen := map[string]bool{}
	for i := range d.Fields {
		f := &d.Fields[i]
		if seen[f.ID] {
			fault("field %s: twice", f.ID)
		}
		seen[f.ID] = true
		for _, text := range d.fieldFaults(f) {
			fault("field %s: %s", f.ID, text)
		}
	}
	for i := range d.Pages {
		p := &d.Pages[i]
		if p.Number != i+1 || p.Sheet < 1 || p.Sheet > 2 || p.Title == "" {
			fault("page %d in place %d: number, sheet or title", p.Number, i+1)
		}
		for j := range p.Items {
			for _, text := range d.itemFaults(&p.Items[j]) {
				fault("page %d, item %d (%s): %s", p.Number, j+1, p.Items[j].name(), text)
			}
		}
	}
	for j := range d.Footer {
		for _, text := range d.itemFaults(&d.Footer[j]) {
			fault("footer %d: %s", j+1, text)
		}
	}
	return faults
}

func (d *Definition) fieldFaults(f *Field) (faults []string) {
	fault := func(wrong bool, text string) {
		if wrong {
			faults = append(faults, text)
		}
	}
	fault(!fieldPattern.MatchString(f.ID), "an id is like employee.name")
	fault(f.Label == "", "no label")
	fault(!slices.Contains(kinds, f.Kind), "unknown kind "+string(f.Kind))
	fault(len(f.By) == 0, "by nobody")
	for _, by := range f.By {
		fault(!slices.Contains(fillers, by), "unknown by "+string(by))
	}
	fault(!slices.Contains(steps, f.Step), "unknown step "+f.Step)
	fault(f.Step == "" && f.Default != "", "a default that nobody is shown")
	fault(f.Required && f.Missing == "", "required, and no text for when it is missing")
	if f.Unless != "" {
		tick, ok := d.Field(f.Unless)
		fault(!ok || tick.Kind != Tick, "unless is not the id of a tick")
	}
	fault(f.Source != "" && f.Source != "municipalities", "unknown source "+f.Source)
	fault((f.Kind == Choice) != (len(f.Options) > 0), "options and kind choice go together")
	for i, o := range f.Options {
		fault(o.Value == "" || o.Label == "", "an option without value or label")
		fault(slices.ContainsFunc(f.Options[:i], func(p Option) bool { return p.Value == o.Value }), "option "+o.Value+" twice")
	}
	fault(f.Kind == Tick && f.Default != "" && f.Default != "ja" && f.Default != "nej", "default of a tick")
	for i, sheet := range f.Sheets {
		fault(sheet < 1 || sheet > 2 || slices.Contains(f.Sheets[:i], sheet), "sheets")
	}
	for sheet := 1; sheet <= 2; sheet++ {
		want := 0
		if slices.Contains(f.Sheets, sheet) {
			want = 1
		}
		n := d.entries(f.ID, sheet)
		fault(n != want, fmt.Sprintf("%d boxes on sheet %d, want %d", n, sheet, want))
	}
	return faults
}

// entries returns how many boxes the field has on the sheet.
func (d *Definition) entries(id string, sheet int) (n int) {
	for _, p := range d.Pages {
		for _, it := range p.Items {
			if p.Sheet == sheet && it.Kind == Entry && it.Field == id {
				n++
			}
		}
	}
	return n
}

func (d *Definition) itemFaults(it *Item) (faults []string) {
	fault := func(wrong bool, text string) {
		if wrong {
			faults = append(faults, text)
		}
	}
	b := it.Box
	for _, v := range []float64{b.X, b.Y, b.W, b.H, it.Size} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return []string{"a number that is none"}
		}
	}
	fault(b.W <= 0 || b.H <= 0 && it.Kind != Line || b.H < 0, "a box of nothing")
	fault(b.X < 0 || b.Y < 0 || b.X+b.W > PageWidth || b.Y+b.H > PageHeight, "not on the page")
	fault(!slices.Contains(aligns, it.Align), "unknown align "+it.Align)
	fault(it.After != "", "after, in an edition that extends none")
	texts := it.Kind == Heading || it.Kind == Paragraph || it.Kind == Bullet || it.Kind == Bar || it.Kind == Label
	fault(texts != (it.Text != ""), "text")
	fault((it.Kind == Heading) != (it.Level >= 1 && it.Level <= 3), "level")
	fault((it.Kind == Flow) != (it.File != "" && it.Columns > 0), "file or columns")
	_, known := d.Field(it.Field)
	fault((it.Kind == Entry) != known, "field "+it.Field)
	fault((it.Kind == Entry) != slices.Contains(places, it.LabelAt), "place of the label")
	fault((it.Kind == Line || it.Kind == Frame) != (it.Size == 0), "size, or an unknown kind")
	if it.Kind == Entry {
		v := it.ValueBox()
		fault(v.W <= 0 || v.H <= 0, "no room for a value")
	}
	return faults
}

// name returns what a message calls the item.
func (it *Item) name() string {
	switch {
	case it.Field != "":
		return it.Field
	case it.File != "":
		return it.File
	}
	return fmt.Sprintf("%s %.24q", it.Kind, it.Text)
}
