package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// The objects of a CMS SignedData (RFC 5652, 5035, 3161) that seals and
// timestamps are made of.
var (
	oidData        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCert = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningV2   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidToken       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidTSTInfo     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidRSA         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
)

// A scheme is a way to sign.
type scheme struct {
	hash      crypto.Hash
	digest    asn1.ObjectIdentifier
	signature asn1.ObjectIdentifier
	algorithm x509.SignatureAlgorithm
}

// schemes lists the ways to sign that are trusted. SHA-1 is not among them.
var schemes = []scheme{
	{crypto.SHA256, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, x509.ECDSAWithSHA256},
	{crypto.SHA384, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, x509.ECDSAWithSHA384},
	{crypto.SHA512, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, x509.ECDSAWithSHA512},
	{crypto.SHA256, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, x509.SHA256WithRSA},
	{crypto.SHA384, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, x509.SHA384WithRSA},
	{crypto.SHA512, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, x509.SHA512WithRSA},
}

// schemeOf returns how a key signs: ECDSA with the hash of its curve's size,
// RSA with SHA-256.
func schemeOf(public crypto.PublicKey) (scheme, error) {
	algorithm := x509.SHA256WithRSA
	switch key := public.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 || key.N.BitLen() > maxRSA {
			return scheme{}, fmt.Errorf("an RSA key of %d bits: 2048 to %d are usable", key.N.BitLen(), maxRSA)
		}
	case *ecdsa.PublicKey:
		switch key.Curve.Params().BitSize {
		case 256:
			algorithm = x509.ECDSAWithSHA256
		case 384:
			algorithm = x509.ECDSAWithSHA384
		case 521:
			algorithm = x509.ECDSAWithSHA512
		default:
			return scheme{}, fmt.Errorf("a key on the curve %s: P-256, P-384 and P-521 are usable", key.Curve.Params().Name)
		}
	default:
		return scheme{}, fmt.Errorf("a key of type %T: RSA and ECDSA are usable, others most readers of PDF cannot check", public)
	}
	i := slices.IndexFunc(schemes, func(s scheme) bool { return s.algorithm == algorithm })
	return schemes[i], nil
}

// maxRSA bounds what checking a signature may cost.
const maxRSA = 8192

// signedAttributes returns the attributes that a seal signs, as a DER set: what
// is signed, and by which certificate. PAdES wants no time among them.
func signedAttributes(leaf *x509.Certificate, s scheme, digest []byte) []byte {
	list := [][]byte{
		attribute(oidContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) }),
		attribute(oidDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest) }),
		attribute(oidSigningV2, func(b *cryptobyte.Builder) { signingCertificate(b, leaf) }),
	}
	slices.SortFunc(list, bytes.Compare)
	var b cryptobyte.Builder
	b.AddASN1(der.SET, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(list, nil)) })
	return b.BytesOrPanic()
}

func attribute(oid asn1.ObjectIdentifier, value func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oid)
		b.AddASN1(der.SET, value)
	})
	return b.BytesOrPanic()
}

// signingCertificate adds a SigningCertificateV2 (RFC 5035) with the hash that
// is its default, which DER leaves out.
func signingCertificate(b *cryptobyte.Builder, leaf *x509.Certificate) {
	sequence(b, func(b *cryptobyte.Builder) {
		sequence(b, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(sum(crypto.SHA256, leaf.Raw))
				sequence(b, func(b *cryptobyte.Builder) {
					sequence(b, func(b *cryptobyte.Builder) {
						b.AddASN1(der.Tag(4).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(leaf.RawIssuer) })
					})
					b.AddASN1BigInt(leaf.SerialNumber)
				})
			})
		})
	})
}

// signedData returns the CMS of a detached signature: the certificates, the
// signed attributes with their signature, and the timestamp's token unless it
// is nil.
func signedData(chain []*x509.Certificate, s scheme, attributes, signature, token []byte) ([]byte, error) {
	leaf := chain[0]
	var b cryptobyte.Builder
	contentInfo(&b, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1(der.SET, func(b *cryptobyte.Builder) { s.addDigest(b) })
		sequence(b, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) })
		b.AddASN1(der.Tag(0).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
			for _, cert := range sorted(chain) {
				b.AddBytes(cert.Raw)
			}
		})
		b.AddASN1(der.SET, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				sequence(b, func(b *cryptobyte.Builder) {
					b.AddBytes(leaf.RawIssuer)
					b.AddASN1BigInt(leaf.SerialNumber)
				})
				s.addDigest(b)
				b.AddBytes(retagged(attributes, der.Tag(0).Constructed().ContextSpecific()))
				s.addSignature(b)
				b.AddASN1OctetString(signature)
				if token != nil {
					b.AddASN1(der.Tag(1).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
						b.AddBytes(attribute(oidToken, func(b *cryptobyte.Builder) { b.AddBytes(token) }))
					})
				}
			})
		})
	})
	return b.Bytes()
}

// contentInfo adds a ContentInfo around a SignedData.
func contentInfo(b *cryptobyte.Builder, signed func(*cryptobyte.Builder)) {
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		b.AddASN1(der.Tag(0).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { sequence(b, signed) })
	})
}

func sequence(b *cryptobyte.Builder, content func(*cryptobyte.Builder)) {
	b.AddASN1(der.SEQUENCE, content)
}

// sorted returns the certificates in the order that DER wants in a set.
func sorted(chain []*x509.Certificate) []*x509.Certificate {
	return slices.SortedFunc(slices.Values(chain), func(a, b *x509.Certificate) int { return bytes.Compare(a.Raw, b.Raw) })
}

// retagged returns an element with another tag in place of its own.
func retagged(element []byte, tag der.Tag) []byte {
	return append([]byte{byte(tag)}, element[1:]...)
}

func (s scheme) addDigest(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(s.digest) })
}

// addSignature adds the signature's algorithm. RSA has a parameter that says
// nothing, ECDSA has none.
func (s scheme) addSignature(b *cryptobyte.Builder) {
	sequence(b, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(s.signature)
		if s.algorithm == x509.SHA256WithRSA {
			b.AddASN1NULL()
		}
	})
}
