package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// TestVerify verifies sealed files as a person would.
func TestVerify(t *testing.T) {
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	ahead := time.Duration(0) // of the authority's clock
	a := sealtest.New(t, func() time.Time { return now.Add(ahead) })
	record, err := renderCase(strings.NewReader(`{"edition": "ab325/2020-03", "values": {"employee.name": "Karla Østergård Nørby"}}`))
	if err != nil {
		t.Fatal(err)
	}
	sealedAt := func(o seal.Options, at time.Time) []byte {
		t.Helper()
		o.Rand = rand.Reader
		s, err := seal.New(o)
		if err != nil {
			t.Fatal(err)
		}
		file, err := s.Append(context.Background(), nil, record, at)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	sealed := func(o seal.Options) []byte { return sealedAt(o, now) }
	demo, err := seal.NewDemo(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	roots := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Raw})
	id := a.Identity("Vestby Kommune", "P-256")
	numbered := a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) {
		c.Subject.ExtraNames = []pkix.AttributeTypeAndValue{{Type: []int{2, 5, 4, 97}, Value: "NTRDK-99990001"}}
	})
	late := sealedAt(seal.Options{Identity: a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) })}, now.Add(2*time.Hour))
	stolen := a.Identity("Vestby Kommune", "P-256")
	a.Revoke(stolen.Chain[0], now.Add(time.Minute))
	ahead = time.Hour // it is sealed when it is revoked, and says that it is earlier
	revoked := sealed(seal.Options{Identity: stolen, Stamper: a.Stamper(), Revocation: a.Revocation()})
	ahead = 0
	lasting := sealed(seal.Options{Identity: a.Identity("Vestby Kommune", "P-256"), Stamper: a.Stamper(), Revocation: a.Revocation()})
	brief := sealed(seal.Options{Identity: a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.NotAfter = now.Add(time.Minute) })})
	changed := bytes.Replace(lasting, []byte("/Type/Page/"), []byte("/Type/PAGE/"), 1)
	for _, test := range []struct {
		title  string
		file   []byte
		roots  []byte
		now    time.Time
		code   int
		stdout []string
		stderr string
	}{
		{"lasting", lasting, roots, now.AddDate(4, 0, 0), 0, []string{`sealed by    "Vestby Kommune"`, "vouched for  yes", `2026-11-02 13:00:00 CET, as the timestamp service "Prøvetidsstempel" proves`, "revoked      no, not when it was sealed", "PAdES B-LT", "not changed since"}, ""},
		{"no roots", lasting, nil, now, 0, []string{`sealed by    "Vestby Kommune"`, "vouched for  by nobody known", `says a timestamp service that nobody known vouches for, "Prøvetidsstempel": nothing proves it`, "the file does not show whether it was"}, ""},
		{"a signature alone", sealed(seal.Options{Identity: id}), roots, now, 0, []string{"vouched for  yes", "2026-11-02 13:00:00 CET, says only the seal itself: nothing proves it", "revoked      the file does not show whether it was", "PAdES B-B"}, ""},
		{"with a timestamp", sealed(seal.Options{Identity: id, Stamper: a.Stamper()}), roots, now, 0, []string{"vouched for  yes", `"Prøvetidsstempel" proves`, "revoked      the file does not show whether it was", "PAdES B-T"}, ""},
		{"not valid yet", late, roots, now, 1, []string{"not for the time it was sealed: the certificate is valid from 2026-11-02 14:00:00 CET to ", "says only the seal itself"}, "nothing proves that its certificate was valid then"},
		{"revoked before", revoked, roots, now.Add(2 * time.Hour), 1, []string{"vouched for  no: the certificate was revoked", "revoked      yes, before it was sealed"}, "a certificate that was revoked"},
		{"a number in a register", sealed(seal.Options{Identity: numbered}), roots, now, 0, []string{`sealed by    "Vestby Kommune", in a register "NTRDK-99990001"`}, ""},
		{"changed", changed, roots, now, 1, []string{"a seal of something else: the file was changed"}, "was changed after it was sealed"},
		{"added to", append(bytes.Clone(lasting), "% more\n"...), roots, now, 1, []string{"something was added"}, "was added to after it was sealed"},
		{"outdated", brief, roots, now.Add(time.Hour), 1, []string{"but not for the time it was sealed: the certificate is valid from 2026-11-01 13:00:00 CET to 2026-11-02 13:01:00 CET", "says only the seal itself"}, "nothing proves that its certificate was valid then"},
		{"demo", sealed(seal.Options{Identity: demo}), roots, now, 1, []string{`sealed by    "DEMO – ikke et gyldigt segl"`, "worth nothing", "PAdES B-B"}, "nobody known vouches"},
		{"a name that moves the cursor", sealed(seal.Options{Identity: a.Identity("\x1b[2JVestby", "P-256")}), roots, now, 0, []string{`"\x1b[2JVestby"`}, ""},
	} {
		dir := t.TempDir()
		name := filepath.Join(dir, "file.pdf")
		args := []string{"verify"}
		if err := os.WriteFile(name, test.file, 0o600); err != nil {
			t.Fatal(err)
		}
		if test.roots != nil {
			args = append(args, "-roots", filepath.Join(dir, "roots.pem"))
			if err := os.WriteFile(filepath.Join(dir, "roots.pem"), test.roots, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var stdout, stderr bytes.Buffer
		env := &environ{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, now: func() time.Time { return test.now }}
		if code := run(context.Background(), env, append(args, name)); code != test.code {
			t.Errorf("%s: exits %d, want %d", test.title, code, test.code)
		}
		for _, want := range test.stdout {
			if !strings.Contains(stdout.String(), want) {
				t.Errorf("%s: prints %q, want %q", test.title, stdout.String(), want)
			}
		}
		if !strings.Contains(stderr.String(), test.stderr) || (test.stderr == "") != (stderr.Len() == 0) {
			t.Errorf("%s: says %q, want %q", test.title, stderr.String(), test.stderr)
		}
	}
}
