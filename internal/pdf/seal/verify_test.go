package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// TestAdded puts things behind a sealed file, as one does who wants readers to
// show something else. What was sealed is still there, and is not what is seen.
func TestAdded(t *testing.T) {
	a := sealtest.New(t, clock)
	file := sealed(t, sealer(t, options(t, a, seal.BT, "P-256")), record(t, 0))
	lasting := sealed(t, sealer(t, options(t, a, seal.BLT, "P-256")), record(t, 0))
	stranger, err := seal.NewDemo(rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	for title, b := range map[string][]byte{
		"a comment":            append(bytes.Clone(file), "% more\n"...),
		"a comment, lasting":   append(bytes.Clone(lasting), "% more\n"...),
		"an object":            append(bytes.Clone(file), "1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R>>\n"...),
		"another seal":         sealed(t, sealer(t, seal.Options{Identity: stranger}), file),
		"another seal, behind": sealed(t, sealer(t, seal.Options{Identity: stranger}), lasting),
	} {
		r, err := seal.Verify(b, a.Roots(), noon)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := r.Last()
		if !ok || s.State != seal.Extended || s.Trust != seal.Trusted || s.By != "Vestby Kommune" {
			t.Errorf("%s: %+v, want extended", title, s)
		}
	}
	if s := only(t, append(bytes.Clone(file), "\r\n"...), a.Roots()); s.State != seal.Intact {
		t.Errorf("an end of line more: %+v", s)
	}
}

// TestSealedAgain seals a sealed file: both seals are found, the first as what
// is extended.
func TestSealedAgain(t *testing.T) {
	a := sealtest.New(t, clock)
	once := sealed(t, sealer(t, options(t, a, seal.BLT, "RSA")), record(t, 0))
	o := options(t, a, seal.BLT, "P-256")
	o.Identity = a.Identity("Østby Kommune", "P-256")
	r, err := seal.Verify(sealed(t, sealer(t, o), once), a.Roots(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Seals) != 2 || r.Seals[0].By != "Vestby Kommune" || r.Seals[0].State != seal.Extended ||
		r.Seals[1].By != "Østby Kommune" || r.Seals[1].State != seal.Intact || r.Seals[1].Record != len(once) {
		t.Errorf("%+v", r.Seals)
	}
}

// TestTrust asks about seals whose certificates nobody vouches for, or no
// longer.
func TestTrust(t *testing.T) {
	a, other := sealtest.New(t, clock), sealtest.New(t, clock)
	file := record(t, 0)
	plain := sealed(t, sealer(t, options(t, a, seal.BB, "P-256")), file)
	stamped := sealed(t, sealer(t, options(t, a, seal.BT, "P-256")), file)
	own := options(t, a, seal.BT, "P-256")
	own.Stamper = options(t, other, seal.BT, "P-256").Stamper
	backdated := sealed(t, sealer(t, own), file)
	later := noon.AddDate(4, 0, 0) // the seal's certificate ends after two years, the timestamp's after five
	demo, err := seal.NewDemo(rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		title string
		file  []byte
		roots seal.Roots
		at    time.Time
		want  seal.Trust
	}{
		{"known", plain, a.Roots(), noon, seal.Trusted},
		{"no roots", plain, seal.Roots{}, noon, seal.Unknown},
		{"other roots", plain, other.Roots(), noon, seal.Unknown},
		{"other roots, later", plain, other.Roots(), later, seal.Unknown},
		{"without a timestamp, later", plain, a.Roots(), later, seal.Outdated},
		{"with a timestamp, later", stamped, a.Roots(), later, seal.Trusted},
		{"with a timestamp that anybody could make", backdated, a.Roots(), noon, seal.Trusted},
		{"with a timestamp that anybody could make, later", backdated, a.Roots(), later, seal.Outdated},
		{"demo", sealed(t, sealer(t, seal.Options{Identity: demo}), file), ownRoot(demo), noon, seal.Trusted},
	} {
		r, err := seal.Verify(test.file, test.roots, test.at)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := r.Last()
		if !ok || s.State != seal.Intact || s.Trust != test.want || s.Demo != (test.title == "demo") {
			t.Errorf("%s: %+v, want %s", test.title, s, test.want)
		}
	}
}

// TestNotSealed verifies files without a seal.
func TestNotSealed(t *testing.T) {
	r, err := seal.Verify(record(t, 0), seal.Roots{}, noon)
	if err != nil || len(r.Seals) != 0 {
		t.Errorf("%v, %v; want no seals", r, err)
	}
	if _, ok := r.Last(); ok {
		t.Error("there is a last seal of none")
	}
	for _, file := range []string{"", "hello", "<html>/ByteRange[0 1 2 3]"} {
		if _, err := seal.Verify([]byte(file), seal.Roots{}, noon); !errors.Is(err, seal.ErrNoPDF) {
			t.Errorf("Verify(%q) = %v, want %v", file, err, seal.ErrNoPDF)
		}
	}
	for _, text := range []string{"/ByteRange [1 2 3 4]", "/SubFilter/ETSI.CAdES.detached", "/Filter /Adobe.PPKLite", "<</Type/Sig/Name(x)"} {
		if s := only(t, []byte("%PDF-1.7\n"+text), seal.Roots{}); s.State != seal.Unreadable || s.Trust != seal.Unknown || s.Fault == nil {
			t.Errorf("%s: %+v, want what is left of a seal", text, s)
		}
	}
	if r, err := seal.Verify([]byte("%PDF-1.7\n"+strings.Repeat("/ByteRange[0 1 2 3]", 16)), seal.Roots{}, noon); err != nil || len(r.Seals) != 16 {
		t.Errorf("16 seals: %v, %v", r, err)
	}
	if _, err := seal.Verify([]byte("%PDF-1.7\n"+strings.Repeat("/ByteRange[0 1 2 3]", 17)), seal.Roots{}, noon); !errors.Is(err, seal.ErrTooMany) {
		t.Errorf("17 seals: %v, want %v", err, seal.ErrTooMany)
	}
}
