package form_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"ab325/fonts"
	"ab325/forms"
	"ab325/internal/form"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

const (
	published = "ab325/2020-03"
	editions  = "../../testdata/editions"
)

func load(t testing.TB, id string) *form.Definition {
	t.Helper()
	d, err := form.Load(form.Overlay(forms.FS, os.DirFS(editions)), id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// measure returns the widths of the fonts that the form is printed in.
func measure(t testing.TB) form.Measure {
	t.Helper()
	var faces [2]*sfnt.Font
	for i, ttf := range [][]byte{fonts.Regular(), fonts.Bold()} {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			t.Fatal(err)
		}
		faces[i] = f
	}
	var buf sfnt.Buffer
	var mu sync.Mutex
	return func(text string, size float64, bold bool) float64 {
		mu.Lock()
		defer mu.Unlock()
		f := faces[0]
		if bold {
			f = faces[1]
		}
		units := f.UnitsPerEm()
		var sum fixed.Int26_6
		for _, r := range text {
			glyph, err := f.GlyphIndex(&buf, r)
			if err != nil || glyph == 0 {
				t.Errorf("no glyph for %U in %q", r, text)
			}
			advance, err := f.GlyphAdvance(&buf, glyph, fixed.I(int(units)), font.HintingNone)
			if err != nil {
				t.Error(err)
			}
			sum += advance
		}
		return float64(sum) / 64 / float64(units) * size * form.Point
	}
}

func TestEditions(t *testing.T) {
	ids, err := form.Editions(forms.FS)
	if err != nil {
		t.Fatal(err)
	}
	tests, err := form.Editions(os.DirFS(editions))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{published}; !cmp.Equal(ids, want) {
		t.Errorf("Editions = %q, want %q", ids, want)
	}
	for _, id := range append(ids, tests...) {
		t.Run(id, func(t *testing.T) {
			for _, text := range load(t, id).Lint(measure(t)) {
				t.Error(text)
			}
		})
	}
}

// TestPublishedHash holds each published edition to the bytes that it was
// published with: cases refer to it for ever.
func TestPublishedHash(t *testing.T) {
	ids, err := form.Editions(forms.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		name := filepath.Join(editions, id+".sha256")
		hash := load(t, id).Hash
		got := hex.EncodeToString(hash[:])
		want, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v\nA new edition? Once it is ready, pin it: echo %s > testdata/editions/%s.sha256", err, got, id)
			continue
		}
		if got != strings.TrimSpace(string(want)) {
			t.Errorf("edition %s has the hash %s, and was published with %s.\n"+
				"Cases have been filled in on it: leave it as it was, and publish a new edition (forms/README.md).", id, got, strings.TrimSpace(string(want)))
		}
	}
}

// TestWindow holds what shows in the window of an envelope (C5, M65) to the
// receiver's address.
func TestWindow(t *testing.T) {
	window := form.Box{X: 20, Y: 40, W: 90, H: 35}
	d := load(t, published)
	for _, test := range []struct {
		page  int
		field string
	}{{1, "jobcenter.address"}, {5, "assessment.recipient"}} {
		for _, it := range d.Pages[test.page-1].Items {
			if it.Field == test.field {
				if it.Box != window || !it.NoFrame || it.LabelAt != form.Outside {
					t.Errorf("page %d: %s has the box %v, want %v with neither frame nor label", test.page, it.Field, it.Box, window)
				}
				continue
			}
			b := it.Box
			around := b.X < 20 && b.Y < 40 && b.X+b.W > 110 && b.Y+b.H > 75
			beside := b.X >= 110 || b.Y >= 75 || b.X+b.W <= 20 || b.Y+b.H <= 40
			if !beside && !(it.Kind == form.Frame && around) {
				t.Errorf("page %d: %s %q is in the window", test.page, it.Kind, it.Text+it.Field)
			}
		}
	}
}
