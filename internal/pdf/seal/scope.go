package seal

import (
	"crypto/x509"
	"encoding/asn1"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// wouldList reports whether a list that does not name a certificate shows by
// that that it was not revoked: the list may be of other certificates only, or
// of what changed since another list (RFC 5280, 5.2.4 and 5.2.5).
func wouldList(list *x509.RevocationList, cert *x509.Certificate) bool {
	scope := asn1.ObjectIdentifier{2, 5, 29, 28}
	for _, e := range list.Extensions {
		if e.Id.Equal(scope) {
			if !inScope(e.Value, cert) {
				return false
			}
		} else if e.Critical { // such as that of a list of changes
			return false
		}
	}
	return true
}

// inScope reports whether a certificate is of those that a list says it is of,
// in its IssuingDistributionPoint.
func inScope(value []byte, cert *x509.Certificate) bool {
	var point, place, rest cryptobyte.String
	var placed, users, authorities, some, indirect, attributes bool
	input := cryptobyte.String(value)
	if !input.ReadASN1(&point, der.SEQUENCE) || !input.Empty() {
		return false
	}
	// Each is there or not: none has a value that says no.
	for n, field := range []*bool{&placed, &users, &authorities, &some, &indirect, &attributes} {
		tag, to := der.Tag(n).ContextSpecific(), &rest
		if field == &placed {
			tag, to = tag.Constructed(), &place
		}
		if !point.ReadOptionalASN1(to, field, tag) {
			return false
		}
	}
	if !point.Empty() {
		return false
	}
	return !(users && cert.IsCA) && !(authorities && !cert.IsCA) && !some && !indirect && !attributes && (!placed || namedBy(place, cert))
}

// namedBy reports whether a certificate names a place where its issuer
// publishes a list.
func namedBy(place cryptobyte.String, cert *x509.Certificate) bool {
	var names, name cryptobyte.String
	var is der.Tag
	if !place.ReadASN1(&names, der.Tag(0).Constructed().ContextSpecific()) {
		return false
	}
	for names.ReadAnyASN1(&name, &is) {
		if is == der.Tag(6).ContextSpecific() && slices.Contains(cert.CRLDistributionPoints, string(name)) {
			return true
		}
	}
	return false
}
