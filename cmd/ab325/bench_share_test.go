package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ab325/internal/kv"
)

// A costing finds what a submit takes of the processor, whatever else the machine
// does, and what shares of it are encryption and the audit log.
//
// The processor's time is sampled, and told apart by the functions on the
// stack: what serves requests, commits, writes files, runs the jobs and collects
// garbage is the service, the rest the clients. Of the service package vault is encryption (the
// keys of cases are read and opened in it, too), and the store's log and the jobs
// that number and sign it are the audit. To commit is work that all keys share,
// so the audit has as much of it as it has of the keys that are written, which is
// more than it costs: its keys stand side by side, on few pages. The disk is
// waited for once, with or without it. There are a hundred samples a second,
// so all that a benchmark measures is taken together.
type costing struct {
	to                *os.File // nil where a profile is being made already
	all, vault, audit time.Duration
	submits           int
}

// start begins to sample, and to count keys anew.
func (c *costing) start(b *testing.B, keys *keyCounts) {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "profile"))
	if err != nil {
		b.Fatal(err)
	}
	if pprof.StartCPUProfile(f) == nil {
		c.to = f
	}
	keys.all.Store(0)
	keys.audit.Store(0)
}

// report ends the sampling and reports the shares in percent, those of all
// samples up to now.
func (c *costing) report(b *testing.B, keys *keyCounts) {
	b.Helper()
	if c.to == nil {
		return
	}
	pprof.StopCPUProfile()
	if err := c.to.Close(); err != nil {
		b.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	out, err := exec.CommandContext(b.Context(), "go", "tool", "pprof", "-traces", program, c.to.Name()).Output()
	if err != nil {
		b.Logf("what was sampled cannot be read: %v", err)
		return
	}
	c.add(out, keys.auditShare())
	if c.submits += b.N; c.all > 0 {
		b.ReportMetric(1e6*c.all.Seconds()/float64(c.submits), "service-µs/submit")
		b.ReportMetric(100*c.vault.Seconds()/c.all.Seconds(), "%-encryption")
		b.ReportMetric(100*c.audit.Seconds()/c.all.Seconds(), "%-audit")
	}
}

// add adds the samples of a profile, with the audit's share of the keys.
func (c *costing) add(stacks []byte, auditShare float64) {
	for stack := range bytes.SplitSeq(stacks, []byte("-----------+")) {
		took, what := sampleOf(stack)
		if what != notService {
			c.all += took
		}
		switch what {
		case inVault:
			c.vault += took
		case inAudit:
			c.audit += took
		case inCommit:
			c.audit += time.Duration(float64(took) * auditShare)
		}
	}
}

// What a sample was taken in.
const (
	notService = iota
	inService
	inCommit
	inVault
	inAudit
)

var (
	sampleLine = regexp.MustCompile(`(?m)^ +([0-9.]+m?s) `)
	serviceIn  = regexp.MustCompile(`net/http\.\(\*conn\)\.serve\b|boltkv\.\(\*(DB\)\.run|committer\)\.(write|flush))\b|internal/(jobs|files)\.|runtime\.(gcBgMarkWorker|bgsweep)\b`)
	commitIn   = regexp.MustCompile(`boltkv\.\(\*(DB\)\.run|committer\)\.(write|flush))\b`)
	vaultIn    = regexp.MustCompile(`internal/vault\.`)
	auditIn    = regexp.MustCompile(`store\.\(\*Tx\)\.[lL]og\b|\(\*operator\)\.(keepUp|checkpoint)\b`)
)

// sampleOf reads one stack of a profile, as pprof prints it.
func sampleOf(stack []byte) (took time.Duration, what int) {
	m := sampleLine.FindSubmatch(stack)
	if m == nil || !serviceIn.Match(stack) {
		return 0, notService
	}
	took, err := time.ParseDuration(string(m[1]))
	switch {
	case err != nil:
		return 0, notService
	case auditIn.Match(stack):
		return took, inAudit
	case vaultIn.Match(stack):
		return took, inVault
	case commitIn.Match(stack):
		return took, inCommit
	}
	return took, inService
}

// keyCounts are how many keys were written, and how many of them for the log.
type keyCounts struct{ all, audit atomic.Int64 }

func (c *keyCounts) auditShare() float64 {
	return float64(c.audit.Load()) / float64(max(1, c.all.Load()))
}

func (c *keyCounts) count(key []byte) {
	c.all.Add(1)
	if beginning, _, _ := strings.Cut(string(key), "/"); strings.HasPrefix(beginning, "log") || beginning == "tile" || beginning == "checkpoint" {
		c.audit.Add(1)
	}
}

// A countedDB counts the keys that are written.
type countedDB struct {
	kv.DB
	keys *keyCounts
}

func (d countedDB) Update(ctx context.Context, fn func(kv.Tx) error) error {
	return d.DB.Update(ctx, func(tx kv.Tx) error { return fn(countedTx{tx, d.keys}) })
}

type countedTx struct {
	kv.Tx
	keys *keyCounts
}

func (t countedTx) Put(key, value []byte) error {
	t.keys.count(key)
	return t.Tx.Put(key, value)
}

func (t countedTx) Delete(key []byte) error {
	t.keys.count(key)
	return t.Tx.Delete(key)
}

// TestSampleOf tells samples apart, as pprof prints them.
func TestSampleOf(t *testing.T) {
	const served, committed = "net/http.(*conn).serve", "ab325/internal/kv/boltkv.(*committer).write.func1"
	for _, test := range []struct {
		frames []string
		want   int
	}{
		{[]string{"syscall.write", "net/http.(*persistConn).writeLoop"}, notService},
		{[]string{"encoding/json.Marshal", served}, inService},
		{[]string{"runtime.gcDrain", "runtime.gcBgMarkWorker"}, inService},
		{[]string{"crypto/aes.seal", "ab325/internal/vault.(*Key).Seal", "ab325/internal/store.(*Store).WriteFile", served}, inVault},
		{[]string{"encoding/json.Marshal", "ab325/internal/store.(*Tx).log", "ab325/internal/store.(*Tx).Log (inline)", served}, inAudit},
		{[]string{"syscall.Fsync", "ab325/internal/files.(*Store).settle"}, inService},
		{[]string{"ab325/cmd/ab325.(*operator).keepUp", "ab325/internal/jobs.(*Runner).once"}, inAudit},
		{[]string{"syscall.pwrite", "go.etcd.io/bbolt.(*Tx).Commit", committed}, inCommit},
		{[]string{"syscall.pwrite", "go.etcd.io/bbolt.(*Tx).Commit", "ab325/internal/kv/boltkv.(*committer).flush.func1"}, inCommit},
	} {
		took, what := sampleOf([]byte("-------\n      20ms   " + strings.Join(test.frames, "\n             ") + "\n"))
		if what != test.want || what != notService && took != 20*time.Millisecond {
			t.Errorf("sampleOf(%q) = %v, %d, want 20ms, %d", test.frames, took, what, test.want)
		}
	}
}
