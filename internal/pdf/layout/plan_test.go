package layout_test

import (
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/pdftest"
	"ab325/internal/pdf/stock"
)

var _ = flag.Bool("update", false, "write the golden files anew")

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

func plan(t *testing.T) *layout.Plan {
	t.Helper()
	p, err := edition()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPlan holds the constant pages to a list that a person can read: role,
// place and size of every line.
func TestPlan(t *testing.T) {
	p := plan(t)
	var b strings.Builder
	node(&b, p, 0, "")
	for i := range p.Pages {
		page := &p.Pages[i]
		fmt.Fprintf(&b, "page %d, sheet %d: %d marks\n", page.Number, page.Sheet, len(page.Marks))
		for _, s := range page.Shapes {
			fmt.Fprintf(&b, "  shape %s filled %t\n", rect(s.Rect), s.Filled)
		}
		for _, run := range page.Footer {
			fmt.Fprintf(&b, "  footer %s\n", text(run))
		}
	}
	pdftest.Golden(t, "testdata/plan.txt", b.String())
}

// node lists an element and what it holds.
func node(b *strings.Builder, p *layout.Plan, n int, indent string) {
	fmt.Fprintf(b, "%s%s\n", indent, p.Tree[n].Role)
	for _, k := range p.Tree[n].Kids {
		switch k.Kind {
		case layout.NodeKid:
			node(b, p, k.N, indent+"  ")
		case layout.MarkKid:
			for _, run := range p.Pages[k.Page].Marks[k.N].Runs {
				fmt.Fprintf(b, "%s  %d.%d %s\n", indent, k.Page+1, k.N, text(run))
			}
		case layout.SlotKid:
			s := p.Slots[k.N]
			id := map[int]string{layout.NotesField: "notes", layout.CodeField: "code"}[s.Field]
			if s.Field >= 0 {
				id = p.Def.Fields[s.Field].ID
			}
			fmt.Fprintf(b, "%s  %d %s «%s» in %s\n", indent, s.Page+1, s.Role, id, rect(s.Box))
		}
	}
}

func rect(r layout.Rect) string {
	return fmt.Sprintf("%s %s %s %s", unit(r.X), unit(r.Y), unit(r.W), unit(r.H))
}

func unit(u layout.Unit) string { return fmt.Sprintf("%.1f", float64(u)/100) }

func text(run layout.Run) string {
	bold := ""
	if run.Bold {
		bold = "b"
	}
	return fmt.Sprintf("%s %s %s%s %q", unit(run.X), unit(run.Y), unit(run.Size), bold, run.Text)
}

// TestPlanFits holds every constant line to its page, and every value's box
// to its frame.
func TestPlanFits(t *testing.T) {
	p := plan(t)
	for i, page := range p.Pages {
		for _, mark := range page.Marks {
			for _, run := range mark.Runs {
				right := run.X + p.Fonts.Regular.Width(strings.TrimRight(run.Text, " "), run.Size)
				if run.X < 0 || run.Y < run.Size || right > layout.PageWidth-layout.MM(10) || run.Y > layout.PageHeight-layout.MM(10) {
					t.Errorf("page %d: %q stands at %s %s to %s", i+1, run.Text, unit(run.X), unit(run.Y), unit(right))
				}
			}
		}
	}
	for _, s := range p.Slots {
		if !s.Frame.Contains(s.Box) {
			t.Errorf("%s: box %s is not in its frame %s", s.Label, rect(s.Box), rect(s.Frame))
		}
	}
}

// TestNewPlanRefuses tries editions that cannot be printed as they are.
func TestNewPlanRefuses(t *testing.T) {
	for _, test := range []struct{ name, want string }{
		{"a text too long for its box", "does not fit its box"},
		{"a word wider than its box", "is wider than its box"},
		{"an unknown field", `unknown field "employee.nam"`},
		{"a box too small to point to a bilag", "too small to point to a bilag"},
		{"a running text without room", "no room from"},
		{"a running text that is not there", `no text "none.txt"`},
		{"an item of no kind", `unknown kind "picture"`},
		{"a footer of two lines", "is not one line"},
		{"a footer in the middle of the page", "leaves a bilag no room"},
	} {
		def, err := form.Load(forms.FS, "ab325/2020-03")
		if err != nil {
			t.Fatal(err)
		}
		spoil(def, test.name)
		if _, err := layout.NewPlan(def, plan(t).Fonts); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("NewPlan with %s = %v, want %q", test.name, err, test.want)
		}
	}
}

func spoil(def *form.Definition, how string) {
	first := func(kind form.ItemKind) *form.Item {
		for p := range def.Pages {
			for i := range def.Pages[p].Items {
				if def.Pages[p].Items[i].Kind == kind {
					return &def.Pages[p].Items[i]
				}
			}
		}
		return nil
	}
	entry := first(form.Entry)
	switch how {
	case "a text too long for its box":
		first(form.Heading).Text += strings.Repeat(" og mere", 20)
	case "a word wider than its box":
		first(form.Heading).Box.W = 5
		first(form.Heading).Box.H = 250
		first(form.Heading).Text = "W"
		first(form.Heading).Size = 40
	case "an unknown field":
		entry.Field = "employee.nam"
	case "a box too small to point to a bilag":
		entry.Box.W = 8
	case "a running text without room":
		first(form.Flow).Box.H = 50
	case "a running text that is not there":
		first(form.Flow).File = "none.txt"
	case "an item of no kind":
		first(form.Heading).Kind = "picture"
	case "a footer of two lines":
		def.Footer[0].Text += strings.Repeat(" og mere", 20)
		def.Footer[0].Box.H = 30
	case "a footer in the middle of the page":
		def.Footer[0].Box.Y = 100
	}
}
