package seal

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

// evidence is what shows that certificates were not revoked.
type evidence struct{ certs, ocsps, crls [][]byte }

// maxEvidence bounds what a file can have us read, of each kind.
const maxEvidence = 64

// add adds an item to a list unless it is there.
func add(list [][]byte, item []byte) [][]byte {
	if slices.ContainsFunc(list, func(b []byte) bool { return bytes.Equal(b, item) }) {
		return list
	}
	return append(list, item)
}

// appendEvidence appends doc with a revision that holds the evidence, as PAdES
// puts it: a dictionary of the catalog. It has no VRI, which says what belongs
// to which of many signatures: the standard no longer recommends it, and pdfcpu
// distrusts files with it. The same file and evidence make the same bytes.
func appendEvidence(dst []byte, doc *document, e *evidence) ([]byte, error) {
	r := newRevision(dst, doc)
	catalog, err := r.dict(r.root)
	if err != nil {
		return dst, err
	}
	dss := r.number()
	r.object(r.root, catalog.with("DSS", fmt.Sprintf("%d 0 R", dss)))
	store := []byte("<</Type/DSS")
	var streams [][]byte
	for _, kind := range []struct {
		key  string
		list [][]byte
	}{{"Certs", e.certs}, {"OCSPs", e.ocsps}, {"CRLs", e.crls}} {
		if len(kind.list) == 0 {
			continue
		}
		store = fmt.Appendf(store, "/%s[", kind.key)
		for range kind.list {
			store = fmt.Appendf(store, "%d 0 R ", r.number())
		}
		store = append(store, ']')
		streams = append(streams, kind.list...)
	}
	r.object(dss, append(store, ">>"...))
	for i, data := range streams {
		r.begin(dss + 1 + i)
		r.dst = fmt.Appendf(r.dst, "<</Length %d>>\nstream\n%s\nendstream", len(data), data)
		r.end()
	}
	return r.finish(), nil
}

// readEvidence returns what appendEvidence put behind the first length bytes of
// the file. It fails if anything there is not as appendEvidence writes it, so
// nothing else can be behind a seal.
func readEvidence(file []byte, length int) (*evidence, error) {
	before, err := readDocument(file[:length])
	if err != nil {
		return nil, err
	}
	doc, err := readDocument(file)
	if err != nil {
		return nil, err
	}
	catalog, err := doc.dict(doc.root)
	if err != nil {
		return nil, err
	}
	store, _, err := doc.follow(catalog, "DSS")
	if err != nil {
		return nil, err
	}
	e := &evidence{}
	for key, list := range map[string]*[][]byte{"Certs": &e.certs, "OCSPs": &e.ocsps, "CRLs": &e.crls} {
		array, ok := store.get(key)
		if !ok {
			continue
		}
		numbers := refs(array)
		if len(numbers) > maxEvidence {
			return nil, errLayout
		}
		for _, n := range numbers {
			data, err := doc.stream(n)
			if err != nil {
				return nil, err
			}
			*list = append(*list, data)
		}
	}
	again, err := appendEvidence(nil, before, e)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, file) {
		return nil, errLayout
	}
	return e, nil
}

// issuers returns the certificates of the evidence, of which there may be none.
func (e *evidence) issuers() (certs []*x509.Certificate) {
	if e == nil {
		return nil
	}
	for _, raw := range e.certs {
		if cert, err := x509.ParseCertificate(raw); err == nil && usable(cert) {
			certs = append(certs, cert)
		}
	}
	return certs
}

// ErrRevoked is the error of a certificate that its authority took back.
var ErrRevoked = errors.New("a certificate of the seal is revoked")

// grace is how much older than a seal evidence may be that does not say when it
// is to be replaced.
const grace = 7 * 24 * time.Hour

// standing reports whether item, an OCSP response or a list of revoked
// certificates, shows that cert was not revoked at a time. It is false for an
// item that says nothing of cert; the error is ErrRevoked for a certificate
// that was revoked by then.
func standing(item []byte, cert, issuer *x509.Certificate, at time.Time) (bool, error) {
	var from, due time.Time
	if response, err := ocsp.ParseResponseForCert(item, cert, issuer); err == nil && answersFor(response, issuer) {
		switch {
		case response.Status == ocsp.Revoked && !response.RevokedAt.After(at):
			return false, ErrRevoked
		case response.Status == ocsp.Unknown:
			return false, nil
		}
		from, due = response.ThisUpdate, response.NextUpdate
	} else if list, err := x509.ParseRevocationList(item); err == nil && list.CheckSignatureFrom(issuer) == nil {
		for _, entry := range list.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(cert.SerialNumber) == 0 && !entry.RevocationTime.After(at) {
				return false, ErrRevoked
			}
		}
		if !wouldList(list, cert) {
			return false, nil
		}
		from, due = list.ThisUpdate, list.NextUpdate
	} else {
		return false, nil
	}
	if due.IsZero() {
		due = from.Add(grace)
	}
	// When a certificate has ended its authority may forget that it was revoked.
	return !due.Before(at) && !from.After(cert.NotAfter), nil
}

// answersFor reports whether who signed a response may answer for the issuer.
// That its certificate is by the issuer, which ocsp checks, is not enough: so is
// that of whom is asked about.
func answersFor(r *ocsp.Response, issuer *x509.Certificate) bool {
	by := r.Certificate
	return by == nil || by.Equal(issuer) || slices.Contains(by.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) &&
		!r.ProducedAt.Before(by.NotBefore) && !r.ProducedAt.After(by.NotAfter)
}
