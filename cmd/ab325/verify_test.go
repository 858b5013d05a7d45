package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
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
	a := sealtest.New(t, func() time.Time { return now })
	record, err := renderCase(strings.NewReader(`{"edition": "ab325/2020-03", "values": {"employee.name": "Karla Østergård Nørby"}}`))
	if err != nil {
		t.Fatal(err)
	}
	sealed := func(o seal.Options) []byte {
		t.Helper()
		o.Rand = rand.Reader
		s, err := seal.New(o)
		if err != nil {
			t.Fatal(err)
		}
		file, err := s.Append(context.Background(), nil, record, now)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	demo, err := seal.NewDemo(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	roots := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Raw})
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
		{"lasting", lasting, roots, now.AddDate(4, 0, 0), 0, []string{`sealed by    "Vestby Kommune"`, "vouched for  yes", `2026-11-02 13:00:00 CET, says the timestamp service "Prøvetidsstempel" (trusted)`, "PAdES B-LT", "not changed since"}, ""},
		{"no roots", lasting, nil, now, 0, []string{`sealed by    "Vestby Kommune"`, "vouched for  by nobody known"}, ""},
		{"changed", changed, roots, now, 1, []string{"a seal that is changed"}, "was changed after it was sealed"},
		{"added to", append(bytes.Clone(lasting), "% more\n"...), roots, now, 1, []string{"something was added"}, "was added to after it was sealed"},
		{"outdated", brief, roots, now.Add(time.Hour), 1, []string{"no longer: the certificate ended", "says the seal itself"}, "nobody known vouches"},
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
