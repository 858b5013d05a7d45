package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/store"
)

// BenchmarkMillion compares what staff do with 1 000, 100 000 and a million
// cases stored, in one run on one disk; and how the program starts with them.
// With -short there are a tenth of the cases.
func BenchmarkMillion(b *testing.B) {
	sizes := []int{1_000, 100_000, 1_000_000}
	if testing.Short() {
		sizes = []int{1_000, 10_000, 100_000}
	}
	var m million
	for _, n := range sizes {
		dir := filepath.Join(b.TempDir(), strconv.Itoa(n))
		began := time.Now()
		fillCases(b, dir, n)
		b.Logf("%d cases: filled in %v", n, time.Since(began).Round(time.Millisecond))
		m.stores = append(m.stores, filled{n: n, dir: dir})
	}
	b.Run("list", m.benchLists)
	b.Run("search", m.benchSearches)
	b.Run("names", m.benchNames)
	b.Run("start", m.benchStart)
}

// A million is the same service on stores of different sizes, the smallest
// first.
type million struct{ stores []filled }

type filled struct {
	n       int
	dir     string
	op      *operator
	options casework.Options
	service *casework.Service
}

// open opens the stores, until the benchmark ends. The names in them are not
// read.
func (m *million) open(b *testing.B) {
	b.Helper()
	for i := range m.stores {
		f := &m.stores[i]
		op, err := openData(f.dir, world(), false)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := op.close(); err != nil {
				b.Error(err)
			}
		})
		f.op = op
		if f.options, err = caseOptions(op, &config{data: f.dir, baseURL: "http://127.0.0.1"}); err != nil {
			b.Fatal(err)
		}
		if f.service, err = casework.New(f.options); err != nil {
			b.Fatal(err)
		}
	}
}

// benchLists reads a page of every list: what a caseworker sees but for the
// HTML around it. Every list has a whole page, whatever the number of cases.
func (m *million) benchLists(b *testing.B) {
	m.open(b)
	going := []flexjob.Status{flexjob.Received, flexjob.Assessed, flexjob.Returned, flexjob.Issued}
	for name, q := range map[string]casework.ListQuery{
		"default":    {},
		"going":      {Statuses: going},
		"returned":   {Statuses: []flexjob.Status{flexjob.Returned}},
		"received":   {Order: store.OrderByReceived},
		"number":     {Order: store.OrderByNumber},
		"deadline":   {Order: store.OrderByExpected},
		"mine":       {Owner: benchWorker},
		"nobodys":    {Owner: store.Nobody, Order: store.OrderByReceived},
		"overdue":    {Overdue: true},
		"mine-late":  {Owner: benchWorker, Overdue: true},
		"last-page":  {From: store.LastPage},
		"last-going": {From: store.LastPage, Statuses: going, Order: store.OrderByNumber},
	} {
		b.Run(name, func(b *testing.B) {
			m.compare(b, func(f *filled) error {
				page, err := f.service.List(b.Context(), benchActor(), q)
				if err == nil && len(page.Cases) != 50 {
					err = fmt.Errorf("%d of %d cases are on the page", len(page.Cases), page.Total)
				}
				return err
			})
		})
	}
}

// benchSearches searches for the numbers of a case in the middle. Each search
// is an entry in the audit log, so it is as fast as the disk.
func (m *million) benchSearches(b *testing.B) {
	m.open(b)
	for name, search := range map[string]struct {
		text func(n int) string
		want int
	}{
		"cpr":       {func(n int) string { return inventedCPR(n / 2) }, 1},
		"cvr":       {func(int) string { return "99990007" }, 20},
		"number":    {func(n int) string { return fmt.Sprintf("2026-%06d", n/2) }, 1},
		"reference": {func(n int) string { return fmt.Sprintf("ref-2026-%06d", n/2+6) }, 1},
	} {
		b.Run(name, func(b *testing.B) {
			m.compare(b, func(f *filled) error {
				page, err := f.service.List(b.Context(), benchActor(), casework.ListQuery{Text: search.text(f.n), ByName: true})
				if err == nil && page.Total != search.want {
					err = fmt.Errorf("%q is found %d times, want %d", search.text(f.n), page.Total, search.want)
				}
				return err
			})
		})
	}
}

// benchNames searches by parts of names, in the directory that is read from the
// stores. What takes longest is what almost every name has.
func (m *million) benchNames(b *testing.B) {
	m.open(b)
	for i := range m.stores {
		began, f := time.Now(), &m.stores[i]
		if err := f.options.Directory.Load(b.Context(), f.op.store); err != nil {
			b.Fatal(err)
		}
		b.Logf("%d cases: read in %v, %d bytes a case", f.n, time.Since(began).Round(time.Millisecond), f.options.Directory.Size()/f.n)
	}
	for _, text := range []string{"e", "a e", "jensen", "aase sør", "øster", "xyzzy"} {
		b.Run(text, func(b *testing.B) {
			took := m.time(b, func(f *filled) error {
				page, err := f.service.List(b.Context(), benchActor(), casework.ListQuery{Text: text})
				if err == nil && (page.Loading || (page.Total == 0) != (text == "xyzzy")) {
					err = fmt.Errorf("%q is found %d times", text, page.Total)
				}
				return err
			})
			b.ReportMetric(0, "ns/op")
			for i, f := range m.stores {
				b.ReportMetric(median(took[i])/1000, fmt.Sprintf("ms-%d", f.n))
			}
			last := took[len(took)-1]
			b.ReportMetric(float64(last[len(last)-1].Microseconds())/1000, "ms-slowest")
		})
	}
}

// time does the same on every store in turn, and returns how long it took on
// each, after a first time. It does it some times even if it is told to once.
func (m *million) time(b *testing.B, do func(*filled) error) (took [][]time.Duration) {
	const least = 10
	took = make([][]time.Duration, len(m.stores))
	once := func(count bool) {
		for i := range m.stores {
			began := time.Now()
			if err := do(&m.stores[i]); err != nil {
				b.Fatalf("%d cases: %v", m.stores[i].n, err)
			}
			if count {
				took[i] = append(took[i], time.Since(began))
			}
		}
	}
	once(false)
	for b.Loop() {
		for range least {
			once(true)
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	return took
}

// median returns the median of what is sorted, in microseconds.
func median(sorted []time.Duration) float64 {
	return float64(sorted[len(sorted)/2].Nanoseconds()) / 1000
}

// compare does the same on every store, and reports the median with the fewest
// cases, and how many times as long it takes with more.
func (m *million) compare(b *testing.B, do func(*filled) error) {
	took := m.time(b, do)
	least := median(took[0])
	b.ReportMetric(0, "ns/op") // it would be of all stores
	b.ReportMetric(least, "µs")
	for i, f := range m.stores[1:] {
		b.ReportMetric(median(took[i+1])/least, fmt.Sprintf("×%d", f.n))
	}
}

// benchStart measures how long the program takes from its start to the first
// answer, and what memory it has when idle.
func (m *million) benchStart(b *testing.B) {
	program := buildProgram(b)
	for _, f := range m.stores {
		b.Run(strconv.Itoa(f.n), func(b *testing.B) {
			var waits []time.Duration
			var idle int
			for b.Loop() {
				for range 5 {
					took, _ := startOnce(b, program, f.dir, false)
					waits = append(waits, took)
				}
				_, kib := startOnce(b, program, f.dir, true)
				idle = max(idle, kib)
			}
			slices.Sort(waits)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "ms-to-first-answer")
			b.ReportMetric(float64(idle)/1024, "MiB-idle")
		})
	}
}

// startOnce starts the program, waits for an answer and, to tell the memory that
// it has when idle, until it has settled, and stops it again.
func startOnce(b *testing.B, program, dir string, idle bool) (took time.Duration, kib int) {
	b.Helper()
	address := freeAddress(b)
	var log bytes.Buffer
	cmd := exec.Command(program, serveArgs(b, dir, address)...)
	cmd.Stderr = &log
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	for {
		resp, err := http.Get("http://" + address + "/")
		if err == nil {
			resp.Body.Close()
			break
		}
		if time.Since(began) > 30*time.Second {
			b.Fatalf("no answer: %v\n%s", err, log.String())
		}
		time.Sleep(200 * time.Microsecond)
	}
	took = time.Since(began)
	if idle {
		settle(b, cmd.Process.Pid)
		kib = anonymousKiB(b, cmd.Process.Pid)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		b.Fatalf("%v\n%s", err, log.String())
	}
	return took, kib
}

// settle waits until a process has done what it does in the background after
// its start: until it has used hardly any processor for a second.
func settle(b *testing.B, pid int) {
	b.Helper()
	for used := -1; ; time.Sleep(time.Second) {
		now := ticksOf(b, pid)
		if used >= 0 && now-used <= 2 {
			return
		}
		used = now
	}
}

// ticksOf returns the hundredths of a second of processor that a process has
// used.
func ticksOf(b *testing.B, pid int) (ticks int) {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Skip("there is no /proc here")
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	for _, i := range []int{11, 12} { // utime and stime
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return ticks
}

// anonymousKiB returns the memory that a process has itself; what it has
// mapped of files can be dropped at any time.
func anonymousKiB(b testing.TB, pid int) int {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("there is no /proc here")
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kib, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			if err != nil {
				b.Fatal(err)
			}
			return kib
		}
	}
	b.Fatal("/proc/PID/status has no RssAnon")
	return 0
}
