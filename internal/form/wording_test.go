package form_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ab325/internal/form"

	"github.com/google/go-cmp/cmp"
)

// The text of the official form, as it was extracted from its PDF: words of
// the form, line ends and order of the extraction.
const wordingFile = "testdata/ab325-2020-03-wording.txt"

var (
	hyphenation = regexp.MustCompile(`- ?\n\s*`)
	slash       = regexp.MustCompile(`/\n\s*`)
)

// wording returns the form's text with the extraction's line breaks undone.
func wording(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(wordingFile)
	if err != nil {
		t.Fatal(err)
	}
	s := hyphenation.ReplaceAllString(string(text), "")
	s = slash.ReplaceAllString(s, "/")
	for _, fix := range []struct{ old, new string }{
		// Two texts that the extraction ran into one.
		{"Procentmed en", "Procent med en"},
		// The heading of page 3, which it put in the middle of § 122.
		{"\nLov om en aktiv beskæftigelsesindsats\n ansatte", "\nansatte"},
	} {
		if strings.Count(s, fix.old) != 1 {
			t.Fatalf("%q is not in %s once", fix.old, wordingFile)
		}
		s = strings.Replace(s, fix.old, fix.new, 1)
	}
	return s + "\nLov om en aktiv beskæftigelsesindsats\n"
}

// printed returns every fixed text that the edition prints, the footer once.
func printed(d *form.Definition) (texts []string) {
	flows := map[string]bool{}
	for _, p := range d.Pages {
		for _, it := range p.Items {
			switch {
			case it.Kind == form.Bullet:
				texts = append(texts, "• "+it.Text)
			case it.Kind == form.Entry && it.LabelAt != form.Outside:
				f, _ := d.Field(it.Field)
				texts = append(texts, f.Label)
			case it.Kind == form.Flow && !flows[it.File]:
				flows[it.File] = true
				for _, b := range d.Flows[it.File] {
					texts = append(texts, strings.TrimSpace(b.Label+" "+b.Text))
				}
			case it.Text != "":
				texts = append(texts, it.Text)
			}
		}
	}
	for _, it := range d.Footer {
		texts = append(texts, strings.NewReplacer("{page}", "2", "{pages}", "5").Replace(it.Text))
	}
	return texts
}

// TestWording compares the edition with the form: the same words equally
// often, and each text in one piece.
func TestWording(t *testing.T) {
	d, source := load(t, published), wording(t)
	texts := printed(d)
	got, want := strings.Fields(strings.Join(texts, " ")), strings.Fields(source)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words of the form (-) and of the edition (+):\n%s", diff)
	}
	closed := squeeze(source)
	for _, text := range texts {
		if !strings.Contains(closed, squeeze(text)) {
			t.Errorf("not on the form: %q", text)
		}
	}
}

// TestRunningOrder compares the order of the paragraphs of guide and law.
func TestRunningOrder(t *testing.T) {
	// The address of a link, which the extraction put last.
	const link = "http://www.datatilsynet.dk"
	d, source := load(t, published), strings.Replace(wording(t), link, "", 1)
	for _, name := range []string{"guide.txt", "law.txt"} {
		var b strings.Builder
		for _, block := range d.Flows[name] {
			if block.Text != link {
				b.WriteString(block.Label + block.Text)
			}
		}
		if !strings.Contains(squeeze(source), squeeze(b.String())) {
			t.Errorf("%s is not in one piece on the form", name)
		}
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
