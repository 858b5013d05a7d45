package pdftest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestObjects(t *testing.T) {
	for _, test := range []struct {
		text string
		want any
	}{
		{" 12 ", 12.0}, {"-.5", -0.5}, {"+3", 3.0}, {"true", true}, {"null", nil}, {"Tj", operator("Tj")}, {"0x10", operator("0x10")},
		{"/Name", Name("Name")}, {"/A#20B#2f", Name("A B/")}, {"/", Name("")},
		{"(a(b)c)", String("a(b)c")}, {`(\)\\\n\101\8\` + "\n)", String(")\\\nA8")}, {"(a\r\nb)", String("a\nb")},
		{"<48 65\n6C>", String("Hel")}, {"<>", String("")},
		{"[1 2 0 R/X(y)]", Array{1.0, Ref(2), Name("X"), String("y")}},
		{"[1 2 0 RG]", Array{1.0, 2.0, 0.0, operator("RG")}},
		{"<</A 1/B<</C[ ]>>% note\n/D null>>", Dict{"A": 1.0, "B": Dict{"C": Array{}}, "D": nil}},
		{"12 0 R", Ref(12)}, {"12 0 R/X", Ref(12)},
	} {
		got, _, err := next([]byte(test.text))
		if err != nil {
			t.Errorf("next(%q): %v", test.text, err)
		} else if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("next(%q) (-want +got):\n%s", test.text, diff)
		}
	}
	for _, text := range []string{"", "% only a note", "(open", "<48", "<4>", "<4x>", "[1", "<</A", "<</A 1/A 2>>", "<<1 2>>", ")", "/A#zz"} {
		if got, _, err := next([]byte(text)); err == nil {
			t.Errorf("next(%q) = %v, want an error", text, got)
		}
	}
}

func TestText(t *testing.T) {
	for s, want := range map[String]string{"": "", "bl\xe5": "blå", "\xfe\xff\x00\xe5\x03\xa9": "åΩ", "\xef\xbb\xbf\xc3\xa5": "å"} {
		if got := s.Text(); got != want {
			t.Errorf("String(%q).Text() = %q, want %q", string(s), got, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	file := string(goodFile(t))
	for what, broken := range map[string]string{
		"nothing":            "",
		"no table":           strings.Replace(file, "startxref", "startxxxx", 1),
		"an offset":          strings.Replace(file, "0000000015 00000 n", "0000000016 00000 n", 1),
		"a length":           strings.Replace(file, "/Length ", "/Length 1", 1),
		"a line":             strings.Replace(file, "00000 n \n", "00000 x \n", 1),
		"a stream's end":     strings.Replace(file, "endstream", "endstraem", 1),
		"an object's end":    strings.Replace(file, "endobj", "endxxx", 1),
		"the end":            strings.Replace(file, "%%EOF", "%%FOE", 1),
		"half of the file":   file[:len(file)/2],
		"a table in circles": strings.Replace(file, "trailer\n<<", fmt.Sprintf("trailer\n<</Prev %d ", strings.LastIndex(file, "xref\n0")), 1),
	} {
		if _, err := Read([]byte(broken)); err == nil {
			t.Errorf("a file with a fault in %s is read", what)
		}
	}
}

// TestRevisions reads a file with a later revision, which replaces an object.
func TestRevisions(t *testing.T) {
	file := goodFile(t)
	f, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Revisions) != 1 || f.Revisions[0] != len(file) {
		t.Errorf("revisions end at %v of %d", f.Revisions, len(file))
	}
	root := int(f.Trailer["Root"].(Ref))
	at := bytes.Index(file, fmt.Appendf(nil, "\n%d 0 obj\n", root)) + 1
	body, _, _ := bytes.Cut(file[at:], []byte("endobj\n"))
	later := append([]byte(nil), file...)
	later = append(later, bytes.Replace(body, []byte("da-DK"), []byte("da"), 1)...)
	later = append(later, "endobj\n"...)
	later = fmt.Appendf(later, "xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %d/ID[(a)(b)]>>\nstartxref\n%d\n%%%%EOF\n",
		root, len(file), integer(f.Trailer["Size"]), root, bytes.LastIndex(file, []byte("\nxref\n"))+1, len(later))
	g := Open(t, later)
	if s := g.Catalog()["Lang"]; s != String("da") || len(g.Revisions) != 2 || g.Revisions[0] != len(file) {
		t.Errorf("language %v, revisions %v", s, g.Revisions)
	}
	Check(t, later, Options{})
}

// TestPacked reads a file whose objects another program packed into streams.
func TestPacked(t *testing.T) {
	Need(t, "qpdf", packages["qpdf"])
	in := Save(t, goodFile(t))
	out := filepath.Join(filepath.Dir(in), "packed.pdf")
	if b, err := exec.Command("qpdf", "--object-streams=generate", "--newline-before-endstream", in, out).CombinedOutput(); err != nil {
		t.Fatalf("qpdf: %v: %s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	f := Open(t, b)
	if !f.Packed {
		t.Error("the file is not packed")
	}
	if diff := cmp.Diff(Transcript(goodFile(t)), Transcript(b)); diff != "" {
		t.Errorf("it says something else (-want +got):\n%s", diff)
	}
	Check(t, b, Options{Foreign: true})
}

// TestTranscript shows how each thing looks in a transcript.
func TestTranscript(t *testing.T) {
	f, err := Read(goodFile(t))
	if err != nil {
		t.Fatal(err)
	}
	f.annotation("Widget", "Form", Dict{"FT": Name("Tx"), "T": String("x"), "TU": String("Navn"), "V": String("\xc5se")})
	f.draw("/P <</MCID 900>> BDC BT /F1 8 Tf (\x00f\x00 ) Tj ET EMC /P <</MCID 901>> BDC BT /F1 8 Tf (\x00e) Tj ET EMC")
	p := f.element(nil, "P", Dict{"Lang": String("en"), "Pg": f.Pages[0].Ref}, 900.0)
	f.element(p, "Span", Dict{"E": String("for eksempel")})
	p["K"] = append(p["K"].(Array), 901.0)
	f.element(nil, "Figure", Dict{"Alt": String("Segl")})
	f.analyse()
	var b strings.Builder
	f.transcribe(&b, f.Tree, "")
	for _, want := range []string{
		"\n  H1 Vurdering af arbejdsevnen • fleksjob\n",
		"\n      Lbl Jobindhold i bilag\n      LBody\n        Span [ActualText: Afkrydset: ja]\n",
		"\n  Form [x: Navn = Åse]\n",
		"\n  P (en) f\n    Span [E: for eksempel]\n    e\n",
		"\n  Figure [Alt: Segl]\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if got := Transcript([]byte("no PDF")); got != "unreadable: no startxref\n" {
		t.Errorf("transcript of no PDF: %q", got)
	}
}
