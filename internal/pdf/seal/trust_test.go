package seal_test

import (
	"crypto/x509"
	"slices"
	"testing"
	"time"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// TestRoots has one authority vouch for who seals and another for timestamps:
// neither vouches for what the other is of.
func TestRoots(t *testing.T) {
	a, b := sealtest.New(t, clock), sealtest.New(t, clock)
	o := options(t, a, seal.BT, "P-256")
	o.Stamper = b.Stamper()
	file := sealed(t, sealer(t, o), record(t, 0))
	of, by := a.Roots().Seals, b.Roots().Stamps
	for _, test := range []struct {
		title string
		roots seal.Roots
		want  seal.Trust
		stamp seal.Trust
	}{
		{"each its own", seal.Roots{Seals: of, Stamps: by}, seal.Trusted, seal.Trusted},
		{"each the other's", seal.Roots{Seals: by, Stamps: of}, seal.Unknown, seal.Unknown},
		{"none for timestamps", seal.Roots{Seals: of}, seal.Trusted, seal.Unknown},
		{"none for seals", seal.Roots{Stamps: by}, seal.Unknown, seal.Trusted},
		{"none", seal.Roots{}, seal.Unknown, seal.Unknown},
	} {
		if s := only(t, file, test.roots); s.Trust != test.want || s.Stamp.Trust != test.stamp || s.Proven() != (test.stamp == seal.Trusted) {
			t.Errorf("%s: %+v, stamp %+v, want %s and %s", test.title, s, s.Stamp, test.want, test.stamp)
		}
	}
}

// TestStoodToARoot hides that a root took an authority back: beside it the file
// has a certificate of the same authority by a stranger, and what shows that this
// one stands. The way to the stranger shows nothing of the way to the root.
func TestStoodToARoot(t *testing.T) {
	stamps, stranger := sealtest.New(t, clock), sealtest.New(t, clock)
	for _, test := range []struct {
		title    string
		of       string // whose authority is taken back
		stranger bool
		want     bool
	}{
		{"nothing to hide", "", false, true},
		{"a further way", "", true, true},
		{"the seal's", "seal", true, false},
		{"the timestamp's", "stamp", true, false},
	} {
		a := sealtest.New(t, clock)
		h := &handmade{a, a.Identity("Vestby Kommune", "RSA"), sealed(t, sealer(t, options(t, a, seal.BT, "RSA")), record(t, 0))}
		behindSeal, behindStamp := a.RootCRL(), stamps.RootCRL()
		if test.of == "seal" {
			behindSeal = stranger.RootCRL() // and not the list that names it
		} else if test.of == "stamp" {
			behindStamp = stranger.RootCRL()
		}
		stamps.Lie(sealtest.Lie{CMS: func(c *sealtest.CMS) {
			if test.stranger {
				c.Certificates = slices.Insert(c.Certificates, 1, stranger.Vouch(stamps).Raw)
			}
		}})
		file := h.with(t, func(c *sealtest.CMS) {
			if test.stranger {
				c.Certificates = slices.Insert(c.Certificates, 1, stranger.Vouch(a).Raw)
			}
			c.Stamp = stamps.Token
		})
		lists := [][]byte{a.CRL(), stamps.CRL(), behindSeal, behindStamp, stranger.RootCRL()}
		file = behind(t, file, []*x509.Certificate{stranger.Root, stamps.Root}, nil, lists)
		s := only(t, file, seal.Roots{Seals: a.Roots().Seals, Stamps: stamps.Roots().Stamps})
		if s.State != seal.Intact || s.Trust != seal.Trusted || !s.Proven() || s.Level != seal.BLT || s.Stood != test.want {
			t.Errorf("%s: %+v, stamp %+v, want that it stood: %v", test.title, s, s.Stamp, test.want)
		}
	}
}

// TestOnlyWayRevoked has two ways to a root, of which one was taken back.
func TestOnlyWayRevoked(t *testing.T) {
	other := sealtest.New(t, clock)
	for _, test := range []struct {
		title string
		roots func(a *sealtest.Authority) []*x509.Certificate
		want  seal.Trust
	}{
		{"the one", func(a *sealtest.Authority) []*x509.Certificate { return []*x509.Certificate{a.Root} }, seal.Revoked},
		{"the other", func(*sealtest.Authority) []*x509.Certificate { return []*x509.Certificate{other.Root} }, seal.Trusted},
		{"both", func(a *sealtest.Authority) []*x509.Certificate { return []*x509.Certificate{a.Root, other.Root} }, seal.Trusted},
	} {
		h := handmadeOf(t, "RSA")
		file := h.with(t, func(c *sealtest.CMS) { c.Certificates = append(c.Certificates, other.Vouch(h.a).Raw) })
		h.a.Revoke(h.a.Issuer().Chain[0], noon.Add(-time.Minute))
		file = behind(t, file, nil, nil, [][]byte{h.a.RootCRL()})
		roots := seal.Roots{Seals: x509.NewCertPool()}
		for _, cert := range test.roots(h.a) {
			roots.Seals.AddCert(cert)
		}
		if s := only(t, file, roots); s.State != seal.Intact || s.Trust != test.want {
			t.Errorf("%s: %+v, want %s", test.title, s, test.want)
		}
	}
}

// TestNearRoots takes for roots what stands nearer to a seal than the authority's
// own root: from there on nothing needs to be shown.
func TestNearRoots(t *testing.T) {
	a := sealtest.New(t, clock)
	o := options(t, a, seal.BLT, "P-256")
	file := sealed(t, sealer(t, o), record(t, 0))
	plain := sealed(t, sealer(t, options(t, a, seal.BT, "P-256")), record(t, 0))
	for i, cert := range o.Identity.Chain {
		roots := a.Roots()
		roots.Seals = x509.NewCertPool()
		roots.Seals.AddCert(cert)
		if s := only(t, file, roots); s.Trust != seal.Trusted || !s.Stood {
			t.Errorf("certificate %d of the seal: %+v", i, s)
		}
	}
	for i, cert := range a.StampIdentity().Chain {
		roots := a.Roots()
		roots.Stamps = x509.NewCertPool()
		roots.Stamps.AddCert(cert)
		if s := only(t, file, roots); !s.Proven() || !s.Stood {
			t.Errorf("certificate %d of the timestamp: %+v", i, s)
		}
	}
	if s := only(t, plain, a.Roots()); s.Stood {
		t.Errorf("nothing is shown: %+v", s)
	}
	// What is a root itself was taken back all the same.
	a.Revoke(o.Identity.Chain[0], noon.Add(-time.Minute))
	lists := [][]byte{a.CRL(), a.RootCRL()}
	h := &handmade{a, o.Identity, plain}
	file = behind(t, h.with(t, func(c *sealtest.CMS) { c.Stamp = a.Token }), []*x509.Certificate{a.Root}, nil, lists)
	if s := only(t, file, ownRoot(&seal.Identity{Chain: o.Identity.Chain[:1]})); s.Trust != seal.Revoked {
		t.Errorf("a root that was taken back: %+v", s)
	}
}

// TestSealerRoots tells who vouches for a Sealer's own seals: the last of its
// chain, which the authorities complete, and the authorities for its timestamps.
func TestSealerRoots(t *testing.T) {
	a, other := sealtest.New(t, clock), sealtest.New(t, clock)
	id := a.Identity("Vestby Kommune", "P-256")
	cross := other.Vouch(a)
	for _, test := range []struct {
		title       string
		chain       []*x509.Certificate
		authorities []*x509.Certificate
		want        *x509.Certificate
	}{
		{"a whole chain", id.Chain, nil, a.Root},
		{"with others' authorities", id.Chain, []*x509.Certificate{other.Root}, a.Root},
		{"without its root", id.Chain[:2], nil, id.Chain[1]},
		{"without its root, which is known", id.Chain[:2], []*x509.Certificate{other.Root, a.Root}, a.Root},
		{"alone", id.Chain[:1], []*x509.Certificate{other.Root}, id.Chain[0]},
		{"alone, and all above are known", id.Chain[:1], []*x509.Certificate{a.Root, id.Chain[1]}, a.Root},
		{"whole, and another way is known", id.Chain, []*x509.Certificate{other.Root, cross}, a.Root},
	} {
		s := sealer(t, seal.Options{Identity: &seal.Identity{Chain: test.chain, Key: id.Key}, Authorities: test.authorities})
		seals, stamps := s.Roots()
		if len(seals) != 1 || !seals[0].Equal(test.want) || !slices.EqualFunc(stamps, test.authorities, (*x509.Certificate).Equal) {
			t.Errorf("%s: %d for seals, %d for timestamps, want %q", test.title, len(seals), len(stamps), test.want.Subject)
		}
		if got := only(t, sealed(t, s, record(t, 0)), ownRoot(&seal.Identity{Chain: seals})); got.Trust != seal.Trusted {
			t.Errorf("%s: its own seal: %+v", test.title, got)
		}
	}
}
