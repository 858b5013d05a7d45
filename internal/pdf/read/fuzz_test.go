package read

import (
	"testing"
	"unicode/utf8"

	"ab325/internal/pdf/read/readtest"
)

// FuzzInspect: whatever a file is, the answer is one of the words, and a file
// that is taken has pages. What hangs or eats is for the process to bear.
func FuzzInspect(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		a := inspect(file)
		if a.Fault == "" && (a.Pages < 1 || a.Pages > MaxPages) {
			t.Errorf("a file of %d pages was taken", a.Pages)
		}
		if a.Fields != nil {
			t.Error("fields were told")
		}
	})
}

// FuzzForm: whatever a file is, the answer is some fields with texts, or a word.
func FuzzForm(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		a := fieldsOf(file)
		if (a.Fault == "") != (len(a.Fields) > 0) {
			t.Errorf("fault %q and %d fields", a.Fault, len(a.Fields))
		}
		for _, field := range a.Fields {
			if field.Kind == Tick && field.Value != On && field.Value != Off {
				t.Errorf("a tick is %q", field.Value)
			}
		}
	})
}

// FuzzText: a text of a file is text.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "\xfe\xff\x00\xc5", "\xef\xbb\xbf\xc3", "\x1b\x1b", "\xc5se", "\xff\xfe\x00\xd8"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got := text(raw); !utf8.ValidString(got) {
			t.Errorf("text(%q) = %q, which is no text", raw, got)
		}
	})
}

func seeds(f *testing.F) {
	f.Add(paper("").bytes())
	f.Add(encryptedForm())
	f.Add(formOf("<</T (a) /FT /Tx /V (b)>>", nested(3)))
	f.Add(readtest.Form(map[string]string{"a.b": "c", "d": "Yes"}))
	f.Add(withObject("<</S /J#61vaScript>>"))
	f.Add(pages(3))
	f.Add(withStream("/Filter [/ASCII85Decode /FlateDecode]", encode85(deflate([]byte("0 0 m")))))
	f.Add(packed(func() []byte { return []byte("null <<>>") }))
	for _, h := range loops() {
		f.Add(h.file())
	}
}
