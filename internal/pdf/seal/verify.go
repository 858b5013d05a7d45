package seal

import (
	"bytes"
	"cmp"
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

// Verify finds the seals of a file and checks them. Seals are found by any tool's
// PAdES or PKCS#7 signatures, too. A file may be hostile: the time it takes grows
// with the file's length and nothing else, and no part of it is unpacked.
func Verify(file []byte, roots Roots, now time.Time) (*Report, error) {
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
func verify(file []byte, m []int, roots Roots, now time.Time) Seal {
	s := Seal{State: Unreadable, Trust: Unknown}
	gap, end, err := ranges(file, m)
	if err != nil {
		s.Fault = err
		return s
	}
	s.Covers = end
	if i := bytes.LastIndex(file[:m[0]], []byte("%%EOF")); i >= 0 {
		s.Record = len(file) - len(bytes.TrimPrefix(file[i+len("%%EOF"):], []byte("\n")))
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
		if s.Fault = err; errors.Is(err, errDigest) {
			s.State = Changed // of all that can be wrong, only this is known to be a change
		}
		return s
	}
	s.State, s.Certificate, s.By, s.ID, s.Demo = Intact, cms.signer, organisation(cms.signer), register(cms.signer), demo(cms.signer)
	s.judge(file, cms, roots, now)
	return s
}

// judge says of a seal that holds what is behind it in the file, how far it can
// be trusted, and its level.
func (s *Seal) judge(file []byte, cms *signed, roots Roots, now time.Time) {
	var added *evidence
	if len(bytes.TrimRight(file[s.Covers:], "\r\n")) > 0 {
		var err error
		if added, err = readEvidence(file, s.Covers); err != nil {
			s.State = Extended
		}
	}
	known := slices.Concat(cms.certs, added.issuers())
	s.Level = BB
	proven := now // unless somebody else says when: whoever has an old certificate's key can date a seal back
	stood := false
	if stamp, err := readStamp(cms.token, cms.signature); err == nil {
		s.Level = BT
		all := slices.Concat(stamp.certs, added.issuers())
		s.Stamp = &Stamp{At: stamp.at, By: organisation(stamp.signer)}
		// Whether it was taken back is asked as of now, since its own word for when is
		// worth nothing.
		s.Stamp.Trust, stood = added.trust(stamp.signer, all, voucher{roots.Stamps, vouchedStamp}, stamp.at, now)
		if s.Proven() {
			proven = stamp.at
		}
		if added.covers(path(cms.signer, known), stamp.at) && added.covers(path(stamp.signer, all), stamp.at) {
			s.Level = BLT
		}
	}
	trust, shown := added.trust(cms.signer, known, voucher{roots.Seals, vouched}, proven, proven)
	s.Trust, s.Stood = trust, s.Level == BLT && stood && shown
}

// ranges returns where the signature is, and where what it covers ends. The
// range itself must be covered: so it is the one that was sealed, and the gap
// has its size of then.
func ranges(file []byte, m []int) (gap span, end int, err error) {
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(string(file[m[2+2*i]:m[3+2*i]])) // of no more than ten digits
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
