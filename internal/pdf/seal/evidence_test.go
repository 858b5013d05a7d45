package seal_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// behind returns the file with revocation data behind it: any data.
func behind(t testing.TB, file []byte, certs []*x509.Certificate, ocsps, crls [][]byte) []byte {
	t.Helper()
	var list [][]byte
	for _, c := range certs {
		list = append(list, c.Raw)
	}
	b, err := seal.WithEvidence(file, list, ocsps, crls)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEvidence puts revocation data behind a seal that show that no certificate
// was revoked, and data that do not: anybody may put some there, and what they
// put must not make more of the seal than it is.
func TestEvidence(t *testing.T) {
	a, other := sealtest.New(t, clock), sealtest.New(t, clock)
	o := options(t, a, seal.BT, "P-256")
	leaf, tsa, issuer := o.Identity.Chain[0], a.StampIdentity().Chain[0], a.Issuer()
	file := sealed(t, sealer(t, o), record(t, 0))
	roots := []*x509.Certificate{a.Root}
	stamp, list, root := a.OCSP(tsa, nil), a.CRL(), a.RootCRL()
	delegate := func(change func(*x509.Certificate)) *seal.Identity {
		id := a.Identity("Prøvesvar", "P-256", change)
		return &seal.Identity{Chain: id.Chain[:1], Key: id.Key}
	}
	answers := func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning} }
	for _, test := range []struct {
		title string
		certs []*x509.Certificate
		ocsps [][]byte
		crls  [][]byte
		want  seal.Level
	}{
		{"nothing", nil, nil, nil, seal.BT},
		{"answers, and the root's list", roots, [][]byte{a.OCSP(leaf, nil), stamp}, [][]byte{root}, seal.BLT},
		{"lists", roots, nil, [][]byte{list, root}, seal.BLT},
		{"certificates alone", roots, nil, nil, seal.BT},
		{"not of the seal's", roots, [][]byte{stamp}, [][]byte{root}, seal.BT},
		{"not of the timestamp's", roots, [][]byte{a.OCSP(leaf, nil)}, [][]byte{root}, seal.BT},
		{"not of the issuer's", roots, [][]byte{a.OCSP(leaf, nil), stamp}, nil, seal.BT},
		{"without the root, which the timestamp leaves out", nil, [][]byte{a.OCSP(leaf, nil), stamp}, [][]byte{root}, seal.BT},
		{"others' lists", roots, nil, [][]byte{other.CRL(), other.RootCRL()}, seal.BT},
		{"unknown to who answers", roots, [][]byte{a.OCSP(leaf, nil, func(r *ocsp.Response) { r.Status = ocsp.Unknown }), stamp}, [][]byte{root}, seal.BT},
		{"an answer that is too old", roots, [][]byte{a.OCSP(leaf, nil, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = noon.Add(-2*time.Hour), noon.Add(-time.Hour)
		}), stamp}, [][]byte{root}, seal.BT},
		{"an answer without an end, of six days ago", roots, [][]byte{a.OCSP(leaf, nil, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = noon.AddDate(0, 0, -6), time.Time{}
		}), stamp}, [][]byte{root}, seal.BLT},
		{"an answer without an end, of eight days ago", roots, [][]byte{a.OCSP(leaf, nil, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = noon.AddDate(0, 0, -8), time.Time{}
		}), stamp}, [][]byte{root}, seal.BT},
		{"an answer given when the certificate had ended", roots, [][]byte{a.OCSP(leaf, nil, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = noon.AddDate(3, 0, 0), noon.AddDate(3, 0, 1)
		}), stamp}, [][]byte{root}, seal.BT},
		{"by whom the issuer lets answer", roots, [][]byte{a.OCSP(leaf, delegate(answers)), stamp}, [][]byte{root}, seal.BLT},
		{"by the issuer, with its certificate", roots, [][]byte{a.OCSP(leaf, &seal.Identity{Chain: issuer.Chain[:1], Key: issuer.Key}), stamp}, [][]byte{root}, seal.BT}, // that is not signed by itself
		{"by the seal's own key", roots, [][]byte{a.OCSP(leaf, o.Identity), stamp}, [][]byte{root}, seal.BT},
		{"by whom the issuer does not let answer", roots, [][]byte{a.OCSP(leaf, delegate(func(*x509.Certificate) {})), stamp}, [][]byte{root}, seal.BT},
		{"by whom the issuer let answer", roots, [][]byte{a.OCSP(leaf, delegate(func(c *x509.Certificate) {
			answers(c)
			c.NotBefore, c.NotAfter = noon.AddDate(-2, 0, 0), noon.AddDate(-1, 0, 0)
		})), stamp}, [][]byte{root}, seal.BT},
		{"by whom the issuer will let answer", roots, [][]byte{a.OCSP(leaf, delegate(func(c *x509.Certificate) {
			answers(c)
			c.NotBefore = time.Now().AddDate(1, 0, 0) // answers are dated by this machine's clock
			c.NotAfter = c.NotBefore.AddDate(2, 0, 0)
		})), stamp}, [][]byte{root}, seal.BT},
		{"by whom another lets answer", roots, [][]byte{a.OCSP(leaf, &seal.Identity{Chain: other.Identity("Prøvesvar", "P-256", answers).Chain[:1], Key: o.Identity.Key}), stamp}, [][]byte{root}, seal.BT},
	} {
		s := only(t, behind(t, file, test.certs, test.ocsps, test.crls), a.Roots())
		if s.State != seal.Intact || s.Trust != seal.Trusted || s.Level != test.want || s.Stood != (test.want == seal.BLT) {
			t.Errorf("%s: %+v, want %s", test.title, s, test.want)
		}
	}
	if s := only(t, behind(t, file, roots, nil, [][]byte{list, root}), other.Roots()); s.Level != seal.BLT || s.Trust != seal.Unknown || s.Stood {
		t.Errorf("by authorities that nobody knows: %+v", s)
	}
}

// TestTooMuchEvidence puts more behind a seal than anybody needs, which is then
// like anything else that was put there.
func TestTooMuchEvidence(t *testing.T) {
	a := sealtest.New(t, clock)
	file := sealed(t, sealer(t, options(t, a, seal.BT, "P-256")), record(t, 0))
	for n, want := range map[int]seal.State{64: seal.Intact, 65: seal.Extended} {
		if s := only(t, behind(t, file, nil, nil, slices.Repeat([][]byte{a.CRL()}, n)), a.Roots()); s.State != want || s.Level != seal.BT {
			t.Errorf("%d lists: %+v, want %s", n, s, want)
		}
	}
}

// A point is an IssuingDistributionPoint, which says what a list is of.
type point struct {
	Place       asn1.RawValue  `asn1:"optional"`
	Users       bool           `asn1:"optional,tag:1"`
	Authorities bool           `asn1:"optional,tag:2"`
	Reasons     asn1.BitString `asn1:"optional,tag:3"`
	Indirect    bool           `asn1:"optional,tag:4"`
	Attributes  bool           `asn1:"optional,tag:5"`
}

// at returns where a list is published.
func at(kind int, url string) asn1.RawValue {
	tagged := func(tag int, compound bool, b []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: compound, Bytes: b}
	}
	name, err := asn1.Marshal(tagged(6, false, []byte(url)))
	if err != nil {
		panic(err)
	}
	names, err := asn1.Marshal(tagged(kind, true, name))
	if err != nil {
		panic(err)
	}
	return tagged(0, true, names)
}

// TestScopeOfList asks of lists that do not name a certificate whether they
// would: some are of other certificates, or of changes only.
func TestScopeOfList(t *testing.T) {
	a := sealtest.New(t, clock)
	o := options(t, a, seal.BT, "P-256")
	file := sealed(t, sealer(t, o), record(t, 0))
	place := o.Identity.Chain[0].CRLDistributionPoints[0] // the timestamp's has the same
	extended := func(id asn1.ObjectIdentifier, critical bool, value any) func(*x509.RevocationList) {
		der, ok := value.([]byte)
		if !ok {
			var err error
			if der, err = asn1.Marshal(value); err != nil {
				t.Fatal(err)
			}
		}
		return func(l *x509.RevocationList) {
			l.ExtraExtensions = append(l.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: der})
		}
	}
	scope := asn1.ObjectIdentifier{2, 5, 29, 28}
	of := func(p any) func(*x509.RevocationList) { return extended(scope, true, p) }
	for _, test := range []struct {
		title  string
		change func(*x509.RevocationList)
		want   seal.Level
	}{
		{"all", func(*x509.RevocationList) {}, seal.BLT},
		{"all, as it says", of(point{}), seal.BLT},
		{"those that name its place", of(point{Place: at(0, place)}), seal.BLT},
		{"those that name another place", of(point{Place: at(0, "http://elsewhere.example/crl")}), seal.BT},
		{"those of a place beside the issuer", of(point{Place: at(1, place)}), seal.BT},
		{"users", of(point{Users: true}), seal.BLT},
		{"authorities", of(point{Authorities: true}), seal.BT},
		{"some reasons", of(point{Reasons: asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}}), seal.BT},
		{"others' certificates too", of(point{Indirect: true}), seal.BT},
		{"certificates of attributes", of(point{Attributes: true}), seal.BT},
		{"nobody knows what", of([]byte{4, 0}), seal.BT},
		{"nobody knows what more", of(append([]byte{0x30, 2}, 5, 0)), seal.BT},
		{"something behind it", of([]byte{0x30, 0, 5, 0}), seal.BT},
		{"changes since another", extended(asn1.ObjectIdentifier{2, 5, 29, 27}, true, 1), seal.BT},
		{"something that must be understood", extended(asn1.ObjectIdentifier{1, 2, 3}, true, 1), seal.BT},
		{"something that need not be", extended(asn1.ObjectIdentifier{1, 2, 3}, false, 1), seal.BLT},
		{"too old", func(l *x509.RevocationList) {
			l.ThisUpdate, l.NextUpdate = noon.AddDate(0, 0, -9), noon.AddDate(0, 0, -1)
		}, seal.BT},
	} {
		s := only(t, behind(t, file, []*x509.Certificate{a.Root}, nil, [][]byte{a.CRL(test.change), a.RootCRL()}), a.Roots())
		if s.State != seal.Intact || s.Level != test.want {
			t.Errorf("a list of %s: %+v, want %s", test.title, s, test.want)
		}
	}
	for title, test := range map[string]struct {
		of   point
		want seal.Level
	}{"authorities": {point{Authorities: true}, seal.BLT}, "users": {point{Users: true}, seal.BT}} {
		s := only(t, behind(t, file, []*x509.Certificate{a.Root}, nil, [][]byte{a.CRL(), a.RootCRL(of(test.of))}), a.Roots())
		if s.Level != test.want {
			t.Errorf("the root's list of %s: %+v, want %s", title, s, test.want)
		}
	}
}

// TestRevokedLater asks about seals whose certificate, or whose timestamp's, was
// taken back. Where nothing proves when a seal was made, any time is too late.
func TestRevokedLater(t *testing.T) {
	for _, test := range []struct {
		title string
		level seal.Level
		who   func(a *sealtest.Authority, id *seal.Identity) *x509.Certificate
		at    time.Time
		trust seal.Trust
		stamp seal.Trust
	}{
		{"before the seal", seal.BT, leafOf, noon.Add(-time.Minute), seal.Revoked, seal.Trusted},
		{"when it was made", seal.BT, leafOf, noon, seal.Revoked, seal.Trusted},
		{"after it", seal.BT, leafOf, noon.Add(time.Minute), seal.Trusted, seal.Trusted},
		{"after it, without a timestamp", seal.BB, leafOf, noon.Add(time.Minute), seal.Revoked, ""},
		{"the issuer's", seal.BT, func(a *sealtest.Authority, _ *seal.Identity) *x509.Certificate { return a.Issuer().Chain[0] }, noon.Add(-time.Minute), seal.Revoked, seal.Revoked},
		{"the timestamp's", seal.BT, func(a *sealtest.Authority, _ *seal.Identity) *x509.Certificate { return a.StampIdentity().Chain[0] }, noon.Add(time.Minute), seal.Trusted, seal.Revoked},
	} {
		a := sealtest.New(t, clock)
		o := options(t, a, test.level, "P-256")
		file := sealed(t, sealer(t, o), record(t, 0))
		a.Revoke(test.who(a, o.Identity), test.at)
		for title, b := range map[string][]byte{
			"lists":   behind(t, file, []*x509.Certificate{a.Root}, nil, [][]byte{a.CRL(), a.RootCRL()}),
			"answers": behind(t, file, []*x509.Certificate{a.Root}, [][]byte{a.OCSP(o.Identity.Chain[0], nil), a.OCSP(a.StampIdentity().Chain[0], nil)}, [][]byte{a.RootCRL()}),
		} {
			r, err := seal.Verify(b, a.Roots(), noon.AddDate(0, 0, 1))
			if err != nil {
				t.Fatal(err)
			}
			s, ok := r.Last()
			if !ok || s.State != seal.Intact || s.Trust != test.trust || s.Stamp != nil && s.Stamp.Trust != test.stamp || (s.Stamp == nil) != (test.stamp == "") {
				t.Errorf("%s, by %s: %+v, stamp %+v, want %s, %s", test.title, title, s, s.Stamp, test.trust, test.stamp)
			}
			if s.Stood != (test.title == "after it") {
				t.Errorf("%s, by %s: it is said to have stood: %v", test.title, title, s.Stood)
			}
		}
		if s := only(t, file, a.Roots()); s.Trust != seal.Trusted || s.Stood {
			t.Errorf("%s, and the file does not say so: %+v", test.title, s)
		}
	}
}

func leafOf(_ *sealtest.Authority, id *seal.Identity) *x509.Certificate { return id.Chain[0] }
