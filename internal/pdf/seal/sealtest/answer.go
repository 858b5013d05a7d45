package sealtest

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"net/http"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"

	"ab325/internal/pdf/seal"
)

// answer returns the handler of a service.
func (a *Authority) answer(service string, f func(question []byte) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.asked[service]++
		down := a.down[service]
		a.mu.Unlock()
		question, err := io.ReadAll(r.Body)
		var answer []byte
		if err == nil && !down {
			answer, err = f(question)
		}
		if err != nil || down {
			http.Error(w, "out of order", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write(answer) // who asked may be gone
	}
}

func (a *Authority) ocsp(question []byte) ([]byte, error) {
	asked, err := ocsp.ParseRequest(question)
	if err != nil {
		return nil, err
	}
	response := ocsp.Response{Status: ocsp.Good, SerialNumber: asked.SerialNumber, ThisUpdate: a.now(), NextUpdate: a.now().Add(time.Hour)}
	a.mu.Lock()
	if at, ok := a.revoked[asked.SerialNumber.String()]; ok {
		response.Status, response.RevokedAt = ocsp.Revoked, at
	}
	a.mu.Unlock()
	return ocsp.CreateResponse(a.issuer.Chain[0], a.issuer.Chain[0], response, a.issuer.Key)
}

// CRL returns the list of what the authority below the root revoked.
func (a *Authority) CRL() []byte {
	a.t.Helper()
	list, err := a.crl(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return list
}

// RootCRL returns the list of what the root revoked.
func (a *Authority) RootCRL() []byte {
	a.t.Helper()
	list, err := a.rootCRL(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return list
}

func (a *Authority) crl([]byte) ([]byte, error) { return a.list(a.issuer.Chain[0], a.issuer.Key) }

func (a *Authority) rootCRL([]byte) ([]byte, error) { return a.list(a.Root, a.rootKey) }

func (a *Authority) list(issuer *x509.Certificate, key crypto.Signer) ([]byte, error) {
	list := &x509.RevocationList{Number: big.NewInt(a.now().Unix()), ThisUpdate: a.now(), NextUpdate: a.now().AddDate(0, 0, 7)}
	a.mu.Lock()
	for serial, at := range a.revoked {
		n, _ := new(big.Int).SetString(serial, 10)
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: at})
	}
	a.mu.Unlock()
	return x509.CreateRevocationList(rand.Reader, list, issuer, key)
}

// What follows are the structures of RFC 3161 and 5652 that a token is made of.
type (
	imprint struct {
		Algorithm pkix.AlgorithmIdentifier
		Hash      []byte
	}
	stampRequest struct {
		Version      int
		Imprint      imprint
		Nonce        *big.Int `asn1:"optional"`
		Certificates bool     `asn1:"optional"`
	}
	stampInfo struct {
		Version  int
		Policy   asn1.ObjectIdentifier
		Imprint  imprint
		Serial   *big.Int
		At       time.Time `asn1:"generalized"`
		Accuracy struct{ Seconds int }
		Nonce    *big.Int `asn1:"optional"`
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values []asn1.RawValue `asn1:"set"`
	}
	signerInfo struct {
		Version int
		Signer  struct {
			Issuer asn1.RawValue
			Serial *big.Int
		}
		Digest     pkix.AlgorithmIdentifier
		Attributes asn1.RawValue
		Algorithm  pkix.AlgorithmIdentifier
		Signature  []byte
	}
	signedData struct {
		Version int
		Digests []pkix.AlgorithmIdentifier `asn1:"set"`
		Content struct {
			Type asn1.ObjectIdentifier
			Data []byte `asn1:"explicit,tag:0"`
		}
		Certificates asn1.RawValue
		Signers      []signerInfo `asn1:"set"`
	}
	contentInfo struct {
		Type asn1.ObjectIdentifier
		Data signedData `asn1:"explicit,tag:0"`
	}
	stampResponse struct {
		Status struct{ Code int }
		Token  asn1.RawValue `asn1:"optional"`
	}
)

var (
	sha256With = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, Parameters: asn1.NullRawValue}
	rsaWith    = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, Parameters: asn1.NullRawValue}
	stampType  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
)

// stamp answers a question as a timestamp service does.
func (a *Authority) stamp(question []byte) ([]byte, error) {
	var asked stampRequest
	if rest, err := asn1.Unmarshal(question, &asked); err != nil || len(rest) > 0 {
		return nil, errors.Join(err, errors.New("not a request"))
	}
	info := stampInfo{Version: 1, Policy: asn1.ObjectIdentifier{1, 2, 3, 4, 1}, Imprint: asked.Imprint, Serial: big.NewInt(a.now().UnixNano()), At: a.now().UTC(), Nonce: asked.Nonce}
	info.Accuracy.Seconds = 1
	content, err := asn1.Marshal(info)
	if err != nil {
		return nil, err
	}
	token, err := tokenOf(content, a.stamps)
	if err != nil {
		return nil, err
	}
	var response stampResponse
	response.Token.FullBytes = token
	return asn1.Marshal(response)
}

// tokenOf returns a SignedData around content.
func tokenOf(content []byte, by *seal.Identity) ([]byte, error) {
	leaf := by.Chain[0]
	set, err := attributes(content, leaf)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(set)
	signature, err := by.Key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	signer := signerInfo{Version: 1, Digest: sha256With, Algorithm: rsaWith, Signature: signature}
	signer.Signer.Issuer.FullBytes, signer.Signer.Serial = leaf.RawIssuer, leaf.SerialNumber
	signer.Attributes.FullBytes = slices.Concat([]byte{0xA0}, set[1:])
	data := signedData{Version: 3, Digests: []pkix.AlgorithmIdentifier{sha256With}, Signers: []signerInfo{signer}}
	data.Content.Type, data.Content.Data = stampType, content
	var certs []byte
	for _, cert := range by.Chain {
		certs = append(certs, cert.Raw...)
	}
	data.Certificates = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: certs}
	return asn1.Marshal(contentInfo{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}, data})
}

// attributes returns what the token's signer signs, as a set.
func attributes(content []byte, leaf *x509.Certificate) ([]byte, error) {
	digest, hash := sha256.Sum256(content), sha256.Sum256(leaf.Raw)
	named := struct{ List []struct{ Hash []byte } }{[]struct{ Hash []byte }{{hash[:]}}}
	var list [][]byte
	for _, a := range []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}, stampType},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}, digest[:]},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}, named},
	} {
		value, err := asn1.Marshal(a.value)
		if err != nil {
			return nil, err
		}
		one, err := asn1.Marshal(attribute{a.oid, []asn1.RawValue{{FullBytes: value}}})
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	slices.SortFunc(list, bytes.Compare)
	return asn1.Marshal(asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true, Bytes: bytes.Join(list, nil)})
}
