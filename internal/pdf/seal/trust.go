package seal

import (
	"crypto/x509"
	"errors"
	"slices"
	"time"
)

// Roots are the authorities that may vouch for somebody: one list for whoever
// seals, one for timestamp services, of which neither vouches for what the other
// is of. Nil is none. Whatever certificates a file brings along, the last of those
// that vouch for each other is one of these.
type Roots struct{ Seals, Stamps *x509.CertPool }

// A voucher is a list of authorities, and how they vouch for a certificate.
type voucher struct {
	roots *x509.CertPool
	ways  func(leaf *x509.Certificate, certs []*x509.Certificate, roots *x509.CertPool, at time.Time) [][]*x509.Certificate
}

// trust says who vouches for a certificate at a time, unless the evidence, of
// which there may be none, says that it was taken back by another. stood says that
// the evidence shows of all certificates below one of the roots that they stood at
// that time. A file's own certificates may vouch for each other in further ways,
// which end at a root of their maker's: those show nothing.
func (e *evidence) trust(leaf *x509.Certificate, known []*x509.Certificate, by voucher, at, until time.Time) (_ Trust, stood bool) {
	trust := Trusted
	ways := by.ways(leaf, known, by.roots, at)
	if ways == nil {
		trust, ways = Outdated, by.ways(leaf, known, by.roots, leaf.NotAfter)
	}
	if ways == nil {
		trust = Unknown
	}
	if ways == nil || len(ways[0]) == 1 { // who issued one that is a root itself only the file knows
		ways = [][]*x509.Certificate{path(leaf, known)}
	}
	ways = slices.DeleteFunc(ways, func(way []*x509.Certificate) bool { return e.revoked(way, until) })
	if len(ways) == 0 {
		return Revoked, false
	}
	return trust, trust == Trusted && slices.ContainsFunc(ways, func(way []*x509.Certificate) bool { return e.stood(way, at) })
}

// revoked reports whether the evidence says that one of the chain was revoked by
// then.
func (e *evidence) revoked(chain []*x509.Certificate, at time.Time) bool {
	if e == nil {
		return false
	}
	for i := range chain[1:] {
		for _, item := range slices.Concat(e.ocsps, e.crls) {
			if _, err := standing(item, chain[i], chain[i+1], at); errors.Is(err, ErrRevoked) {
				return true
			}
		}
	}
	return false
}

// covers reports whether the evidence shows of every certificate of the chain,
// but the last, which must vouch for itself, that it was not revoked at the given
// time.
func (e *evidence) covers(chain []*x509.Certificate, at time.Time) bool {
	return selfIssued(chain[len(chain)-1]) && e.stood(chain, at)
}

// stood is covers of a chain whose last certificate is a root because somebody
// says so.
func (e *evidence) stood(chain []*x509.Certificate, at time.Time) bool {
	if e == nil {
		return false
	}
	for i := range chain[1:] {
		shows := func(b []byte) bool { good, _ := standing(b, chain[i], chain[i+1], at); return good }
		if !slices.ContainsFunc(e.ocsps, shows) && !slices.ContainsFunc(e.crls, shows) {
			return false
		}
	}
	return true
}
