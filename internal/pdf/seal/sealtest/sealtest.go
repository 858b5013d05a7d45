// Package sealtest is a certificate authority for tests: it certifies who seals,
// gives timestamps, and tells over HTTP what it revoked. It is written without
// the code that it tests.
package sealtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"ab325/internal/pdf/seal"
)

// An Authority is a root, one authority below it, a timestamp service, and a
// server that answers for them.
type Authority struct {
	Root *x509.Certificate

	t       testing.TB
	now     func() time.Time
	server  *httptest.Server
	issuer  *seal.Identity // issues everything but itself; its chain ends at the root
	rootKey crypto.Signer
	stamps  *seal.Identity

	mu      sync.Mutex
	serial  int64
	down    map[string]bool
	asked   map[string]int
	revoked map[string]time.Time // by serial number
	lie     Lie
}

// New returns an Authority whose server runs until the test ends. The clock is
// what it dates by. With change the authority below the root can be made unlike
// others.
func New(t testing.TB, now func() time.Time, change ...func(*x509.Certificate)) *Authority {
	t.Helper()
	a := &Authority{t: t, now: now, down: map[string]bool{}, asked: map[string]int{}, revoked: map[string]time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /stamp", a.answer("stamp", a.stamp))
	mux.HandleFunc("POST /ocsp", a.answer("ocsp", a.ocsp))
	mux.HandleFunc("GET /crl", a.answer("crl", a.crl))
	mux.HandleFunc("GET /root.crl", a.answer("crl", a.rootCRL))
	a.server = httptest.NewServer(mux)
	t.Cleanup(a.server.Close)
	a.rootKey = Key(t, "P-256")
	root := a.template("Prøverod")
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	root.NotAfter = now().AddDate(20, 0, 0)
	a.Root = a.create(root, root, a.rootKey.Public(), a.rootKey)
	key := Key(t, "P-256")
	below := a.template("Prøveudsteder")
	below.IsCA, below.BasicConstraintsValid, below.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign|x509.KeyUsageDigitalSignature
	below.NotAfter = now().AddDate(10, 0, 0)
	below.CRLDistributionPoints = []string{a.server.URL + "/root.crl"}
	for _, f := range change {
		f(below)
	}
	a.issuer = &seal.Identity{Chain: []*x509.Certificate{a.create(below, a.Root, key.Public(), a.rootKey), a.Root}, Key: key}
	a.stamps = a.stampIdentity()
	return a
}

// Key returns a new key: "RSA", of 2048 bits, or one on the curve named.
func Key(t testing.TB, kind string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case "RSA":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "P-256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "P-384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "P-521":
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	default:
		t.Fatalf("no key of kind %q", kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// template returns a certificate to be made, valid from a day ago for two
// years.
func (a *Authority) template(name string) *x509.Certificate {
	a.serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(a.serial),
		Subject:      pkix.Name{Country: []string{"DK"}, Organization: []string{name}, CommonName: name + " (prøve)"},
		NotBefore:    a.now().AddDate(0, 0, -1),
		NotAfter:     a.now().AddDate(2, 0, 0),
	}
}

func (a *Authority) create(template, issuer *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	a.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, public, key)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert
}

// Identity returns an organisation's, with a key of a kind that Key knows. With
// change its certificate can be made unlike others.
func (a *Authority) Identity(name, kind string, change ...func(*x509.Certificate)) *seal.Identity {
	a.t.Helper()
	key := Key(a.t, kind)
	leaf := a.Certify(name, key.Public(), change...)
	return &seal.Identity{Chain: append([]*x509.Certificate{leaf}, a.issuer.Chain...), Key: key}
}

// Certify returns the certificate of an organisation for a key.
func (a *Authority) Certify(name string, public crypto.PublicKey, change ...func(*x509.Certificate)) *x509.Certificate {
	a.t.Helper()
	template := a.template(name)
	template.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	template.OCSPServer = []string{a.server.URL + "/ocsp"}
	template.CRLDistributionPoints = []string{a.server.URL + "/crl"}
	for _, f := range change {
		f(template)
	}
	return a.create(template, a.issuer.Chain[0], public, a.issuer.Key)
}

func (a *Authority) stampIdentity() *seal.Identity {
	// RFC 3161 wants the purpose to be a critical one.
	purpose, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		a.t.Fatal(err)
	}
	id := a.Identity("Prøvetidsstempel", "RSA", func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: purpose}}
		c.NotAfter = a.now().AddDate(5, 0, 0)
	})
	id.Chain = id.Chain[:2] // services leave the root out
	return id
}

// Vouch returns the root's certificate for another's authority.
func (a *Authority) Vouch(other *Authority) *x509.Certificate {
	a.t.Helper()
	below := *other.issuer.Chain[0]
	return a.create(&below, a.Root, below.PublicKey, a.rootKey)
}

// Roots has the root vouch for seals and for timestamps.
func (a *Authority) Roots() seal.Roots {
	pool := x509.NewCertPool()
	pool.AddCert(a.Root)
	return seal.Roots{Seals: pool, Stamps: pool}
}

// Stamper returns what gets timestamps from the Authority.
func (a *Authority) Stamper() *seal.Stamper {
	return &seal.Stamper{URL: a.server.URL + "/stamp", Client: a.server.Client(), Roots: a.Roots().Stamps}
}

// Revocation returns what asks the Authority about its certificates.
func (a *Authority) Revocation() *seal.Revocation {
	return &seal.Revocation{Client: a.server.Client(), Issuers: []*x509.Certificate{a.Root}}
}

// Revoke takes a certificate back.
func (a *Authority) Revoke(cert *x509.Certificate, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revoked[cert.SerialNumber.String()] = at
}

// A Lie changes what the timestamp service says and signs.
type Lie struct {
	Info func(*Info)
	CMS  func(*CMS)
}

// Lie has the timestamp service tell a lie; the zero value makes it honest.
func (a *Authority) Lie(lie Lie) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lie = lie
}

// StampIdentity returns whose key the timestamps are signed with.
func (a *Authority) StampIdentity() *seal.Identity { return a.stamps }

// Issuer returns who issues everything but itself.
func (a *Authority) Issuer() *seal.Identity { return a.issuer }

// Stop makes a service, "stamp", "ocsp" or "crl", fail; Start makes it answer
// again.
func (a *Authority) Stop(service string) { a.set(service, true) }

// Start ends what Stop began.
func (a *Authority) Start(service string) { a.set(service, false) }

func (a *Authority) set(service string, down bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.down[service] = down
}

// Asked returns how often a service was asked.
func (a *Authority) Asked(service string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[service]
}
