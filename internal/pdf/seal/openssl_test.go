package seal_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// configuration makes openssl's timestamps like those of a service.
const configuration = `
[tsa]
default_tsa = it
[it]
serial = $dir/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
clock_precision_digits = 3
`

// must runs openssl in a folder.
func must(t *testing.T, args ...string) {
	t.Helper()
	if out, ok := run(t, "openssl", args...); !ok {
		t.Fatalf("openssl %q: %s", args, out)
	}
}

// TestOpenSSLTimestamp seals with the timestamps of another's service, by its
// certificate's SHA-1 too, as old services name it.
func TestOpenSSLTimestamp(t *testing.T) {
	for _, id := range []string{"sha256", "sha1"} {
		dir := t.TempDir()
		in := func(name string) string { return filepath.Join(dir, name) }
		saved(t, dir, "config", []byte(strings.NewReplacer("$dir", dir, "ess_cert_id_alg = sha256", "ess_cert_id_alg = "+id).Replace(configuration)))
		saved(t, dir, "serial", []byte("01\n"))
		must(t, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", in("key"), "-out", in("root.pem"), "-subj", "/O=Prøvetidsstempel/CN=tsa", "-utf8",
			"-days", "30", "-addext", "extendedKeyUsage=critical,timeStamping", "-addext", "keyUsage=critical,digitalSignature")
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			question, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			must(t, "ts", "-reply", "-config", in("config"), "-section", "it", "-queryfile", saved(t, dir, "question", question), "-inkey", in("key"), "-signer", in("root.pem"), "-out", in("answer"))
			answer, err := os.ReadFile(in("answer"))
			if err != nil {
				t.Error(err)
			}
			if _, err := w.Write(answer); err != nil {
				t.Error(err)
			}
		}))
		defer server.Close()
		a := sealtest.New(t, clock)
		o := options(t, a, seal.BB, "P-256")
		o.Stamper = &seal.Stamper{URL: server.URL, Client: server.Client()}
		s := only(t, sealed(t, sealer(t, o), record(t, 0)), a.Roots())
		if s.State != seal.Intact || s.Level != seal.BT || s.Stamp == nil || s.Stamp.By != "Prøvetidsstempel" || s.Stamp.Trust != seal.Unknown {
			t.Errorf("%s: %+v", id, s)
		}
	}
}

// TestOpenSSLFiles loads identities as openssl writes them.
func TestOpenSSLFiles(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	must(t, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-keyout", in("key"), "-out", in("cert"), "-subj", "/O=Vestby Kommune/CN=segl", "-days", "30")
	must(t, "pkcs12", "-export", "-inkey", in("key"), "-in", in("cert"), "-out", in("p12"), "-passout", "pass:hemmeligt")
	must(t, "ec", "-in", in("key"), "-out", in("old"))
	read := func(names ...string) []byte {
		var all [][]byte
		for _, name := range names {
			b, err := os.ReadFile(in(name))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b)
		}
		return bytes.Join(all, nil)
	}
	for title, file := range map[string][]byte{"PKCS#12": read("p12"), "PEM": read("key", "cert"), "EC": read("cert", "old")} {
		if id, err := seal.Load(file, "hemmeligt"); err != nil || id.By() != "Vestby Kommune" {
			t.Errorf("%s: %v", title, err)
		}
	}
}
