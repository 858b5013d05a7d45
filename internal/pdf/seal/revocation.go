package seal

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Revocation gets what shows that certificates are not revoked: OCSP responses
// and lists of revoked certificates. It is safe for concurrent use, and keeps
// what it got for an hour, or until a newer one is due.
type Revocation struct {
	// Given returns what is at hand, in DER or PEM; it is looked at before
	// anybody is asked. It may be nil.
	Given func() ([][]byte, error)

	// Client asks the addresses that the certificates name; nil asks nobody.
	Client *http.Client

	// Issuers are certificates of authorities, roots too, that an identity or a
	// timestamp may have left out. What shows that a certificate stands is signed
	// by its issuer, whose certificate must be known.
	Issuers []*x509.Certificate

	mu   sync.Mutex
	kept map[string]kept // by certificate
}

type kept struct {
	item  []byte
	until time.Time
}

const keep = time.Hour

// collect returns the evidence for a seal's certificates and those of its
// timestamp.
func (r *Revocation) collect(ctx context.Context, chain []*x509.Certificate, token []byte, at time.Time) (*evidence, error) {
	s, err := readSigned(token)
	if err != nil {
		return nil, fmt.Errorf("read the timestamp: %w", err)
	}
	var given [][]byte
	if r.Given != nil {
		if given, err = r.Given(); err != nil {
			return nil, err
		}
	}
	e := &evidence{}
	for _, chain := range [][]*x509.Certificate{
		path(chain[0], slices.Concat(chain, r.Issuers)),
		path(s.signer, slices.Concat(s.certs, r.Issuers)),
	} {
		for i, cert := range chain {
			e.certs = add(e.certs, cert.Raw)
			if selfIssued(cert) {
				continue
			}
			if i+1 == len(chain) {
				return nil, fmt.Errorf("the issuer of %q is missing: its certificate must be among the known ones", organisation(cert))
			}
			item, err := r.one(ctx, cert, chain[i+1], given, at)
			if err != nil {
				return nil, fmt.Errorf("of %q: %w", organisation(cert), err)
			}
			e.put(item)
		}
	}
	return e, nil
}

func (e *evidence) put(item []byte) {
	if _, err := x509.ParseRevocationList(item); err == nil {
		e.crls = add(e.crls, item)
	} else {
		e.ocsps = add(e.ocsps, item)
	}
}

// one returns an item that shows that cert stands.
func (r *Revocation) one(ctx context.Context, cert, issuer *x509.Certificate, given [][]byte, at time.Time) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock() // what one asks for, others need not
	if k, ok := r.kept[string(cert.Raw)]; ok && at.Before(k.until) {
		if good, _ := standing(k.item, cert, issuer, at); good {
			return k.item, nil
		}
	}
	for _, item := range given {
		if item, good, err := current(item, cert, issuer, at); good || err != nil {
			return item, err
		}
	}
	item, err := r.ask(ctx, cert, issuer, at)
	if err != nil {
		return nil, err
	}
	if r.kept == nil {
		r.kept = map[string]kept{}
	}
	r.kept[string(cert.Raw)] = kept{item, at.Add(keep)}
	return item, nil
}

// current returns the item in DER, and whether it shows that cert stands.
func current(item []byte, cert, issuer *x509.Certificate, at time.Time) ([]byte, bool, error) {
	if block, _ := pem.Decode(item); block != nil {
		item = block.Bytes
	}
	good, err := standing(item, cert, issuer, at)
	return item, good, err
}

// ask asks the addresses that cert names, those of OCSP first.
func (r *Revocation) ask(ctx context.Context, cert, issuer *x509.Certificate, at time.Time) ([]byte, error) {
	fault := errors.New("nothing at hand shows that it is not revoked, and it names nobody to ask")
	if r.Client == nil {
		return nil, errors.New("nothing at hand shows that it is not revoked")
	}
	question, err := ocsp.CreateRequest(cert, issuer, nil)
	if err != nil {
		return nil, fmt.Errorf("make a question to OCSP: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, stampTime)
	defer cancel()
	for i, address := range append(append([]string(nil), cert.OCSPServer...), cert.CRLDistributionPoints...) {
		if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
			continue
		}
		body := question
		if i >= len(cert.OCSPServer) {
			body = nil
		}
		answer, err := ask(ctx, r.Client, address, "application/ocsp-request", body)
		if err != nil {
			fault = err
			continue
		}
		item, good, err := current(answer, cert, issuer, at)
		switch {
		case errors.Is(err, ErrRevoked):
			return nil, err
		case good:
			return item, nil
		}
		fault = fmt.Errorf("the answer of %s does not show that it is not revoked", hostOf(address))
	}
	return nil, fault
}
