package seal

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"software.sslmate.com/src/go-pkcs12"
)

// Load reads an identity from a file: PEM with the key and its certificates in
// any order, or PKCS#12, which the password opens. A PEM file has none; its key
// must not be encrypted.
func Load(data []byte, password string) (*Identity, error) {
	var key any
	var certs []*x509.Certificate
	var err error
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		key, certs, err = readPEM(data)
	} else {
		key, certs, err = readPKCS12(data, password)
	}
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a key of type %T does not sign", key)
	}
	i := slices.IndexFunc(certs, func(c *x509.Certificate) bool { return samePublic(c, signer) })
	if i < 0 {
		return nil, fmt.Errorf("none of %d certificates is that of the key", len(certs))
	}
	id := &Identity{Chain: path(certs[i], certs), Key: signer}
	return id, id.check()
}

func readPKCS12(data []byte, password string) (any, []*x509.Certificate, error) {
	key, cert, others, err := pkcs12.DecodeChain(data, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return nil, nil, errors.New("the password does not open the PKCS#12 file")
	case err != nil:
		return nil, nil, fmt.Errorf("read as PKCS#12: %w", err)
	}
	return key, append([]*x509.Certificate{cert}, others...), nil
}

func readPEM(data []byte) (key any, certs []*x509.Certificate, err error) {
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil, fmt.Errorf("read certificate %d: %w", len(certs)+1, err)
			}
			certs = append(certs, cert)
			continue
		}
		one, err := readKey(block)
		switch {
		case err != nil:
			return nil, nil, err
		case one != nil && key != nil:
			return nil, nil, errors.New("the file has two keys")
		case one != nil:
			key = one
		}
	}
	if key == nil {
		return nil, nil, errors.New("the file has no key")
	}
	return key, certs, nil
}

// readKey returns the key of a block, nil if it holds something else.
func readKey(block *pem.Block) (any, error) {
	if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" {
		return nil, errors.New("the key is encrypted: use PKCS#12 for a key with a password")
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return key, nil
}
