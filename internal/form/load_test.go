package form_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"ab325/internal/form"
)

// small is an edition that has one of most things.
const small = `
id = "test/small"
code = "T 1"
publisher = "Prøve"
title = "Prøve"
[[field]]
id = "job.title"
label = "Stilling"
by = ["E"]
kind = "text"
required = true
missing = "Skriv stillingen"
step = "job"
sheets = [1]
[[field]]
id = "job.tick"
label = "Kryds"
by = ["E"]
kind = "tick"
sheets = [1]
[[page]]
number = 1
sheet = 1
title = "Side 1"
[[page.item]]
kind = "text"
text = "Ord"
box = { x = 20, y = 10, w = 80, h = 5 }
[[page.item]]
kind = "field"
field = "job.title"
box = { x = 20, y = 20, w = 80, h = 10 }
[[page.item]]
kind = "field"
field = "job.tick"
box = { x = 20, y = 40, w = 80, h = 5 }
[[page.item]]
kind = "flow"
file = "flow.txt"
box = { x = 20, y = 60, w = 80, h = 50 }
`

func smallFS(toml, flow string) fs.FS {
	return fstest.MapFS{
		"test/small/form.toml": {Data: []byte(toml)},
		"test/small/flow.txt":  {Data: []byte(flow)},
		"municipalities.csv":   {Data: []byte("code,name,authority\n0101,København,Københavns Kommune\n")},
	}
}

func TestLoadFillsIn(t *testing.T) {
	d, err := form.Load(smallFS(small, "# Hoved\n\nTekst.\n\n1)\tEt.\n"), "test/small")
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := d.Field("job.title"); !ok || f.Ask != "Stilling" {
		t.Errorf("Ask = %q, want the label", f.Ask)
	}
	items := d.Pages[0].Items
	if items[1].LabelAt != form.Above || items[2].LabelAt != form.Right || items[1].Size != 10 || items[3].Columns != 1 {
		t.Errorf("items = %+v, want the kinds' own places and sizes", items)
	}
	want := []form.Block{{Role: "h1", Text: "Hoved"}, {Role: "p", Text: "Tekst."}, {Role: "li", Label: "1)", Text: "Et."}}
	for i, b := range d.Flows["flow.txt"] {
		if b != want[i] {
			t.Errorf("block %d = %+v, want %+v", i, b, want[i])
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct{ name, old, new, want string }{
		{"unknown key", `title = "Side 1"`, `titel = "Side 1"`, "unknown key"},
		{"another case", `kind = "tick"`, `Kind = "tick"`, `unknown key "Kind"`},
		{"another case at the top", `code = "T 1"`, `CODE = "T 1"`, `unknown key "CODE"`},
		{"another case in a box", `y = 40`, `Y = 40`, `unknown key "Y"`},
		{"a key of the program", `title = "Side 1"`, "title = \"Side 1\"\nhash = []", "unknown key"},
		{"a key twice", `kind = "tick"`, "kind = \"tick\"\nkind = \"tick\"", "already"},
		{"not TOML", `kind = "tick"`, `kind = tick`, "form.toml"},
		{"a wrong type", `required = true`, `required = "ja"`, "form.toml"},
		{"nan", `y = 40`, `y = nan`, "a number that is none"},
		{"inf", `y = 40`, `y = inf`, "a number that is none"},
		{"a size that is none", `kind = "flow"`, "kind = \"flow\"\nsize = nan", "a number that is none"},
		{"a flat box", `w = 80, h = 5 }`, `w = 80, h = 0 }`, "a box of nothing"},
		{"a negative box", `w = 80, h = 5 }`, `w = -80, h = 5 }`, "a box of nothing"},
		{"left of the page", `x = 20, y = 40`, `x = -1, y = 40`, "not on the page"},
		{"right of the page", `x = 20, y = 40, w = 80`, `x = 20, y = 40, w = 191`, "not on the page"},
		{"below the page", `y = 40`, `y = 293`, "not on the page"},
		{"a box too small for a value", `w = 80, h = 10`, `w = 80, h = 4`, "no room"},
		{"an id twice", `id = "job.tick"`, `id = "job.title"`, "twice"},
		{"an odd id", `id = "job.tick"`, `id = "jobtick"`, "an id is like"},
		{"an unknown kind", `kind = "tick"`, `kind = "date2"`, "unknown kind"},
		{"by a stranger", `by = ["E"]`, `by = ["X"]`, "unknown by"},
		{"by nobody", `by = ["E"]`, `by = []`, "by nobody"},
		{"an unknown step", `step = "job"`, `step = "jobs"`, "unknown step"},
		{"no label", `label = "Kryds"`, `label = ""`, "no label"},
		{"required without words", `missing = "Skriv stillingen"`, ``, "no text for when"},
		{"unless what", `required = true`, "required = true\nunless = \"job.title\"", "unless"},
		{"a choice of nothing", `kind = "tick"`, `kind = "choice"`, "options"},
		{"an unknown source", `kind = "tick"`, "kind = \"choice\"\nsource = \"lande\"", "unknown source"},
		{"a sheet that it is not on", `sheets = [1]`, `sheets = [1, 2]`, "0 boxes on sheet 2"},
		{"a fact with a box", `sheets = [1]`, `sheets = []`, "1 boxes on sheet 1, want 0"},
		{"sheet 3", `sheets = [1]`, `sheets = [3]`, "sheets"},
		{"a box of no field", `field = "job.tick"`, `field = "job.tock"`, "field job.tock"},
		{"an unknown item", `kind = "flow"`, `kind = "stream"`, "unknown kind"},
		{"an unknown place of the label", `field = "job.tick"`, "field = \"job.tick\"\nlabel = \"left\"", "place"},
		{"an unknown align", `text = "Ord"`, "text = \"Ord\"\nalign = \"middle\"", "align"},
		{"a text without words", `text = "Ord"`, ``, "text"},
		{"a level of none", `text = "Ord"`, "text = \"Ord\"\nlevel = 2", "level"},
		{"a page out of order", `number = 1`, `number = 2`, "page 2 in place 1"},
		{"another id", `id = "test/small"`, `id = "test/large"`, "calls itself"},
		{"a file that is not there", `flow.txt`, `stream.txt`, "not exist"},
		{"after in no extension", `text = "Ord"`, "text = \"Ord\"\nafter = \"job.title\"", "after"},
		{"extends itself", `code = "T 1"`, "code = \"T 1\"\nextends = \"test/small\"", "without end"},
		{"extends nothing", `code = "T 1"`, "code = \"T 1\"\nextends = \"test/none\"", "test/none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(small, test.old) {
				t.Fatalf("no %q to replace", test.old)
			}
			_, err := form.Load(smallFS(strings.Replace(small, test.old, test.new, 1), "Tekst.\n"), "test/small")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Load = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestLoadRefusesBlocks(t *testing.T) {
	for _, text := range []string{"", "To\nlinjer.\n", "#### Dyb\n", "# \n", "En.\n\n\n\nTo.\n"} {
		if _, err := form.Load(smallFS(small, text), "test/small"); err == nil {
			t.Errorf("Load with the flow %q succeeds, want an error", text)
		}
	}
}

func TestLoadUnknown(t *testing.T) {
	for _, id := range []string{"", ".", "/", "test", "test/none", "../test/small", "test//small", "test/small/", "TEST/small", "test/small\x00", "test/../test/small"} {
		if _, err := form.Load(smallFS(small, "Tekst.\n"), id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Load(%q) = %v, want fs.ErrNotExist", id, err)
		}
	}
}

// TestHash changes one byte of each file.
func TestHash(t *testing.T) {
	hash := func(toml, flow string) [32]byte {
		d, err := form.Load(smallFS(toml, flow), "test/small")
		if err != nil {
			t.Fatal(err)
		}
		return d.Hash
	}
	was := hash(small, "Tekst.\n")
	if was != hash(small, "Tekst.\n") {
		t.Error("the hash of the same edition differs")
	}
	if was == hash(small, "Tekster.\n") || was == hash(small+"# \n", "Tekst.\n") {
		t.Error("the hash of another edition is the same")
	}
}
