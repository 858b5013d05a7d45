package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ab325/internal/jobs"
	"ab325/internal/pdf/seal"
	"ab325/internal/pdf/seal/sealtest"
)

// A followed is a seal whose files are replaced, and who certifies it.
type followed struct {
	*sealing
	t   *testing.T
	a   *sealtest.Authority
	at  time.Time
	old *seal.Identity
}

func newFollowed(t *testing.T) *followed {
	t.Helper()
	f := &followed{t: t, at: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)}
	f.a = sealtest.New(t, func() time.Time { return f.at })
	f.old = f.a.Identity("Vestby Kommune", "P-256")
	c := &sealConfig{file: writeSeal(t, pemOf(f.old), 0o600), tsa: f.a.Stamper().URL, authorities: writeSeal(t, rootOf(f.a), 0o600)}
	env := &environ{getenv: func(string) string { return "" }, now: func() time.Time { return f.at }, random: rand.Reader}
	var err error
	if f.sealing, err = c.open(t.Context(), env, false); err != nil {
		t.Fatal(err)
	}
	return f
}

func rootOf(a *sealtest.Authority) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Raw})
}

// put puts data in the place of a file; nil removes it.
func (f *followed) put(name string, data []byte, mode os.FileMode) {
	f.t.Helper()
	var err error
	if data == nil {
		err = os.Remove(name)
	} else {
		err = errors.Join(os.WriteFile(name, data, mode), os.Chmod(name, mode))
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

// A new certificate that lies in the old one's place is tried, and taken if it
// works; one that does not is not, the old one goes on, and it is said why, until
// there is one that works or the old one is back.
func TestSealIsReplaced(t *testing.T) {
	f := newFollowed(t)
	a, now, old := f.a, f.at, f.old
	renewed := a.Identity("Vestby Kommune", "RSA")
	ended := a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Minute) })
	server := a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	soon := a.Identity("Vestby Kommune", "P-256", func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) })
	demo, err := seal.NewDemo(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		title string
		data  []byte // nil: none
		mode  os.FileMode
		later time.Duration
		down  bool // the timestamp service
		took  bool
		fault string
		uses  *seal.Identity
	}{
		{"the same", pemOf(old), 0o600, 0, false, false, "", old},
		{"half a file", pemOf(renewed)[:300], 0o600, 0, false, false, "no key", old},
		{"none", nil, 0, 0, false, false, "no such file", old},
		{"the old one again", pemOf(old), 0o600, 0, false, false, "", old},
		{"one that others can read", pemOf(renewed), 0o644, 0, false, false, "others than its owner", old},
		{"one that ended", pemOf(ended), 0o600, 0, false, false, "not valid at this time", old},
		{"a server's", pemOf(server), 0o600, 0, false, false, "its extended key usage", old},
		{"a demonstration's", pemOf(demo), 0o600, 0, false, false, "worth nothing", old},
		{"one of tomorrow", pemOf(soon), 0o600, 0, false, false, "not valid at this time", old},
		{"a new one, while nobody gives timestamps", pemOf(renewed), 0o600, 0, true, false, "503", old},
		{"a minute later, when somebody does", pemOf(renewed), 0o600, time.Minute, false, false, "503", old},
		{"a while later", pemOf(renewed), 0o600, retryEvery, false, true, "", renewed},
		{"the new one again", pemOf(renewed), 0o600, 0, false, false, "", renewed},
		{"one that is not valid yet", pemOf(soon), 0o600, 0, false, false, "not valid at this time", renewed},
		{"the same, now valid", pemOf(soon), 0o600, time.Hour, false, true, "", soon},
	} {
		f.at = f.at.Add(test.later)
		a.Start("stamp")
		if test.down {
			a.Stop("stamp")
		}
		f.put(f.from.file, test.data, test.mode)
		took, err := f.replace(t.Context())
		if took != test.took || (err == nil) != (test.fault == "") || err != nil && !strings.Contains(err.Error(), test.fault) {
			t.Errorf("%s: took it: %v, %v; want %v, %q", test.title, took, err, test.took, test.fault)
		}
		if !f.Sealer().Identity().Chain[0].Equal(test.uses.Chain[0]) {
			t.Errorf("%s: another certificate is in use", test.title)
		}
	}
}

// What was not taken is not tried each minute: timestamps may cost money. Nor is
// what is in use.
func TestReplacementIsTriedOnce(t *testing.T) {
	f := newFollowed(t)
	asked := func() int { return f.a.Asked("stamp") }
	f.put(f.from.file, pemOf(f.a.Identity("Vestby Kommune", "RSA")), 0o600)
	f.a.Stop("stamp")
	before := asked()
	for range 3 {
		if _, err := f.replace(t.Context()); err == nil || asked() != before+1 {
			t.Errorf("replace = %v, with %d timestamps asked for, want an error and 1", err, asked()-before)
		}
	}
	f.a.Start("stamp")
	f.at = f.at.Add(retryEvery)
	for i := range 3 {
		if took, err := f.replace(t.Context()); took != (i == 0) || err != nil || asked() != before+2 {
			t.Errorf("replace = %v, %v, with %d timestamps asked for, want 2", took, err, asked()-before)
		}
	}
}

// Authorities are replaced likewise.
func TestAuthoritiesAreReplaced(t *testing.T) {
	f := newFollowed(t)
	other := sealtest.New(t, f.now)
	f.put(f.from.authorities, rootOf(other), 0o600)
	if _, err := f.replace(t.Context()); err == nil || !strings.Contains(err.Error(), "not vouched for") {
		t.Errorf("authorities that do not vouch for the timestamps: %v", err)
	}
	f.put(f.from.authorities, append(rootOf(other), rootOf(f.a)...), 0o600)
	if took, err := f.replace(t.Context()); !took || err != nil {
		t.Errorf("authorities of which one vouches: took them: %v, %v", took, err)
	}
}

// What a trial finds of a certificate that was replaced meanwhile is said of no
// other.
func TestTrialOfReplacedSeal(t *testing.T) {
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	a := sealtest.New(t, func() time.Time { return now })
	sealer := func(name string) *seal.Sealer {
		made, err := seal.New(seal.Options{Identity: a.Identity(name, "P-256"), Stamper: a.Stamper(), Rand: rand.Reader})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	a.Stop("stamp")
	old, renewed := sealer("Vestby Kommune"), sealer("Østby Kommune")
	for _, replaced := range []bool{false, true} {
		s := &sealing{}
		s.inUse.Store(old)
		s.now = func() time.Time { // asked when the trial has begun
			if replaced {
				s.inUse.Store(renewed)
			}
			return now
		}
		if err := s.check(t.Context()); err == nil || (s.failed == nil) != replaced || s.checked.IsZero() != replaced {
			t.Errorf("replaced: %v; check = %v, and of the one in use is said %v", replaced, err, s.failed)
		}
	}
}

// The job says in the log what it took, and why it took nothing; health says the
// latter, too.
func TestFollowSeal(t *testing.T) {
	y := newYard(t)
	a := sealtest.New(t, y.env.now)
	c := &sealConfig{file: writeSeal(t, pemOf(a.Identity("Vestby Kommune", "P-256")), 0o600)}
	env := &environ{getenv: func(string) string { return "" }, now: y.env.now, random: rand.Reader}
	var err error
	if y.op.seal, err = c.open(t.Context(), env, false); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	log := slog.New(slog.NewTextHandler(&text, nil))
	sealed := make(chan struct{}, 1)
	y.op.duty = &duty{log: log, jobs: jobs.New(y.op.now, func(string, error) {},
		jobs.Job{Name: sealJob, Every: time.Hour, First: time.Hour, Run: func(context.Context) error { sealed <- struct{}{}; return nil }})}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go y.op.duty.jobs.Run(ctx, time.Second)
	if err := os.WriteFile(c.file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := y.op.followSeal(t.Context()); err == nil || !strings.Contains(err.Error(), "the new seal is not taken, and the old one goes on: ") {
		t.Errorf("followSeal = %v", err)
	}
	if err := os.WriteFile(c.file, pemOf(a.Identity("Østby Kommune", "P-256")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := y.op.followSeal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := text.String(); !strings.Contains(got, `msg="the seal was replaced" by="Østby Kommune" level=B-B ends=`) {
		t.Errorf("the log says %q", got)
	}
	select {
	case <-sealed:
	case <-time.After(10 * time.Second):
		t.Error("what waits for a seal is not sealed with the new one")
	}
}

// A demonstration that makes its certificate itself has none to look for.
func TestFollowsAFile(t *testing.T) {
	y := newYard(t)
	for file, want := range map[string]bool{"seal.pem": true, "": false} {
		y.op.seal = &sealing{from: &sealConfig{file: file}}
		states := newJobs(y.op, nil, true).States()
		if got := slices.ContainsFunc(states, func(s jobs.State) bool { return s.Name == sealFileJob }); got != want {
			t.Errorf("with the file %q, the service looks for a new one: %v, want %v", file, got, want)
		}
	}
}

// Health tries the seal when the last trial is old, and says what is wrong.
func TestHealthTriesSeal(t *testing.T) {
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	a := sealtest.New(t, func() time.Time { return now })
	c := &sealConfig{file: writeSeal(t, pemOf(a.Identity("Vestby Kommune", "P-256")), 0o600), tsa: a.Stamper().URL}
	s, err := c.open(t.Context(), &environ{getenv: func(string) string { return "" }, now: func() time.Time { return now }, random: rand.Reader}, false)
	if err != nil {
		t.Fatal(err)
	}
	a.Stop("stamp")
	for _, test := range []struct {
		title string
		later time.Duration
		up    bool
		asked int
		works bool
	}{
		{"just tried", 59 * time.Minute, false, 0, true},
		{"tried an hour ago", time.Minute, false, 1, false},
		{"failed just now", 30 * time.Second, true, 0, false},
		{"failed a minute ago", 30 * time.Second, true, 1, true},
	} {
		now = now.Add(test.later)
		if test.up {
			a.Start("stamp")
		}
		before := a.Asked("stamp")
		again := func() { go s.check(t.Context()) }
		if err := s.lately(t.Context(), again); (err == nil) != test.works || a.Asked("stamp")-before != test.asked {
			t.Errorf("%s: %v, asked %d times; want %v, %d times", test.title, err, a.Asked("stamp")-before, test.works, test.asked)
		}
	}
}

// A timestamp service that is slow is no seal that does not work: until the trial
// has ended health tells of the last one, and begins no other.
func TestHealthAndASlowService(t *testing.T) {
	f := newFollowed(t)
	f.at = f.at.Add(2 * sealLately)
	trials := 0
	ask := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		return f.lately(ctx, func() { trials++ })
	}
	for range 3 {
		if err := ask(); err != nil || trials != 1 {
			t.Fatalf("while a trial goes on: %v, %d were begun; want what the last one found, and one", err, trials)
		}
	}
	f.a.Stop("stamp")
	awaited := f.awaited
	if err := f.check(t.Context()); err == nil || ask() == nil || trials != 1 {
		t.Errorf("the trial found %v, and health does not say so, or begins another", err)
	}
	select {
	case <-awaited:
	default:
		t.Error("who waits for the trial does not learn that it ended")
	}
	f.at = f.at.Add(2 * sealLatelyFault)
	f.a.Start("stamp")
	if err := ask(); err == nil || trials != 2 {
		t.Errorf("while another goes on: %v, %d were begun; want what the last one found, and two", err, trials)
	}
	if err := f.check(t.Context()); err != nil || ask() != nil || trials != 2 {
		t.Errorf("the trial found %v, and health says otherwise, or begins another", err)
	}
}
