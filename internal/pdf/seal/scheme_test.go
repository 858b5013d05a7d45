package seal_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"math/big"
	"slices"
	"strings"
	"testing"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// TestSchemes takes signatures by each hash in use, of RSA with the hash in the
// name of the algorithm and without, and none that names two hashes.
func TestSchemes(t *testing.T) {
	for key, first := range map[string]asn1.ObjectIdentifier{
		"RSA":   {1, 2, 840, 113549, 1, 1, 11}, // with SHA-256, and those of longer hashes behind it
		"P-256": {1, 2, 840, 10045, 4, 3, 2},
	} {
		h := handmadeOf(t, key)
		nth := func(of asn1.ObjectIdentifier, n int) asn1.ObjectIdentifier {
			of = slices.Clone(of)
			of[len(of)-1] += n
			return of
		}
		for i, by := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			for title, test := range map[string]struct {
				algorithm asn1.ObjectIdentifier
				want      bool
			}{
				"the same":      {nth(first, i), true},
				"another":       {nth(first, (i+1)%3), false},
				"RSA and no":    {sealtest.RSA, key == "RSA"},
				"no known kind": {nth(first, 40), false},
			} {
				s := only(t, h.with(t, func(c *sealtest.CMS) {
					c.Hash, c.Digest, c.Algorithm = by, nth(sealtest.SHA256, i), test.algorithm
					c.Set(sealtest.MessageDigest, sealtest.FileHash(t, h.file, by))
				}), h.a.Roots())
				if (s.State == seal.Intact) != test.want || !test.want && s.State != seal.Unreadable {
					t.Errorf("%s by %v, with %s hash: %+v, want one that holds: %v", key, by, title, s, test.want)
				}
			}
		}
	}
}

// TestSignersKey reads the signer's certificate only where its key is of a kind in
// use, and costs little to check with.
func TestSignersKey(t *testing.T) {
	h := handmadeOf(t, "RSA")
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	long := func(bits uint) crypto.PublicKey {
		n := new(big.Int).Lsh(big.NewInt(1), bits-1)
		return &rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537}
	}
	for _, test := range []struct {
		title string
		key   crypto.PublicKey
		fault string
	}{
		{"RSA of 8192 bits", long(8192), "not the signer's"},
		{"RSA of more", long(8193), "certificate is not in"},
		{"ECDSA", sealtest.Key(t, "P-256").Public(), "not the signer's"},
		{"Ed25519", edwards, "certificate is not in"},
	} {
		cert := h.a.Certify("Vestby Kommune", test.key)
		s := only(t, h.with(t, func(c *sealtest.CMS) {
			c.Signer, c.Certificates = cert, [][]byte{cert.Raw}
			c.Set(sealtest.SigningCertificate, sealtest.Named(cert))
		}), h.a.Roots())
		if s.State != seal.Unreadable || s.Fault == nil || !strings.Contains(s.Fault.Error(), test.fault) {
			t.Errorf("%s: %+v, want %q", test.title, s, test.fault)
		}
	}
}
