package write

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"ab325/internal/pdf/layout"
)

// A writer appends numbered objects and notes where they begin.
type writer struct {
	dst     []byte
	base    int   // where the file begins in dst
	offsets []int // of the objects written, by number from first
	first   int   // the number of the first object, less one
	length  int   // where the open stream's length goes
}

func (w *writer) begin() {
	w.offsets = append(w.offsets, len(w.dst)-w.base)
	w.dst = integer(w.dst, w.first+len(w.offsets))
	w.dst = append(w.dst, " 0 obj\n"...)
}

func (w *writer) end() { w.dst = append(w.dst, "\nendobj\n"...) }

func (w *writer) object(body []byte) {
	w.begin()
	w.dst = append(w.dst, body...)
	w.end()
}

// beginStream begins an object whose data are written into dst; endStream
// fills in how long they became.
func (w *writer) beginStream() {
	w.begin()
	w.dst = append(w.dst, "<</Length "...)
	w.length = len(w.dst)
	w.dst = append(w.dst, "          >>\nstream\n"...)
}

func (w *writer) endStream() {
	const head = len("          >>\nstream\n")
	var digits [10]byte
	copy(w.dst[w.length:], integer(digits[:0], len(w.dst)-w.length-head))
	w.dst = append(w.dst, "\nendstream"...)
	w.end()
}

// table appends the objects' lines in the table of offsets.
func (w *writer) table(b []byte) []byte {
	for _, offset := range w.offsets {
		const line = "0000000000 00000 n \n"
		b = append(b, line...)
		for i := len(b) - len(line) + 9; offset > 0; i-- {
			b[i] = byte('0' + offset%10)
			offset /= 10
		}
	}
	return b
}

// trailer returns the file with the table of offsets and what a reader begins
// with. before has the table's lines of the objects below the first.
func (w *writer) trailer(before []byte, root int, id [16]byte) []byte {
	at := len(w.dst) - w.base
	size := w.first + len(w.offsets) + 1
	b := append(w.dst, "xref\n0 "...)
	b = append(integer(b, size), "\n0000000000 65535 f \n"...)
	b = append(b, before...)
	b = w.table(b)
	b = append(b, "trailer\n<</Size "...)
	b = integer(b, size)
	b = append(b, "/Root "...)
	b = ref(b, root)
	b = append(b, "/ID[<"...)
	b = hex.AppendEncode(b, id[:])
	b = append(b, "><"...)
	b = hex.AppendEncode(b, id[:])
	b = append(b, ">]>>\nstartxref\n"...)
	return append(integer(b, at), "\n%%EOF\n"...)
}

func integer(b []byte, n int) []byte {
	switch { // most are small
	case 0 <= n && n < 10:
		return append(b, byte('0'+n))
	case 10 <= n && n < 100:
		return append(b, byte('0'+n/10), byte('0'+n%10))
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func ref(b []byte, n int) []byte { return append(integer(b, n), " 0 R"...) }

// length appends hundredths of a point as points.
func length(b []byte, u layout.Unit) []byte {
	if u < 0 {
		b, u = append(b, '-'), -u
	}
	b = integer(b, int(u/100))
	if u %= 100; u != 0 {
		b = append(b, '.', byte('0'+u/10))
		if u %= 10; u != 0 {
			b = append(b, byte('0'+u))
		}
	}
	return b
}

func sum(b []byte) [32]byte { return sha256.Sum256(b) }
