package pdf

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/pdftest"
)

// exampleLetter is a letter with each kind of block.
func exampleLetter() *Prose {
	return &Prose{
		Sender:    "Ærø Kommune\nJobcenter Ærø\nStatene 2\n5970 Ærøskøbing\nTelefon 63 52 50 00",
		Address:   "Åse Bjørnsdóttir Kjærgård-Sørensen\nVestergade 11, 2. th.\n5970 Ærøskøbing",
		Date:      "27. november 2026",
		Title:     "Vurdering af din arbejdsevne",
		Reference: exampleReference,
		Blocks: []Block{
			{Text: "Vi har vurderet din arbejdsevne i det fleksjob, som du og virksomheden har beskrevet. Vurderingen ligger bag dette brev."},
			{Kind: Heading, Text: "Det bygger vi på"},
			{Kind: Item, Text: "Blad 1, som du underskrev den 18. november 2026."},
			{Kind: Item, Text: "Samtalen om jobbet, hvor vi talte om, hvad du kan, og hvordan arbejdspladsen kan indrettes, så du ikke får brug for at løfte."},
			{Kind: Heading, Text: "Du kan klage"},
			{Kind: Row, Label: "Senest", Text: "4. januar 2027"},
			{Kind: Row, Label: "Til", Text: "Ærø Kommune, Jobcenter Ærø\nStatene 2, 5970 Ærøskøbing"},
			{Kind: Row, Label: "Det udfylder ingen"},
		},
	}
}

func prose(t testing.TB, text *Prose) []byte {
	t.Helper()
	b, err := engine(t).AppendProse(nil, text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestProse(t *testing.T) {
	o := open(t, prose(t, exampleLetter()))
	if got := o.Pages[0].Artifacts; got != "Sag 2026-000123Side 1 af 1" {
		t.Errorf("the footer says %q", got)
	}
	if !bytes.Equal(prose(t, exampleLetter()), prose(t, exampleLetter())) {
		t.Error("the same letter made other bytes")
	}
	prefix := []byte("before")
	if got, err := engine(t).AppendProse(prefix, exampleLetter()); err != nil || !bytes.Equal(got, append(prefix, prose(t, exampleLetter())...)) {
		t.Errorf("appending to something: %v", err)
	}
}

// TestWindow holds the address in the window of an envelope, and everything
// else out of it, for addresses short and long.
func TestWindow(t *testing.T) {
	for _, address := range []string{
		"Åse Kjærgård\nVestergade 11\n5970 Ærøskøbing",
		"Virksomhed\n" + strings.Repeat("Att.: et meget langt navn på en afdeling, som ikke er på en linje ", 4) + "\nVej 1\n1234 By",
		strings.Repeat("x\n", 8) + "x",
	} {
		letter := exampleLetter()
		letter.Address = address
		letter.Sender = strings.Repeat("En afsender med mange linjer, som er lange og flere end der plejer at være\n", 6)
		pages, err := layout.LayProse(engine(t).letters.Fonts, letter)
		if err != nil {
			t.Errorf("%q: %v", address, err)
			continue
		}
		in := ""
		for i, m := range pages.Pages[0].Marks {
			for _, run := range append(m.Runs, pages.Pages[0].Footer...) {
				ink := layout.Rect{X: run.X, Y: run.Y - run.Size*layout.Ascent/1000, W: engine(t).letters.Fonts.Regular.Width(strings.TrimRight(run.Text, " "), run.Size),
					H: run.Size * (layout.Ascent + layout.Descent) / 1000}
				switch {
				case layout.Window().Contains(ink):
					in += run.Text
					if run.Hard {
						in += "\n"
					}
				case touches(layout.Window(), ink):
					t.Errorf("mark %d: %q touches the window", i, run.Text)
				}
			}
		}
		if in != address {
			t.Errorf("in the window: %q, want %q", in, address)
		}
	}
}

func touches(a, b layout.Rect) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

// TestWindowSeenByPoppler asks another program what is in the window.
func TestWindowSeenByPoppler(t *testing.T) {
	w := layout.Window()
	in := pdftest.Within(t, prose(t, exampleLetter()), 1, [4]float64{float64(w.X) / 100, float64(w.Y) / 100, float64(w.X+w.W) / 100, float64(w.Y+w.H) / 100})
	if got, want := strings.Join(in, " "), flat(exampleLetter().Address); got != want {
		t.Errorf("in the window: %q, want %q", got, want)
	}
}

// TestAddressTooLong refuses an address that the window would cut.
func TestAddressTooLong(t *testing.T) {
	letter := exampleLetter()
	letter.Address = strings.Repeat("x\n", 20)
	if b, err := engine(t).AppendProse([]byte("a"), letter); !errors.Is(err, ErrWindow) || string(b) != "a" {
		t.Errorf("AppendProse = %.20q, %v, want ErrWindow", b, err)
	}
}

func TestProseLacks(t *testing.T) {
	for _, text := range []*Prose{{Title: "T", Address: "\u4e2d"}, {Title: "T", Blocks: []Block{{Text: "\u4e2d"}}}, {Title: "T", Sender: "\u4e2d"}, {Title: "T", Blocks: []Block{{Kind: Row, Label: "\u4e2d"}}}} {
		b, err := engine(t).AppendProse(nil, text)
		lack, ok := errors.AsType[*RepertoireError](err)
		if !ok || b != nil || !slices.Equal(lack.Letters, []rune{0x4e2d}) || !slices.Equal(lack.Fields, []string{InText}) {
			t.Errorf("AppendProse = %.20q, %v", b, err)
		}
	}
}

// TestProseHasEveryCharacter finds each part of random texts whole in the
// structure, over as many pages as they take.
func TestProseHasEveryCharacter(t *testing.T) {
	s := newScribe(t, 3)
	for range 40 {
		text := &Prose{Title: "Titel " + s.value(60, false), Sender: s.value(60, true), Date: s.value(12, false), Reference: s.value(20, false)}
		want := []string{flat(text.Title), flat(text.Sender)}
		for range s.IntN(30) {
			b := Block{Kind: []layout.BlockKind{Paragraph, Heading, Row, Item}[s.IntN(4)], Text: s.value([]int{20, 300, 6000}[s.IntN(3)], true)}
			if b.Kind == Row {
				b.Label = "Navn " + s.value(60, false)
			}
			if b.Text != "" {
				want = append(want, flat(b.Text), flat(b.Label))
			}
			text.Blocks = append(text.Blocks, b)
		}
		o := flawless(t, prose(t, text))
		texts := o.Texts()
		for _, w := range want {
			if w != "" && !slices.Contains(texts, w) {
				t.Fatalf("%q is not in the document: %q", w, texts)
			}
		}
		for i, p := range o.Pages {
			if want := "Side " + strconv.Itoa(i+1) + " af " + strconv.Itoa(len(o.Pages)); !strings.HasSuffix(p.Artifacts, want) {
				t.Errorf("page %d: the footer says %q, want %q", i+1, p.Artifacts, want)
			}
		}
	}
}
