package seal

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"time"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// ErrNoPDF is the error of verifying something that is no PDF.
var ErrNoPDF = errors.New("the file is no PDF")

// ErrTooMany is the error of verifying a file with more seals than anybody
// makes.
var ErrTooMany = errors.New("the file has too many seals")

const (
	maxSeals = 16
	maxCMS   = 256 << 10 // bytes
)

var (
	rangeOf = regexp.MustCompile(`/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]`)
	timeOf  = regexp.MustCompile(`/M\s*\(D:(\d{14})(Z|[+-]\d\d'\d\d'?)?`)
)

// Verify finds the seals of a file and checks them. roots are the authorities
// that may vouch for seals and timestamps; nil is none. Seals are found by any
// tool's PAdES or PKCS#7 signatures, too. A file may be hostile: the time it
// takes grows with the file's length and nothing else, and no part of it is
// unpacked.
func Verify(file []byte, roots *x509.CertPool, now time.Time) (*Report, error) {
	if !bytes.Contains(file[:min(len(file), 1024)], []byte("%PDF-")) {
		return nil, ErrNoPDF
	}
	found := rangeOf.FindAllSubmatchIndex(file, maxSeals+1)
	if len(found) > maxSeals {
		return nil, ErrTooMany
	}
	r := &Report{}
	for _, m := range found {
		r.Seals = append(r.Seals, verify(file, m, roots, now))
	}
	slices.SortStableFunc(r.Seals, func(a, b Seal) int { return cmp.Compare(a.Covers, b.Covers) })
	if r.Seals == nil && remains(file) {
		r.Seals = []Seal{{State: Unreadable, Trust: Unknown, Fault: errors.New("a seal's remains, and not what it covers")}}
	}
	return r, nil
}

// remains reports whether a file has parts of a seal. A file that never had one
// has none of these names.
func remains(file []byte) bool {
	for _, name := range []string{"/ByteRange", "/ETSI.CAdES.detached", "/Adobe.PPKLite", "/Type/Sig/"} {
		if bytes.Contains(file, []byte(name)) {
			return true
		}
	}
	return false
}

// verify checks the seal whose range was found at m.
func verify(file []byte, m []int, roots *x509.CertPool, now time.Time) Seal {
	s := Seal{State: Unreadable, Trust: Unknown}
	gap, end, err := ranges(file, m)
	if err != nil {
		s.Fault = err
		return s
	}
	s.Covers = end
	s.Record = bytes.LastIndex(file[:m[0]], []byte("%%EOF")) + len("%%EOF")
	if s.Record < len(file) && file[s.Record] == '\n' {
		s.Record++
	}
	s.Claimed = claimed(file, m[0], gap, end)
	raw, err := contents(file[gap.from:gap.to])
	if err != nil {
		s.Fault = err
		return s
	}
	cms, err := readSigned(raw)
	if err != nil {
		s.Fault = err
		return s
	}
	if !cms.kind.Equal(oidData) || cms.content != nil {
		s.Fault = errors.New("the signature is of something else than a file")
		return s
	}
	h := cms.scheme.hash.New()
	h.Write(file[:gap.from])
	h.Write(file[gap.to:end])
	s.Digest = h.Sum(nil)
	if err := cms.check(s.Digest); err != nil {
		s.State, s.Fault = Changed, err
		return s
	}
	s.Certificate, s.By, s.Demo = cms.signer, organisation(cms.signer), demo(cms.signer)
	s.judge(file, cms, roots, now)
	return s
}

// judge says of a seal that holds what is behind it in the file, how far it can
// be trusted, and its level.
func (s *Seal) judge(file []byte, cms *signed, roots *x509.CertPool, now time.Time) {
	s.State, s.Level = Intact, BB
	var added *evidence
	if len(bytes.TrimRight(file[s.Covers:], "\r\n")) > 0 {
		var err error
		if added, err = readEvidence(file, s.Covers); err != nil {
			s.State = Extended
		}
	}
	at, proven := now, now
	var stamped *stamp
	if cms.token != nil {
		if read, err := readStamp(cms.token, cms.signature); err == nil {
			stamped, at = read, read.at
			s.Stamp = &Stamp{At: at, By: organisation(read.signer), Trust: trust(read.signer, read.certs, roots, at)}
			s.Level = BT
		}
	}
	if s.Stamp != nil && s.Stamp.Trust == Trusted {
		proven = at // else whoever has an old certificate's key could date a seal back by a timestamp of their own
	}
	s.Trust = trust(cms.signer, cms.certs, roots, proven)
	if added == nil || stamped == nil {
		return
	}
	more := added.issuers()
	chain := path(cms.signer, slices.Concat(cms.certs, more))
	if added.revoked(chain, proven) {
		s.Trust = Revoked
	} else if added.covers(chain, at) && added.covers(path(stamped.signer, slices.Concat(stamped.certs, more)), at) {
		s.Level = BLT
	}
}

// trust says who vouches for a certificate at a time.
func trust(leaf *x509.Certificate, certs []*x509.Certificate, roots *x509.CertPool, at time.Time) Trust {
	switch {
	case roots == nil:
		return Unknown
	case trusted(leaf, certs, roots, at):
		return Trusted
	case (at.Before(leaf.NotBefore) || at.After(leaf.NotAfter)) && trusted(leaf, certs, roots, leaf.NotAfter):
		return Outdated
	}
	return Unknown
}

func trusted(leaf *x509.Certificate, certs []*x509.Certificate, roots *x509.CertPool, at time.Time) bool {
	between := x509.NewCertPool()
	for _, cert := range certs {
		between.AddCert(cert)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}

// ranges returns where the signature is, and where what it covers ends. The
// range itself must be covered: so it is the one that was sealed, and the gap
// has its size of then.
func ranges(file []byte, m []int) (gap span, end int, err error) {
	var n [3]int
	for i := range n {
		if n[i], err = strconv.Atoi(string(file[m[2+2*i]:m[3+2*i]])); err != nil {
			return gap, 0, err
		}
	}
	gap, end = span{n[0], n[1]}, n[1]+n[2]
	covered := m[1] <= gap.from || m[0] >= gap.to && m[1] <= end
	if gap.from >= gap.to || end > len(file) || !covered {
		return gap, 0, errors.New("the seal covers what is not in the file")
	}
	if !bytes.HasSuffix(bytes.TrimRight(file[:gap.from], " \r\n\t"), []byte("/Contents")) {
		return gap, 0, errors.New("the seal leaves out what is no signature")
	}
	return gap, end, nil
}

// contents returns the CMS that a hex string begins with. Behind it may be
// nothing but zeros.
func contents(s []byte) ([]byte, error) {
	if len(s) < 2 || len(s) > 2*maxCMS || s[0] != '<' || s[len(s)-1] != '>' {
		return nil, errors.New("the seal leaves out what is no signature")
	}
	raw := make([]byte, hex.DecodedLen(len(s)-2))
	if _, err := hex.Decode(raw, s[1:len(s)-1]); err != nil {
		return nil, errors.New("the signature has letters that are no digits")
	}
	rest := cryptobyte.String(raw)
	var cms cryptobyte.String
	if !rest.ReadASN1Element(&cms, der.SEQUENCE) {
		return nil, errCMS
	}
	if len(bytes.TrimRight(rest, "\x00")) > 0 {
		return nil, errors.New("there is something behind the signature")
	}
	return cms, nil
}

// claimed returns the time beside a seal's range, which the seal covers.
func claimed(file []byte, at int, gap span, end int) time.Time {
	const near = 1024
	for _, part := range []span{{max(0, at-near), at}, {at, min(at+near, gap.from)}, {gap.to, min(gap.to+near, end)}} {
		if part.from >= part.to {
			continue
		}
		m := timeOf.FindSubmatch(file[part.from:part.to])
		if m == nil {
			continue
		}
		zone := bytes.ReplaceAll(m[2], []byte("'"), nil)
		if len(zone) == 0 {
			zone = []byte("Z")
		}
		if t, err := time.Parse(timeLayout+"Z0700", string(m[1])+string(zone)); err == nil {
			return t
		}
	}
	return time.Time{}
}

// revoked reports whether the evidence says that one of the chain was revoked
// by then.
func (e *evidence) revoked(chain []*x509.Certificate, at time.Time) bool {
	for i := range chain[1:] {
		for _, item := range slices.Concat(e.ocsps, e.crls) {
			if _, err := standing(item, chain[i], chain[i+1], at); errors.Is(err, ErrRevoked) {
				return true
			}
		}
	}
	return false
}
