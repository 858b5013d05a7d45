package form_test

import (
	"strings"
	"testing"

	"ab325/internal/form"
)

// TestLintFinds spoils the published edition in one place at a time.
func TestLintFinds(t *testing.T) {
	item := func(d *form.Definition, page int, name string) *form.Item {
		for i := range d.Pages[page-1].Items {
			if it := &d.Pages[page-1].Items[i]; it.Field == name || name != "" && strings.HasPrefix(it.Text, name) || it.File == name {
				return it
			}
		}
		t.Fatalf("no item %q", name)
		return nil
	}
	field := func(d *form.Definition, id string) *form.Field {
		f, ok := d.Field(id)
		if !ok {
			t.Fatalf("no field %q", id)
		}
		return f
	}
	for _, test := range []struct {
		want  string
		spoil func(d *form.Definition)
	}{
		{"lines need", func(d *form.Definition) { item(d, 1, "Når en person").Box.W = 60 }},
		{"mm wide", func(d *form.Definition) { item(d, 1, "Blad 1").Box.W = 3 }},
		{"label of consent.agreementToUnion", func(d *form.Definition) { item(d, 1, "consent.agreementToUnion").Box.W = 60 }},
		{"label of jobcenter.phoneOrEmail", func(d *form.Definition) { field(d, "jobcenter.phoneOrEmail").Label = strings.Repeat("Telefon ", 12) }},
		{"no room for a value of job.title", func(d *form.Definition) { item(d, 1, "job.title").Size = 14 }},
		{"job.title is set in 7.0 points", func(d *form.Definition) { item(d, 1, "job.title").Size = 7 }},
		{"is set in 7.5 points", func(d *form.Definition) { item(d, 5, "Den ansatte har mulighed").Size = 7.5 }},
		{"is set in 7.9 points", func(d *form.Definition) { item(d, 2, "guide.txt").Size = 7.9 }},
		{"overlaps company.phone", func(d *form.Definition) { item(d, 1, "company.contactPerson").Box.W = 119 }},
		{"overlaps job.description", func(d *form.Definition) { item(d, 5, "company.phone").Box.H = 10 }},
		{"comes after", func(d *form.Definition) {
			*item(d, 1, "employee.name"), *item(d, 1, "employee.cpr") = *item(d, 1, "employee.cpr"), *item(d, 1, "employee.name")
		}},
		{"comes after", func(d *form.Definition) {
			p := d.Pages[4].Items
			last := len(p) - 1
			p[last], p[last-1] = p[last-1], p[last]
		}},
		{"needs", func(d *form.Definition) { item(d, 2, "guide.txt").Size = 10 }},
		{"needs", func(d *form.Definition) { item(d, 4, "law.txt").Box.H = 60 }},
		{`"  "`, func(d *form.Definition) { item(d, 1, "Blad 1").Text = "Blad  1" }},
		{`" "`, func(d *form.Definition) { item(d, 1, "Blad 1").Text = "Blad 1 " }},
		{`" ,"`, func(d *form.Definition) { item(d, 5, "Venlig").Text = "Venlig hilsen ," }},
		{`"s-\n"`, func(d *form.Definition) { item(d, 5, "Venlig").Text = "Venlig hils-\nen" }},
		{`\u00ad`, func(d *form.Definition) { d.Flows["law.txt"][3].Text = "arbejds\u00adevne" }},
		{`"  "`, func(d *form.Definition) { field(d, "job.title").Hint = "For  eksempel" }},
		{"full stop", func(d *form.Definition) { field(d, "job.title").Missing = "Indtast stillingsbetegnelse." }},
		{"what to do", func(d *form.Definition) { field(d, "job.title").Missing = "Dette felt er påkrævet" }},
	} {
		d := load(t, published)
		test.spoil(d)
		if found := strings.Join(d.Lint(measure(t)), "\n"); !strings.Contains(found, test.want) {
			t.Errorf("Lint = %q, want %q in it", found, test.want)
		}
	}
}
