package seal

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"
)

// An Identity is a certificate with its key, and the certificates that vouch
// for it. The key may be anywhere: a key in hardware is a crypto.Signer too.
type Identity struct {
	// Chain begins with the certificate of the key; each is followed by its
	// issuer's. It need not reach a root.
	Chain []*x509.Certificate
	Key   crypto.Signer
}

// By returns who seals: the organisation that the certificate names, or, where
// it names none, its common name.
func (id *Identity) By() string { return organisation(id.Chain[0]) }

// ID returns the number of who seals in a register, "" if the certificate has
// none.
func (id *Identity) ID() string { return register(id.Chain[0]) }

// Demo reports whether the identity is one that NewDemo made.
func (id *Identity) Demo() bool { return demo(id.Chain[0]) }

// NotAfter returns when the first certificate of the chain ends.
func (id *Identity) NotAfter() time.Time {
	return slices.MinFunc(id.Chain, func(a, b *x509.Certificate) int { return a.NotAfter.Compare(b.NotAfter) }).NotAfter
}

func (id *Identity) validAt(at time.Time) bool {
	for _, cert := range id.Chain {
		if at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
			return false
		}
	}
	return true
}

// check holds an identity to what a seal needs.
func (id *Identity) check() error {
	if id == nil || len(id.Chain) == 0 || id.Key == nil {
		return errors.New("the seal lacks a certificate or its key")
	}
	leaf := id.Chain[0]
	if !samePublic(leaf, id.Key) {
		return errors.New("the seal's key is not its certificate's")
	}
	if err := checkPurpose(leaf); err != nil {
		return err
	}
	for i, cert := range id.Chain[1:] {
		if err := id.Chain[i].CheckSignatureFrom(cert); err != nil {
			return fmt.Errorf("certificate %d of the seal is not issued by the next: %w", i+1, err)
		}
	}
	_, err := schemeOf(id.Key.Public())
	return err
}

// samePublic reports whether the certificate is the key's.
func samePublic(cert *x509.Certificate, key crypto.Signer) bool {
	public, ok := cert.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(key.Public())
}

func organisation(cert *x509.Certificate) string {
	if names := cert.Subject.Organization; len(names) > 0 {
		return names[0]
	}
	return cmp.Or(cert.Subject.CommonName, cert.Subject.String())
}

// register returns the number that a certificate names its organisation by, such
// as NTRDK-12345678 (ETSI EN 319 412-1); "" if it has none.
func register(cert *x509.Certificate) string {
	organizationIdentifier := asn1.ObjectIdentifier{2, 5, 4, 97}
	for _, name := range cert.Subject.Names {
		if id, ok := name.Value.(string); ok && name.Type.Equal(organizationIdentifier) {
			return id
		}
	}
	return ""
}

// selfIssued reports whether nobody else vouches for a certificate.
func selfIssued(cert *x509.Certificate) bool {
	return bytes.Equal(cert.RawIssuer, cert.RawSubject) && cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature) == nil
}

// path returns leaf followed by its issuer, that one's issuer and so on, as far
// as they are among certs, or to the first that vouches for itself.
func path(leaf *x509.Certificate, certs []*x509.Certificate) []*x509.Certificate {
	chain := []*x509.Certificate{leaf}
	for len(chain) < maxChain && !selfIssued(chain[len(chain)-1]) {
		last := chain[len(chain)-1]
		i := slices.IndexFunc(certs, func(c *x509.Certificate) bool {
			return bytes.Equal(c.RawSubject, last.RawIssuer) && !slices.ContainsFunc(chain, c.Equal) && last.CheckSignatureFrom(c) == nil
		})
		if i < 0 {
			break
		}
		chain = append(chain, certs[i])
	}
	return chain
}

// maxChain is more certificates than any authority puts between itself and
// whom it certifies.
const maxChain = 8
