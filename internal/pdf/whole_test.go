package pdf

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"ab325/internal/form"
)

// A writer of random values in every script that the font has.
type scribe struct {
	*rand.Rand
	letters []rune
	lacks   func(string) []rune
}

func newScribe(t *testing.T, seed uint64) *scribe {
	s := &scribe{Rand: rand.New(rand.NewPCG(seed, 325)), lacks: engine(t).Lacks}
	for r := rune('!'); r < 1<<16; r++ {
		if (r < 0xD800 || r >= 0xE000) && r != 0xAD && len(engine(t).Lacks(string(r))) == 0 {
			s.letters = append(s.letters, r)
		}
	}
	return s
}

// value writes at most n letters: words of all lengths, now and then a very
// long one, accents on their letters, and lines if there may be any. It is in
// the form that values are stored in.
func (s *scribe) value(n int, lines bool) string {
	n = s.IntN(n + 1)
	word := 1 + s.IntN(30)
	if s.IntN(4) == 0 {
		word = 500
	}
	latin := s.IntN(2) == 0
	var b strings.Builder
	for range n {
		switch k := s.IntN(word + 8); {
		case k == 0 && lines && s.IntN(3) == 0:
			b.WriteByte('\n')
		case k <= 1:
			b.WriteByte(' ')
		case k == 2:
			b.WriteRune(rune(0x300 + s.IntN(0x2A)))
		case latin:
			b.WriteRune(s.letters[s.IntN(190)])
		default:
			b.WriteRune(s.letters[s.IntN(len(s.letters))])
		}
	}
	value := norm.NFC.String(b.String()) // may make a letter that the font lacks
	for _, r := range s.lacks(value) {
		value = strings.ReplaceAll(value, string(r), "")
	}
	return strings.TrimSpace(value)
}

func (s *scribe) record(def *form.Definition) *Record {
	r := &Record{Sheet: Sheet(s.IntN(3)), Values: form.Values{}, Reference: s.value(30, false)}
	for i := range def.Fields {
		f := &def.Fields[i]
		if f.Kind != form.Tick && s.IntN(3) > 0 {
			r.Values[f.ID] = s.value(min([]int{8, 60, f.Max()}[s.IntN(3)], 4000), f.Kind == form.Long || f.Kind == form.Lines)
		}
	}
	for range s.IntN(4) {
		r.Notes = append(r.Notes, s.value(80, false))
	}
	return r
}

// printed returns the values that the record's sheets print, and the notes.
func (r *Record) printed(def *form.Definition) map[string]string {
	all := map[string]string{InNotes: strings.Join(r.Notes, "\n")}
	for sheet := 1; sheet <= 2; sheet++ {
		if r.Sheet.Has(sheet) {
			for _, f := range def.PrintedOn(sheet) {
				if f.Kind != form.Tick {
					all[f.ID] = r.Values[f.ID]
				}
			}
		}
	}
	return all
}

// TestEveryCharacterIsThere finds each value whole in the document's
// structure, whatever its length and script.
func TestEveryCharacterIsThere(t *testing.T) {
	def := engine(t).def
	s := newScribe(t, 1)
	for range 60 {
		r := s.record(def)
		texts := flawless(t, render(t, r)).Texts()
		for id, value := range r.printed(def) {
			if want := flat(value); want != "" && !slices.Contains(texts, want) {
				t.Fatalf("%s: %q is not in the document: %q", id, want, texts)
			}
		}
	}
}

// TestThousandsOfLines prints the longest values that there may be.
func TestThousandsOfLines(t *testing.T) {
	def := engine(t).def
	r := &Record{Values: form.Values{}, Reference: exampleReference}
	for i := range def.Fields {
		switch f := &def.Fields[i]; f.Kind {
		case form.Long:
			r.Values[f.ID] = strings.Repeat("a\n", 9999) + "b"
		case form.Lines:
			r.Values[f.ID] = strings.Repeat("x", 1000)
		}
	}
	o := open(t, render(t, r))
	texts := o.Texts()
	for id, value := range r.printed(def) {
		if want := flat(value); want != "" && !slices.Contains(texts, want) {
			t.Errorf("%s is not whole", id)
		}
	}
	if len(o.Pages) < 400 {
		t.Errorf("%d pages for 30 000 lines", len(o.Pages))
	}
}

// TestStaticTextIsWhole finds every text of the edition in the whole form.
func TestStaticTextIsWhole(t *testing.T) {
	def := engine(t).def
	texts := open(t, render(t, &Record{})).Texts()
	want := func(what, s string) {
		if s != "" && !slices.Contains(texts, s) {
			t.Errorf("%s: %q is not printed", what, s)
		}
	}
	for _, p := range def.Pages {
		for _, it := range p.Items {
			want(p.Title, it.Text)
			if f, ok := def.Field(it.Field); ok {
				want(f.ID, f.Label)
			}
		}
	}
	for file, blocks := range def.Flows {
		for _, b := range blocks {
			want(file, b.Text)
			want(file, b.Label)
		}
	}
}
