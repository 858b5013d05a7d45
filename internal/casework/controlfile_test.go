package casework_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"
	"time"

	"ab325/internal/pdf/read/readtest"
	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// TestOwnSeal: a seal is the service's own if it names whom that seals for, by
// this certificate or another one of theirs. The authority that vouches for both
// vouches for others, too.
func TestOwnSeal(t *testing.T) {
	o := open(t)
	a := o.sealing()
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	preview, err := o.PreviewBlad1(t.Context(), employee, id, "Åse Kjærgård") // which is kept nowhere
	o.must(err)
	named := func(number string) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.Subject.ExtraNames = []pkix.AttributeTypeAndValue{{Type: []int{2, 5, 4, 97}, Value: number}}
		}
	}
	demo, err := seal.NewDemo(rand.Reader, o.now)
	o.must(err)
	other := sealtest.New(t, func() time.Time { return o.now })
	for _, test := range []struct {
		title string
		by    *seal.Identity
		trust seal.Trust
		own   bool
	}{
		{"another certificate of theirs", a.Identity("Ærø Kommune", "RSA"), seal.Trusted, true},
		{"another organisation's", a.Identity("Anden A/S", "RSA"), seal.Trusted, false},
		{"another's of the same name", a.Identity("Ærø Kommune", "RSA", named("NTRDK-99990001")), seal.Trusted, false},
		{"one of their name, from elsewhere", other.Identity("Ærø Kommune", "RSA"), seal.Unknown, false},
		{"a demonstration's", demo, seal.Unknown, false},
	} {
		s, err := seal.New(seal.Options{Identity: test.by, Rand: rand.Reader, Stamper: a.Stamper()})
		o.must(err)
		file, err := s.Append(t.Context(), nil, preview.PDF, o.now)
		o.must(err)
		got, err := o.ControlFile(t.Context(), file)
		o.must(err)
		last := got.Seals[len(got.Seals)-1]
		if got.Known != nil || last.State != seal.Intact || last.Trust != test.trust || last.Own != test.own || last.Stood {
			t.Errorf("%s: %+v, want %s, own %v", test.title, last, test.trust, test.own)
		}
		// The timestamps are of those that vouch for the service's own.
		if !last.Proven {
			t.Errorf("%s: the time is not proven: %+v", test.title, last)
		}
	}
	for title, known := range map[string][]*x509.Certificate{"known": {other.Root}, "unknown": nil} {
		s, err := seal.New(seal.Options{Identity: a.Identity("Ærø Kommune", "P-256"), Rand: rand.Reader, Stamper: other.Stamper(), Authorities: known})
		o.must(err)
		o.Sealer = func() *seal.Sealer { return s }
		file, err := s.Append(t.Context(), nil, preview.PDF, o.now)
		o.must(err)
		got, err := o.ControlFile(t.Context(), file)
		o.must(err)
		if k := got.Seals[0]; k.Trust != seal.Trusted || !k.Own || k.Proven != (known != nil) {
			t.Errorf("with timestamps of an %s authority: %+v", title, k)
		}
	}
	o.Sealer = nil
	got, err := o.ControlFile(t.Context(), readtest.Page("x"))
	o.must(err)
	if len(got.Seals) != 0 {
		t.Errorf("%+v", got)
	}
}
