package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1" // some timestamp services still name their certificate by it
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// signed is a CMS SignedData of one signer, as seals and timestamps are.
type signed struct {
	kind    asn1.ObjectIdentifier
	content []byte // nil if it is elsewhere
	certs   []*x509.Certificate

	signer     *x509.Certificate
	scheme     scheme
	attributes []byte // those that are signed, as a set
	values     map[string][]byte
	signature  []byte
	token      []byte // of the signature's timestamp; nil if there is none
}

var errCMS = errors.New("the signature is not one of CMS in DER")

// maxCertificates bounds what a file can have us read.
const maxCertificates = 32

// readSigned reads a SignedData. What it says is not true before check.
func readSigned(raw []byte) (*signed, error) {
	var info, explicit, data, algorithms, inner, infos, one cryptobyte.String
	var kind asn1.ObjectIdentifier
	var version int
	s := &signed{values: map[string][]byte{}}
	input := cryptobyte.String(raw)
	if !input.ReadASN1(&info, der.SEQUENCE) || !input.Empty() ||
		!info.ReadASN1ObjectIdentifier(&kind) || !kind.Equal(oidSignedData) ||
		!info.ReadASN1(&explicit, der.Tag(0).Constructed().ContextSpecific()) || !info.Empty() ||
		!explicit.ReadASN1(&data, der.SEQUENCE) || !explicit.Empty() ||
		!data.ReadASN1Integer(&version) || !data.ReadASN1(&algorithms, der.SET) ||
		!data.ReadASN1(&inner, der.SEQUENCE) || !s.readContent(inner) ||
		!s.readCertificates(&data) ||
		!data.SkipOptionalASN1(der.Tag(1).Constructed().ContextSpecific()) ||
		!data.ReadASN1(&infos, der.SET) || !data.Empty() ||
		!infos.ReadASN1(&one, der.SEQUENCE) || !infos.Empty() {
		return nil, errCMS
	}
	return s, s.readSigner(one)
}

func (s *signed) readContent(inner cryptobyte.String) bool {
	var explicit, content cryptobyte.String
	var has bool
	if !inner.ReadASN1ObjectIdentifier(&s.kind) ||
		!inner.ReadOptionalASN1(&explicit, &has, der.Tag(0).Constructed().ContextSpecific()) || !inner.Empty() {
		return false
	}
	if has {
		if !explicit.ReadASN1(&content, der.OCTET_STRING) || !explicit.Empty() {
			return false
		}
		s.content = content
	}
	return true
}

// readCertificates reads what certificates can be read: one of a kind unknown
// to us may be among them, and need not be the signer's.
func (s *signed) readCertificates(data *cryptobyte.String) bool {
	var set, element cryptobyte.String
	var tag der.Tag
	var has bool
	if !data.ReadOptionalASN1(&set, &has, der.Tag(0).Constructed().ContextSpecific()) {
		return false
	}
	for n := 0; !set.Empty(); n++ {
		if n == maxCertificates || !set.ReadAnyASN1Element(&element, &tag) {
			return false
		}
		if cert, err := x509.ParseCertificate(element); err == nil && usable(cert) {
			s.certs = append(s.certs, cert)
		}
	}
	return true
}

// usable reports whether a signature by the certificate costs little to check.
func usable(cert *x509.Certificate) bool {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() <= maxRSA
	case *ecdsa.PublicKey:
		return true
	}
	return false
}

func (s *signed) readSigner(one cryptobyte.String) error {
	var version int
	var digest, signature cryptobyte.String
	var sid, attributes, unsigned cryptobyte.String
	var tag der.Tag
	var digestOID, signatureOID asn1.ObjectIdentifier
	var has bool
	signedTag, unsignedTag := der.Tag(0).Constructed().ContextSpecific(), der.Tag(1).Constructed().ContextSpecific()
	if !one.ReadASN1Integer(&version) || !one.ReadAnyASN1Element(&sid, &tag) ||
		!one.ReadASN1(&digest, der.SEQUENCE) || !digest.ReadASN1ObjectIdentifier(&digestOID) ||
		!one.ReadASN1Element(&attributes, signedTag) ||
		!one.ReadASN1(&signature, der.SEQUENCE) || !signature.ReadASN1ObjectIdentifier(&signatureOID) ||
		!one.ReadASN1Bytes(&s.signature, der.OCTET_STRING) ||
		!one.ReadOptionalASN1(&unsigned, &has, unsignedTag) || !one.Empty() {
		return errCMS
	}
	s.attributes = retagged(attributes, der.SET)
	var list cryptobyte.String
	if !attributes.ReadASN1(&list, signedTag) || !readAttributes(list, s.values) {
		return errCMS
	}
	rest := map[string][]byte{}
	if !readAttributes(unsigned, rest) {
		return errCMS
	}
	s.token = rest[oidToken.String()]
	if s.signer = s.find(sid); s.signer == nil {
		return errors.New("the signer's certificate is not in the signature")
	}
	return s.choose(digestOID, signatureOID)
}

// single are attributes that have one value. Of two it would be anybody's guess
// which one is meant.
var single = []asn1.ObjectIdentifier{oidContentType, oidDigest, oidSigningCert, oidSigningV2}

// readAttributes reads attributes by their names: the first value of each.
func readAttributes(list cryptobyte.String, into map[string][]byte) bool {
	for !list.Empty() {
		var one, values cryptobyte.String
		var value cryptobyte.String
		var tag der.Tag
		var oid asn1.ObjectIdentifier
		if !list.ReadASN1(&one, der.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&oid) ||
			!one.ReadASN1(&values, der.SET) || !one.Empty() || !values.ReadAnyASN1Element(&value, &tag) {
			return false
		}
		if !values.Empty() && slices.ContainsFunc(single, oid.Equal) {
			return false
		}
		if _, twice := into[oid.String()]; twice {
			return false
		}
		into[oid.String()] = value
	}
	return true
}

// find returns the certificate that a signer's identifier names.
func (s *signed) find(sid cryptobyte.String) *x509.Certificate {
	var key, both, name cryptobyte.String
	var tag der.Tag
	serial := new(big.Int)
	byKey := sid
	if byKey.ReadASN1(&key, der.Tag(0).ContextSpecific()) {
		return first(s.certs, func(c *x509.Certificate) bool { return len(key) > 0 && bytes.Equal(c.SubjectKeyId, key) })
	}
	if !sid.ReadASN1(&both, der.SEQUENCE) || !both.ReadAnyASN1Element(&name, &tag) || !both.ReadASN1Integer(serial) {
		return nil
	}
	return first(s.certs, func(c *x509.Certificate) bool {
		return bytes.Equal(c.RawIssuer, name) && c.SerialNumber.Cmp(serial) == 0
	})
}

func first(certs []*x509.Certificate, is func(*x509.Certificate) bool) *x509.Certificate {
	if i := slices.IndexFunc(certs, is); i >= 0 {
		return certs[i]
	}
	return nil
}

// choose finds how the signature was made. Many name the RSA key's algorithm,
// and the hash only as the digest's.
func (s *signed) choose(digest, signature asn1.ObjectIdentifier) error {
	for _, known := range schemes {
		plain := signature.Equal(oidRSA) && known.algorithm <= x509.SHA512WithRSA
		if known.digest.Equal(digest) && (known.signature.Equal(signature) || plain) {
			s.scheme = known
			return nil
		}
	}
	return fmt.Errorf("signed in a way that is not trusted: %v with %v", signature, digest)
}

var (
	errDigest    = errors.New("what was signed is something else")
	errSignature = errors.New("the signature is not the signer's")
)

// check holds a signature to what it is of: of a content by its digest, by the
// certificate that is named in what is signed.
func (s *signed) check(digest []byte) error {
	value := cryptobyte.String(s.values[oidDigest.String()])
	var said cryptobyte.String
	if !value.ReadASN1(&said, der.OCTET_STRING) {
		return errCMS
	}
	kind := cryptobyte.String(s.values[oidContentType.String()])
	var oid asn1.ObjectIdentifier
	if !kind.ReadASN1ObjectIdentifier(&oid) || !oid.Equal(s.kind) {
		return errCMS
	}
	if !bytes.Equal(said, digest) {
		return errDigest
	}
	if err := s.signer.CheckSignature(s.scheme.algorithm, s.attributes, s.signature); err != nil {
		return errSignature
	}
	if !s.namesSigner() {
		return errors.New("the signature names another certificate")
	}
	return nil
}

// namesSigner reports whether the signed attributes name the signer's
// certificate, so that no other with the same key can be put in its place.
func (s *signed) namesSigner() bool {
	value, v2 := s.values[oidSigningV2.String()]
	if !v2 {
		value = s.values[oidSigningCert.String()]
	}
	var all, list, one, algorithm, hash cryptobyte.String
	var has bool
	input := cryptobyte.String(value)
	if !input.ReadASN1(&all, der.SEQUENCE) || !all.ReadASN1(&list, der.SEQUENCE) || !list.ReadASN1(&one, der.SEQUENCE) ||
		!one.ReadOptionalASN1(&algorithm, &has, der.SEQUENCE) || !one.ReadASN1(&hash, der.OCTET_STRING) {
		return false
	}
	if !v2 {
		want := sha1.Sum(s.signer.Raw)
		return bytes.Equal(hash, want[:])
	}
	by := crypto.SHA256
	if has {
		var oid asn1.ObjectIdentifier
		if !algorithm.ReadASN1ObjectIdentifier(&oid) {
			return false
		}
		i := slices.IndexFunc(schemes, func(s scheme) bool { return s.digest.Equal(oid) })
		if i < 0 {
			return false
		}
		by = schemes[i].hash
	}
	return bytes.Equal(hash, sum(by, s.signer.Raw))
}
