package seal_test

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// A handmade is a sealed file whose signature can be made anew.
type handmade struct {
	a    *sealtest.Authority
	id   *seal.Identity
	file []byte
}

func handmadeOf(t testing.TB, key string) *handmade {
	a := sealtest.New(t, clock)
	o := options(t, a, seal.BT, key)
	return &handmade{a, o.Identity, sealed(t, sealer(t, o), record(t, 0))}
}

// with returns the file with a signature that is right but for the change.
func (h *handmade) with(t testing.TB, change func(*sealtest.CMS)) []byte {
	t.Helper()
	c := sealtest.NewCMS(h.id, sealtest.Data, nil, sealtest.FileDigest(t, h.file))
	if change != nil {
		change(c)
	}
	der, err := c.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return sealtest.Replace(t, h.file, der)
}

// TestHandmade takes signatures that others could have made, and that are right.
func TestHandmade(t *testing.T) {
	h := handmadeOf(t, "RSA")
	leaf := h.id.Chain[0]
	old, usual, long := sha1.Sum(leaf.Raw), sha256.Sum256(leaf.Raw), sha512.Sum512(leaf.Raw)
	neighbour := h.a.Identity("Østby Kommune", "P-256").Chain[0]
	numbered := certify(t, "another", h.id.Key, nil, func(c *x509.Certificate) { c.SerialNumber = leaf.SerialNumber })
	for title, change := range map[string]func(*sealtest.CMS){
		"as it is":                       nil,
		"the signer named by key":        func(c *sealtest.CMS) { c.ByKey = leaf.SubjectKeyId },
		"named by SHA-256, as it says":   func(c *sealtest.CMS) { c.Set(sealtest.SigningCertificate, sealtest.NamedBy(sealtest.SHA256, usual[:])) },
		"named by SHA-512":               func(c *sealtest.CMS) { c.Set(sealtest.SigningCertificate, sealtest.NamedBy(sha512Hash, long[:])) },
		"named by SHA-1, as once":        func(c *sealtest.CMS) { c.Set(sealtest.SigningCertificate); c.Set(oldSigning, namedOnce(old[:])) },
		"a certificate of another kind":  func(c *sealtest.CMS) { c.Certificates = append(c.Certificates, []byte{0xA1, 2, 5, 0}) },
		"the certificates backwards":     func(c *sealtest.CMS) { c.Certificates[0], c.Certificates[2] = c.Certificates[2], c.Certificates[0] },
		"another's of the same issuer":   func(c *sealtest.CMS) { c.Certificates = slices.Insert(c.Certificates, 0, neighbour.Raw) },
		"another's of the same number":   func(c *sealtest.CMS) { c.Certificates = slices.Insert(c.Certificates, 0, numbered.cert.Raw) },
		"lists of what was revoked":      func(c *sealtest.CMS) { c.Lists = [][]byte{h.a.CRL(), h.a.RootCRL()} },
		"an attribute that nobody knows": func(c *sealtest.CMS) { c.Set(asn1.ObjectIdentifier{1, 2, 3}, "x", "y") },
	} {
		if s := only(t, h.with(t, change), h.a.Roots()); s.State != seal.Intact || s.Trust != seal.Trusted || s.Level != seal.BB || s.Fault != nil {
			t.Errorf("%s: %+v, want intact", title, s)
		}
	}
}

var (
	oldSigning = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	sha512Hash = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
)

// namedOnce returns a SigningCertificate, which names by SHA-1 without saying so.
func namedOnce(hash []byte) any {
	return struct{ List []struct{ Hash []byte } }{[]struct{ Hash []byte }{{hash}}}
}

// TestWrongCMS makes signatures that are right but for one thing. None is taken
// for intact, and only another digest is called a change of the file.
func TestWrongCMS(t *testing.T) {
	h := handmadeOf(t, "RSA")
	leaf, other := h.id.Chain[0], h.a.Identity("Vestby Kommune", "RSA")
	digest := sealtest.FileDigest(t, h.file)
	twin := h.a.Identity("Østby Kommune", "RSA", func(c *x509.Certificate) { c.SubjectKeyId = []byte("another") })
	wrong := sha256.Sum256([]byte("another file"))
	old := sha1.Sum(leaf.Raw)
	for _, test := range []struct {
		title  string
		change func(*sealtest.CMS)
		state  seal.State
		fault  string
	}{
		{"another digest", func(c *sealtest.CMS) { c.Set(sealtest.MessageDigest, wrong[:]) }, seal.Changed, "something else"},
		{"no digest", func(c *sealtest.CMS) { c.Set(sealtest.MessageDigest) }, seal.Unreadable, "not one of CMS"},
		{"a digest that is a text", func(c *sealtest.CMS) { c.Set(sealtest.MessageDigest, "x") }, seal.Unreadable, "not one of CMS"},
		{"two digests in one", func(c *sealtest.CMS) { c.Set(sealtest.MessageDigest, digest, wrong[:]) }, seal.Unreadable, "not one of CMS"},
		{"the digest twice", func(c *sealtest.CMS) {
			c.Signed = append(c.Signed, sealtest.Attribute{Type: sealtest.MessageDigest, Values: []any{wrong[:]}})
		}, seal.Unreadable, "not one of CMS"},
		{"the digest twice, alike", func(c *sealtest.CMS) { c.Signed = append(c.Signed, c.Signed[1]) }, seal.Unreadable, "not one of CMS"},
		{"no content type", func(c *sealtest.CMS) { c.Set(sealtest.ContentType) }, seal.Unreadable, "not one of CMS"},
		{"another content type", func(c *sealtest.CMS) { c.Set(sealtest.ContentType, sealtest.StampInfo) }, seal.Unreadable, "not one of CMS"},
		{"of a timestamp", func(c *sealtest.CMS) {
			c.Content = sealtest.StampInfo
			c.Set(sealtest.ContentType, sealtest.StampInfo)
		}, seal.Unreadable, "something else than a file"},
		{"of a content of its own", func(c *sealtest.CMS) { c.Data = []byte("hello") }, seal.Unreadable, "something else than a file"},
		{"of another type", func(c *sealtest.CMS) { c.Type = sealtest.Data }, seal.Unreadable, "not one of CMS"},
		{"no name of the certificate", func(c *sealtest.CMS) { c.Set(sealtest.SigningCertificate) }, seal.Unreadable, "names another certificate"},
		{"the name of another", func(c *sealtest.CMS) { c.Set(sealtest.SigningCertificate, sealtest.Named(other.Chain[0])) }, seal.Unreadable, "names another certificate"},
		{"the name of another, as once", func(c *sealtest.CMS) {
			c.Set(sealtest.SigningCertificate)
			hash := sha1.Sum(other.Chain[0].Raw)
			c.Set(oldSigning, namedOnce(hash[:]))
		}, seal.Unreadable, "names another certificate"},
		{"named by SHA-1 where that is not in use", func(c *sealtest.CMS) { c.Set(sealtest.SigningCertificate, sealtest.NamedBy(sealtest.SHA1, old[:])) }, seal.Unreadable, "names another certificate"},
		{"the names of two, the signer's the old way", func(c *sealtest.CMS) {
			c.Set(sealtest.SigningCertificate, sealtest.Named(other.Chain[0]))
			c.Set(oldSigning, namedOnce(old[:]))
		}, seal.Unreadable, "names another certificate"},
		{"the name of another by a hash without a name", func(c *sealtest.CMS) {
			type one struct {
				Algorithm struct{}
				Hash      []byte
			}
			c.Set(sealtest.SigningCertificate, struct{ List []one }{[]one{{Hash: wrong[:]}}})
		}, seal.Unreadable, "names another certificate"},
		{"a name that is none", func(c *sealtest.CMS) { c.Set(sealtest.SigningCertificate, "x") }, seal.Unreadable, "names another certificate"},
		{"another's key", func(c *sealtest.CMS) { c.Key = other.Key }, seal.Unreadable, "not the signer's"},
		{"attributes changed after signing", func(c *sealtest.CMS) {
			c.Set(asn1.ObjectIdentifier{1, 2, 3}, "as signed")
			c.Spoil = func(set []byte) { copy(set[bytes.Index(set, []byte("as signed")):], "otherwise") }
		}, seal.Unreadable, "not the signer's"},
		{"a certificate in place of the signer's, with the same key", func(c *sealtest.CMS) {
			id := sameKey(t, h)
			c.Signer, c.Certificates = id.Chain[0], certificatesOf(id)
		}, seal.Unreadable, "names another certificate"},
		{"without the signer's certificate", func(c *sealtest.CMS) { c.Certificates = c.Certificates[1:] }, seal.Unreadable, "certificate is not in"},
		{"without certificates", func(c *sealtest.CMS) { c.Certificates = nil }, seal.Unreadable, "certificate is not in"},
		{"named by a key that nobody has", func(c *sealtest.CMS) { c.ByKey = []byte("nobody's") }, seal.Unreadable, "certificate is not in"},
		{"named by no key", func(c *sealtest.CMS) { c.ByKey = []byte{} }, seal.Unreadable, "certificate is not in"},
		{"named by another's key", func(c *sealtest.CMS) {
			c.ByKey, c.Certificates = twin.Chain[0].SubjectKeyId, append(c.Certificates, twin.Chain[0].Raw)
		}, seal.Unreadable, "not the signer's"},
		{"more certificates than anybody has", func(c *sealtest.CMS) {
			for range 40 {
				c.Certificates = append(c.Certificates, leaf.Raw[:0:0], []byte{5, 0})
			}
		}, seal.Unreadable, "not one of CMS"},
		{"SHA-1", func(c *sealtest.CMS) { c.Digest = sealtest.SHA1 }, seal.Unreadable, "not trusted"},
		{"the algorithm of another key", func(c *sealtest.CMS) { c.Algorithm = sealtest.ECDSAWithSHA256 }, seal.Unreadable, "not the signer's"},
		{"an algorithm that nobody knows", func(c *sealtest.CMS) { c.Algorithm = asn1.ObjectIdentifier{1, 2, 3} }, seal.Unreadable, "not trusted"},
		{"nobody signs", func(c *sealtest.CMS) { c.Signers = 0 }, seal.Unreadable, "not one of CMS"},
		{"two sign", func(c *sealtest.CMS) { c.Signers = 2 }, seal.Unreadable, "not one of CMS"},
		{"something behind", func(c *sealtest.CMS) { c.Behind = []byte{5, 1} }, seal.Unreadable, "something behind"},
		{"an attribute without a value", func(c *sealtest.CMS) {
			c.Unsigned = []sealtest.Attribute{{Type: asn1.ObjectIdentifier{1, 2, 3}}}
		}, seal.Unreadable, "not one of CMS"},
		{"other attributes twice", func(c *sealtest.CMS) {
			one := sealtest.Attribute{Type: sealtest.StampToken, Values: []any{"x"}}
			c.Unsigned = []sealtest.Attribute{one, one}
		}, seal.Unreadable, "not one of CMS"},
	} {
		s := only(t, h.with(t, test.change), h.a.Roots())
		if s.State != test.state || s.Trust != seal.Unknown || s.Certificate != nil || s.Fault == nil || !strings.Contains(s.Fault.Error(), test.fault) {
			t.Errorf("%s: %+v, want %s, %q", test.title, s, test.state, test.fault)
		}
	}
}

// sameKey returns an identity in another's name with the key of the file's.
func sameKey(t testing.TB, h *handmade) *seal.Identity {
	t.Helper()
	return &seal.Identity{Chain: []*x509.Certificate{h.a.Certify("Østby Kommune", h.id.Key.Public()), h.id.Chain[1]}, Key: h.id.Key}
}

func certificatesOf(id *seal.Identity) (list [][]byte) {
	for _, c := range id.Chain {
		list = append(list, c.Raw)
	}
	return list
}

// TestTwoWays takes a seal whose authority two roots vouch for, in whatever order
// its certificates are there.
func TestTwoWays(t *testing.T) {
	h, other := handmadeOf(t, "RSA"), sealtest.New(t, clock)
	for _, roots := range []seal.Roots{h.a.Roots(), other.Roots()} {
		for i := range 3 {
			file := h.with(t, func(c *sealtest.CMS) {
				c.Certificates = slices.Insert(c.Certificates, 1+i, other.Vouch(h.a).Raw)
				c.Stamp = h.a.Token
				h.a.Lie(sealtest.Lie{CMS: func(c *sealtest.CMS) { c.Certificates = slices.Insert(c.Certificates, 1+i%2, other.Vouch(h.a).Raw) }})
			})
			if s := only(t, file, roots); s.Trust != seal.Trusted || !s.Proven() {
				t.Errorf("%+v, stamp %+v", s, s.Stamp)
			}
		}
	}
}

// TestElsewhere moves a good signature to where it does not belong: the gap must
// be the signature's, and what is covered must be in the file.
func TestElsewhere(t *testing.T) {
	a := sealtest.New(t, clock)
	id := a.Identity("Vestby Kommune", "P-256")
	// made returns a file that is sealed in the way that format says, with the
	// range and the signature in it.
	made := func(t *testing.T, format func(ranges, cms string) string) []byte {
		t.Helper()
		const room = 8000
		ranges, cms := fmt.Sprintf("%-40s", "/ByteRange[0 0 0 0]"), "<"+strings.Repeat("0", room)+">"
		file := format(ranges, cms)
		gap := strings.Index(file, cms)
		to := gap + len(cms)
		file = format(fmt.Sprintf("%-40s", fmt.Sprintf("/ByteRange[0 %d %d %d]", gap, to, len(file)-to)), cms)
		sum := sha256.Sum256([]byte(file[:gap] + file[to:]))
		der, err := sealtest.NewCMS(id, sealtest.Data, nil, sum[:]).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return []byte(strings.Replace(file, cms, fmt.Sprintf("<%x%s>", der, strings.Repeat("0", room-2*len(der))), 1))
	}
	for _, test := range []struct {
		title  string
		format func(ranges, cms string) string
		want   seal.State
	}{
		{"as it should be", func(r, c string) string { return "%PDF-1.7\n<<" + r + "/Contents" + c + ">>\n%%EOF\n" }, seal.Intact},
		{"with spaces", func(r, c string) string { return "%PDF-1.7\n<<" + r + "/Contents \n" + c + ">>\n%%EOF\n" }, seal.Intact},
		{"the range behind", func(r, c string) string { return "%PDF-1.7\n<</Contents" + c + r + ">>\n%%EOF\n" }, seal.Intact},
		{"in another entry", func(r, c string) string { return "%PDF-1.7\n<<" + r + "/Cert" + c + ">>\n%%EOF\n" }, seal.Unreadable},
		{"in no entry", func(r, c string) string { return "%PDF-1.7\n<<" + r + ">>" + c + "\n%%EOF\n" }, seal.Unreadable},
	} {
		if s := only(t, made(t, test.format), a.Roots()); s.State != test.want {
			t.Errorf("%s: %+v, want %s", test.title, s, test.want)
		}
	}
	for text, want := range map[string]int{"%PDF-1.7\n%%EOF\n": 15, "%PDF-1.7\n%%EOF ": 14, "%PDF-1.7\n": 0} {
		file := made(t, func(r, c string) string { return text + "<<" + r + "/Contents" + c + ">>\n%%EOF\n" })
		if s := only(t, file, a.Roots()); s.State != seal.Intact || s.Record != want {
			t.Errorf("behind %q: %+v, want a record of %d bytes", text, s, want)
		}
	}
	for _, text := range []string{"/ByteRange[0 39 20 30]/Contents", "/ByteRange[0 39 39 19]/Contents"} {
		if s := only(t, []byte("%PDF-1.7"+text+"<00>"+strings.Repeat(" ", 40)), a.Roots()); s.State != seal.Unreadable {
			t.Errorf("a gap that ends before it begins, %s: %+v", text, s)
		}
	}
	// What the signature leaves out is its own digits, in both their brackets.
	file := made(t, func(r, c string) string { return "%PDF-1.7\n<<" + r + "/Contents" + c + ">>\n%%EOF\n" })
	open, end := bytes.LastIndexByte(file[:len(file)-20], '<'), bytes.LastIndexByte(file[:len(file)-9], '>')
	for title, i := range map[string]int{"the opening bracket": open, "the closing bracket": end} {
		b := bytes.Clone(file)
		b[i] = ' '
		if s := only(t, b, a.Roots()); s.State != seal.Unreadable {
			t.Errorf("without %s: %+v", title, s)
		}
	}
}

// TestClaimedTime reads when a seal says that it was made, as others write it,
// and only where the seal covers it.
func TestClaimedTime(t *testing.T) {
	a := sealtest.New(t, clock)
	file := string(sealed(t, sealer(t, options(t, a, seal.BB, "P-256")), record(t, 0)))
	const own = "/M(D:20261102120000+00'00')"
	for title, test := range map[string]struct{ text, want string }{
		"with a zone":    {"/M(D:20261102130000+01'00')", "2026-11-02T12:00:00Z"},
		"in UTC":         {"/M(D:20261102120000Z)      ", "2026-11-02T12:00:00Z"},
		"without a zone": {"/M(D:20261102120000)       ", "2026-11-02T12:00:00Z"},
		"no time":        {"/X(D:20261102120000)       ", "0001-01-01T00:00:00Z"},
		"no such day":    {"/M(D:20261399120000)       ", "0001-01-01T00:00:00Z"},
	} {
		if s := only(t, []byte(strings.Replace(file, own, test.text, 1)), seal.Roots{}); s.Claimed.UTC().Format("2006-01-02T15:04:05Z") != test.want || s.State != seal.Changed {
			t.Errorf("%s: %+v, want %s", title, s, test.want)
		}
	}
	// Behind what is covered anybody may write.
	later := strings.Replace(file, own, strings.Repeat(" ", len(own)), 1) + own
	if s := only(t, []byte(later), seal.Roots{}); !s.Claimed.IsZero() {
		t.Errorf("a time that the seal does not cover: %v", s.Claimed)
	}
}
