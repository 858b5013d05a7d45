package seal

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// A Stamper gets timestamps (RFC 3161) from a service. It is safe for
// concurrent use.
//
// The client is our own: what reads the answer must be here anyway, to verify
// the timestamps of sealed files, and the question is a dozen lines. The one
// library there is would bring a second reader of CMS with it.
type Stamper struct {
	// URL is where the service answers; a user and password in it are sent.
	URL    string
	Client *http.Client

	// Roots are the authorities of which one must vouch for the service; nil
	// takes any service, as where it is known by its address alone.
	Roots *x509.CertPool
}

const (
	stampTime = 15 * time.Second // for the question and its answer
	maxAnswer = 1 << 20          // bytes
)

// stamp returns the token of a timestamp of data, after having held it to the
// question, and the time in it.
func (s *Stamper) stamp(ctx context.Context, data []byte, random io.Reader) (token []byte, at time.Time, err error) {
	nonce, err := rand.Int(random, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, at, err
	}
	ctx, cancel := context.WithTimeout(ctx, stampTime)
	defer cancel()
	answer, err := ask(ctx, s.Client, s.URL, "application/timestamp-query", question(data, nonce))
	if err != nil {
		return nil, at, err
	}
	if token, err = tokenIn(answer); err != nil {
		return nil, at, err
	}
	stamp, err := readStamp(token, data)
	switch {
	case err != nil:
		return nil, at, fmt.Errorf("check the answer of %s: %w", s.name(), err)
	case stamp.nonce == nil || stamp.nonce.Cmp(nonce) != 0:
		return nil, at, fmt.Errorf("%s answered another question", s.name())
	case s.Roots != nil && vouchedStamp(stamp.signer, stamp.certs, s.Roots, stamp.at) == nil:
		return nil, at, fmt.Errorf("%s is not vouched for by a known authority", s.name())
	}
	return token, stamp.at, nil
}

// name returns the service's address without a password.
func (s *Stamper) name() string { return hostOf(s.URL) }

// question returns a TimeStampReq that wants the service's certificates.
func question(data []byte, nonce *big.Int) []byte {
	var b cryptobyte.Builder
	sequence(&b, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		sequence(b, func(b *cryptobyte.Builder) {
			sequence(b, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(schemes[0].digest)
				b.AddASN1NULL()
			})
			b.AddASN1OctetString(sum(crypto.SHA256, data))
		})
		b.AddASN1BigInt(nonce)
		b.AddASN1Boolean(true)
	})
	return b.BytesOrPanic()
}

// tokenIn returns the token of a TimeStampResp.
func tokenIn(answer []byte) ([]byte, error) {
	var response, status, token cryptobyte.String
	var code int
	input := cryptobyte.String(answer)
	if !input.ReadASN1(&response, der.SEQUENCE) || !response.ReadASN1(&status, der.SEQUENCE) || !status.ReadASN1Integer(&code) {
		return nil, errors.New("the timestamp service's answer is not one to RFC 3161")
	}
	const granted, grantedWithMods = 0, 1
	if code != granted && code != grantedWithMods {
		return nil, fmt.Errorf("the timestamp service refuses: status %d", code)
	}
	if !response.ReadASN1Element(&token, der.SEQUENCE) {
		return nil, errors.New("the timestamp service's answer has no timestamp")
	}
	return token, nil
}

// A stamp is a timestamp that was read.
type stamp struct {
	*signed
	at    time.Time
	nonce *big.Int // nil if there is none
}

// readStamp reads a token, and holds it to the data that it is of: it is signed
// by whom it names, and that one's certificate is for timestamps alone. Whether
// anybody vouches for the certificate is not asked.
func readStamp(token, data []byte) (*stamp, error) {
	s, err := readSigned(token)
	if err != nil {
		return nil, err
	}
	if !s.kind.Equal(oidTSTInfo) || s.content == nil {
		return nil, errors.New("the token is no timestamp")
	}
	if err := s.check(sum(s.scheme.hash, s.content)); err != nil {
		return nil, err
	}
	if !slices.Equal(s.signer.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}) || len(s.signer.UnknownExtKeyUsage) > 0 {
		return nil, errors.New("the token's certificate is not for timestamps alone")
	}
	stamp := &stamp{signed: s}
	if err := stamp.readInfo(data); err != nil {
		return nil, err
	}
	if stamp.at.Before(s.signer.NotBefore) || stamp.at.After(s.signer.NotAfter) {
		return nil, errors.New("the token's certificate was not valid at its time")
	}
	return stamp, nil
}

// readInfo reads the TSTInfo, which must be of data.
func (s *stamp) readInfo(data []byte) error {
	var info, imprint, algorithm, hash, text cryptobyte.String
	var version int
	var policy, oid asn1.ObjectIdentifier
	serial := new(big.Int)
	input := cryptobyte.String(s.content)
	if !input.ReadASN1(&info, der.SEQUENCE) || !info.ReadASN1Integer(&version) || version != 1 ||
		!info.ReadASN1ObjectIdentifier(&policy) ||
		!info.ReadASN1(&imprint, der.SEQUENCE) || !imprint.ReadASN1(&algorithm, der.SEQUENCE) ||
		!algorithm.ReadASN1ObjectIdentifier(&oid) || !imprint.ReadASN1(&hash, der.OCTET_STRING) ||
		!info.ReadASN1Integer(serial) || !info.ReadASN1(&text, der.GeneralizedTime) ||
		!info.SkipOptionalASN1(der.SEQUENCE) || !info.SkipOptionalASN1(der.BOOLEAN) {
		return errors.New("the token's content is not one to RFC 3161")
	}
	if info.PeekASN1Tag(der.INTEGER) {
		s.nonce = new(big.Int)
		if !info.ReadASN1Integer(s.nonce) {
			return errors.New("the token's content is not one to RFC 3161")
		}
	}
	at, err := time.Parse("20060102150405Z", string(text)) // with or without a fraction
	if err != nil {
		return fmt.Errorf("read the token's time: %w", err)
	}
	s.at = at
	i := slices.IndexFunc(schemes, func(s scheme) bool { return s.digest.Equal(oid) })
	if i < 0 || !bytes.Equal(hash, schemes[i].sum(data)) {
		return errors.New("the token is of something else")
	}
	return nil
}
