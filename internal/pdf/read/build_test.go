package read

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"fmt"
	"strings"
)

// A builder writes PDFs object by object, the wrong ones too.
type builder struct {
	objects []string // object n is objects[n-1]; "" is not written
	trailer string   // entries after /Size and /Root
	version string
}

// add adds an object and returns the reference to it.
func (b *builder) add(format string, args ...any) string {
	b.objects = append(b.objects, fmt.Sprintf(format, args...))
	return fmt.Sprintf("%d 0 R", len(b.objects))
}

// stream adds a stream whose dictionary has those entries besides its length.
func (b *builder) stream(entries string, data []byte) string {
	return b.add("<<%s /Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// bytes returns the file; object 1 is its catalog.
func (b *builder) bytes() []byte {
	var out bytes.Buffer
	version := b.version
	if version == "" {
		version = "1.7"
	}
	fmt.Fprintf(&out, "%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n", version)
	at := make([]int, len(b.objects))
	for i, o := range b.objects {
		if o != "" {
			at[i] = out.Len()
			fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
		}
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(b.objects)+1)
	for _, n := range at {
		if n == 0 {
			out.WriteString("0000000000 65535 f \n")
			continue
		}
		fmt.Fprintf(&out, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n", len(b.objects)+1, b.trailer, start)
	return out.Bytes()
}

// paper returns a builder of a file with a page, objects 1 to 3; its catalog
// has those entries besides its pages.
func paper(catalog string) *builder {
	b := &builder{}
	b.add("<</Type /Catalog /Pages 2 0 R %s>>", catalog)
	b.add("<</Type /Pages /Kids [3 0 R] /Count 1>>")
	b.add("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>")
	return b
}

// withObject returns a page with one more object, which nothing refers to.
func withObject(format string, args ...any) []byte {
	b := paper("")
	b.add(format, args...)
	return b.bytes()
}

// formOf returns a file with a form of those fields, each a dictionary.
func formOf(fields ...string) []byte {
	b := paper("/AcroForm 4 0 R")
	b.add("") // the form, when its fields are known
	var refs []string
	for _, f := range fields {
		refs = append(refs, b.add("%s", f))
	}
	b.objects[3] = "<</Fields [" + strings.Join(refs, " ") + "]>>"
	return b.bytes()
}

func deflate(data []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	must(w.Write(data))
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func encode85(data []byte) []byte {
	var out bytes.Buffer
	w := ascii85.NewEncoder(&out)
	must(w.Write(data))
	if err := w.Close(); err != nil {
		panic(err)
	}
	return append(out.Bytes(), "~>"...)
}

// must panics: a buffer takes every write.
func must(_ int, err error) {
	if err != nil {
		panic(err)
	}
}
