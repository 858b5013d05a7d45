package form_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"ab325/internal/form"
	"ab325/internal/ident"

	"github.com/google/go-cmp/cmp"
)

// TestExtraField: a field added to an edition needs no other change to be
// asked for, checked and read. It is printed: that test is in package pdf.
func TestExtraField(t *testing.T) {
	const id = "job.language"
	d := load(t, "test/extra-field")
	base := load(t, published)

	asked := slices.IndexFunc(d.Asked("job"), func(f *form.Field) bool { return f.ID == id })
	if asked < 0 {
		t.Fatalf("the step job does not ask for %s", id)
	}
	f := d.Asked("job")[asked]
	for sheet := 1; sheet <= 2; sheet++ {
		if !slices.Contains(d.PrintedOn(sheet), f) {
			t.Errorf("%s is not printed on sheet %d", id, sheet)
		}
	}
	if value, err := d.Normal(f, " dansk\tog engelsk ", ident.Date{}); value != "dansk og engelsk" || err != nil {
		t.Errorf("Normal(%s) = %q, %v, want it clean", id, value, err)
	}
	if _, err := d.Normal(f, strings.Repeat("x", 141), ident.Date{}); err == nil {
		t.Errorf("Normal(%s) takes 141 characters", id)
	}
	var missing []string
	for _, m := range d.Missing(nil, []*form.Field{f}) {
		missing = append(missing, m.Text)
	}
	if want := []string{"Skriv, hvilket sprog I taler på arbejdspladsen"}; !cmp.Equal(missing, want) {
		t.Errorf("Missing = %q, want %q", missing, want)
	}
	if schema, err := d.Schema(1); err != nil || !strings.Contains(string(schema), `"job.language": {`) {
		t.Errorf("Schema(1) is without %s (%v)", id, err)
	}
	_, values, err := readCase(`{"edition":"test/extra-field","values":{"job.language":" dansk "}}`)
	if err != nil || values[id] != "dansk" {
		t.Errorf("ReadCase = %v, %v, want dansk", values, err)
	}
	if _, ok := base.Field(id); ok {
		t.Errorf("the published edition has %s", id)
	}
}

// TestExtends compares what an extending edition has with what it extends.
func TestExtends(t *testing.T) {
	d, base := load(t, "test/extra-field"), load(t, published)
	if len(d.Fields) != len(base.Fields)+2 || d.Code == base.Code || d.Title != base.Title || d.Hash == base.Hash {
		t.Errorf("%d fields, code %q, title %q, want two more, another code, the same title and another hash", len(d.Fields), d.Code, d.Title)
	}
	if !cmp.Equal(d.Flows, base.Flows) {
		t.Error("the running text differs")
	}
	for n, page := range d.Pages {
		old := base.Pages[n]
		if page.Number == 1 || page.Number == 5 {
			at := slices.IndexFunc(page.Items, func(it form.Item) bool { return it.Field == "job.language" })
			if at < 1 || page.Items[at-1].Field != "job.description" || len(page.Items) != len(old.Items)+1 {
				t.Errorf("page %d: job.language is item %d of %d, want it behind job.description", page.Number, at, len(page.Items))
			}
			if page.Items[at-1].Box.H >= old.Items[at-1].Box.H {
				t.Errorf("page %d: the description's box did not shrink", page.Number)
			}
			continue
		}
		if !cmp.Equal(page, old) {
			t.Errorf("page %d differs", page.Number)
		}
	}
}

// TestExtendsReplaces replaces a field, a running text and a footer.
func TestExtendsReplaces(t *testing.T) {
	const diff = `
id = "test/diff"
extends = "test/small"
[[field]]
id = "job.title"
label = "Job"
by = ["C"]
kind = "lines"
sheets = [1]
[[footer]]
kind = "label"
text = "Fod"
box = { x = 20, y = 280, w = 80, h = 5 }
`
	load := func(base, diff string) (*form.Definition, error) {
		return form.Load(form.Overlay(fstest.MapFS{
			"test/diff/form.toml": {Data: []byte(diff)},
			"test/diff/flow.txt":  {Data: []byte("Ny.\n")},
		}, smallFS(base, "Gammel.\n")), "test/diff")
	}
	d, err := load(small, diff)
	if err != nil {
		t.Fatal(err)
	}
	f, ok := d.Field("job.title")
	if want := (form.Field{ID: "job.title", Label: "Job", Ask: "Job", By: []form.Filler{form.Company}, Kind: form.Lines, Sheets: []int{1}}); !ok || !cmp.Equal(*f, want) {
		t.Errorf("job.title = %+v, want %+v", f, want)
	}
	if len(d.Fields) != 2 || len(d.Footer) != 1 || d.Flows["flow.txt"][0].Text != "Ny." {
		t.Errorf("%d fields, %d footers, %v, want the new ones", len(d.Fields), len(d.Footer), d.Flows)
	}
	other, err := load(small+"# \n", diff)
	if err != nil || other.Hash == d.Hash {
		t.Errorf("the hash stays when the base changes (%v)", err)
	}
	for _, test := range []struct{ more, want string }{
		{diff[strings.Index(diff, "[[field]]"):strings.Index(diff, "[[footer]]")], "twice"},
		{"[[page]]\nnumber = 1\n[[page.item]]\nkind = \"label\"\ntext = \"Ord\"\nafter = \"job.none\"\nbox = { x = 20, y = 90, w = 80, h = 5 }\n", "to stand after"},
	} {
		if _, err := load(small, diff+test.more); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Load = %v, want an error with %q", err, test.want)
		}
	}
}
