package read

import (
	"bytes"
	"compress/lzw"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
)

// A hostile file is made to take memory or time, or to bring a parser down.
type hostile struct {
	title string
	file  func() []byte
}

// zeros returns n bytes that every filter makes small.
func zeros(n int) []byte { return make([]byte, n) }

// withStream returns a page whose content is a stream.
func withStream(entries string, data []byte) []byte {
	b := paper("")
	b.objects[2] = "<</Type /Page /Parent 2 0 R /Contents 4 0 R>>"
	b.stream(entries, data)
	return b.bytes()
}

// bombs are streams that become far more than they are.
func bombs() []hostile {
	const big = 34 << 20 // a little more than a stream may become
	small := sync.OnceValue(func() []byte { return deflate(zeros(big)) })
	lzwBomb := func() []byte {
		var out bytes.Buffer
		w := lzw.NewWriter(&out, lzw.MSB, 8)
		must(w.Write(zeros(big)))
		if err := w.Close(); err != nil {
			panic(err)
		}
		return out.Bytes()
	}
	return []hostile{
		{"flate", func() []byte { return withStream("/Filter /FlateDecode", small()) }},
		{"double flate", func() []byte {
			return withStream("/Filter [/FlateDecode /FlateDecode]", deflate(small()))
		}},
		{"triple flate of a picture", func() []byte {
			return withStream("/Subtype /Image /Width 1 /Height 1 /Filter [/FlateDecode /FlateDecode /FlateDecode]", deflate(deflate(small())))
		}},
		{"LZW", func() []byte { return withStream("/Filter /LZWDecode /DecodeParms <</EarlyChange 0>>", lzwBomb()) }},
		{"run lengths", func() []byte {
			return withStream("/Filter /RunLengthDecode", append(bytes.Repeat([]byte{129, 0}, 300_000), 128))
		}},
		{"ASCII85", func() []byte {
			return withStream("/Filter /ASCII85Decode", append(bytes.Repeat([]byte("z"), 9<<20), "~>"...))
		}},
		{"flate in ASCII85", func() []byte {
			return withStream("/Filter [/ASCII85Decode /FlateDecode]", encode85(small()))
		}},
		{"flate in hexadecimal", func() []byte {
			return withStream("/Filter [/ASCIIHexDecode /FlateDecode]", fmt.Appendf(nil, "%X>", small()))
		}},
		{"many small ones", func() []byte {
			b, data := paper(""), deflate(zeros(30<<20))
			for range 20 {
				b.stream("/Filter /FlateDecode", data)
			}
			return b.bytes()
		}},
		{"a predictor of long rows", func() []byte {
			return withStream("/Filter /FlateDecode /DecodeParms <</Predictor 15 /Columns 2000000000 /Colors 4 /BitsPerComponent 16>>", small())
		}},
		{"objects in a stream", func() []byte { return packed(func() []byte { return zeros(big) }) }},
		{"a table of objects in a stream", func() []byte { return tableStream(big, 0) }},
		{"a table that claims more than it has", func() []byte { return tableStream(1<<10, 2_000_000_000) }},
		{"a table of too many objects", func() []byte { return tableStream(20<<20, 5_000_000) }},
		{"a text that is a stream", func() []byte {
			b := paper("/AcroForm <</Fields [<</T (a) /FT /Tx /V 4 0 R>>]>>")
			b.stream("/Filter /FlateDecode", small())
			return b.bytes()
		}},
	}
}

// packed returns a file with objects in a stream of those bytes.
func packed(data func() []byte) []byte {
	stream := deflate(append([]byte("5 0 6 4 "), data()...))
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	at := []int{0}
	for i, o := range []string{"<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>", "<</Type /Page /Parent 2 0 R>>",
		fmt.Sprintf("<</Type /ObjStm /N 2 /First 8 /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream", len(stream), stream)} {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	row := func(kind byte, a int, b byte) []byte { return []byte{kind, byte(a >> 16), byte(a >> 8), byte(a), b} }
	table := slices.Concat(row(0, 0, 0), row(1, at[1], 0), row(1, at[2], 0), row(1, at[3], 0), row(1, at[4], 0), row(2, 4, 0), row(2, 4, 1), row(1, start, 0))
	fmt.Fprintf(&out, "7 0 obj\n<</Type /XRef /Size 8 /W [1 3 1] /Root 1 0 R /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", len(table), table, start)
	return out.Bytes()
}

// tableStream returns a file whose table of objects is a stream of n zeros.
func tableStream(n, size int) []byte {
	data := deflate(zeros(n))
	if size == 0 {
		size = n / 4
	}
	head := "%PDF-1.7\n"
	return fmt.Appendf(nil, "%s1 0 obj\n<</Type /XRef /Size %d /W [1 2 1] /Root 2 0 R /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
		head, size, len(data), data, len(head))
}

// loops are references that lead back, and structures that have no end.
func loops() []hostile {
	return []hostile{
		{"an object that is itself", func() []byte { b := paper(""); b.add("4 0 R"); b.objects[1] = "4 0 R"; return b.bytes() }},
		{"a length that is itself", func() []byte {
			b := paper("")
			b.add("<</Length 4 0 R>>\nstream\nabc\nendstream")
			return b.bytes()
		}},
		{"lengths of each other", func() []byte {
			b := paper("")
			b.add("<</Length 5 0 R>>\nstream\nabc\nendstream")
			b.add("<</Length 4 0 R>>\nstream\nabc\nendstream")
			return b.bytes()
		}},
		{"a table before itself", func() []byte {
			b := paper("")
			b.trailer = "/Prev 0"
			file := b.bytes()
			start := bytes.LastIndex(file, []byte("xref\n0")) // also startxref's, but that is further on
			return bytes.Replace(file, []byte("/Prev 0"), fmt.Appendf(nil, "/Prev %d", start), 1)
		}},
		{"pages that are their own parents", func() []byte {
			b := paper("")
			b.objects[1] = "<</Type /Pages /Kids [2 0 R 2 0 R] /Count 2>>"
			return b.bytes()
		}},
		{"pages twice at each of 30 levels", func() []byte { return doubling("/Pages 4 0 R", "<</Type /Pages /Kids [%d 0 R %d 0 R]>>") }},
		{"structure twice at each of 30 levels", func() []byte {
			return doubling("/StructTreeRoot 4 0 R", "<</Type /StructElem /S /P /K [%d 0 R %d 0 R]>>")
		}},
		{"fields twice at each of 30 levels", func() []byte { return doubling("/AcroForm <</Fields [4 0 R]>>", "<</T (a) /Kids [%d 0 R %d 0 R]>>") }},
		{"bookmarks twice at each of 30 levels", func() []byte { return doubling("/Outlines 4 0 R", "<</First %d 0 R /Next %d 0 R>>") }},
		{"names twice at each of 30 levels", func() []byte { return doubling("/Names <</Dests 4 0 R>>", "<</Kids [%d 0 R %d 0 R]>>") }},
		{"a stream of objects in itself", func() []byte {
			return bytes.Replace(packed(func() []byte { return []byte("null null") }), []byte("/N 2"), []byte("/Extends 4 0 R /N 2"), 1)
		}},
	}
}

// doubling returns a file in which each of 30 objects names the next twice.
func doubling(catalog, object string) []byte {
	b := paper(catalog)
	for range 30 {
		b.add(object, len(b.objects)+2, len(b.objects)+2)
	}
	b.add("<<>>")
	return b.bytes()
}

// floods are very many or very deep.
func floods() []hostile {
	return []hostile{
		{"a million objects", func() []byte {
			var out bytes.Buffer
			out.WriteString("%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj\n")
			for i := 2; out.Len() < MaxSize-4096; i++ {
				fmt.Fprintf(&out, "%d 0 obj<<>>endobj\n", i)
			}
			return append(out.Bytes(), "trailer<</Root 1 0 R>>\n%%EOF\n"...)
		}},
		{"a table of a million", func() []byte {
			b := paper("")
			file := b.bytes()
			lines := strings.Repeat("0000000009 00000 n \n", 400_000)
			return []byte(strings.Replace(string(file), "xref\n0 4\n", "xref\n0 400004\n"+lines, 1))
		}},
		{"arrays in arrays", func() []byte { return withObject("%s", strings.Repeat("[", 1<<20)+strings.Repeat("]", 1<<20)) }},
		{"dictionaries in dictionaries", func() []byte {
			return withObject("%s", strings.Repeat("<</A", 1<<18)+"null"+strings.Repeat(">>", 1<<18))
		}},
		{"an array without an end", func() []byte { return withObject("%s", strings.Repeat("[", 4<<20)) }},
		{"a dictionary without an end", func() []byte { return withObject("%s", strings.Repeat("<</A", 1<<20)) }},
		{"parentheses in parentheses", func() []byte { return withObject("%s", strings.Repeat("(", 4<<20)) }},
		{"a long array", func() []byte { return withObject("[%s]", strings.Repeat("0 ", 4<<20)) }},
		{"a long dictionary", func() []byte {
			var d strings.Builder
			for i := range 600_000 {
				fmt.Fprintf(&d, "/K%d 0 ", i)
			}
			return withObject("<<%s>>", d.String())
		}},
		{"a long name", func() []byte { return withObject("/%s", strings.Repeat("a", 8<<20)) }},
		{"a long string", func() []byte { return withObject("(%s)", strings.Repeat("a", 8<<20)) }},
		{"a long comment", func() []byte { return withObject("%% %s\nnull", strings.Repeat("a", 8<<20)) }},
		{"ten megabytes of line breaks", func() []byte { return append([]byte("%PDF-1.7"), bytes.Repeat([]byte("\n"), MaxSize-20)...) }},
		{"ten megabytes of obj", func() []byte {
			return append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj\n"), (MaxSize-20)/8)...)
		}},
		{"ten megabytes of stream", func() []byte {
			return append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("stream\n"), (MaxSize-20)/7)...)
		}},
		{"ten megabytes of startxref", func() []byte {
			return append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("startxref\n9\n%%EOF\n"), (MaxSize-20)/18)...)
		}},
		{"ten megabytes of trailers", func() []byte {
			return append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("trailer\n<<\n"), (MaxSize-20)/11)...)
		}},
		{"ten megabytes of noise", func() []byte {
			noise := make([]byte, MaxSize-20)
			r := rand.NewChaCha8([32]byte{1})
			must(r.Read(noise))
			return append([]byte("%PDF-1.7\n"), noise...)
		}},
		{"a length of two thousand million", func() []byte {
			return bytes.Replace(withStream("", []byte("abc")), []byte("/Length 3"), []byte("/Length 2000000000"), 1)
		}},
		{"a length below nothing", func() []byte {
			return bytes.Replace(withStream("", []byte("abc")), []byte("/Length 3"), []byte("/Length -3"), 1)
		}},
		{"tables one before the other", chain},
	}
}

// chain returns a file with thousands of revisions that change nothing.
func chain() []byte {
	out := bytes.NewBuffer(paper("").bytes())
	previous := bytes.LastIndex(out.Bytes(), []byte("xref\n0 "))
	for range 20_000 {
		start := out.Len()
		fmt.Fprintf(out, "xref\n0 0\ntrailer\n<</Size 4 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n", previous, start)
		previous = start
	}
	return out.Bytes()
}
