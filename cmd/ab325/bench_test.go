package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
)

// BenchmarkSave measures a durable save through the whole service (connection,
// session, cross-site check, parsing, permission, case, row, audit entry,
// fsync) with 1, 8 and 64 clients, each writing in a case of its own, against
// appending 4 KiB to a file and fdatasync on the same disk in the same run.
// The ratio is saves a second to appends a second.
func BenchmarkSave(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(strconv.Itoa(clients), func(b *testing.B) {
			dir := b.TempDir()
			writers := newWriters(b, dir, clients)
			before := appendsASecond(b, dir, time.Second)
			b.ResetTimer()
			began := time.Now()
			saveAll(b, writers)
			rate := float64(b.N) / time.Since(began).Seconds()
			b.StopTimer()
			b.ReportMetric(rate, "saves/s")
			b.ReportMetric(2*rate/(before+appendsASecond(b, dir, time.Second)), "saves/append")
		})
	}
}

// saveAll does b.N saves, shared among the writers.
func saveAll(b *testing.B, writers []*writer) {
	var taken atomic.Int64
	var all sync.WaitGroup
	for _, w := range writers {
		all.Go(func() {
			for int(taken.Add(1)) <= b.N {
				if err := w.save(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// appendsASecond returns how many times a second 4 KiB can be appended to a
// file in dir and made durable, measured for a while.
func appendsASecond(b *testing.B, dir string, lasts time.Duration) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "appended"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	block, n, began := make([]byte, 4096), 0, time.Now()
	for time.Since(began) < lasts {
		if _, err := f.Write(block); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
		n++
	}
	return float64(n) / time.Since(began).Seconds()
}

// A writer is a client with a session in a case of its own.
type writer struct {
	client *http.Client
	url    string
	cookie string
	id     string // of the case
	field  string // that it writes; "" is the description of the job
	old    string // what the field held last
	saves  int

	acknowledged int // the last save that was answered
}

// A served is the whole service, as it is served to clients.
type served struct {
	dir     string
	op      *operator
	options casework.Options
	server  *httptest.Server
}

// newServed serves a new installation in dir to so many clients.
func newServed(b testing.TB, dir string, clients int) *served {
	b.Helper()
	threads, percent := runtime.GOMAXPROCS(0), debug.SetGCPercent(100)
	b.Cleanup(func() { runtime.GOMAXPROCS(threads); debug.SetGCPercent(percent) })
	tune(os.Getenv)
	op, err := openData(dir, world(), true)
	if err != nil {
		b.Fatal(err)
	}
	c := &config{data: dir, baseURL: "http://127.0.0.1"}
	options, err := caseOptions(op, c)
	if err != nil {
		b.Fatal(err)
	}
	pages, err := newPages(op, c, options, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(pages.Handler())
	b.Cleanup(func() {
		server.Close()
		if err := op.close(); err != nil {
			b.Error(err)
		}
	})
	server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = clients
	return &served{dir, op, options, server}
}

// newWriters serves the whole service from dir and begins a case for each
// writer.
func newWriters(b testing.TB, dir string, n int) []*writer {
	b.Helper()
	s := newServed(b, dir, n)
	writers := make([]*writer, n)
	for i := range writers {
		writers[i] = newWriter(b, s.op, s.options, s.server)
	}
	return writers
}

func newWriter(b testing.TB, op *operator, options casework.Options, server *httptest.Server) *writer {
	b.Helper()
	cases, err := casework.New(options)
	if err != nil {
		b.Fatal(err)
	}
	entered, err := cases.Start(b.Context(), flexjob.Employee, "")
	if err != nil {
		b.Fatal(err)
	}
	session, err := op.accounts.StartSession(b.Context(), entered.Actor)
	if err != nil {
		b.Fatal(err)
	}
	return &writer{client: server.Client(), id: entered.Actor.Case, url: server.URL + "/ansat/" + entered.Actor.Case + "/gem", cookie: "ab325=" + session.Token}
}

// save writes a new text in one field, as the autosave script does.
func (w *writer) save() error {
	status, err := w.trySave()
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("save: %d", status)
	}
	return err
}

// trySave is save, and returns the status where there was no room. What was
// saved before must be there still, and what was refused must not.
func (w *writer) trySave() (status int, err error) {
	w.saves++
	field, text := w.field, "Luger og vander i væksthuset. Nr. "+strconv.Itoa(w.saves)
	if field == "" {
		field, text = "job.description", strings.Repeat("Luger og vander i væksthuset. ", 9)+text
	}
	body := url.Values{field: {text}, "old." + field: {w.old}}
	req, err := http.NewRequest(http.MethodPost, w.url, strings.NewReader(body.Encode()))
	if err != nil {
		return 0, err
	}
	for name, value := range map[string]string{"Cookie": w.cookie, "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "Sec-Fetch-Site": "same-origin"} {
		req.Header.Set(name, value)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err == nil && resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return resp.StatusCode, nil
	case err != nil || resp.StatusCode != http.StatusOK || bytes.Contains(answer, []byte(`"conflict"`)):
		return 0, fmt.Errorf("save: %s %v %s", resp.Status, err, answer)
	}
	w.old = text
	return http.StatusOK, nil
}
