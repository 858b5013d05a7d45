package seal_test

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"slices"
	"testing"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// A certified is a certificate with its key.
type certified struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// certify has an authority certify a key by a name; nil certifies itself. With
// change its certificate can be made unlike others.
func certify(t *testing.T, name string, key crypto.Signer, by *certified, change ...func(*x509.Certificate)) *certified {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: noon, NotAfter: noon.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	for _, f := range change {
		f(template)
	}
	if by == nil {
		by = &certified{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &certified{cert, key}
}

// TestPath finds who vouches for a certificate among others, whatever they are.
func TestPath(t *testing.T) {
	key := func() crypto.Signer { return sealtest.Key(t, "P-256") }
	root := certify(t, "root", key(), nil)
	below := certify(t, "below", key(), root)
	leaf := certify(t, "leaf", key(), below)
	stranger := certify(t, "stranger", key(), nil)

	once := certify(t, "once", key(), nil)
	twice := certify(t, "twice", key(), once)
	circle := certify(t, "once", once.key, twice)
	inCircle := certify(t, "leaf", key(), twice)

	namesake := certify(t, "root", key(), root)
	ofNamesake := certify(t, "leaf", key(), namesake)
	renamed := certify(t, "renamed", root.key, root)
	ofRenamed := certify(t, "leaf", key(), renamed)

	deep := []*certified{certify(t, "0", key(), nil)}
	for i := range 9 {
		deep = append(deep, certify(t, string(rune('1'+i)), key(), deep[i]))
	}
	slices.Reverse(deep)
	for _, test := range []struct {
		title string
		of    *certified
		among []*certified
		want  []*certified
	}{
		{"those above", leaf, []*certified{below, root}, []*certified{leaf, below, root}},
		{"one is missing", leaf, []*certified{root}, []*certified{leaf}},
		{"one of the name with another key", leaf, []*certified{certify(t, "below", key(), root), below, root}, []*certified{leaf, below, root}},
		{"one of the key with another name", leaf, []*certified{certify(t, "other", below.key, root), below, root}, []*certified{leaf, below, root}},
		{"a root that a stranger vouches for", leaf, []*certified{below, root, certify(t, "root", root.key, stranger), stranger}, []*certified{leaf, below, root}},
		{"each vouches for the other", inCircle, []*certified{twice, circle}, []*certified{inCircle, twice, circle}},
		{"an authority of the root's name", ofNamesake, []*certified{namesake, root}, []*certified{ofNamesake, namesake, root}},
		{"an authority with the root's key", ofRenamed, []*certified{renamed, root}, []*certified{ofRenamed, renamed, root}},
		{"more than anybody has", deep[0], deep[1:], deep[:8]},
	} {
		file := append(pkcs8(t, test.of.key), certificates(test.of.cert)...)
		for _, c := range test.among {
			file = append(file, certificates(c.cert)...)
		}
		id, err := seal.Load(file, "")
		if err != nil {
			t.Errorf("%s: %v", test.title, err)
			continue
		}
		if !slices.EqualFunc(id.Chain, test.want, func(a *x509.Certificate, b *certified) bool { return a.Equal(b.cert) }) {
			t.Errorf("%s: a chain of %d, want %d:", test.title, len(id.Chain), len(test.want))
			for _, c := range id.Chain {
				t.Errorf("	%s by %s", c.Subject, c.Issuer)
			}
		}
	}
}
