package casework_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"
	"time"

	"ab325/internal/casework"
	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// unkept returns a document of the office that is kept nowhere.
func (o *office) unkept() []byte {
	o.t.Helper()
	employee, company, id := o.parties()
	o.save(employee, id, employeePart)
	o.save(company, id, companyPart)
	preview, err := o.PreviewBlad1(o.t.Context(), employee, id, "Åse Kjærgård")
	o.must(err)
	return preview.Whole()
}

// controlled seals a document and controls it.
func (o *office) controlled(document []byte, by seal.Options) casework.ControlledFile {
	o.t.Helper()
	by.Rand = rand.Reader
	s, err := seal.New(by)
	o.must(err)
	file, err := s.Append(o.t.Context(), nil, document, o.now)
	o.must(err)
	got, err := o.ControlFile(o.t.Context(), file)
	o.must(err)
	return got
}

// TestOwnSeal: a seal is the service's own if it names whom that seals for, by
// this certificate or another one of theirs. The authority that vouches for both
// vouches for others, too.
func TestOwnSeal(t *testing.T) {
	o := open(t)
	a := o.sealing()
	document := o.unkept()
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
		got := o.controlled(document, seal.Options{Identity: test.by, Stamper: a.Stamper()})
		last := got.Seals[len(got.Seals)-1]
		if got.Known != nil || last.State != seal.Intact || last.Trust != test.trust || last.Own != test.own || last.Stood {
			t.Errorf("%s: %+v, want %s, own %v", test.title, last, test.trust, test.own)
		}
		// The timestamps are of those that vouch for the service's own.
		if !last.Proven {
			t.Errorf("%s: the time is not proven: %+v", test.title, last)
		}
	}
}

// TestTwoListsOfAuthorities: who vouches for the service's timestamps vouches for
// no seal, not one in its own name either, and who vouches for its seals for no
// timestamp.
func TestTwoListsOfAuthorities(t *testing.T) {
	o := open(t)
	seals, stamps := sealtest.New(t, func() time.Time { return o.now }), sealtest.New(t, func() time.Time { return o.now })
	s, err := seal.New(seal.Options{Identity: seals.Identity("Ærø Kommune", "P-256"), Rand: rand.Reader, Stamper: stamps.Stamper(), Authorities: []*x509.Certificate{stamps.Root}})
	o.must(err)
	o.Sealer = func() *seal.Sealer { return s }
	document := o.unkept()
	for _, test := range []struct {
		title  string
		by, at *sealtest.Authority
		trust  seal.Trust
	}{
		{"its own", seals, stamps, seal.Trusted},
		{"timestamped by who vouches for seals", seals, seals, seal.Trusted},
		{"by who vouches for timestamps", stamps, stamps, seal.Unknown},
		{"each by the other", stamps, seals, seal.Unknown},
	} {
		k := o.controlled(document, seal.Options{Identity: test.by.Identity("Ærø Kommune", "P-256"), Stamper: test.at.Stamper()}).Seals[0]
		if k.State != seal.Intact || k.Trust != test.trust || k.Own != (test.by == seals) || k.Proven != (test.at == stamps) {
			t.Errorf("%s: %+v, want %s", test.title, k, test.trust)
		}
	}
}

// TestOwnTimestamps: what proves the time of the service's own seals proves it of
// those that are controlled, where somebody known vouches for it.
func TestOwnTimestamps(t *testing.T) {
	o := open(t)
	a, other := o.sealing(), sealtest.New(t, func() time.Time { return o.now })
	document := o.unkept()
	for title, known := range map[string][]*x509.Certificate{"a known": {other.Root}, "an unknown": nil} {
		by := seal.Options{Identity: a.Identity("Ærø Kommune", "P-256"), Rand: rand.Reader, Stamper: other.Stamper(), Authorities: known}
		s, err := seal.New(by)
		o.must(err)
		o.Sealer = func() *seal.Sealer { return s }
		if k := o.controlled(document, by).Seals[0]; k.Trust != seal.Trusted || !k.Own || k.Proven != (known != nil) {
			t.Errorf("with timestamps of %s authority: %+v", title, k)
		}
	}
}

// TestControlWithoutSeal: a service that seals nothing controls files, too, and
// vouches for nobody.
func TestControlWithoutSeal(t *testing.T) {
	o := open(t)
	a := o.sealing()
	document := o.unkept()
	o.Sealer = nil
	got := o.controlled(document, seal.Options{Identity: a.Identity("Ærø Kommune", "P-256")})
	if k := got.Seals[0]; got.Known != nil || k.State != seal.Intact || k.Trust != seal.Unknown || k.Own {
		t.Errorf("of a file that others sealed it is said %+v", got)
	}
}
