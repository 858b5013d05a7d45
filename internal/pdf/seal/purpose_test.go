package seal_test

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"strings"
	"testing"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// TestPurpose takes certificates that may sign documents, and no others: a
// Sealer is not made with one, and a file that bears the seal of one is not
// vouched for.
func TestPurpose(t *testing.T) {
	documents := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}
	purposes := func(list ...x509.ExtKeyUsage) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.ExtKeyUsage = list }
	}
	for _, test := range []struct {
		title  string
		change func(*x509.Certificate)
		want   string // what is wrong with it; "" nothing
	}{
		{"both", func(*x509.Certificate) {}, ""},
		{"commitment alone, as a seal's should be", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageContentCommitment }, ""},
		{"signatures alone", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }, ""},
		{"nothing is said", func(c *x509.Certificate) { c.KeyUsage = 0 }, ""},
		{"encryption", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }, "key usage has neither"},
		{"agreement on keys", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement }, "key usage has neither"},
		{"an authority's", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign }, "key usage has neither"},
		{"any purpose", purposes(x509.ExtKeyUsageAny), ""},
		{"any purpose and a server", purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny), ""},
		{"mail and a server", purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageEmailProtection), ""},
		{"mail", purposes(x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageClientAuth), ""},
		{"a client", purposes(x509.ExtKeyUsageClientAuth), ""},
		{"documents", func(c *x509.Certificate) { c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{documents} }, ""},
		{"documents and a server", func(c *x509.Certificate) {
			c.ExtKeyUsage, c.UnknownExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, []asn1.ObjectIdentifier{documents}
		}, ""},
		{"a server", purposes(x509.ExtKeyUsageServerAuth), "extended key usage"},
		{"a server and a client", purposes(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth), "extended key usage"},
		{"code", purposes(x509.ExtKeyUsageCodeSigning), "extended key usage"},
		{"timestamps", purposes(x509.ExtKeyUsageTimeStamping), "extended key usage"},
		{"OCSP", purposes(x509.ExtKeyUsageOCSPSigning), "extended key usage"},
		{"a server and something unknown", func(c *x509.Certificate) {
			c.ExtKeyUsage, c.UnknownExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, []asn1.ObjectIdentifier{{1, 2, 3}}
		}, "extended key usage"},
	} {
		a := sealtest.New(t, clock)
		id := a.Identity("Vestby Kommune", "P-256", test.change)
		_, err := seal.New(seal.Options{Identity: id})
		if (err == nil) != (test.want == "") || err != nil && (!errors.Is(err, seal.ErrPurpose) || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: New = %v, want %q", test.title, err, test.want)
		}
		trust := seal.Trusted
		if test.want != "" {
			trust = seal.Unknown
		}
		h := &handmade{a, id, sealed(t, sealer(t, options(t, a, seal.BT, "P-256")), record(t, 0))}
		if s := only(t, h.with(t, nil), a.Roots()); s.State != seal.Intact || s.Trust != trust {
			t.Errorf("%s: %+v, want %s", test.title, s, trust)
		}
		// So is one that is a root itself.
		own := &seal.Identity{Chain: id.Chain[:1]}
		if s := only(t, h.with(t, nil), ownRoot(own)); s.Trust != trust {
			t.Errorf("%s, as a root: %+v, want %s", test.title, s, trust)
		}
	}
}

// TestPurposeOfAuthority asks what the authorities between a seal and a root may
// certify: one for servers certifies no seal, whatever that says of itself.
func TestPurposeOfAuthority(t *testing.T) {
	for want, list := range map[seal.Trust][]x509.ExtKeyUsage{
		seal.Trusted: {x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageServerAuth},
		seal.Unknown: {x509.ExtKeyUsageServerAuth},
	} {
		a := sealtest.New(t, clock, func(c *x509.Certificate) { c.ExtKeyUsage = list })
		file := sealed(t, sealer(t, options(t, a, seal.BB, "P-256")), record(t, 0))
		if s := only(t, file, a.Roots()); s.Trust != want || s.State != seal.Intact {
			t.Errorf("below one for %v: %+v, want %s", list, s, want)
		}
		o := options(t, a, seal.BT, "P-256")
		o.Stamper.Roots = nil
		if s := only(t, sealed(t, sealer(t, o), record(t, 0)), a.Roots()); s.Stamp.Trust != want {
			t.Errorf("a timestamp from below one for %v: %+v, want %s", list, s.Stamp, want)
		}
	}
}
