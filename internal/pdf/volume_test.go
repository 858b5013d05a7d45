package pdf

import (
	"bytes"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/form"
	"ab325/internal/pdf/pdftest"
	"ab325/internal/pdf/seal"
)

// exampleVolume is a case's documents with an index: both sheets, one with a
// letter that only the wide font has, and a letter.
func exampleVolume(t testing.TB) *Volume {
	t.Helper()
	wide := example()
	wide["employee.name"] = "Ωmega " + wide["employee.name"]
	return &Volume{
		Title: "Sagens akter", Head: "Sagens akter 2026-000123",
		Front: &Prose{Title: "Sagens akter", Date: "27. november 2026", Reference: exampleReference, Blocks: []Block{
			{Kind: Row, Label: "Sagsnummer", Text: exampleReference},
			{Text: "Her er alle dokumenter i sagen, det ældste først."},
		}},
		Parts: []Part{
			{"Blad 1, underskrevet den 18. november 2026", render(t, &Record{Sheet: Blad1, Values: example(), Reference: exampleReference})},
			{"Blad 2 til den ansatte, udstedt den 27. november 2026", render(t, &Record{Sheet: Blad2, Values: wide, Reference: exampleReference})},
			{"Brev til den ansatte", prose(t, exampleLetter())},
		},
	}
}

func volume(t testing.TB, v *Volume) []byte {
	t.Helper()
	b, err := engine(t).AppendVolume(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVolume(t *testing.T) {
	v := exampleVolume(t)
	file := volume(t, v)
	if !bytes.Equal(file, volume(t, exampleVolume(t))) {
		t.Error("the same volume made other bytes")
	}
	sum := 0
	for _, p := range v.Parts {
		sum += len(p.File)
	}
	if len(file) > sum {
		t.Errorf("%d bytes of parts with %d: fonts are in it twice", len(file), sum)
	}
}

// TestVolumePages finds on each page of a volume what the part has there, its
// own number and the volume's, and the number where the index says.
func TestVolumePages(t *testing.T) {
	v := exampleVolume(t)
	f := pdftest.Open(t, volume(t, v))
	page := 1 // the index
	texts := f.Texts()
	for _, part := range v.Parts {
		if line := fmt.Sprintf("%s side %d", part.Title, page+1); !slices.ContainsFunc(texts, func(s string) bool { return strings.TrimSpace(s) == line }) {
			t.Errorf("the index does not say %q", line)
		}
		alone := pdftest.Open(t, part.File)
		for i, p := range alone.Pages {
			want := fmt.Sprintf("%s%s, side %d af %d", said(p), v.Head, page+i+1, len(f.Pages))
			if got := said(f.Pages[page+i]); got != want {
				t.Errorf("page %d (-page %d of %s with its number, +got):\n%s", page+i+1, i+1, part.Title, cmp.Diff(want, got))
			}
		}
		page += len(alone.Pages)
	}
	if page != len(f.Pages) {
		t.Errorf("%d pages, want %d", len(f.Pages), page)
	}
}

// said returns all that a page says, by MCID, and its own footer.
func said(p *pdftest.Page) string {
	var b strings.Builder
	for i := range len(p.Marks) {
		fmt.Fprintf(&b, "%s %s\n", p.Marks[i].Tag, p.Marks[i].Text)
	}
	b.WriteString(p.Artifacts)
	return b.String()
}

// TestVolumeLinks leads each line of the index, and the outline, to the part.
func TestVolumeLinks(t *testing.T) {
	v := exampleVolume(t)
	f := pdftest.Open(t, volume(t, v))
	begin := 1
	item := f.Dict(f.Dict(f.Catalog()["Outlines"])["First"])
	if title := item["Title"].(pdftest.String).Text(); title != "Sagens akter" {
		t.Errorf("the outline begins with %q", title)
	}
	annots := f.Array(f.Pages[0].Dict["Annots"])
	for i, part := range v.Parts {
		item = f.Dict(item["Next"])
		link := f.Dict(annots[i])
		for from, d := range map[string]pdftest.Dict{"outline": item, "link": link} {
			if at := f.Array(d["Dest"])[0]; at != f.Pages[begin].Ref {
				t.Errorf("%s %d leads to %v, want page %d", from, i+1, at, begin+1)
			}
		}
		if got, want := link["Contents"].(pdftest.String).Text(), fmt.Sprintf("Gå til side %d: %s", begin+1, part.Title); got != want {
			t.Errorf("link %d says %q, want %q", i+1, got, want)
		}
		begin += len(pdftest.Open(t, part.File).Pages)
	}
	if item["Next"] != nil || len(annots) != len(v.Parts) {
		t.Errorf("%d links and an outline that goes on with %v", len(annots), item["Next"])
	}
}

// TestVolumeOfSealed binds a sealed document as it was without the seal.
func TestVolumeOfSealed(t *testing.T) {
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	id, err := seal.NewDemo(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New(seal.Options{Identity: id, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	for name, plain := range map[string][]byte{"blad 2": render(t, &Record{Sheet: Blad2, Values: example()}), "letter": prose(t, exampleLetter())} {
		sealed, err := sealer.Append(t.Context(), nil, plain, now)
		if err != nil {
			t.Fatal(err)
		}
		of := func(file []byte) []byte { return volume(t, &Volume{Title: "T", Parts: []Part{{name, file}}}) }
		if got := of(sealed); !bytes.Equal(got, of(plain)) {
			t.Errorf("the seal of the %s came along", name)
		}
	}
}

// TestVolumeOfLater binds a document that has later revisions as it was
// without them.
func TestVolumeOfLater(t *testing.T) {
	plain := render(t, &Record{Sheet: Blad2, Values: example()})
	sealed := plain
	for range 2 {
		at := bytes.LastIndex(sealed, []byte("startxref\n"))
		var table int
		if _, err := fmt.Sscanf(string(sealed[at:]), "startxref\n%d", &table); err != nil {
			t.Fatal(err)
		}
		later := fmt.Appendf(slices.Clip(sealed), "1 0 obj\n<</Sealed true>>\nendobj\n")
		sealed = fmt.Appendf(later, "xref\n1 1\n%010d 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n",
			len(sealed), table, len(later))
	}
	of := func(file []byte) []byte { return volume(t, &Volume{Title: "T", Parts: []Part{{"Blad 2", file}}}) }
	if got := of(sealed); !bytes.Equal(got, of(plain)) || bytes.Contains(got, []byte("/Sealed")) {
		t.Error("the later revisions came along")
	}
}

// TestVolumeOfLong binds an index of several pages.
func TestVolumeOfLong(t *testing.T) {
	letter := Part{"Et brev om det samme, som har en titel, der fylder mere end en linje, når den står i indekset med sit nummer", prose(t, exampleLetter())}
	v := &Volume{Title: "T", Head: "Akter", Front: &Prose{Title: "Akter"}, Parts: slices.Repeat([]Part{letter}, 130)}
	file := volume(t, v)
	f := pdftest.Open(t, file)
	if len(file) > 130*len(letter.File)/4 || len(f.Pages) < 133 {
		t.Errorf("%d bytes, %d pages", len(file), len(f.Pages))
	}
	last := f.Dict(f.Array(f.Pages[len(f.Pages)-131].Dict["Annots"])[len(f.Array(f.Pages[len(f.Pages)-131].Dict["Annots"]))-1])
	if at := f.Array(last["Dest"])[0]; at != f.Pages[len(f.Pages)-1].Ref {
		t.Errorf("the last link leads to %v", at)
	}
	if want := fmt.Sprintf("Akter, side %d af %d", len(f.Pages), len(f.Pages)); !strings.Contains(f.Pages[len(f.Pages)-1].Artifacts, want) {
		t.Errorf("the last page says %q, want %q", f.Pages[len(f.Pages)-1].Artifacts, want)
	}
}

// TestVolumeRefuses what this package did not write, and leaves dst alone.
func TestVolumeRefuses(t *testing.T) {
	good := render(t, &Record{Sheet: Blad2, Values: form.Values{}})
	for name, file := range map[string][]byte{
		"nothing": nil, "a header": []byte("%PDF-1.7\n"), "no end": good[:len(good)-20], "a table elsewhere": bytes.Replace(good, []byte("\nstartxref\n"), []byte("\nstartxref\n1"), 1),
		"a shifted object": bytes.Replace(good, []byte("2 0 obj"), []byte(" 2 0 obj"), 1), "no root": bytes.Replace(good, []byte("/Root "), []byte("/Boot "), 1),
		"a loop": bytes.Replace(good, []byte("trailer\n<<"), []byte("trailer\n<</Prev 100 "), 1),
	} {
		if b, err := engine(t).AppendVolume([]byte("a"), &Volume{Title: "T", Parts: []Part{{"Del", file}}}); err == nil || string(b) != "a" {
			t.Errorf("%s: AppendVolume = %.20q, %v", name, b, err)
		}
	}
	if _, err := engine(t).AppendVolume(nil, &Volume{Title: "T"}); err == nil {
		t.Error("a volume of nothing")
	}
}

// TestVolumeOfDamaged binds files of which some bytes have changed, or says
// that it cannot; it does not break down.
func TestVolumeOfDamaged(t *testing.T) {
	good := render(t, &Record{Sheet: Blad2, Values: form.Values{}})
	r := mathrand.New(mathrand.NewPCG(4, 325))
	refused := 0
	for range 400 {
		bad := slices.Clone(good)
		for range 1 + r.IntN(20) {
			at := r.IntN(len(bad))
			if r.IntN(2) == 0 {
				at = len(bad) - 1 - r.IntN(4000) // the table of offsets and the trailer
			}
			bad[at] = "0123456789 R<>[]/\n"[r.IntN(18)]
		}
		if r.IntN(4) == 0 {
			bad = bad[:r.IntN(len(bad))]
		}
		if _, err := engine(t).AppendVolume(nil, &Volume{Title: "T", Parts: []Part{{"Del", bad}}}); err != nil {
			refused++
		}
	}
	if refused < 200 {
		t.Errorf("%d of 400 damaged files were refused", refused)
	}
}
