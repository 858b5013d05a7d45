package sealtest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"ab325/internal/pdf/seal"
)

// The objects that a CMS is made of.
var (
	Data               = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	StampInfo          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	ContentType        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	MessageDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	SigningCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	StampToken         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	SHA1               = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	SHA256             = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	RSA                = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	ECDSAWithSHA256    = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	signedDataType     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
)

// An Attribute is one of a CMS. Its values are what encoding/asn1 marshals.
type Attribute struct {
	Type   asn1.ObjectIdentifier
	Values []any
}

// A CMS is a SignedData to be made, right or wrong in any way.
type CMS struct {
	Type         asn1.ObjectIdentifier // of the whole
	Content      asn1.ObjectIdentifier // of what is signed
	Data         []byte                // what is signed; nil where that is elsewhere
	Signed       []Attribute
	Unsigned     []Attribute
	Certificates [][]byte
	Lists        [][]byte          // of revoked certificates
	Signer       *x509.Certificate // named as the signer
	ByKey        []byte            // names the signer by its key instead
	Digest       asn1.ObjectIdentifier
	Algorithm    asn1.ObjectIdentifier
	Hash         crypto.Hash // of what the key signs
	Signers      int         // how often the one is there
	Behind       []byte

	// Key signs. Spoil, unless it is nil, changes the attributes after that; Stamp
	// returns the token of a timestamp of the signature.
	Key   crypto.Signer
	Spoil func(set []byte)
	Stamp func(signature []byte) []byte
}

// NewCMS returns the signature of an identity, with SHA-256, as it should be: of
// data, or, where that is nil, of what has the digest.
func NewCMS(id *seal.Identity, content asn1.ObjectIdentifier, data, digest []byte) *CMS {
	leaf := id.Chain[0]
	if data != nil {
		sum := sha256.Sum256(data)
		digest = sum[:]
	}
	c := &CMS{Type: signedDataType, Content: content, Data: data, Signer: leaf, Digest: SHA256, Algorithm: RSA, Hash: crypto.SHA256, Signers: 1, Key: id.Key,
		Signed: []Attribute{{ContentType, []any{content}}, {MessageDigest, []any{digest}}, {SigningCertificate, []any{Named(leaf)}}}}
	if _, ok := id.Key.Public().(*ecdsa.PublicKey); ok {
		c.Algorithm = ECDSAWithSHA256
	}
	for _, cert := range id.Chain {
		c.Certificates = append(c.Certificates, cert.Raw)
	}
	return c
}

// Named returns the SigningCertificateV2 that names a certificate by its SHA-256.
func Named(cert *x509.Certificate) any {
	hash := sha256.Sum256(cert.Raw)
	return struct{ List []struct{ Hash []byte } }{[]struct{ Hash []byte }{{hash[:]}}}
}

// NamedBy returns a SigningCertificateV2 that says which hash it names by.
func NamedBy(algorithm asn1.ObjectIdentifier, hash []byte) any {
	type one struct {
		Algorithm pkix.AlgorithmIdentifier
		Hash      []byte
	}
	return struct{ List []one }{[]one{{pkix.AlgorithmIdentifier{Algorithm: algorithm}, hash}}}
}

// Set replaces the values of a signed attribute; with none it is left out.
func (c *CMS) Set(kind asn1.ObjectIdentifier, values ...any) {
	c.Signed = slices.DeleteFunc(c.Signed, func(a Attribute) bool { return a.Type.Equal(kind) })
	if len(values) > 0 {
		c.Signed = append(c.Signed, Attribute{kind, values})
	}
}

// What follows are the structures of RFC 5652.
type (
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values []asn1.RawValue `asn1:"set"`
	}
	signerInfo struct {
		Version    int
		Signer     asn1.RawValue
		Digest     pkix.AlgorithmIdentifier
		Attributes asn1.RawValue
		Algorithm  pkix.AlgorithmIdentifier
		Signature  []byte
		Unsigned   asn1.RawValue `asn1:"optional"`
	}
	content struct {
		Type asn1.ObjectIdentifier
		Data asn1.RawValue `asn1:"optional"`
	}
	signedData struct {
		Version      int
		Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
		Content      content
		Certificates asn1.RawValue
		Lists        asn1.RawValue `asn1:"optional"`
		Signers      []signerInfo  `asn1:"set"`
	}
	contentInfo struct {
		Type asn1.ObjectIdentifier
		Data signedData `asn1:"explicit,tag:0"`
	}
)

// Marshal signs, and returns the CMS in DER.
func (c *CMS) Marshal() ([]byte, error) {
	set, err := attributes(c.Signed)
	if err != nil {
		return nil, err
	}
	h := c.Hash.New()
	h.Write(set)
	signature, err := c.Key.Sign(rand.Reader, h.Sum(nil), c.Hash)
	if err != nil {
		return nil, err
	}
	if c.Spoil != nil {
		c.Spoil(set)
	}
	one := signerInfo{Version: 1, Digest: algorithm(c.Digest), Algorithm: algorithm(c.Algorithm), Signature: signature}
	one.Attributes.FullBytes = slices.Concat([]byte{0xA0}, set[1:])
	if one.Signer, err = c.signer(); err != nil {
		return nil, err
	}
	unsigned := slices.Clone(c.Unsigned)
	if c.Stamp != nil {
		unsigned = append(unsigned, Attribute{StampToken, []any{asn1.RawValue{FullBytes: c.Stamp(signature)}}})
	}
	if unsigned != nil {
		if set, err = attributes(unsigned); err != nil {
			return nil, err
		}
		one.Unsigned.FullBytes = slices.Concat([]byte{0xA1}, set[1:])
	}
	data := signedData{Version: 3, Digests: []pkix.AlgorithmIdentifier{algorithm(c.Digest)}, Content: content{Type: c.Content}, Signers: slices.Repeat([]signerInfo{one}, c.Signers)}
	if c.Data != nil {
		inner, err := asn1.Marshal(c.Data)
		if err != nil {
			return nil, err
		}
		data.Content.Data = outer(0, inner)
	}
	data.Certificates = outer(0, slices.Concat(c.Certificates...))
	if c.Lists != nil {
		data.Lists = outer(1, slices.Concat(c.Lists...))
	}
	der, err := asn1.Marshal(contentInfo{c.Type, data})
	return append(der, c.Behind...), err
}

// signer names the signer.
func (c *CMS) signer() (asn1.RawValue, error) {
	if c.ByKey != nil {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, Bytes: c.ByKey}, nil
	}
	der, err := asn1.Marshal(struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}{asn1.RawValue{FullBytes: c.Signer.RawIssuer}, c.Signer.SerialNumber})
	return asn1.RawValue{FullBytes: der}, err
}

func outer(tag int, inner []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: inner}
}

func algorithm(oid asn1.ObjectIdentifier) pkix.AlgorithmIdentifier {
	id := pkix.AlgorithmIdentifier{Algorithm: oid}
	if !oid.Equal(ECDSAWithSHA256) {
		id.Parameters = asn1.NullRawValue
	}
	return id
}

// attributes returns attributes as a set in DER.
func attributes(all []Attribute) ([]byte, error) {
	var list [][]byte
	for _, a := range all {
		one := attribute{Type: a.Type}
		for _, v := range a.Values {
			der, err := asn1.Marshal(v)
			if err != nil {
				return nil, err
			}
			one.Values = append(one.Values, asn1.RawValue{FullBytes: der})
		}
		der, err := asn1.Marshal(one)
		if err != nil {
			return nil, err
		}
		list = append(list, der)
	}
	slices.SortFunc(list, bytes.Compare)
	return asn1.Marshal(asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true, Bytes: bytes.Join(list, nil)})
}

// gapOf finds the range and the signature of the last seal of a file.
var gapOf = regexp.MustCompile(`/ByteRange\[0 (\d+) (\d+) (\d+)\] */Contents<[0-9a-f]+>`)

// FileDigest returns the SHA-256 of what the only seal of a file covers.
func FileDigest(t testing.TB, file []byte) []byte {
	t.Helper()
	return FileHash(t, file, crypto.SHA256)
}

// FileHash is FileDigest by any hash.
func FileHash(t testing.TB, file []byte, by crypto.Hash) []byte {
	t.Helper()
	m := gapOf.FindSubmatch(file)
	if m == nil {
		t.Fatal("the file has no seal")
	}
	var n [3]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(string(m[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	h := by.New()
	h.Write(file[:n[0]])
	h.Write(file[n[1] : n[1]+n[2]])
	return h.Sum(nil)
}

// Replace returns a sealed file with another signature in place of its own.
func Replace(t testing.TB, file, cms []byte) []byte {
	t.Helper()
	m := gapOf.FindSubmatchIndex(file)
	if m == nil {
		t.Fatal("the file has no seal")
	}
	at := m[0] + bytes.IndexByte(file[m[0]:], '<') + 1
	room := m[1] - 1 - at
	if hex.EncodedLen(len(cms)) > room {
		t.Fatalf("a signature of %d bytes, and room for %d", len(cms), room/2)
	}
	out := bytes.Clone(file)
	end := at + copy(out[at:], hex.EncodeToString(cms))
	copy(out[end:m[1]-1], bytes.Repeat([]byte("0"), room))
	return out
}
