// Package seal seals finished PDF files with an organisation's certificate,
// and tells of a sealed file by whom, when, and whether it was changed.
//
// A seal is a PAdES baseline signature (ETSI EN 319 142-1) in a revision
// behind the file: what was there before stays byte for byte as it was, and is
// the beginning of the sealed file. With a timestamp (RFC 3161) the seal
// outlives its certificate: level B-T. With revocation data in a further
// revision it can be checked when nobody answers for the certificate any more:
// level B-LT.
//
// A seal shows nothing on the page. It is a field without a size at the end of
// the structure tree, named and described, so that those who listen to a
// document hear that it is sealed, and those who print it get the page that
// was sealed.
//
// Verify reads no PDF objects but those of revisions that it can write again
// itself, byte for byte. What a seal covers is known from the seal alone, so a
// file made to mislead a reader of PDFs misleads nobody here.
package seal

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Options say what a Sealer seals with.
type Options struct {
	Identity *Identity
	Rand     io.Reader

	// Stamper gets the timestamps; nil makes seals of level B-B.
	Stamper *Stamper

	// Authorities are certificates of those who may vouch for timestamps, in
	// [Sealer.Roots], and of issuers that the identity's chain may have left out.
	Authorities []*x509.Certificate

	// Revocation gets what shows that the certificates were not revoked; nil
	// makes seals of level B-B or B-T. It needs a Stamper.
	Revocation *Revocation
}

// A Sealer seals files. It is safe for concurrent use if its key is.
type Sealer struct {
	Options
	scheme scheme
}

// New returns a Sealer. It fails if the identity's key is none that others can
// check, or not the certificate's.
func New(o Options) (*Sealer, error) {
	if o.Revocation != nil && o.Stamper == nil {
		return nil, errors.New("revocation data without a timestamp do not show when the seal was made: a timestamp service is missing")
	}
	if err := o.Identity.check(); err != nil {
		return nil, err
	}
	chain := o.Identity.Chain
	o.Identity = &Identity{Chain: path(chain[0], slices.Concat(chain, o.Authorities)), Key: o.Identity.Key}
	scheme, err := schemeOf(o.Identity.Key.Public())
	return &Sealer{o, scheme}, err
}

// Identity returns what the Sealer seals with.
func (s *Sealer) Identity() *Identity { return s.Options.Identity }

// Roots returns who vouches for the Sealer's own seals, and who for their
// timestamps: none where no authority is given. Others that the same authorities
// certified are vouched for by them, too: who sealed is in the report.
func (s *Sealer) Roots() (seals, stamps []*x509.Certificate) {
	chain := s.Options.Identity.Chain
	return chain[len(chain)-1:], s.Authorities
}

// Level returns the level of the Sealer's seals.
func (s *Sealer) Level() Level {
	switch {
	case s.Revocation != nil:
		return BLT
	case s.Stamper != nil:
		return BT
	}
	return BB
}

// ErrOutdated is the error of sealing with a certificate that is not valid yet,
// or no longer.
var ErrOutdated = errors.New("the seal's certificate is not valid at this time")

// Append appends to dst the record with a seal behind it, and returns the
// longer slice. The time is what the seal says, and what the certificate must
// be valid at. The record must be a tagged file with a plain table of offsets,
// as package write makes them; it may have been signed or sealed before. On an
// error, which may be the timestamp service's, dst is returned as it was.
func (s *Sealer) Append(ctx context.Context, dst, record []byte, at time.Time) ([]byte, error) {
	if !s.Options.Identity.validAt(at) {
		return dst, ErrOutdated
	}
	before := len(dst)
	doc, err := readDocument(record)
	if err != nil {
		return dst, fmt.Errorf("read the file to be sealed: %w", err)
	}
	sealed, gap, err := appendSeal(dst, doc, s.Options.Identity, at, s.room())
	if err != nil {
		return dst, fmt.Errorf("write the seal's revision: %w", err)
	}
	token, err := s.fill(ctx, sealed[before:], gap)
	if err != nil {
		return dst, err
	}
	if s.Revocation == nil {
		return sealed, nil
	}
	evidence, err := s.Revocation.collect(ctx, s.Options.Identity.Chain, token, at)
	if err != nil {
		return dst, fmt.Errorf("get revocation data: %w", err)
	}
	if doc, err = readDocument(sealed[before:]); err != nil {
		return dst, fmt.Errorf("read the sealed file: %w", err)
	}
	lasting, err := appendEvidence(sealed[:before], doc, evidence)
	if err != nil {
		return dst, fmt.Errorf("write the revision with revocation data: %w", err)
	}
	return lasting, nil
}

// room returns how many bytes the seal's CMS may take.
func (s *Sealer) room() int {
	const (
		attributes = 1024 // and what else is of about the same size in each
		signature  = 1024 // of an RSA key of 8192 bits
		token      = 12 << 10
	)
	room := attributes + signature
	for _, cert := range s.Options.Identity.Chain {
		room += len(cert.Raw)
	}
	if s.Stamper != nil {
		room += token
	}
	return room
}

// fill computes the seal of file, whose CMS belongs into the gap, and puts it
// there. It returns the timestamp's token, nil without one.
func (s *Sealer) fill(ctx context.Context, file []byte, gap span) (token []byte, err error) {
	h := s.scheme.hash.New()
	h.Write(file[:gap.from])
	h.Write(file[gap.to:])
	cms, token, err := s.sign(ctx, h.Sum(nil))
	if err != nil {
		return nil, err
	}
	return token, gap.put(file, cms)
}

// sign returns the CMS of a seal over a digest.
func (s *Sealer) sign(ctx context.Context, digest []byte) (cms, token []byte, err error) {
	attributes := signedAttributes(s.Options.Identity.Chain[0], s.scheme, digest)
	signature, err := s.Options.Identity.Key.Sign(s.Rand, s.scheme.sum(attributes), s.scheme.hash)
	if err != nil {
		return nil, nil, fmt.Errorf("sign with the seal's key: %w", err)
	}
	if s.Stamper != nil {
		if token, _, err = s.Stamper.stamp(ctx, signature, s.Rand); err != nil {
			return nil, nil, fmt.Errorf("timestamp the seal: %w", err)
		}
	}
	cms, err = signedData(s.Options.Identity.Chain, s.scheme, attributes, signature, token)
	return cms, token, err
}

// sum returns the scheme's digest of b.
func (s scheme) sum(b []byte) []byte { return sum(s.hash, b) }

func sum(hash crypto.Hash, b []byte) []byte {
	h := hash.New()
	h.Write(b)
	return h.Sum(nil)
}
