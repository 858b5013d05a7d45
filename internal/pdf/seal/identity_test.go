package seal_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func pkcs8(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return block("PRIVATE KEY", der)
}

func certificates(chain ...*x509.Certificate) []byte {
	var b []byte
	for _, cert := range chain {
		b = append(b, block("CERTIFICATE", cert.Raw)...)
	}
	return b
}

// TestLoad reads identities as authorities hand them out.
func TestLoad(t *testing.T) {
	a := sealtest.New(t, clock)
	curve, old := a.Identity("Vestby Kommune", "P-256"), a.Identity("Vestby Kommune", "RSA")
	ec, err := x509.MarshalECPrivateKey(curve.Key.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	backwards := slices.Clone(curve.Chain)
	slices.Reverse(backwards)
	p12 := func(e *pkcs12.Encoder) []byte {
		b, err := e.Encode(old.Key, old.Chain[0], old.Chain[1:], "hemmeligt")
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, test := range []struct {
		title    string
		file     []byte
		password string
		want     *seal.Identity
	}{
		{"key, certificates", append(pkcs8(t, curve.Key), certificates(curve.Chain...)...), "", curve},
		{"certificates backwards, key", append(certificates(backwards...), pkcs8(t, curve.Key)...), "", curve},
		{"EC PRIVATE KEY", append(block("EC PRIVATE KEY", ec), certificates(curve.Chain...)...), "", curve},
		{"RSA PRIVATE KEY", append(block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(old.Key.(*rsa.PrivateKey))), certificates(old.Chain...)...), "", old},
		{"others' certificates too", append(pkcs8(t, curve.Key), certificates(old.Chain[0], curve.Chain[0], curve.Chain[1], curve.Chain[2])...), "", curve},
		{"PKCS#12 of today", p12(pkcs12.Modern), "hemmeligt", old},
		{"PKCS#12 of once", p12(pkcs12.LegacyDES), "hemmeligt", old},
	} {
		got, err := seal.Load(test.file, test.password)
		if err != nil {
			t.Errorf("%s: %v", test.title, err)
			continue
		}
		if !slices.EqualFunc(got.Chain, test.want.Chain, (*x509.Certificate).Equal) || !got.Key.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(test.want.Key.Public()) {
			t.Errorf("%s: another identity", test.title)
		}
		if got.By() != "Vestby Kommune" || got.Demo() || !got.NotAfter().Equal(noon.AddDate(2, 0, 0)) {
			t.Errorf("%s: by %q, demo %v, until %v", test.title, got.By(), got.Demo(), got.NotAfter())
		}
	}
}

// TestLoadRefuses says what is wrong with a file that no seal can be made with.
func TestLoadRefuses(t *testing.T) {
	a := sealtest.New(t, clock)
	id, other := a.Identity("Vestby Kommune", "P-256"), a.Identity("Vestby Kommune", "P-256")
	p12, err := pkcs12.Modern.Encode(id.Key, id.Chain[0], nil, "hemmeligt")
	if err != nil {
		t.Fatal(err)
	}
	odd, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encipher := a.Identity("Vestby Kommune", "RSA", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment })
	for _, test := range []struct {
		title    string
		file     []byte
		password string
		want     string
	}{
		{"wrong password", p12, "forkert", "password does not open"},
		{"no PKCS#12", []byte("hello"), "", "PKCS#12"},
		{"no key", certificates(id.Chain...), "", "has no key"},
		{"two keys", append(pkcs8(t, id.Key), pkcs8(t, other.Key)...), "", "two keys"},
		{"no certificate", pkcs8(t, id.Key), "", "none of 0 certificates"},
		{"another's certificate", append(pkcs8(t, id.Key), certificates(other.Chain...)...), "", "none of 3 certificates"},
		{"encrypted key", append(block("ENCRYPTED PRIVATE KEY", []byte("x")), certificates(id.Chain...)...), "", "use PKCS#12"},
		{"broken key", append(block("PRIVATE KEY", []byte("x")), certificates(id.Chain...)...), "", "read the key"},
		{"broken certificate", append(pkcs8(t, id.Key), block("CERTIFICATE", []byte("x"))...), "", "read certificate 1"},
		{"for encryption", append(pkcs8(t, encipher.Key), certificates(encipher.Chain...)...), "", "its key usage has neither"},
		{"a curve that few know", append(pkcs8(t, odd), certificates(id.Chain...)...), "", "none of 3"},
	} {
		if _, err := seal.Load(test.file, test.password); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.title, err, test.want)
		}
	}
}

// TestNewRefuses keeps sealers from being made that could not seal.
func TestNewRefuses(t *testing.T) {
	a := sealtest.New(t, clock)
	id, other := a.Identity("Vestby Kommune", "P-256"), a.Identity("Vestby Kommune", "P-256")
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		title   string
		options seal.Options
		want    string
	}{
		{"no identity", seal.Options{}, "lacks a certificate"},
		{"no key", seal.Options{Identity: &seal.Identity{Chain: id.Chain}}, "lacks a certificate or its key"},
		{"no certificate", seal.Options{Identity: &seal.Identity{Key: id.Key}}, "lacks a certificate or its key"},
		{"a certificate of no key", seal.Options{Identity: &seal.Identity{Chain: []*x509.Certificate{{}}, Key: id.Key}}, "not its certificate's"},
		{"another key", seal.Options{Identity: &seal.Identity{Chain: id.Chain, Key: other.Key}}, "not its certificate's"},
		{"key of another kind", seal.Options{Identity: &seal.Identity{Chain: id.Chain, Key: edwards}}, "not its certificate's"},
		{"broken chain", seal.Options{Identity: &seal.Identity{Chain: []*x509.Certificate{id.Chain[0], other.Chain[0]}, Key: id.Key}}, "not issued by the next"},
		{"no timestamp", seal.Options{Identity: id, Revocation: a.Revocation()}, "timestamp service is missing"},
	} {
		test.options.Rand = rand.Reader
		if _, err := seal.New(test.options); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.title, err, test.want)
		}
	}
}

// hardware is a key that only signs, as one in hardware does.
type hardware struct{ crypto.Signer }

// TestHardware seals with a key that cannot be looked into.
func TestHardware(t *testing.T) {
	a := sealtest.New(t, clock)
	id := a.Identity("Vestby Kommune", "RSA")
	id.Key = hardware{id.Key}
	file := sealed(t, sealer(t, seal.Options{Identity: id}), record(t, 0))
	if s := only(t, file, a.Roots()); s.State != seal.Intact || s.Trust != seal.Trusted {
		t.Errorf("%+v", s)
	}
}

// TestNames reads whom a certificate names.
func TestNames(t *testing.T) {
	a := sealtest.New(t, clock)
	number := pkix.AttributeTypeAndValue{Type: []int{2, 5, 4, 97}, Value: "NTRDK-99990001"}
	for _, test := range []struct {
		title  string
		change func(*x509.Certificate)
		by, id string
	}{
		{"an organisation", func(*x509.Certificate) {}, "Vestby Kommune", ""},
		{"with its number", func(c *x509.Certificate) { c.Subject.ExtraNames = []pkix.AttributeTypeAndValue{number} }, "Vestby Kommune", "NTRDK-99990001"},
		{"a common name", func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: "Segl 1"} }, "Segl 1", ""},
		{"another name", func(c *x509.Certificate) { c.Subject = pkix.Name{Locality: []string{"Vestby"}} }, "L=Vestby", ""},
	} {
		id := a.Identity("Vestby Kommune", "P-256", test.change)
		if id.By() != test.by || id.ID() != test.id {
			t.Errorf("%s: by %q, %q, want %q, %q", test.title, id.By(), id.ID(), test.by, test.id)
		}
	}
}

// TestDemo makes an identity that says that it is worth nothing.
func TestDemo(t *testing.T) {
	id, err := seal.NewDemo(rand.Reader, noon)
	if err != nil {
		t.Fatal(err)
	}
	if !id.Demo() || id.By() != "DEMO – ikke et gyldigt segl" {
		t.Errorf("demo %v, by %q", id.Demo(), id.By())
	}
	file := sealed(t, sealer(t, seal.Options{Identity: id}), record(t, 0))
	if s := only(t, file, ownRoot(id)); !s.Demo || s.Trust != seal.Trusted || s.State != seal.Intact {
		t.Errorf("%+v", s)
	}
	if !bytes.Contains(file, []byte("/Name<FEFF00440045004D004F2009")) && !bytes.Contains(file, []byte("/Name<FEFF00440045004D004F0020")) {
		t.Error("the seal's name does not say that it is a demo")
	}
}
