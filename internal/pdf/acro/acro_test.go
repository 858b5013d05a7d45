package acro_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/pdf/acro"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/stock"
)

// edition is the plan of AB 325 in the faces that it is printed with.
var edition = sync.OnceValues(func() (*layout.Plan, error) {
	letters, err := stock.Read()
	if err != nil {
		return nil, err
	}
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		return nil, err
	}
	return layout.NewPlan(def, letters.Fonts)
})

func blank(t *testing.T) (*layout.Plan, *acro.Form) {
	t.Helper()
	p, err := edition()
	if err != nil {
		t.Fatal(err)
	}
	return p, acro.New(p)
}

// name returns the whole name of a node.
func name(f *acro.Form, n int) string {
	parts := []string{f.Nodes[n].Name}
	for n = f.Nodes[n].Parent; n >= 0; n = f.Nodes[n].Parent {
		parts = append([]string{f.Nodes[n].Name}, parts...)
	}
	return strings.Join(parts, ".")
}

// TestNames finds each printed field once, with a widget on each of its sheets.
func TestNames(t *testing.T) {
	p, f := blank(t)
	got, want := map[string][]int{}, map[string][]int{}
	for n := range f.Nodes {
		node := &f.Nodes[n]
		if (node.Field == nil) == (len(node.Kids) == 0) {
			t.Errorf("%s has %d kids, and is a field: %t", name(f, n), len(node.Kids), node.Field != nil)
		}
		for _, k := range node.Kids {
			if k <= n || f.Nodes[k].Parent != n {
				t.Errorf("kid %d of %d says that it is below %d", k, n, f.Nodes[k].Parent)
			}
		}
		if node.Field == nil {
			continue
		}
		for _, i := range node.Field.Widgets {
			w := &f.Widgets[i]
			if w.Node != n || p.Def.Fields[p.Slots[w.Slot].Field].ID != name(f, n) {
				t.Errorf("widget %d of %s stands in the place of %s", i, name(f, n), p.Slots[w.Slot].Label)
			}
			got[name(f, n)] = append(got[name(f, n)], p.Pages[p.Slots[w.Slot].Page].Sheet)
		}
	}
	for i := range p.Def.Fields {
		if field := &p.Def.Fields[i]; len(field.Sheets) > 0 {
			want[field.ID] = field.Sheets
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sheets of the fields (-want +got):\n%s", diff)
	}
	if !slices.IsSortedFunc(f.Widgets, func(a, b acro.Widget) int { return a.Slot - b.Slot }) {
		t.Error("the widgets are not in reading order")
	}
}

// TestTooltips holds what is read aloud of each field to a list.
func TestTooltips(t *testing.T) {
	_, f := blank(t)
	const consent = "Jeg giver hermed mit samtykke til, at virksomheden fremsender kopi af ansættelsesaftalen til "
	want := map[string]string{
		"assessment.date":              "Dato (dd.mm.åååå)",
		"assessment.hoursPerWeek":      "Antal timer om ugen",
		"assessment.intensityPercent":  "Arbejdsintensitet i procent",
		"assessment.justification":     "Begrundelse",
		"assessment.recipient":         "Navn og adresse",
		"assessment.reference":         "Oplyses ved henvendelse",
		"assessment.sendTo":            "Jobcenterets vurdering af arbejdsevnen sendes til",
		"assessment.sendToCompany":     "Jobcenterets vurdering af arbejdsevnen sendes til: Virksomheden",
		"assessment.sendToEmployee":    "Jobcenterets vurdering af arbejdsevnen sendes til: Den ansatte",
		"assessment.signature.date":    "Dato og underskrift: dato (dd.mm.åååå)",
		"assessment.signature.name":    "Dato og underskrift: navn",
		"assessment.specialNeeds":      "Særlige hensyn fx skånebehov, arbejdspladsindretning, arbejdstidens placering, instruktion ved opgaver",
		"company.contactPerson":        "Kontaktperson i virksomheden",
		"company.cvr":                  "CVR-nummer (8 cifre)",
		"company.name":                 "Virksomhedens navn",
		"company.phone":                "Telefonnummer",
		"consent.agreementToJobcenter": consent + "jobcenteret, når den er underskrevet.",
		"consent.agreementToUnion":     consent + "den overenskomstbærende faglige organisation, når den er underskrevet.",
		"employee.cpr":                 "Personnummer (10 cifre)",
		"employee.name":                "Den ansattes navn",
		"job.description":              "Jobindhold - beskrivelse af arbejdsfunktion",
		"job.inAttachment":             "Jobindhold i bilag",
		"job.startDate":                "Forventet startdato (dd.mm.åååå)",
		"job.title":                    "Stillingsbetegnelse",
		"jobcenter.address":            "Jobcenterets navn og adresse",
		"jobcenter.contactPerson":      "Kontaktperson",
		"jobcenter.phoneOrEmail":       "Telefonnummer eller E-mail",
		"received.date":                "Modtaget dato (dd.mm.åååå)",
		"signature.date":               "Dato og underskrift - den ansatte: dato (dd.mm.åååå)",
		"signature.name":               "Dato og underskrift - den ansatte: navn",
	}
	got, whose := map[string]string{}, map[string]string{}
	for n := range f.Nodes {
		if field := f.Nodes[n].Field; field != nil {
			got[name(f, n)] = field.Tooltip
			if other := whose[field.Tooltip]; other != "" {
				t.Errorf("%s and %s are both %q", other, name(f, n), field.Tooltip)
			}
			whose[field.Tooltip] = name(f, n)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tooltips (-want +got):\n%s", diff)
	}
}

// TestPlaces holds every widget to its box on the page, below its label, and
// away from the others.
func TestPlaces(t *testing.T) {
	p, f := blank(t)
	label, sheetsEdge := layout.MM(form.LabelHeight), layout.Rect{W: layout.PageWidth, H: layout.PageHeight}
	for i, w := range f.Widgets {
		s := &p.Slots[w.Slot]
		field := f.Nodes[w.Node].Field
		frame := s.Frame
		if field.Tick {
			frame = layout.Rect{X: s.Box.X - acro.TickEdge, Y: s.Box.Y - acro.TickEdge, W: s.Box.W + 2*acro.TickEdge, H: s.Box.H + 2*acro.TickEdge}
		} else if s.Box.Y-frame.Y >= label {
			frame.Y, frame.H = frame.Y+label, frame.H-label
		}
		if !frame.Contains(w.Rect) || !sheetsEdge.Contains(w.Rect) || w.W < 1000 || w.H < 1000 {
			t.Errorf("%s is at %v, which is not within %v", name(f, w.Node), w.Rect, frame)
		}
		if high := s.Size * 3 / 2; !field.Tick && !field.Several && w.H > high {
			t.Errorf("%s is %d high: a line of text becomes larger than on paper", name(f, w.Node), w.H)
		}
		for _, o := range f.Widgets[:i] {
			if p.Slots[o.Slot].Page == s.Page && o.X < w.X+w.W && w.X < o.X+o.W && o.Y < w.Y+w.H && w.Y < o.Y+o.H {
				t.Errorf("%s lies over %s", name(f, w.Node), name(f, o.Node))
			}
		}
	}
}

// TestMax types the longest spelling of each kind that is taken: it is not cut
// off.
func TestMax(t *testing.T) {
	p, f := blank(t)
	spellings := map[form.Kind][]string{
		form.Date:    {"1.12.2026", "01.12.2026", "1-12-2026", "1/12/2026", "1 12 2026", "2026-12-01"},
		form.CPR:     {"610170-0559", "610170 0559", "6101700559"},
		form.CVR:     {"99990007", "DK99990007", "DK 99 99 00 07"},
		form.Phone:   {"12345678", "+45 12 34 56 78", "0045 12 34 56 78", "+49 (0) 30 12 34 56 78 90"},
		form.Hours:   {"12,5", "12.5", "7:30", "37:00", "12,2500"},
		form.Percent: {"60", "100", "100 %"},
		form.Text:    {strings.Repeat("å", 140)},
		form.Lines:   {strings.Repeat("å", 1000)},
		form.Long:    {strings.Repeat("å", 20000)},
	}
	for n := range f.Nodes {
		field := f.Nodes[n].Field
		if field == nil {
			continue
		}
		def, ok := p.Def.Field(name(f, n))
		if !ok || field.Tick != (def.Kind == form.Tick) || field.Several != (def.Kind == form.Lines || def.Kind == form.Long) {
			t.Errorf("%s is %+v", name(f, n), field)
			continue
		}
		if field.Tick {
			if field.On != (def.Default == "ja") || field.Max != 0 {
				t.Errorf("%s starts on: %t, takes %d characters", name(f, n), field.On, field.Max)
			}
			continue
		}
		if len(spellings[def.Kind]) == 0 {
			t.Errorf("no spelling of a %s", def.Kind)
		}
		for _, s := range spellings[def.Kind] {
			if _, err := p.Def.Normal(def, s, ident.Date{}); err != nil {
				t.Errorf("%s: %.20q is not taken: %v", name(f, n), s, err)
			}
			if utf8.RuneCountInString(s) > field.Max {
				t.Errorf("%s takes %d characters, too few for %.20q", name(f, n), field.Max, s)
			}
		}
	}
}

// TestTooLong types a figure too many: cut off by a viewer, it could be another
// number. Enough of it is there to be refused.
func TestTooLong(t *testing.T) {
	p, f := blank(t)
	for id, typed := range map[string]string{
		"employee.cpr": "610170-05591", "job.startDate": "01.12.20266", "company.cvr": "DK 99 99 00 071", "company.phone": "+45 12 34 56 789",
		"assessment.hoursPerWeek": "12,512", "assessment.intensityPercent": "1001",
	} {
		for n := range f.Nodes {
			if f.Nodes[n].Field == nil || name(f, n) != id {
				continue
			}
			def, _ := p.Def.Field(id)
			kept := typed[:min(len(typed), f.Nodes[n].Field.Max)]
			if _, err := p.Def.Normal(def, kept, ident.Date{}); err == nil {
				t.Errorf("%s: of %q is kept %q, which is taken", id, typed, kept)
			}
		}
	}
}
