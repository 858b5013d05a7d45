package seal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"ab325/forms"
	"ab325/internal/form"
	"ab325/internal/pdf"
	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// noon is the time of the tests.
var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

var engine = sync.OnceValues(func() (*pdf.Engine, error) {
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		return nil, err
	}
	return pdf.Compile(def)
})

// record returns a document of the kind that is sealed: with lines more lines
// than its box has room for, on pages of a bilag.
func record(t testing.TB, lines int) []byte {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	file, err := e.Append(nil, &pdf.Record{Sheet: pdf.Blad2, Reference: "2026-000123", Values: form.Values{
		"employee.name":            "Karla Østergård Nørby",
		"assessment.hoursPerWeek":  "12,5",
		"assessment.justification": strings.Repeat("Vurderingen bygger på praktikken.\n", lines+1),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func sealer(t testing.TB, o seal.Options) *seal.Sealer {
	t.Helper()
	o.Rand = rand.Reader
	s, err := seal.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sealed(t testing.TB, s *seal.Sealer, file []byte) []byte {
	t.Helper()
	b, err := s.Append(context.Background(), nil, file, noon)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// options returns what seals of a level are made with.
func options(t testing.TB, a *sealtest.Authority, level seal.Level, key string) seal.Options {
	t.Helper()
	o := seal.Options{Identity: a.Identity("Vestby Kommune", key)}
	if level != seal.BB {
		o.Stamper = a.Stamper()
	}
	if level == seal.BLT {
		o.Revocation = a.Revocation()
	}
	return o
}

// only returns what is known of the one seal that a file has.
func only(t testing.TB, file []byte, roots seal.Roots) seal.Seal {
	t.Helper()
	r, err := seal.Verify(file, roots, noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Seals) != 1 {
		t.Fatalf("%d seals, want 1", len(r.Seals))
	}
	return r.Seals[0]
}

// ownRoot has the last certificate of an identity vouch for seals.
func ownRoot(id *seal.Identity) seal.Roots {
	pool := x509.NewCertPool()
	pool.AddCert(id.Chain[len(id.Chain)-1])
	return seal.Roots{Seals: pool}
}

// every calls f with a sealed file of each level and kind of key.
func every(t *testing.T, f func(t *testing.T, a *sealtest.Authority, unsealed, file []byte, level seal.Level)) {
	sealsAt(t, clock, map[string]int{"RSA": 0, "P-256": 200, "P-384": 0, "P-521": 200}, f)
}

// sealsAt calls f with a sealed file of each level, for each kind of key and as
// many lines as it says.
func sealsAt(t *testing.T, now func() time.Time, keys map[string]int, f func(t *testing.T, a *sealtest.Authority, unsealed, file []byte, level seal.Level)) {
	a := sealtest.New(t, now)
	for _, level := range []seal.Level{seal.BB, seal.BT, seal.BLT} {
		for key, lines := range keys {
			t.Run(string(level)+" "+key, func(t *testing.T) {
				unsealed := record(t, lines)
				b, err := sealer(t, options(t, a, level, key)).Append(context.Background(), nil, unsealed, now())
				if err != nil {
					t.Fatal(err)
				}
				f(t, a, unsealed, b, level)
			})
		}
	}
}

// TestSealed finds in a sealed file the record as its beginning, and who sealed
// it, when, and that it is as it was.
func TestSealed(t *testing.T) {
	every(t, func(t *testing.T, a *sealtest.Authority, unsealed, file []byte, level seal.Level) {
		if !bytes.HasPrefix(file, unsealed) {
			t.Error("the record is not the beginning of the sealed file")
		}
		s := only(t, file, a.Roots())
		if s.State != seal.Intact || s.Trust != seal.Trusted || s.Level != level || s.By != "Vestby Kommune" || s.Demo || !s.At().Equal(noon) || !s.Claimed.Equal(noon) {
			t.Errorf("%+v", s)
		}
		if s.Record != len(unsealed) || len(s.Digest) < 32 {
			t.Errorf("the record has %d bytes, want %d; digest %x", s.Record, len(unsealed), s.Digest)
		}
		if level == seal.BB != (s.Stamp == nil) {
			t.Errorf("stamp %v", s.Stamp)
		}
		if s.Stamp != nil && (s.Stamp.By != "Prøvetidsstempel" || s.Stamp.Trust != seal.Trusted) {
			t.Errorf("stamp %+v", s.Stamp)
		}
		if whole := level != seal.BLT; whole != (s.Covers == len(file)) {
			t.Errorf("covers %d of %d bytes", s.Covers, len(file))
		}
	})
}

// TestAppendsBehind appends to a buffer that already holds something.
func TestAppendsBehind(t *testing.T) {
	a := sealtest.New(t, clock)
	s := sealer(t, options(t, a, seal.BLT, "P-256"))
	b, err := s.Append(context.Background(), []byte("before"), record(t, 0), noon)
	if err != nil {
		t.Fatal(err)
	}
	file, ok := bytes.CutPrefix(b, []byte("before"))
	if got := only(t, file, a.Roots()); !ok || got.State != seal.Intact || got.Level != seal.BLT {
		t.Errorf("%+v", got)
	}
}

// TestEveryByteMatters changes 2 000 bytes (300 where there are revocation data),
// one at a time, wherever the seal covers, and some of those of its own
// revisions. Not one file is taken for intact.
func TestEveryByteMatters(t *testing.T) {
	a := sealtest.New(t, clock)
	for level, tries := range map[seal.Level]int{seal.BB: 2000, seal.BLT: 300} {
		unsealed := record(t, 0)
		file := sealed(t, sealer(t, options(t, a, level, "P-256")), unsealed)
		gap := bytes.Index(file, []byte("/Contents<")) + len("/Contents")
		end := gap + bytes.IndexByte(file[gap:], '>')
		roots := a.Roots()
		try := func(i int, c byte) {
			t.Helper()
			if i > gap && i < end { // the signature itself: what is not covered
				return
			}
			file[i] ^= c
			defer func() { file[i] ^= c }()
			r, err := seal.Verify(file, roots, noon)
			if err != nil {
				return
			}
			if s, ok := r.Last(); ok && s.State == seal.Intact && s.Level == level {
				t.Errorf("%s: byte %d of %d changed by %#x is not found", level, i, len(file), c)
			}
		}
		random := mathrand.New(mathrand.NewPCG(1, 2))
		for tried := 0; tried < tries; {
			i := random.IntN(len(file))
			if i <= gap || i >= end {
				tried++
			}
			try(i, byte(1+random.IntN(255)))
		}
		for i := len(unsealed); i <= gap; i += 1 + random.IntN(4) {
			try(i, byte(1+random.IntN(255)))
		}
		for i := end; i < len(file); i += 1 + random.IntN(8) {
			try(i, byte(1+random.IntN(255)))
		}
		if s := only(t, file, a.Roots()); s.State != seal.Intact {
			t.Fatal("the file was not put back as it was")
		}
	}
}

// TestNotOurLayout seals files that no revision can be put behind.
func TestNotOurLayout(t *testing.T) {
	a := sealtest.New(t, clock)
	s := sealer(t, options(t, a, seal.BB, "P-256"))
	good := string(record(t, 0))
	for title, file := range map[string]string{
		"nothing":       "",
		"text":          "hello",
		"cut off":       good[:len(good)/2],
		"no table":      strings.Replace(good, "xref\n0 ", "xxxx\n0 ", 1),
		"no tree":       strings.ReplaceAll(good, "/StructTreeRoot", "/StructTreeRuut"),
		"no pages":      strings.ReplaceAll(good, "/Kids", "/Kods"),
		"table outside": good[:strings.LastIndex(good, "startxref")] + "startxref\n99999999\n%%EOF\n",
	} {
		before := []byte("before")
		if b, err := s.Append(context.Background(), before, []byte(file), noon); err == nil || string(b) != "before" {
			t.Errorf("%s: sealed, %v; want an error and nothing appended", title, err)
		}
	}
}

// TestTogether seals with one Sealer from many goroutines.
func TestTogether(t *testing.T) {
	a := sealtest.New(t, clock)
	s := sealer(t, options(t, a, seal.BLT, "P-256"))
	file := record(t, 0)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			b, err := s.Append(context.Background(), nil, file, noon)
			if err != nil {
				t.Error(err)
				return
			}
			r, err := seal.Verify(b, a.Roots(), noon)
			if err != nil || len(r.Seals) != 1 || r.Seals[0].Level != seal.BLT || r.Seals[0].Trust != seal.Trusted {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
	all.Wait()
}
