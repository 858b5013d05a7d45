package seal_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

var (
	rangeText = regexp.MustCompile(`/ByteRange\[0 (\d+) (\d+) (\d+)\] *`)
	gapText   = regexp.MustCompile(`/Contents<[0-9a-f]+>`)
)

// TestForged tries the known ways to make a sealed file show something else:
// none is taken for intact.
func TestForged(t *testing.T) {
	a := sealtest.New(t, clock)
	file := sealed(t, sealer(t, options(t, a, seal.BLT, "P-256")), record(t, 0))
	whole := only(t, file, a.Roots()).Covers
	gap := gapText.FindIndex(file)
	evil := "9 0 obj\n<</Type/Page>>\nendobj\n"
	at := rangeText.FindSubmatch(file)
	ranges := func(b, c, d int) string { return fmt.Sprintf("/ByteRange[0 %d %d %d]", b, c, d) }
	number := func(i int) (n int) {
		if _, err := fmt.Sscan(string(at[i]), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	from, to, rest := number(1), number(2), number(3)
	insert := func(at int, s string) []byte { return []byte(string(file[:at]) + s + string(file[at:])) }
	for title, b := range map[string][]byte{
		// The gap is made wider, and holds objects; a range to that goes behind.
		"wider gap, range behind": []byte(string(insert(to, evil)) + ranges(from, to+len(evil), rest)),
		// The same with the range in the gap.
		"wider gap, range within": insert(to, evil+ranges(from, to+len(evil)+50, rest)),
		// The signature's digits hold objects instead of zeros.
		"objects behind the signature": bytes.Replace(file, []byte(strings.Repeat("0", len(evil))+">>>"), []byte(evil+">>>"), 1),
		"digits behind the signature":  bytes.Replace(file, []byte(strings.Repeat("0", 2*len(evil))+">>>"), []byte(hex.EncodeToString([]byte(evil))+">>>"), 1),
		// Nothing is signed, or not from the beginning, or more than there is.
		"empty range":          rangeText.ReplaceAll(file, []byte(ranges(0, 0, 0))),
		"negative":             rangeText.ReplaceAll(file, []byte("/ByteRange[0 -1 5 5]")),
		"not from zero":        rangeText.ReplaceAll(file, []byte("/ByteRange[1 100 200 100]")),
		"too long":             rangeText.ReplaceAll(file, []byte(ranges(from, to, rest+1<<20))),
		"huge":                 rangeText.ReplaceAll(file, []byte(ranges(9999999999, 9999999999, 9999999999))),
		"no signature":         gapText.ReplaceAll(file, []byte("/Contents<>")),
		"null":                 gapText.ReplaceAll(file, []byte("/Contents null")),
		"signature of nothing": []byte(string(file[:gap[0]]) + "/Contents<" + strings.Repeat("00", (gap[1]-gap[0]-11)/2) + ">" + string(file[gap[1]:])),
		// Revocation data that are none, or behind which there is more.
		"data changed":       bytes.Replace(file, []byte("/DSS "), []byte("/DSs "), 1),
		"objects with data":  []byte(string(file[:whole]) + evil + string(file[whole:])),
		"page in place":      []byte(string(file[:whole]) + strings.Replace(string(file[whole:]), "/Pages ", "/Pagez ", 1)),
		"without beginning":  file[len(file)/2:],
		"another beginning":  append([]byte("%PDF-1.7\n"), file...),
		"cut behind the gap": file[:gap[1]+10],
	} {
		r, err := seal.Verify(b, a.Roots(), noon)
		if err != nil {
			continue
		}
		if s, ok := r.Last(); ok && s.State == seal.Intact {
			t.Errorf("%s: taken for intact: %+v", title, s)
		}
	}
}

// TestRangeOutside puts a seal's own range behind what it covers. Who could
// write it there could write another.
func TestRangeOutside(t *testing.T) {
	a := sealtest.New(t, clock)
	file := sealed(t, sealer(t, options(t, a, seal.BB, "P-256")), record(t, 0))
	r, err := seal.Verify(append(bytes.Clone(file), rangeText.Find(file)...), a.Roots(), noon)
	if err != nil {
		t.Fatal(err)
	}
	states := map[seal.State]int{}
	for _, s := range r.Seals {
		states[s.State]++
	}
	if len(r.Seals) != 2 || states[seal.Extended] != 1 || states[seal.Unreadable] != 1 {
		t.Errorf("%v, want one extended and one unreadable", states)
	}
}

// TestRevokedInFile verifies a seal whose revocation data came in between: the
// certificate was taken back before the time that the timestamp proves.
func TestRevokedInFile(t *testing.T) {
	now := noon.Add(time.Hour)
	a := sealtest.New(t, func() time.Time { return now })
	o := options(t, a, seal.BLT, "P-256")
	a.Revoke(o.Identity.Chain[0], noon.Add(time.Minute))
	file := sealed(t, sealer(t, o), record(t, 0)) // says that it was made at noon
	if s := only(t, file, a.Roots()); s.Trust != seal.Revoked || s.Level != seal.BT || !s.At().Equal(now) {
		t.Errorf("%+v", s)
	}
}

// TestBounds verifies files made to cost much. What took the square of their
// length would not end within the time that go test gives all tests.
func TestBounds(t *testing.T) {
	a := sealtest.New(t, clock)
	file := sealed(t, sealer(t, options(t, a, seal.BT, "P-256")), record(t, 0))
	const size = 2 << 20
	for title, b := range map[string][]byte{
		"deep":             append(bytes.Clone(file), strings.Repeat("[", size)+"\nxref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n"...),
		"deep dictionary":  append(bytes.Clone(file), "\nxref\n0 0\ntrailer\n"+strings.Repeat("<</A", size/4)+"\nstartxref\n"+fmt.Sprint(len(file)+1)+"\n"...),
		"many numbers":     append(bytes.Clone(file), strings.Repeat("/ByteRange[0 1 ", size/15)...),
		"many tables":      append(bytes.Clone(file), strings.Repeat(fmt.Sprintf("xref\n0 0\ntrailer\n<</Prev %d>>\n", len(file)), size/40)+fmt.Sprintf("startxref\n%d\n", len(file))...),
		"large table":      append(bytes.Clone(file), fmt.Sprintf("xref\n0 1048577\n%s\nstartxref\n%d\n", strings.Repeat("0000000000 00000 n \n", size/20), len(file))...),
		"many digits":      []byte("%PDF-1.7\n/ByteRange[0 40 2000000 5]/Contents<" + strings.Repeat("30", size)),
		"open text":        append(bytes.Clone(file), "xref\n0 0\ntrailer\n<</A("+strings.Repeat("(", size)+fmt.Sprintf("\nstartxref\n%d\n", len(file))...),
		"sixteen seals":    append(bytes.Clone(file), strings.Repeat("/ByteRange[0 10 20 2000000]", 15)+strings.Repeat(" ", size)...),
		"a thousand seals": append(bytes.Clone(file), strings.Repeat("/ByteRange[0 10 20 30]", 1000)...),
	} {
		r, err := seal.Verify(b, a.Roots(), noon)
		if err != nil {
			continue
		}
		if s, ok := r.Last(); ok && s.State == seal.Intact {
			t.Errorf("%s: taken for intact", title)
		}
	}
}

// FuzzVerify changes sealed files anyhow. Nothing panics, and what is taken for
// intact begins as the sealed file does.
func FuzzVerify(f *testing.F) {
	a := sealtest.New(f, clock)
	file := sealed(f, sealer(f, options(f, a, seal.BLT, "P-256")), record(f, 0))
	whole := only(f, file, a.Roots()).Covers
	gap := gapText.FindIndex(file)
	tail := len(file) - 6000
	roots := a.Roots()
	f.Add(uint32(0), []byte("x"))
	f.Add(uint32(100), []byte("/ByteRange[0 1 2 3]"))
	f.Add(uint32(5900), []byte("startxref\n0\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, at uint32, put []byte) {
		i := tail + int(at)%6000
		b := bytes.Clone(file)
		b = append(b[:i], append(bytes.Clone(put), b[min(len(b), i+len(put)):]...)...)
		r, err := seal.Verify(b, roots, noon)
		if err != nil {
			return
		}
		same := len(b) >= whole && bytes.Equal(b[:gap[0]], file[:gap[0]]) && bytes.Equal(b[gap[1]:whole], file[gap[1]:whole])
		if s, ok := r.Last(); ok && s.State == seal.Intact && !same {
			t.Errorf("intact with %q at %d", put, i)
		}
	})
}

// FuzzAppend seals files that are ours no longer. Nothing panics, and what is
// sealed begins with what was to be.
func FuzzAppend(f *testing.F) {
	a := sealtest.New(f, clock)
	s := sealer(f, options(f, a, seal.BB, "P-256"))
	good := record(f, 0)
	f.Add(uint32(0), []byte("%PDF-1.7"))
	f.Add(uint32(len(good)-40), []byte("startxref\n5\n"))
	f.Add(uint32(len(good)-100), []byte("/Prev 0"))
	f.Fuzz(func(t *testing.T, at uint32, put []byte) {
		i := int(at) % len(good)
		b := bytes.Clone(good)
		copy(b[i:], put)
		out, err := s.Append(context.Background(), nil, b, noon)
		if err == nil && !bytes.HasPrefix(out, b) {
			t.Errorf("sealed something else with %q at %d", put, i)
		}
	})
}
