package write

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf/layout"
)

// face has every letter, an "i" of half a width, and U+0301 as an accent with
// its ink 40 thousandths left of the pen.
func face() *layout.Face {
	return layout.NewFace(func(r rune) (int, bool) {
		switch r {
		case 0x301:
			return 0, true
		case 'i':
			return 500, true
		}
		return 1000, true
	}, func(rune) (int, bool) { return -40, true })
}

func TestLength(t *testing.T) {
	for _, test := range []struct {
		u    layout.Unit
		want string
	}{{0, "0"}, {100, "1"}, {1250, "12.5"}, {59528, "595.28"}, {5, "0.05"}, {-30, "-0.3"}, {-1205, "-12.05"}} {
		if got := string(length(nil, test.u)); got != test.want {
			t.Errorf("length(%d) = %q, want %q", test.u, got, test.want)
		}
	}
}

func TestShow(t *testing.T) {
	for _, test := range []struct {
		text string
		hard bool
		want string
	}{
		{"", false, "() Tj\n"},
		{"aé", false, "(\x00a\x00\xe9) Tj\n"},
		{"a", true, "(\x00a\x00 ) Tj\n"},
		{`(\)`, false, `(` + "\x00\\(\x00\\\\\x00\\)" + ") Tj\n"},
		{"ĨĩĊ", false, "(\x01\\(\x01\\)\x01\x0a) Tj\n"},
		{"č", false, "(\x01\\r) Tj\n"},
		{"–", false, "( \x13) Tj\n"},
		{"x\u0301y", false, "[(\x00x)460(\x03\x01)-460(\x00y)] TJ\n"},
		{"i\u0301\u0301", true, "[(\x00i)210(\x03\x01)-210()210(\x03\x01)-210(\x00 )] TJ\n"},
		{"\u0301", false, "[()-40(\x03\x01)40()] TJ\n"},
	} {
		if got := string(show(nil, face(), test.text, test.hard)); got != test.want {
			t.Errorf("show(%q, %t) = %q, want %q", test.text, test.hard, got, test.want)
		}
	}
}

func TestRuns(t *testing.T) {
	got := string(runs(nil, layout.Fonts{Regular: face(), Bold: face()}, []layout.Run{
		{X: 1000, Y: 2000, Size: 1000, Text: "a", Hard: true},
		{X: 1000, Y: 3200, Size: 1000, Text: "b"},
		{X: 1500, Y: 3200, Size: 800, Bold: true, Text: "c"},
	}))
	want := "BT /F1 10 Tf 10 821.89 Td (\x00a\x00 ) Tj\n0 -12 Td (\x00b) Tj\n/F2 8 Tf 5 0 Td (\x00c) Tj\nET "
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("runs (-want +got):\n%s", diff)
	}
}

func TestTick(t *testing.T) {
	box := layout.Rect{X: 1000, Y: 10000, W: 1000, H: 1000}
	const square = ".6 w 10 731.89 10 10 re S "
	if got := string(tick(nil, box, false)); got != square {
		t.Errorf("tick(false) = %q, want %q", got, square)
	}
	const cross = square + "1.3 w 1 J 12 733.89 m 18 739.89 l 12 739.89 m 18 733.89 l S 0 J "
	if got := string(tick(nil, box, true)); got != cross {
		t.Errorf("tick(true) = %q, want %q", got, cross)
	}
}

// The picture of a code is the right way up, and not its mirror image, which some
// cameras read too.
func TestPicture(t *testing.T) {
	d := &layout.Document{Code: &layout.Code{Side: 3, Rows: []uint64{0b011, 0b101, 0}}}
	got := string(picture(nil, d, &layout.Slot{Frame: layout.Rect{X: 1000, Y: 10000, W: 5000, H: 1100}}))
	want := "/Artifact BMC\nq 1 0 0 1 53 734.89 cm\n0 2 2 1 re\n0 1 1 1 re\n2 1 1 1 re\nf Q EMC\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("picture (-want +got):\n%s", diff)
	}
}

func TestInteger(t *testing.T) {
	for _, n := range []int{0, 9, 10, 42, 99, 100, 12345, -1, -42} {
		if got, want := string(integer([]byte("x"), n)), fmt.Sprintf("x%d", n); got != want {
			t.Errorf("integer(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestWriter(t *testing.T) {
	w := writer{dst: []byte("before"), base: 6, first: 7}
	w.object([]byte("<<>>"))
	w.beginStream()
	w.dst = append(w.dst, "abc"...)
	w.endStream()
	want := "before8 0 obj\n<<>>\nendobj\n9 0 obj\n<</Length 3         >>\nstream\nabc\nendstream\nendobj\n"
	if diff := cmp.Diff(want, string(w.dst)); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	if got, want := string(w.table(nil)), "0000000000 00000 n \n0000000020 00000 n \n"; got != want {
		t.Errorf("table = %q, want %q", got, want)
	}
}

// TestXMP reads the metadata as XML and finds what a reader looks for, and no
// time: the same case must make the same file.
func TestXMP(t *testing.T) {
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		t.Fatal(err)
	}
	def.Title = "A & B <C>"
	body := xmp(title(def, layout.Blad2))
	_, data, _ := bytes.Cut(body, []byte("stream\n"))
	data, _, _ = bytes.Cut(data, []byte("\nendstream"))
	found := map[string]string{}
	var name string
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name = token.Name.Local
		case xml.CharData:
			if s := strings.TrimSpace(string(token)); s != "" && s != "\ufeff" {
				found[name] += s + ";"
			}
		}
	}
	want := map[string]string{
		"part": "2;1;", "conformance": "A;", "li": "da-DK;AB 325 (03/2020) A & B <C> – Blad 2;", "CreatorTool": "ab325;", "Producer": "ab325;",
		"schema": "PDF/UA identification schema;", "namespaceURI": "http://www.aiim.org/pdfua/ns/id/;", "prefix": "pdfuaid;",
		"name": "part;", "valueType": "Integer;", "category": "internal;", "description": "PDF/UA part;",
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}
