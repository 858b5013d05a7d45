package stock

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"ab325/fonts"
	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf/layout"
)

var faces = sync.OnceValues(Read)

func letters(t *testing.T) *Letters {
	t.Helper()
	l, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLetters(t *testing.T) {
	l := letters(t)
	for _, test := range []struct {
		letters     string
		has, narrow bool
	}{
		{"AZaz09 .,;:-–—«»„“”’%§½€@/\\()&", true, true},
		{"ÆØÅæøåÉéÄäÖöÜüßÐðÞþ", true, true},
		{"ŁłŞşȘșĞğİıČčŘřŽžŐőŰűǾǿẼẽỲ", true, true},
		{"\u00a0\u00ad\u202f", true, true}, // no-break spaces, soft hyphen
		{"\u0301\u0327\u0308ə", true, false},
		{"ΑΩαωάЖжЁё", true, false},
		{"אבג\u05b0\ufb1e", false, false},          // Hebrew, which the face has
		{"\u2011ابتข日한😀\U00010330", false, false},  // what it has not
		{"\x00\t\r\x7f\u0085", false, false},       // controls
		{"\u200b\u200d\u202e\ufeff", false, false}, // signs without a look
	} {
		for _, r := range test.letters {
			if l.Has(r) != test.has || l.Narrow(r) != test.narrow {
				t.Errorf("%U: Has = %t, Narrow = %t; want %t, %t", r, l.Has(r), l.Narrow(r), test.has, test.narrow)
			}
		}
	}
	if l.Has(-1) || l.Has(1<<16) {
		t.Error("a letter outside Unicode's first plane")
	}
}

// TestAdvance holds the widths that the layout wraps by to those that fpdf
// writes into the file.
func TestAdvance(t *testing.T) {
	l := letters(t)
	f := fpdf.New("P", "pt", "A4", "")
	f.AddUTF8FontFromBytes(family, "", fonts.Regular())
	f.AddUTF8FontFromBytes(family, "B", fonts.Bold())
	for style, face := range map[string]*layout.Face{"": l.Fonts.Regular, "B": l.Fonts.Bold} {
		f.SetFont(family, style, 1000)
		for _, r := range l.all(true) {
			if got, want := face.Advance(r), f.GetStringWidth(string(r)); float64(got) < want-1.01 || float64(got) > want+1.01 {
				t.Errorf("Advance(%U) in style %q = %d, fpdf says %g", r, style, got, want)
			}
		}
	}
}

func plan(t *testing.T) *layout.Plan {
	t.Helper()
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		t.Fatal(err)
	}
	p, err := layout.NewPlan(def, letters(t).Fonts)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDraw(t *testing.T) {
	p := plan(t)
	narrow, wide := draws(t, p, false), draws(t, p, true)
	for name, s := range map[string]*Stock{"narrow": narrow, "wide": wide} {
		for i, body := range s.Objects {
			dict, _, _ := bytes.Cut(body, []byte("stream\n"))
			for _, m := range reference.FindAllSubmatch(dict, -1) {
				if n := number(m[1]); n < 1 || n > len(s.Objects) {
					t.Errorf("%s: object %d refers to %d of %d", name, i+1, n, len(s.Objects))
				}
			}
			if bytes.Contains(dict, []byte("utf8"+family)) {
				t.Errorf("%s: object %d has fpdf's name of a font: %.200s", name, i+1, dict)
			}
		}
		if got := regexp.MustCompile(`^<</Font<<(/F[12] \d+ 0 R){2}>>>>$`); !got.Match(s.Objects[s.Resources-1]) {
			t.Errorf("%s: resources %s", name, s.Objects[s.Resources-1])
		}
		if profile, err := inflate(s.Objects[s.Profile-1]); err != nil || string(profile) != fonts.SRGB() {
			t.Errorf("%s: profile of %d bytes, %v", name, len(profile), err)
		}
		if len(s.Contents) != len(p.Pages) {
			t.Errorf("%s: %d contents of %d pages", name, len(s.Contents), len(p.Pages))
		}
	}
	if !slices.EqualFunc(narrow.Contents, wide.Contents, bytes.Equal) {
		t.Error("the font changes the pages' contents")
	}
	if len(slices.Concat(narrow.Objects...)) >= len(slices.Concat(wide.Objects...)) {
		t.Error("the narrow font is not smaller")
	}
	if again := draws(t, p, false); !slices.EqualFunc(narrow.Objects, again.Objects, bytes.Equal) {
		t.Error("two drawings of a plan differ")
	}
}

func draws(t *testing.T, p *layout.Plan, wide bool) *Stock {
	t.Helper()
	s, err := Draw(p, letters(t), wide)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestContents holds each page's stream to its plan: every mark once, by its
// MCID, and nothing painted outside marked content.
func TestContents(t *testing.T) {
	p := plan(t)
	s := draws(t, p, false)
	for i, body := range s.Contents {
		data, err := inflate(body)
		if err != nil {
			t.Fatal(err)
		}
		depth, marks := 0, []string{}
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSpace(line)
			switch {
			case strings.HasSuffix(line, "BDC"), strings.HasSuffix(line, "BMC"):
				depth++
				if strings.Contains(line, "MCID") {
					marks = append(marks, line)
				}
			case line == "EMC":
				depth--
			case depth == 0 && (strings.HasSuffix(line, "Tj ET") || strings.HasSuffix(line, "re f") || strings.HasSuffix(line, " S")):
				t.Errorf("page %d: %q outside marked content", i+1, line)
			}
		}
		if depth != 0 {
			t.Errorf("page %d: marked content open %d deep at the end", i+1, depth)
		}
		var want []string
		for k, m := range p.Pages[i].Marks {
			want = append(want, fmt.Sprintf("/%s <</MCID %d>> BDC", m.Role, k))
		}
		if !slices.Equal(marks, want) {
			t.Errorf("page %d: marks %q, want %q", i+1, marks, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, file := range []string{"", "%PDF-1.3\nstartxref\nx", "startxref\n900\n%%EOF", "xref\nx y\nstartxref\n0\n%%EOF"} {
		if objects, err := parse([]byte(file)); err == nil {
			t.Errorf("parse(%q) = %v", file, slices.Collect(maps.Keys(objects)))
		}
	}
	if _, err := inflate([]byte("<<>>")); err == nil {
		t.Error("inflate of no stream")
	}
	if _, err := inflate([]byte("<</Filter/FlateDecode>>\nstream\nxx\nendstream")); err == nil {
		t.Error("inflate of no deflated data")
	}
}

// TestToUnicode holds the map to what a reader takes: ranges of one high byte,
// at most a hundred in a part, none with what is no letter.
func TestToUnicode(t *testing.T) {
	text := string(toUnicode())
	n := 0
	for _, m := range regexp.MustCompile(`<(..)(..)> <(..)(..)> <(....)>`).FindAllStringSubmatch(text, -1) {
		n++
		if m[1] != m[3] || m[5] != m[1]+m[2] || m[2] > m[4] || m[1]+m[4] >= "FEFF" && m[1] == "FE" || m[1] >= "D8" && m[1] < "E0" {
			t.Errorf("range %s", m[0])
		}
	}
	if n != 256-8 {
		t.Errorf("%d ranges, want %d", n, 256-8)
	}
	for _, m := range regexp.MustCompile(`(\d+) beginbfrange`).FindAllStringSubmatch(text, -1) {
		if number([]byte(m[1])) > 100 {
			t.Errorf("%s ranges in a part", m[1])
		}
	}
}
