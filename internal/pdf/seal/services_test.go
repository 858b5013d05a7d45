package seal_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// TestServiceFails seals while a service does not answer. There is no seal, and
// as soon as it answers again there is.
func TestServiceFails(t *testing.T) {
	for service, level := range map[string]seal.Level{"stamp": seal.BT, "crl": seal.BLT} {
		a := sealtest.New(t, clock)
		s := sealer(t, options(t, a, level, "P-256"))
		a.Stop(service)
		b, err := s.Append(context.Background(), []byte("before"), record(t, 0), noon)
		if err == nil || string(b) != "before" {
			t.Errorf("%s: sealed, %v", service, err)
		}
		if _, err := s.Check(context.Background(), noon); err == nil || !strings.Contains(err.Error(), "503") {
			t.Errorf("%s: Check = %v, want what the service answers", service, err)
		}
		a.Start(service)
		if got := only(t, sealed(t, s, record(t, 0)), a.Roots()); got.Level != level {
			t.Errorf("%s: level %s, want %s", service, got.Level, level)
		}
	}
}

// TestHangingService gives up with its caller.
func TestHangingService(t *testing.T) {
	a := sealtest.New(t, clock)
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-done }))
	defer server.Close()
	defer close(done)
	o := options(t, a, seal.BT, "P-256")
	o.Stamper = &seal.Stamper{URL: strings.Replace(server.URL, "//", "//user:hemmeligt@", 1), Client: server.Client()}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := sealer(t, o).Append(ctx, nil, record(t, 0), noon)
	if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "hemmeligt") {
		t.Errorf("Append = %v, want the deadline and no password", err)
	}
}

// altered returns a stamper whose answers are changed on their way.
func altered(t *testing.T, a *sealtest.Authority, change func(question, answer []byte) []byte) *seal.Stamper {
	behind := a.Stamper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		question, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		response, err := behind.Client.Post(behind.URL, "application/timestamp-query", bytes.NewReader(question))
		if err != nil {
			t.Error(err)
			return
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := w.Write(change(question, answer)); err != nil {
			t.Log(err) // who asked has read enough
		}
	}))
	t.Cleanup(server.Close)
	return &seal.Stamper{URL: server.URL, Client: server.Client(), Roots: behind.Roots}
}

// TestWrongTimestamps holds a timestamp service to its answers.
func TestWrongTimestamps(t *testing.T) {
	a := sealtest.New(t, clock)
	var earlier []byte
	for _, test := range []struct {
		title  string
		change func(question, answer []byte) []byte
		want   string
	}{
		{"as it is", func(_, b []byte) []byte { earlier = b; return b }, ""},
		{"an earlier answer", func(_, _ []byte) []byte { return earlier }, "something else"},
		{"nothing", func(_, _ []byte) []byte { return nil }, "not one to RFC 3161"},
		{"refused", func(_, _ []byte) []byte { return []byte{0x30, 5, 0x30, 3, 2, 1, 2} }, "status 2"},
		{"granted, and nothing", func(_, _ []byte) []byte { return []byte{0x30, 5, 0x30, 3, 2, 1, 0} }, "no timestamp"},
		{"granted, with changes", func(_, b []byte) []byte {
			return bytes.Replace(b, []byte{0x30, 3, 2, 1, 0}, []byte{0x30, 3, 2, 1, 1}, 1)
		}, ""},
		{"granted, with a warning", func(_, b []byte) []byte {
			return bytes.Replace(b, []byte{0x30, 3, 2, 1, 0}, []byte{0x30, 3, 2, 1, 4}, 1)
		}, "status 4"},
		{"another time", func(_, b []byte) []byte {
			return bytes.Replace(b, []byte("20261102120000Z"), []byte("20251102120000Z"), 1)
		}, "something else"},
		{"another signature", func(_, b []byte) []byte { b[len(b)-1] ^= 1; return b }, "not the signer's"},
		{"without end", func(_, _ []byte) []byte { return make([]byte, 2<<20) }, "longer than"},
	} {
		o := options(t, a, seal.BT, "P-256")
		o.Stamper = altered(t, a, test.change)
		_, err := sealer(t, o).Append(context.Background(), nil, record(t, 0), noon)
		if (test.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.title, err, test.want)
		}
	}
	// RSA signs the same the same way: only the question's own number tells an
	// earlier answer from this one's.
	o := options(t, a, seal.BT, "RSA")
	var first []byte
	o.Stamper = altered(t, a, func(_, b []byte) []byte {
		if first == nil {
			first = b
		}
		return first
	})
	s := sealer(t, o)
	sealed(t, s, record(t, 0))
	if _, err := s.Append(context.Background(), nil, record(t, 0), noon); err == nil || !strings.Contains(err.Error(), "another question") {
		t.Errorf("an answer given before: %v", err)
	}
	o = options(t, a, seal.BT, "P-256")
	o.Stamper.Roots = sealtest.New(t, clock).Roots().Stamps
	if _, err := sealer(t, o).Append(context.Background(), nil, record(t, 0), noon); err == nil || !strings.Contains(err.Error(), "not vouched for") {
		t.Errorf("a service that nobody knows: %v", err)
	}
}

// TestStampNumbers asks with a number of its own each time, and takes no answer
// that lacks it.
func TestStampNumbers(t *testing.T) {
	a := sealtest.New(t, clock)
	o := options(t, a, seal.BT, "RSA")
	for title, lie := range map[string]func(*sealtest.Info){
		"none":     func(i *sealtest.Info) { i.Nonce = nil },
		"another":  func(i *sealtest.Info) { i.Nonce.Add(i.Nonce, big.NewInt(1)) },
		"negative": func(i *sealtest.Info) { i.Nonce.Neg(i.Nonce) },
	} {
		a.Lie(sealtest.Lie{Info: lie})
		if _, err := sealer(t, o).Append(context.Background(), nil, record(t, 0), noon); err == nil || !strings.Contains(err.Error(), "another question") {
			t.Errorf("an answer with the number of %s: %v", title, err)
		}
	}
	a.Lie(sealtest.Lie{})
	o.Rand = strings.NewReader("few")
	s, err := seal.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(context.Background(), nil, record(t, 0), noon); !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		t.Errorf("without random numbers: %v", err)
	}
}

// TestRevoked seals with a certificate that was taken back.
func TestRevoked(t *testing.T) {
	a := sealtest.New(t, clock)
	o := options(t, a, seal.BLT, "P-256")
	a.Revoke(o.Identity.Chain[0], noon.Add(-time.Minute))
	s := sealer(t, o)
	if _, err := s.Append(context.Background(), nil, record(t, 0), noon); !errors.Is(err, seal.ErrRevoked) {
		t.Errorf("Append = %v, want %v", err, seal.ErrRevoked)
	}
	if _, err := s.Check(context.Background(), noon); !errors.Is(err, seal.ErrRevoked) {
		t.Errorf("Check = %v, want %v", err, seal.ErrRevoked)
	}
	o.Revocation = &seal.Revocation{Issuers: []*x509.Certificate{a.Root}, Given: func() ([][]byte, error) { return [][]byte{a.CRL(), a.RootCRL()}, nil }}
	if _, err := sealer(t, o).Append(context.Background(), nil, record(t, 0), noon); !errors.Is(err, seal.ErrRevoked) {
		t.Errorf("by a list at hand: Append = %v, want %v", err, seal.ErrRevoked)
	}
}

// TestGivenRevocation seals with lists at hand, and asks nobody.
func TestGivenRevocation(t *testing.T) {
	a := sealtest.New(t, clock)
	o := options(t, a, seal.BLT, "P-256")
	list := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: a.CRL()})
	o.Revocation = &seal.Revocation{Issuers: []*x509.Certificate{a.Root}, Given: func() ([][]byte, error) { return [][]byte{list, a.RootCRL()}, nil }}
	if got := only(t, sealed(t, sealer(t, o), record(t, 0)), a.Roots()); got.Level != seal.BLT || got.State != seal.Intact {
		t.Errorf("%+v", got)
	}
	if a.Asked("ocsp")+a.Asked("crl") != 0 {
		t.Error("somebody was asked all the same")
	}
	if _, err := sealer(t, o).Append(context.Background(), nil, record(t, 0), noon.AddDate(0, 0, 8)); err == nil {
		t.Error("sealed with lists that are out of date")
	}
	other := sealtest.New(t, clock) // its authorities have the same names, and other keys
	for title, given := range map[string][][]byte{"nothing": nil, "others' lists": {other.CRL(), other.RootCRL()}} {
		o.Revocation = &seal.Revocation{Issuers: []*x509.Certificate{a.Root}, Given: func() ([][]byte, error) { return given, nil }}
		if _, err := sealer(t, o).Append(context.Background(), nil, record(t, 0), noon); err == nil || !strings.Contains(err.Error(), "nothing at hand shows") {
			t.Errorf("sealed with %s at hand: %v", title, err)
		}
	}
	o.Revocation = &seal.Revocation{Given: func() ([][]byte, error) { return [][]byte{list, a.RootCRL()}, nil }}
	if _, err := sealer(t, o).Append(context.Background(), nil, record(t, 0), noon); err == nil || !strings.Contains(err.Error(), "issuer of") {
		t.Errorf("sealed without the timestamp's root: %v", err)
	}
}

// TestAsksOnce asks about a certificate once an hour, not once a seal.
func TestAsksOnce(t *testing.T) {
	now := noon
	a := sealtest.New(t, func() time.Time { return now })
	s := sealer(t, options(t, a, seal.BLT, "P-256"))
	for range 3 {
		sealed(t, s, record(t, 0))
	}
	const certificates = 2 // the seal's and the timestamp's; the issuer's is on a list
	if n := a.Asked("ocsp"); n != certificates {
		t.Errorf("asked %d times, want %d", n, certificates)
	}
	if _, err := s.Append(context.Background(), nil, record(t, 0), noon.Add(59*time.Minute)); err != nil || a.Asked("ocsp") != certificates {
		t.Errorf("59 minutes later: %v, asked %d times", err, a.Asked("ocsp"))
	}
	now = noon.Add(61 * time.Minute)
	if _, err := s.Append(context.Background(), nil, record(t, 0), now); err != nil {
		t.Fatal(err)
	}
	if n := a.Asked("ocsp"); n != 2*certificates {
		t.Errorf("asked %d times an hour later, want %d", n, 2*certificates)
	}
}

// TestCheck warns before a certificate ends, and fails when it has.
func TestCheck(t *testing.T) {
	a := sealtest.New(t, clock)
	const day = 24 * time.Hour
	for _, test := range []struct {
		left time.Duration
		days int
		soon bool
		err  error
	}{
		{61 * day, 61, false, nil},
		{60 * day, 60, false, nil},
		{60*day - time.Second, 59, true, nil},
		{time.Hour, 0, true, nil},
		{-time.Hour, -1, true, seal.ErrOutdated},
	} {
		o := seal.Options{Identity: a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.NotAfter = noon.Add(test.left) }), Stamper: a.Stamper()}
		s := sealer(t, o)
		got, err := s.Check(context.Background(), noon)
		if got.Days != test.days || got.Soon != test.soon || !errors.Is(err, test.err) {
			t.Errorf("%v left: %+v, %v; want %d days, soon %v, %v", test.left, got, err, test.days, test.soon, test.err)
		}
		if _, err := s.Append(context.Background(), nil, record(t, 0), noon); !errors.Is(err, test.err) {
			t.Errorf("%v left: Append = %v, want %v", test.left, err, test.err)
		}
	}
	early := a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.NotBefore = noon.Add(time.Hour) })
	if _, err := sealer(t, seal.Options{Identity: early}).Check(context.Background(), noon); !errors.Is(err, seal.ErrOutdated) {
		t.Errorf("not valid yet: %v, want %v", err, seal.ErrOutdated)
	}
}

// TestBrokenKey notices a key that answers nonsense, as hardware may.
func TestBrokenKey(t *testing.T) {
	a := sealtest.New(t, clock)
	id := a.Identity("Vestby Kommune", "RSA")
	id.Key = hardware{&broken{id.Key}}
	s, err := seal.New(seal.Options{Identity: id, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Check(context.Background(), noon); err == nil {
		t.Error("Check did not notice")
	}
}

// broken signs something else than it is given.
type broken struct{ crypto.Signer }

func (b *broken) Sign(random io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	return b.Signer.Sign(random, make([]byte, len(digest)), o)
}
