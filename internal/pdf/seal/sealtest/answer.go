package sealtest

import (
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
	response := a.response(asked.SerialNumber)
	return ocsp.CreateResponse(a.issuer.Chain[0], a.issuer.Chain[0], response, a.issuer.Key)
}

func (a *Authority) response(serial *big.Int) ocsp.Response {
	response := ocsp.Response{Status: ocsp.Good, SerialNumber: serial, ThisUpdate: a.now(), NextUpdate: a.now().Add(time.Hour)}
	a.mu.Lock()
	defer a.mu.Unlock()
	if at, ok := a.revoked[serial.String()]; ok {
		response.Status, response.RevokedAt = ocsp.Revoked, at
	}
	return response
}

// OCSP returns an answer about a certificate that somebody gives in the name of
// its issuer; nil is the issuer itself. With change it can be made unlike others.
func (a *Authority) OCSP(about *x509.Certificate, by *seal.Identity, change ...func(*ocsp.Response)) []byte {
	a.t.Helper()
	response := a.response(about.SerialNumber)
	if by == nil {
		by = a.issuer
	} else {
		response.Certificate = by.Chain[0]
	}
	for _, f := range change {
		f(&response)
	}
	der, err := ocsp.CreateResponse(a.issuer.Chain[0], by.Chain[0], response, by.Key)
	if err != nil {
		a.t.Fatal(err)
	}
	return der
}

// CRL returns the list of what the authority below the root revoked.
func (a *Authority) CRL(change ...func(*x509.RevocationList)) []byte {
	a.t.Helper()
	return a.mustList(a.issuer.Chain[0], a.issuer.Key, change)
}

// RootCRL returns the list of what the root revoked.
func (a *Authority) RootCRL(change ...func(*x509.RevocationList)) []byte {
	a.t.Helper()
	return a.mustList(a.Root, a.rootKey, change)
}

func (a *Authority) crl([]byte) ([]byte, error) {
	return a.list(a.issuer.Chain[0], a.issuer.Key, nil)
}

func (a *Authority) rootCRL([]byte) ([]byte, error) { return a.list(a.Root, a.rootKey, nil) }

func (a *Authority) mustList(issuer *x509.Certificate, key crypto.Signer, change []func(*x509.RevocationList)) []byte {
	a.t.Helper()
	list, err := a.list(issuer, key, change)
	if err != nil {
		a.t.Fatal(err)
	}
	return list
}

func (a *Authority) list(issuer *x509.Certificate, key crypto.Signer, change []func(*x509.RevocationList)) ([]byte, error) {
	list := &x509.RevocationList{Number: big.NewInt(a.now().Unix()), ThisUpdate: a.now(), NextUpdate: a.now().AddDate(0, 0, 7)}
	a.mu.Lock()
	for serial, at := range a.revoked {
		n, _ := new(big.Int).SetString(serial, 10)
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: at})
	}
	a.mu.Unlock()
	for _, f := range change {
		f(list)
	}
	return x509.CreateRevocationList(rand.Reader, list, issuer, key)
}

// What follows are the structures of RFC 3161.
type (
	// Imprint is what a timestamp is of.
	Imprint struct {
		Algorithm pkix.AlgorithmIdentifier
		Hash      []byte
	}

	// Info is what a timestamp says (TSTInfo).
	Info struct {
		Version  int
		Policy   asn1.ObjectIdentifier
		Imprint  Imprint
		Serial   *big.Int
		At       asn1.RawValue
		Accuracy struct{ Seconds int }
		Nonce    *big.Int `asn1:"optional"`
	}

	stampRequest struct {
		Version      int
		Imprint      Imprint
		Nonce        *big.Int `asn1:"optional"`
		Certificates bool     `asn1:"optional"`
	}
	stampResponse struct {
		Status struct{ Code int }
		Token  asn1.RawValue `asn1:"optional"`
	}
)

// stamp answers a question as a timestamp service does.
func (a *Authority) stamp(question []byte) ([]byte, error) {
	token, err := a.answerStamp(question)
	if err != nil {
		return nil, err
	}
	var response stampResponse
	response.Token.FullBytes = token
	return asn1.Marshal(response)
}

// Token returns a timestamp of data, as the service gives it.
func (a *Authority) Token(data []byte) []byte {
	a.t.Helper()
	hash := sha256.Sum256(data)
	token, err := a.token(Imprint{algorithm(SHA256), hash[:]}, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return token
}

func (a *Authority) answerStamp(question []byte) ([]byte, error) {
	var asked stampRequest
	if rest, err := asn1.Unmarshal(question, &asked); err != nil || len(rest) > 0 {
		return nil, errors.Join(err, errors.New("not a request"))
	}
	return a.token(asked.Imprint, asked.Nonce)
}

// token returns a timestamp of what has an imprint.
func (a *Authority) token(of Imprint, nonce *big.Int) ([]byte, error) {
	a.mu.Lock()
	lie := a.lie
	a.mu.Unlock()
	info := Info{Version: 1, Policy: asn1.ObjectIdentifier{1, 2, 3, 4, 1}, Imprint: of, Serial: big.NewInt(a.now().UnixNano()), At: Time(a.now()), Nonce: nonce}
	info.Accuracy.Seconds = 1
	if lie.Info != nil {
		lie.Info(&info)
	}
	content, err := asn1.Marshal(info)
	if err != nil {
		return nil, err
	}
	cms := NewCMS(a.stamps, StampInfo, content, nil)
	if lie.CMS != nil {
		lie.CMS(cms)
	}
	return cms.Marshal()
}

// Time returns a time as a timestamp says it.
func Time(at time.Time) asn1.RawValue {
	return asn1.RawValue{Tag: asn1.TagGeneralizedTime, Bytes: []byte(at.UTC().Format("20060102150405Z"))}
}
