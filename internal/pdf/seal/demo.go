package seal

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"time"
)

// DemoName is the name in the certificates that NewDemo makes.
const DemoName = "DEMO – ikke et gyldigt segl"

// NewDemo returns an identity that vouches for itself and says that it is not
// worth anything. It is valid from an hour before now, for a year.
func NewDemo(random io.Reader, now time.Time) (*Identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return nil, fmt.Errorf("make a demo key: %w", err)
	}
	serial, err := rand.Int(random, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("make a demo certificate: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Country: []string{"DK"}, Organization: []string{DemoName}, CommonName: DemoName},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	der, err := x509.CreateCertificate(random, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make a demo certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read the demo certificate: %w", err)
	}
	return &Identity{Chain: []*x509.Certificate{cert}, Key: key}, nil
}

func demo(cert *x509.Certificate) bool { return cert.Subject.CommonName == DemoName }
