package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ab325/internal/pdf/seal"
)

// A sealConfig says what documents are sealed with.
type sealConfig struct {
	file        string // the certificate with its key
	tsa         string // the timestamp service, or ""
	revocation  string // where it says that certificates stand: online, or a place; "" nowhere
	authorities string // certificates that vouch for the others; "" none are known
}

// What the service manager may give, by the names of systemd's credentials.
const (
	sealCredential         = "ab325-seal"          // the certificate with its key
	sealPasswordCredential = "ab325-seal-password" // of PKCS#12
	sealPasswordVariable   = "AB325_SEAL_PASSWORD"
)

// online is where certificates themselves say to ask.
const online = "online"

// flags defines the flags that say what documents are sealed with.
func (s *sealConfig) flags(flags *flag.FlagSet, env *environ) {
	flags.StringVar(&s.file, "seal", setting(env, "AB325_SEAL", credential(env, sealCredential)),
		"the `file` of the municipality's certificate with its key, which documents are sealed with: PEM, or PKCS#12 (AB325_SEAL)")
	flags.StringVar(&s.tsa, "seal-tsa", setting(env, "AB325_SEAL_TSA", ""),
		"the `address` of a timestamp service, so that seals outlive the certificate (AB325_SEAL_TSA)")
	flags.StringVar(&s.revocation, "seal-revocation", setting(env, "AB325_SEAL_REVOCATION", ""),
		"put into each seal what shows that its certificates stand: online asks their authorities; or a `file or folder` of OCSP responses and lists (AB325_SEAL_REVOCATION)")
	flags.StringVar(&s.authorities, "seal-authorities", setting(env, "AB325_SEAL_AUTHORITIES", ""),
		"the `file` of authorities' certificates, in PEM, of which one must vouch for the timestamp service (AB325_SEAL_AUTHORITIES)")
}

// credential returns the file of a credential that the service manager gives,
// or "".
func credential(env *environ, name string) string {
	dir := env.getenv(credentialsDir)
	if dir == "" {
		return ""
	}
	path := filepath.Join(dir, name)
	if there, err := exists(path); err != nil || !there {
		return ""
	}
	return path
}

// check refuses what cannot be, before anything is opened.
func (s *sealConfig) check(data string) error {
	if s.file != "" && inside(s.file, data) {
		return &failure{text: "-seal " + s.file + " is inside the data folder, and goes into no backup", hint: "choose a place outside, such as the folder of keys"}
	}
	if s.tsa != "" {
		if u, err := url.Parse(s.tsa); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return misuse("serve", "-seal-tsa is not an address like https://tsa.example")
		}
	}
	if s.revocation != "" && s.tsa == "" {
		return misuse("serve", "-seal-revocation needs -seal-tsa: what shows that a certificate stands is of use to those who know when the seal was made")
	}
	return nil
}

// sealTrialTime is how long a trial of the seal may take, with everybody it asks.
const sealTrialTime = 20 * time.Second

// open returns what documents are sealed with, after a trial that everything
// works now. A demonstration without a certificate makes one of its own.
func (s *sealConfig) open(ctx context.Context, env *environ, demo bool) (*sealing, error) {
	read, err := s.sum(env)
	if err != nil {
		return nil, err
	}
	sealer, err := s.made(env, demo)
	if err != nil {
		return nil, err
	}
	works := &sealing{env: env, from: s, demo: demo, now: env.now, read: read}
	works.inUse.Store(sealer)
	if err := works.check(ctx); err != nil {
		return nil, hinted(fmt.Errorf("the seal does not work: %w", err), sealHint(err))
	}
	return works, nil
}

// made reads what documents are sealed with, which is not tried yet.
func (s *sealConfig) made(env *environ, demo bool) (*seal.Sealer, error) {
	id, err := s.identity(env, demo)
	if err != nil {
		return nil, err
	}
	sealer, err := s.sealer(env, id)
	if err != nil {
		return nil, hinted(fmt.Errorf("-seal: %w", err), "ask who issued the certificate for one that seals documents, with its key")
	}
	return sealer, nil
}

// sealHint says what to do about a seal that does not work.
func sealHint(err error) string {
	switch {
	case errors.Is(err, seal.ErrOutdated):
		return "get a new certificate, and see whether the clock is right; until then nothing could be sealed that is signed or issued"
	case errors.Is(err, seal.ErrRevoked):
		return "get a new certificate; who took this one back had a reason to"
	}
	return "see whether what -seal-tsa and -seal-revocation name can be reached from this machine, and is what -seal-authorities vouch for"
}

// identity reads the certificate with its key.
func (s *sealConfig) identity(env *environ, demo bool) (*seal.Identity, error) {
	if s.file == "" && demo {
		return seal.NewDemo(env.random, env.now())
	}
	info, err := os.Stat(s.file)
	if err != nil {
		return nil, hinted(fmt.Errorf("-seal: %w", err), "name the file of the certificate with its key")
	}
	dir := env.getenv(credentialsDir)
	given := dir != "" && filepath.Dir(s.file) == filepath.Clean(dir) // the service manager's to keep
	if !given && info.Mode().Perm()&0o077 != 0 {
		return nil, hinted(fmt.Errorf("-seal: others than its owner can read %s", s.file), "chmod 600 "+s.file+"; and if others may have read it, have the certificate revoked")
	}
	data, err := os.ReadFile(s.file)
	if err != nil {
		return nil, fmt.Errorf("-seal: %w", err)
	}
	password, err := sealPassword(env)
	if err != nil {
		return nil, err
	}
	id, err := seal.Load(data, password)
	switch {
	case errors.Is(err, seal.ErrPurpose):
		return nil, hinted(fmt.Errorf("-seal %s: %w", s.file, err), "ask its authority for one to seal documents with; that of a web server is not one")
	case err != nil:
		return nil, hinted(fmt.Errorf("-seal %s: %w", s.file, err), "it is PEM with the key and its certificates, or PKCS#12, whose password is the credential "+sealPasswordCredential+" or in "+sealPasswordVariable)
	case id.Demo() && !demo:
		return nil, &failure{text: "-seal " + s.file + " is a demonstration's certificate, which is worth nothing", hint: "get one from an authority that others trust"}
	}
	return id, nil
}

// sealPassword returns the password of the certificate, "" if there is none.
func sealPassword(env *environ) (string, error) {
	if path := credential(env, sealPasswordCredential); path != "" {
		text, err := os.ReadFile(path)
		return strings.TrimRight(string(text), "\r\n"), err
	}
	return env.getenv(sealPasswordVariable), nil
}

// sealer puts together what seals.
func (s *sealConfig) sealer(env *environ, id *seal.Identity) (*seal.Sealer, error) {
	o := seal.Options{Identity: id, Rand: env.random}
	var known []*x509.Certificate
	if s.authorities != "" {
		var err error
		if known, err = readCertificates(s.authorities); err != nil {
			return nil, fmt.Errorf("-seal-authorities: %w", err)
		}
	}
	o.Authorities = known
	client := &http.Client{Timeout: sealTrialTime / 2}
	if s.tsa != "" {
		o.Stamper = &seal.Stamper{URL: s.tsa, Client: client}
		if known != nil {
			o.Stamper.Roots = x509.NewCertPool()
			for _, c := range known {
				o.Stamper.Roots.AddCert(c)
			}
		}
	}
	if s.revocation != "" {
		o.Revocation = &seal.Revocation{Issuers: known}
		if s.revocation == online {
			o.Revocation.Client = client
		} else {
			o.Revocation.Given = func() ([][]byte, error) { return readEvidence(s.revocation) }
		}
	}
	return seal.New(o)
}

// readCertificates reads a file of certificates in PEM.
func readCertificates(name string) (certs []*x509.Certificate, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: certificate %d: %w", name, len(certs)+1, err)
		}
		certs = append(certs, cert)
	}
	if certs == nil {
		return nil, fmt.Errorf("%s holds no certificate in PEM", name)
	}
	return certs, nil
}

// mostEvidence is the size of the files that are looked at for what shows that
// certificates stand. Lists of revoked certificates can be long.
const mostEvidence = 32 << 20

// readEvidence returns the files that somebody keeps up to date in a place.
func readEvidence(place string) (all [][]byte, err error) {
	size := int64(0)
	err = filepath.WalkDir(place, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		if size += info.Size(); size > mostEvidence {
			return fmt.Errorf("there are more than %d MB", mostEvidence>>20)
		}
		data, err := os.ReadFile(name)
		all = append(all, data)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("-seal-revocation %s: %w", place, err)
	}
	return all, nil
}
