package seal_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// stampedBy returns the file with a timestamp of its signature.
func (h *handmade) stampedBy(t testing.TB, a *sealtest.Authority) []byte {
	return h.with(t, func(c *sealtest.CMS) { c.Stamp = a.Token })
}

// TestLyingTimestamps puts timestamps on seals that are right but for one thing.
// Those prove nothing: the seal is taken for one without.
func TestLyingTimestamps(t *testing.T) {
	h := handmadeOf(t, "RSA")
	a := h.a
	const day = 24 * time.Hour
	info := func(f func(*sealtest.Info)) sealtest.Lie { return sealtest.Lie{Info: f} }
	by := func(change func(*x509.Certificate)) sealtest.Lie {
		id := a.Identity("Prøvetidsstempel", "RSA", change)
		return sealtest.Lie{CMS: func(c *sealtest.CMS) { *c = *sealtest.NewCMS(id, sealtest.StampInfo, c.Data, nil) }}
	}
	cms := func(f func(*sealtest.CMS)) sealtest.Lie { return sealtest.Lie{CMS: f} }
	stamping := []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}
	for _, test := range []struct {
		title string
		lie   sealtest.Lie
		want  seal.Level
	}{
		{"none", sealtest.Lie{}, seal.BT},
		{"a fraction of a second", info(func(i *sealtest.Info) { i.At.Bytes = []byte("20261102120000.5Z") }), seal.BT},
		{"another number", info(func(i *sealtest.Info) { i.Nonce = big.NewInt(1) }), seal.BT},
		{"the certificate of another", by(func(c *x509.Certificate) { c.ExtKeyUsage = stamping }), seal.BT},
		{"of something else", info(func(i *sealtest.Info) { i.Imprint.Hash[0] ^= 1 }), seal.BB},
		{"by another hash", info(func(i *sealtest.Info) { i.Imprint.Algorithm.Algorithm = sha512Hash }), seal.BB},
		{"by a hash that is not in use", info(func(i *sealtest.Info) { i.Imprint.Algorithm.Algorithm = sealtest.SHA1 }), seal.BB},
		{"version 2", info(func(i *sealtest.Info) { i.Version = 2 }), seal.BB},
		{"no time", info(func(i *sealtest.Info) { i.At.Bytes = []byte("noon") }), seal.BB},
		{"a time of another kind", info(func(i *sealtest.Info) { i.At.Tag = asn1.TagUTCTime }), seal.BB},
		{"before its certificate", info(func(i *sealtest.Info) { i.At = sealtest.Time(noon.Add(-2 * day)) }), seal.BB},
		{"behind its certificate", info(func(i *sealtest.Info) { i.At = sealtest.Time(noon.AddDate(6, 0, 0)) }), seal.BB},
		{"a certificate for documents", by(func(*x509.Certificate) {}), seal.BB},
		{"a certificate for more", by(func(c *x509.Certificate) { c.ExtKeyUsage = append(stamping, x509.ExtKeyUsageEmailProtection) }), seal.BB},
		{"a certificate for something more", by(func(c *x509.Certificate) {
			c.ExtKeyUsage, c.UnknownExtKeyUsage = stamping, []asn1.ObjectIdentifier{{1, 2, 3}}
		}), seal.BB},
		{"a signature of a file", cms(func(c *sealtest.CMS) {
			c.Content = sealtest.Data
			c.Set(sealtest.ContentType, sealtest.Data)
		}), seal.BB},
		{"no content", cms(func(c *sealtest.CMS) { c.Data = nil }), seal.BB},
		{"the digest of another content", cms(func(c *sealtest.CMS) { c.Set(sealtest.MessageDigest, make([]byte, 32)) }), seal.BB},
		{"another's name", cms(func(c *sealtest.CMS) { c.Set(sealtest.SigningCertificate, sealtest.Named(a.Root)) }), seal.BB},
		{"another's key", cms(func(c *sealtest.CMS) { c.Key = h.id.Key }), seal.BB},
		{"no certificate", cms(func(c *sealtest.CMS) { c.Certificates = nil }), seal.BB},
		{"something behind", cms(func(c *sealtest.CMS) { c.Data = append(c.Data, 0) }), seal.BB},
	} {
		a.Lie(test.lie)
		s := only(t, h.stampedBy(t, a), a.Roots())
		if s.State != seal.Intact || s.Trust != seal.Trusted || s.Level != test.want || (s.Stamp != nil) != (test.want == seal.BT) || s.Proven() != (test.want == seal.BT) {
			t.Errorf("%s: %+v, want %s", test.title, s, test.want)
		}
	}
	a.Lie(sealtest.Lie{})
	if s := only(t, h.with(t, func(c *sealtest.CMS) { c.Stamp = func([]byte) []byte { return a.Token([]byte("x")) } }), a.Roots()); s.Level != seal.BB || s.Stamp != nil {
		t.Errorf("a timestamp of another seal: %+v", s)
	}
	if s := only(t, h.with(t, func(c *sealtest.CMS) { c.Stamp = func([]byte) []byte { return []byte{5, 0} } }), a.Roots()); s.Level != seal.BB {
		t.Errorf("a timestamp that is none: %+v", s)
	}
}

// TestStampInfo leaves out what a timestamp must say, or ends it with something
// that does not: those are none. The service signs each.
func TestStampInfo(t *testing.T) {
	h := handmadeOf(t, "RSA")
	a := h.a
	says := func(change func(t *testing.T, info *node) []byte) sealtest.Lie {
		return sealtest.Lie{CMS: func(c *sealtest.CMS) {
			data := change(t, readNode(t, c.Data, "info", func(path string) bool { return path == "info" || path == "info.2" }))
			*c = *sealtest.NewCMS(a.StampIdentity(), sealtest.StampInfo, data, nil)
		}}
	}
	try := func(title string, lie sealtest.Lie, want bool) {
		t.Helper()
		a.Lie(lie)
		if s := only(t, h.stampedBy(t, a), a.Roots()); s.State != seal.Intact || (s.Stamp != nil) != want {
			t.Errorf("%s: %+v, want a timestamp: %v", title, s, want)
		}
	}
	const required = 5 // version, policy, imprint, serial number, time
	for of, n := range map[string]int{"info": required, "info.2": 2} {
		for i := range n {
			try(fmt.Sprintf("%s without %d", of, i), says(func(t *testing.T, info *node) []byte {
				in := info.all()[slices.IndexFunc(info.all(), func(n *node) bool { return n.path == of })]
				return info.der(t, in, slices.Delete(slices.Clone(in.children), i, i+1))
			}), false)
		}
	}
	for title, test := range map[string]struct {
		end  []byte
		want bool
	}{
		"nothing more":               {nil, true},
		"the order of stamps":        {[]byte{1, 1, 0xff}, true},
		"an accuracy without end":    {[]byte{0x30, 5, 0}, false},
		"an order without end":       {[]byte{1, 5, 0}, false},
		"a number without end":       {[]byte{2, 5, 0}, false},
		"a number that is not one":   {[]byte{2, 0}, false},
		"a number in too many bytes": {[]byte{2, 2, 0, 1}, false},
	} {
		try(title, says(func(t *testing.T, info *node) []byte {
			more := &node{RawValue: asn1.RawValue{FullBytes: test.end}}
			return info.der(t, info, append(slices.Clone(info.children[:required]), more))
		}), test.want)
	}
}

// TestStampProvesTime asks about a seal whose certificate has ended, or whose
// key was used before it was valid: only the time that somebody known proves
// counts, not the seal's own word nor a stranger's.
func TestStampProvesTime(t *testing.T) {
	at := noon
	a := sealtest.New(t, func() time.Time { return at })
	stranger := sealtest.New(t, func() time.Time { return at })
	id := a.Identity("Vestby Kommune", "RSA") // from a day before to two years after
	file := sealed(t, sealer(t, seal.Options{Identity: id, Stamper: a.Stamper()}), record(t, 0))
	h := &handmade{a, id, file}
	const day = 24 * time.Hour
	for _, test := range []struct {
		title  string
		made   time.Time // by the timestamp; zero for none
		by     *sealtest.Authority
		asked  time.Time
		trust  seal.Trust
		proven bool
	}{
		{"today", noon, a, noon, seal.Trusted, true},
		{"without", time.Time{}, a, noon, seal.Trusted, false},
		{"by a stranger", noon, stranger, noon, seal.Trusted, false},
		{"after the end", noon, a, noon.AddDate(3, 0, 0), seal.Trusted, true},
		{"without, after the end", time.Time{}, a, noon.AddDate(3, 0, 0), seal.Outdated, false},
		{"by a stranger, after the end", noon, stranger, noon.AddDate(3, 0, 0), seal.Outdated, false},
		{"made after the end", noon.AddDate(3, 0, 0), a, noon.AddDate(3, 0, 0), seal.Outdated, true},
		{"without, before the beginning", time.Time{}, a, noon.Add(-2 * day), seal.Outdated, false},
	} {
		at = test.made
		b := h.with(t, nil)
		if !test.made.IsZero() {
			b = h.stampedBy(t, test.by)
		}
		r, err := seal.Verify(b, a.Roots(), test.asked)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := r.Last()
		if !ok || s.State != seal.Intact || s.Trust != test.trust || s.Proven() != test.proven || s.Stood {
			t.Errorf("%s: %+v, want %s, proven %v, and nothing about revocation", test.title, s, test.trust, test.proven)
		}
	}
}

// TestStampOfServer takes no timestamp from a service whose certificate cannot
// sign anything but keys.
func TestStampOfServer(t *testing.T) {
	h := handmadeOf(t, "RSA")
	purpose, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	id := h.a.Identity("Prøvetidsstempel", "RSA", func(c *x509.Certificate) {
		c.KeyUsage = x509.KeyUsageKeyEncipherment
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: purpose}}
	})
	h.a.Lie(sealtest.Lie{CMS: func(c *sealtest.CMS) { *c = *sealtest.NewCMS(id, sealtest.StampInfo, c.Data, nil) }})
	if s := only(t, h.stampedBy(t, h.a), h.a.Roots()); s.Stamp == nil || s.Stamp.Trust != seal.Unknown || s.Proven() {
		t.Errorf("%+v", s)
	}
}
