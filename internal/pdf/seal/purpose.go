package seal

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"
)

// What a certificate is for is its issuer's to say, in two lists. The usage of
// the key must be to sign: ETSI EN 319 412-2, which 412-3 takes over for the
// seals of organisations, wants it to be the commitment to content; signatures
// alone are taken too, as other readers of PDF do. No list at all forbids
// nothing (RFC 5280).
//
// PAdES names no extended purpose. So it is as RFC 9336 lets a program choose:
// no list is a certificate for anything; one with a purpose of documents is for
// documents, whatever else it is for; any other must have none of the purposes
// that keep machines apart, such as that of the service's own TLS.

// documentPurposes are those of documents that crypto/x509 has no names for: RFC
// 9336's, and those of the two vendors that had one before.
var documentPurposes = []asn1.ObjectIdentifier{
	{1, 3, 6, 1, 5, 5, 7, 3, 36},
	{1, 2, 840, 113583, 1, 1, 5},
	{1, 3, 6, 1, 4, 1, 311, 10, 3, 12},
}

// machinePurposes have nothing to do with documents.
var machinePurposes = []x509.ExtKeyUsage{
	x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageCodeSigning, x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageOCSPSigning,
}

// signs reports whether the key of a certificate may sign anything but
// certificates.
func signs(cert *x509.Certificate) bool {
	return cert.KeyUsage == 0 || cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
}

// forDocuments reports whether the purposes of a certificate, or of an
// authority's that passes them on, leave room for documents.
func forDocuments(cert *x509.Certificate) bool {
	document := func(p asn1.ObjectIdentifier) bool { return slices.ContainsFunc(documentPurposes, p.Equal) }
	machine := func(p x509.ExtKeyUsage) bool { return slices.Contains(machinePurposes, p) }
	return slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageAny) ||
		slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageEmailProtection) ||
		slices.ContainsFunc(cert.UnknownExtKeyUsage, document) ||
		!slices.ContainsFunc(cert.ExtKeyUsage, machine)
}

// ErrPurpose is the error of a certificate that is not one to seal documents
// with.
var ErrPurpose = errors.New("the certificate is not meant for sealing documents")

// checkPurpose returns an error if a certificate is not one to seal with.
func checkPurpose(cert *x509.Certificate) error {
	switch {
	case !signs(cert):
		return fmt.Errorf("%w: its key usage has neither digitalSignature nor contentCommitment", ErrPurpose)
	case !forDocuments(cert):
		return fmt.Errorf("%w: its extended key usage is that of a server, of code, or of a service for timestamps or OCSP", ErrPurpose)
	}
	return nil
}

// vouched returns the ways in which the roots vouch for a certificate that seals,
// at a time: that it is its holder's, and that it is for documents. Each begins
// with it and ends with a root; nil is none.
func vouched(leaf *x509.Certificate, certs []*x509.Certificate, roots *x509.CertPool, at time.Time) [][]*x509.Certificate {
	if !signs(leaf) {
		return nil
	}
	ways := chainsOf(leaf, certs, roots, at, x509.ExtKeyUsageAny)
	ways = slices.DeleteFunc(ways, func(way []*x509.Certificate) bool {
		below := way[:max(1, len(way)-1)] // a root is trusted for what it is given for
		return slices.ContainsFunc(below, func(c *x509.Certificate) bool { return !forDocuments(c) })
	})
	if len(ways) == 0 {
		return nil
	}
	return ways
}

// vouchedStamp is vouched of a timestamp service.
func vouchedStamp(leaf *x509.Certificate, certs []*x509.Certificate, roots *x509.CertPool, at time.Time) [][]*x509.Certificate {
	if !signs(leaf) {
		return nil
	}
	return chainsOf(leaf, certs, roots, at, x509.ExtKeyUsageTimeStamping)
}

// chainsOf returns the ways from a certificate to a root; nil if there is none.
func chainsOf(leaf *x509.Certificate, certs []*x509.Certificate, roots *x509.CertPool, at time.Time, usage x509.ExtKeyUsage) [][]*x509.Certificate {
	if roots == nil {
		return nil // and not those of this machine
	}
	between := x509.NewCertPool()
	for _, cert := range certs {
		between.AddCert(cert)
	}
	chains, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage}})
	if err != nil {
		return nil
	}
	return chains
}
