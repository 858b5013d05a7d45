package seal_test

import (
	"bytes"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"ab325/internal/pdf/pdftest"
	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// run runs a tool, and returns what it says and whether it was content. Where
// it is not installed the test is skipped, but not in CI.
func run(t *testing.T, tool string, args ...string) (string, bool) {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		if _, ci := os.LookupEnv("CI"); ci {
			t.Fatalf("%s is not installed", tool)
		}
		t.Skipf("%s is not installed", tool)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	return string(out), err == nil
}

func saved(t *testing.T, dir, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pemOf(a *sealtest.Authority) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Raw})
}

// TestPdfsig asks poppler of each kind of seal, and of a changed file.
func TestPdfsig(t *testing.T) {
	every(t, func(t *testing.T, _ *sealtest.Authority, _, file []byte, level seal.Level) {
		dir := t.TempDir()
		out, _ := run(t, "pdfsig", "-nocert", saved(t, dir, "sealed.pdf", file))
		for _, want := range []string{"Signature Type: ETSI.CAdES.detached", "Signature Validation: Signature is Valid.", "Signer Certificate Common Name: Vestby Kommune (prøve)"} {
			if !strings.Contains(out, want) {
				t.Errorf("pdfsig does not say %q:\n%s", want, out)
			}
		}
		if whole := strings.Contains(out, "Total document signed"); whole != (level != seal.BLT) {
			t.Errorf("the whole document is signed: %v\n%s", whole, out)
		}
		file[4000] ^= 1
		if out, _ := run(t, "pdfsig", "-nocert", saved(t, dir, "changed.pdf", file)); !strings.Contains(out, "Digest Mismatch") {
			t.Errorf("pdfsig does not see the change:\n%s", out)
		}
	})
}

// parts returns a sealed file's CMS and what it is of.
func parts(t *testing.T, file []byte) (cms, of []byte) {
	t.Helper()
	m := regexp.MustCompile(`/ByteRange\[0 \d+ \d+ \d+\] */Contents<([0-9a-f]+)>`).FindSubmatchIndex(file)
	if m == nil {
		t.Fatal("no seal")
	}
	cms = make([]byte, (m[3]-m[2])/2)
	if _, err := hex.Decode(cms, file[m[2]:m[3]]); err != nil {
		t.Fatal(err)
	}
	end := len(file)
	if i := bytes.Index(file[m[3]:], []byte("%%EOF\n")); i >= 0 {
		end = m[3] + i + len("%%EOF\n")
	}
	return cms, append(bytes.Clone(file[:m[2]-1]), file[m[3]+1:end]...)
}

// TestOpenSSL verifies each kind of seal as CAdES.
func TestOpenSSL(t *testing.T) {
	every(t, func(t *testing.T, a *sealtest.Authority, _, file []byte, _ seal.Level) {
		dir := t.TempDir()
		cms, of := parts(t, file)
		args := []string{"cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-no_check_time",
			"-in", saved(t, dir, "cms", cms), "-CAfile", saved(t, dir, "root.pem", pemOf(a)), "-out", os.DevNull, "-content"}
		if out, ok := run(t, "openssl", append(args, saved(t, dir, "of", of))...); !ok || !strings.Contains(out, "CAdES Verification successful") {
			t.Errorf("openssl: %s", out)
		}
		of[4000] ^= 1
		if out, ok := run(t, "openssl", append(args, saved(t, dir, "changed", of))...); ok {
			t.Errorf("openssl does not see the change: %s", out)
		}
	})
}

// TestPDFCPU validates each kind of seal, against its own root. pdfcpu takes
// nobody's word from this machine that a certificate was not revoked, and none
// that stands in a file; but for that it has nothing to say against a seal.
func TestPDFCPU(t *testing.T) {
	sealsAt(t, time.Now, map[string]int{"RSA": 0, "P-256": 200}, func(t *testing.T, a *sealtest.Authority, _, file []byte, _ seal.Level) {
		conf := configured(t, a)
		if err := api.Validate(bytes.NewReader(file), conf); err != nil {
			t.Error(err)
		}
		r := validated(t, file, conf)
		if r.Status != model.SignatureStatusUnknown || r.Reason != model.SignatureReasonCertRevocationUnknown || len(r.Details.Signers) != 1 {
			t.Errorf("pdfcpu: %v", r)
		}
		problems := r.Problems
		for _, s := range r.Details.Signers {
			problems = append(problems, s.Problems...)
			if c := s.Certificate; c == nil || c.Trust.Status != model.True {
				t.Errorf("pdfcpu does not trust the certificate: %v", r)
			}
		}
		for _, p := range problems {
			if !strings.Contains(p, "revocation") && !strings.Contains(p, "embedded timestamp token observed") {
				t.Errorf("pdfcpu: %s", p)
			}
		}
		file[4000] ^= 1
		if r := validated(t, file, conf); r.Status != model.SignatureStatusInvalid || r.DocModified != model.True {
			t.Errorf("pdfcpu does not see the change: %v", r)
		}
	})
}

func validated(t *testing.T, file []byte, conf *model.Configuration) *model.SignatureValidationResult {
	t.Helper()
	results, err := api.ValidateSignaturesRaw(bytes.NewReader(file), true, conf)
	if err != nil || len(results) != 1 {
		t.Fatalf("pdfcpu finds %v, %v; want one seal", results, err)
	}
	return results[0]
}

// configured returns pdfcpu's configuration with the authority's root as the
// only known one.
func configured(t *testing.T, a *sealtest.Authority) *model.Configuration {
	t.Helper()
	api.DisableConfigDir()
	model.TrustedCertDir = t.TempDir()
	saved(t, model.TrustedCertDir, "root.pem", pemOf(a))
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode, conf.Offline = model.ValidationStrict, true
	return conf
}

// TestQPDF has qpdf check sealed files.
func TestQPDF(t *testing.T) {
	sealsAt(t, clock, map[string]int{"P-256": 200}, func(t *testing.T, _ *sealtest.Authority, _, file []byte, _ seal.Level) {
		if out, ok := run(t, "qpdf", "--check", saved(t, t.TempDir(), "sealed.pdf", file)); !ok || !strings.Contains(out, "No syntax or stream encoding errors found") {
			t.Errorf("qpdf: %s", out)
		}
	})
}

// TestStillArchival holds sealed files to all that is asked of every document,
// and finds the seal read aloud at the end.
func TestStillArchival(t *testing.T) {
	sealsAt(t, clock, map[string]int{"P-256": 200}, func(t *testing.T, _ *sealtest.Authority, unsealed, file []byte, level seal.Level) {
		pdftest.Check(t, file, pdftest.Options{})
		revisions := 2
		if level == seal.BLT {
			revisions = 3
		}
		if f := pdftest.Open(t, file); len(f.Revisions) != revisions || f.Revisions[0] != len(unsealed) {
			t.Errorf("revisions %v of %d bytes, want %d, the first of %d", f.Revisions, len(file), revisions, len(unsealed))
		}
		before, after := pdftest.Transcript(unsealed), pdftest.Transcript(file)
		if rest, ok := strings.CutPrefix(after, strings.TrimRight(before, "\n")); !ok || !strings.Contains(rest, "Elektronisk segl: Vestby Kommune") {
			t.Errorf("read aloud behind the record: %q", rest)
		}
	})
}
