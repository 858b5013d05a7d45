package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/jobs"
	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
	"ab325/internal/store"
)

// sealPEM returns a certificate with its key that a service opens with.
var sealPEM = sync.OnceValue(func() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{Organization: []string{"Vestby Kommune"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return pemOf(&seal.Identity{Chain: []*x509.Certificate{{Raw: cert}}, Key: key})
})

// sealFile returns the name of a file with that.
func sealFile(t testing.TB) string { return writeSeal(t, sealPEM(), 0o600) }

func writeSeal(t testing.TB, data []byte, mode os.FileMode) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "seal.pem")
	if err := os.WriteFile(name, data, mode); err != nil {
		t.Fatal(err)
	}
	return name
}

// pemOf writes an identity as PEM.
func pemOf(id *seal.Identity) []byte {
	key, err := x509.MarshalPKCS8PrivateKey(id.Key)
	if err != nil {
		panic(err)
	}
	data := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	for _, c := range id.Chain {
		data = append(data, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return data
}

// The service opens with a seal that works now, and with no other; what it says
// about one that does not tells what to do.
func TestSealOpens(t *testing.T) {
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	a := sealtest.New(t, func() time.Time { return now })
	good := a.Identity("Vestby Kommune", "P-256")
	roots := writeSeal(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Raw}), 0o600)
	demo, err := seal.NewDemo(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	other := a.Identity("Østby Kommune", "P-256")
	mixed := slices.Concat(pemOf(&seal.Identity{Key: other.Key}), pemOf(good)[bytes.Index(pemOf(good), []byte("-----BEGIN CERT")):])
	tsa := a.Stamper().URL
	file := func(data []byte) string { return writeSeal(t, data, 0o600) }
	server := a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	here := writeSeal(t, pemOf(good), 0o644)
	t.Chdir(filepath.Dir(here))
	lists := filepath.Dir(writeSeal(t, a.CRL(), 0o600))
	if err := os.WriteFile(filepath.Join(lists, "root.crl"), a.RootCRL(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		title string
		is    sealConfig
		at    time.Time
		down  bool // the timestamp service
		want  string
		level seal.Level
	}{
		{"a certificate", sealConfig{file: file(pemOf(good))}, now, false, "", seal.BB},
		{"and a timestamp service", sealConfig{file: file(pemOf(good)), tsa: tsa, authorities: roots}, now, false, "", seal.BT},
		{"and those who answer for it", sealConfig{file: file(pemOf(good)), tsa: tsa, authorities: roots, revocation: online}, now, false, "", seal.BLT},
		{"and lists of what was revoked", sealConfig{file: file(pemOf(good)), tsa: tsa, authorities: roots, revocation: lists}, now, false, "", seal.BLT},
		{"an address of no timestamp service", sealConfig{file: file(pemOf(good)), tsa: tsa + "s"}, now, false, "does not work: ", ""},
		{"a timestamp service that is down", sealConfig{file: file(pemOf(good)), tsa: tsa}, now, true, "does not work: ", ""},
		{"one that nobody vouches for", sealConfig{file: file(pemOf(good)), tsa: tsa, authorities: file(pemOf(demo))}, now, false, "does not work: ", ""},
		{"authorities that there are not", sealConfig{file: file(pemOf(good)), tsa: tsa, authorities: file([]byte("none"))}, now, false, "no certificate in PEM", ""},
		{"lists that there are not", sealConfig{file: file(pemOf(good)), tsa: tsa, revocation: "/nowhere"}, now, false, "does not work: ", ""},
		{"a certificate that ended", sealConfig{file: file(pemOf(good))}, now.AddDate(20, 0, 0), false, "not valid at this time", ""},
		{"one that is not valid yet", sealConfig{file: file(pemOf(good))}, now.AddDate(-1, 0, 0), false, "not valid at this time", ""},
		{"another's key", sealConfig{file: file(mixed)}, now, false, "is that of the key", ""},
		{"no file", sealConfig{file: "/nowhere"}, now, false, "no such file", ""},
		{"a file that others can read", sealConfig{file: writeSeal(t, pemOf(good), 0o640)}, now, false, "others than its owner", ""},
		{"one here that others can read", sealConfig{file: filepath.Base(here)}, now, false, "others than its owner", ""},
		{"a demonstration's", sealConfig{file: file(pemOf(demo))}, now, false, "worth nothing", ""},
		{"a server's", sealConfig{file: file(pemOf(server))}, now, false, "its extended key usage is that of a server", ""},
	} {
		a.Start("stamp")
		if test.down {
			a.Stop("stamp")
		}
		env := &environ{getenv: func(string) string { return "" }, now: func() time.Time { return test.at }, random: rand.Reader}
		got, err := test.is.open(context.Background(), env, false)
		if test.want == "" {
			if err != nil || got.Sealer().Level() != test.level || got.Sealer().Identity().By() != "Vestby Kommune" {
				t.Errorf("%s: %v, want a seal of level %s", test.title, err, test.level)
			}
			continue
		}
		if f, ok := errors.AsType[*failure](err); !ok || f.hint == "" || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q and a hint", test.title, err, test.want)
		}
	}
}

// A demonstration makes a certificate that says that it is worth nothing.
func TestSealOfDemo(t *testing.T) {
	env := &environ{getenv: func(string) string { return "" }, now: time.Now, random: rand.Reader}
	got, err := (&sealConfig{}).open(context.Background(), env, true)
	if err != nil || !got.Sealer().Identity().Demo() {
		t.Errorf("a demonstration's seal: %v", err)
	}
}

// The service manager can give the certificate and its password, as it gives
// the keyring; its files are its own to keep.
func TestSealCredentials(t *testing.T) {
	dir := filepath.Dir(writeSeal(t, nil, 0o600))
	env := &environ{now: time.Now, random: rand.Reader, getenv: func(name string) string {
		return map[string]string{credentialsDir: dir, sealPasswordVariable: "of the environment"}[name]
	}}
	if got, err := sealPassword(env); got != "of the environment" || err != nil {
		t.Errorf("the password is %q, %v", got, err)
	}
	for name, text := range map[string]string{sealCredential: string(sealPEM()), sealPasswordCredential: "hemmeligt\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o440); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := sealPassword(env); got != "hemmeligt" || err != nil {
		t.Errorf("the password is %q, %v", got, err)
	}
	c := sealConfig{file: credential(env, sealCredential)}
	if got, err := c.open(t.Context(), env, false); err != nil || got.Sealer().Identity().By() != "Vestby Kommune" {
		t.Errorf("the seal of the service manager: %v", err)
	}
}

// The certificates above the seal's that its file lacks are those of the
// authorities, of whom no other vouches for a seal.
func TestSealWithoutItsAuthority(t *testing.T) {
	env := &environ{getenv: func(string) string { return "" }, now: time.Now, random: rand.Reader}
	a, stamps := sealtest.New(t, time.Now), sealtest.New(t, time.Now)
	whole := a.Identity("Vestby Kommune", "P-256")
	alone := pemOf(&seal.Identity{Chain: whole.Chain[:1], Key: whole.Key})
	issuer := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: whole.Chain[1].Raw})
	known := slices.Concat(rootOf(stamps), rootOf(a), issuer)
	for title, c := range map[string]*sealConfig{
		"with a timestamp service": {tsa: stamps.Stamper().URL},
		"without":                  {},
	} {
		c.file, c.authorities = writeSeal(t, alone, 0o600), writeSeal(t, known, 0o600)
		s, err := c.open(t.Context(), env, false)
		if err != nil {
			t.Fatalf("%s: %v", title, err)
		}
		seals, times := s.Sealer().Roots()
		if len(seals) != 1 || !seals[0].Equal(a.Root) || len(times) != 3 {
			t.Errorf("%s: %d vouch for seals and %d for timestamps; want its root, and all", title, len(seals), len(times))
		}
		if n := len(s.Sealer().Identity().Chain); n != 3 {
			t.Errorf("%s: a seal has %d certificates, want the whole chain", title, n)
		}
	}
}

// What health says of the seal: a certificate that ends soon is a warning, one
// that ended is a fault, and so is a document that has waited for a day.
func TestReportSeal(t *testing.T) {
	y := newYard(t)
	at := y.env.now()
	y.op.now = func() time.Time { return at }
	options, err := caseOptions(y.op, &config{})
	if err != nil {
		t.Fatal(err)
	}
	if y.op.cases, err = casework.New(options); err != nil {
		t.Fatal(err)
	}
	y.op.duty = &duty{since: at.Add(-30 * 24 * time.Hour), jobs: jobs.New(y.env.now, func(string, error) {},
		jobs.Job{Name: sealCheckJob, Every: time.Hour, First: time.Hour, Run: func(ctx context.Context) error { return y.op.seal.check(ctx) }})}
	go y.op.duty.jobs.Run(t.Context(), time.Second)
	a := sealtest.New(t, func() time.Time { return at })
	signed := &flexjob.Case{ID: "c1", Number: "2026-000001", Municipality: "0492", Revision: 1}
	err = y.op.store.Update(t.Context(), func(tx *store.Tx) error {
		signed.Signatures = []flexjob.Signature{{By: flexjob.By{At: at.Add(-3 * time.Hour)}, Document: flexjob.Document{File: "f1"}}}
		return tx.PutCase(signed, y.op.entry("test"))
	})
	if err != nil {
		t.Fatal(err)
	}
	const day, waits = 24 * time.Hour, "documents of 1 case wait for their seal, the first for "
	for _, test := range []struct {
		name       string
		left       time.Duration // of the certificate
		later      time.Duration // than the document's third hour
		line       string
		waits, err string
	}{
		{"all well", 200 * day, 0, `seal: PAdES B-B by "Vestby Kommune", its certificate ends in 200 days`, waits + "3 hours", ""},
		{"60 days left", 60 * day, 0, `seal: PAdES B-B by "Vestby Kommune", its certificate ends in 60 days`, waits + "3 hours", ""},
		{"59 days left", 59 * day, 0, "warning: the seal's certificate ends in 59 days, on ", waits + "3 hours", ""},
		{"ended", -time.Hour, 0, "", waits + "3 hours", "the seal's certificate ended on "},
		{"a document that waits for long", 200 * day, 22 * time.Hour, `seal: PAdES`, "", waits + "25 hours"},
	} {
		id := a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.NotAfter = at.Add(test.left + test.later + time.Minute) })
		sealer, err := seal.New(seal.Options{Identity: id, Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		at = at.Add(test.later)
		y.op.seal = &sealing{now: y.op.now}
		y.op.seal.inUse.Store(sealer)
		lines, wrong, err := y.op.reportSeal(t.Context())
		got := strings.Join(lines, "\n") + "\n"
		if err != nil || !strings.Contains(got, test.line) || !strings.Contains(got, test.waits) {
			t.Errorf("%s: %q, %v, want %q and %q", test.name, got, err, test.line, test.waits)
		}
		if y.op.seal.checked.IsZero() {
			t.Errorf("%s: it was not tried", test.name)
		}
		if (len(wrong) > 0) != (test.err != "") || len(wrong) > 0 && !strings.Contains(wrong[0].Error(), test.err) {
			t.Errorf("%s: wrong is %v, want %q", test.name, wrong, test.err)
		}
		at = at.Add(-test.later)
	}
}
