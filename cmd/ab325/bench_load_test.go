package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// BenchmarkRefused measures what refused requests cost those that are not: 64
// clients save, first alone, and then while three of ten requests of theirs are
// refused, for every kind of reason there is. The ratio is how long a save takes
// then to how long it took before; the clients share the machine's processors
// with the service.
func BenchmarkRefused(b *testing.B) {
	writers := newWriters(b, b.TempDir(), 64)
	var alone, beside time.Duration
	for b.Loop() {
		alone += meanSave(b, writers, 0)
		beside += meanSave(b, writers, 3)
	}
	b.ReportMetric(float64(alone.Microseconds())/1000/float64(b.N), "ms/save-alone")
	b.ReportMetric(float64(beside.Microseconds())/1000/float64(b.N), "ms/save-beside")
	b.ReportMetric(float64(beside)/float64(alone), "ratio")
}

// meanSave returns how long a save takes when so many of ten requests are
// refused.
func meanSave(b *testing.B, writers []*writer, refused int) time.Duration {
	began := time.Now()
	var took, saves atomic.Int64
	var all sync.WaitGroup
	for _, w := range writers {
		all.Go(func() {
			kinds := refusedKinds(w)
			for n := 0; time.Since(began) < 2*time.Second; n++ {
				if n%10 < refused {
					if err := w.isRefused(kinds[(n/10*refused+n%10)%len(kinds)]()); err != nil {
						b.Error(err)
						return
					}
					continue
				}
				asked := time.Now()
				if err := w.save(); err != nil {
					b.Error(err)
					return
				}
				took.Add(int64(time.Since(asked)))
				saves.Add(1)
			}
		})
	}
	all.Wait()
	return time.Duration(took.Load() / max(1, saves.Load()))
}

// isRefused sends a request that is to be refused.
func (w *writer) isRefused(r *http.Request, want int) error {
	resp, err := w.client.Transport.RoundTrip(r) // follows nowhere
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != want {
		return fmt.Errorf("%s %s: %s, want %d", r.Method, r.URL.Path, resp.Status, want)
	}
	return nil
}

// refusedKinds are the kinds of requests that are refused.
func refusedKinds(w *writer) []func() (*http.Request, int) {
	place := strings.TrimSuffix(w.url, "/gem")
	return []func() (*http.Request, int){
		w.refused("POST", w.url, w.cookie, "Sec-Fetch-Site", "cross-site", http.StatusForbidden),
		w.refused("GET", place+"/findes-ikke", w.cookie, "", "", http.StatusNotFound),
		w.refused("GET", strings.Replace(place, "/ansat/", "/jobcenter/sager/", 1), "", "", "", http.StatusSeeOther),
		w.refused("GET", place+"/underskrift/00", w.cookie, "", "", http.StatusConflict),
		w.refused("POST", place+"/rettelse/9/luk", w.cookie, "", "", http.StatusNotFound),
		w.refused("POST", w.url, "ab325=unknown", "Accept", "application/json", http.StatusUnauthorized),
	}
}

// refused makes requests that are refused.
func (w *writer) refused(method, address, cookie, header, value string, want int) func() (*http.Request, int) {
	return func() (*http.Request, int) {
		body := ""
		if method == "POST" {
			body = url.Values{"job.title": {"Gartner"}, "old.job.title": {""}}.Encode()
		}
		r, _ := http.NewRequest(method, address, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if header != "" {
			r.Header.Set(header, value)
		}
		return r, want
	}
}

// A flood is what became of requests that were far too many.
type flood struct {
	accepted []time.Duration // how long each took that was carried out
	saved    int             // of those, how many changed a case
	refused  int
	rate     float64 // of those carried out, a second
	peak     int     // KiB of memory, the clients' included
}

func (f *flood) share() float64 { return float64(f.refused) / float64(f.refused+len(f.accepted)) }
func (f *flood) at(p float64) time.Duration {
	return f.accepted[min(len(f.accepted)-1, int(p*float64(len(f.accepted))))]
}

// writable are fields that the employee writes, each a client's own.
var writable = []string{"", "employee.address", "job.title", "employee.email", "employee.name"}

// overload opens cases and saves in them, every third time, with many more
// clients than are served at a time, who ask again at once whatever they are
// told, for a while. At most as many clients write in a case as there are
// fields for them.
func overload(b testing.TB, writers []*writer, clients int, lasts time.Duration) *flood {
	b.Helper()
	began, f := time.Now(), &flood{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range clients {
		w := *writers[i%len(writers)]
		w.field = writable[i/len(writers)]
		all.Go(func() {
			for n := i; time.Since(began) < lasts; n++ {
				ask := w.open
				if n%3 == 0 {
					ask = w.trySave
				}
				asked := time.Now()
				status, err := ask()
				took := time.Since(asked)
				mu.Lock()
				switch {
				case err != nil:
					b.Error(err)
				case status == http.StatusServiceUnavailable:
					f.refused++
				default:
					f.accepted = append(f.accepted, took)
					if n%3 == 0 {
						f.saved++
					}
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		case <-time.After(50 * time.Millisecond):
			f.peak = max(f.peak, anonymousKiB(b, os.Getpid()))
		}
	}
	f.rate = float64(len(f.accepted)) / time.Since(began).Seconds()
	slices.Sort(f.accepted)
	return f
}

// open shows the case and writes it in the log, as a person does with a click.
func (w *writer) open() (status int, err error) {
	req, err := http.NewRequest(http.MethodGet, strings.TrimSuffix(w.url, "/gem"), nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Cookie", w.cookie)
	resp, err := w.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return 0, err
	case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") == "":
		return 0, errors.New("a 503 that does not say when to come again")
	case resp.StatusCode == http.StatusServiceUnavailable, resp.StatusCode == http.StatusOK && bytes.Contains(body, []byte("</html>")):
		return resp.StatusCode, nil
	}
	return 0, fmt.Errorf("open: %s", resp.Status)
}

// BenchmarkOverload measures what ten times as many clients get as are served at
// a time, who open cases and, every third time, save in them: how long what is
// carried out takes, what share is refused, and the most memory, the clients'
// included.
func BenchmarkOverload(b *testing.B) {
	writers := newWriters(b, b.TempDir(), 128)
	b.ResetTimer()
	for range b.N {
		f := overload(b, writers, 640, 3*time.Second)
		b.ReportMetric(float64(f.saved)/3, "saved/s")
		b.ReportMetric(f.rate, "accepted/s")
		b.ReportMetric(float64(f.at(0.99).Milliseconds()), "ms-p99")
		b.ReportMetric(float64(f.at(1).Milliseconds()), "ms-longest")
		b.ReportMetric(100*f.share(), "%-refused")
		b.ReportMetric(float64(f.peak)/1024, "MiB-peak")
	}
}

// TestOverload has ten times as many clients ask at a time as are served at a
// time: each gets what it asks for or is told when to come again, the front page
// and the check of health answer, and nothing is left behind. How long it takes,
// and with what memory, is for BenchmarkOverload to measure.
func TestOverload(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("flood", func(t *testing.T) {
		writers := newWriters(t, t.TempDir(), 128)
		ctx, stop := context.WithCancel(t.Context())
		var slowest atomic.Int64
		var watch sync.WaitGroup
		watch.Go(func() { slowest.Store(int64(watchOpen(ctx, t, writers[0]))) })
		f := overload(t, writers, 640, 3*time.Second)
		stop()
		watch.Wait()
		t.Logf("%.0f/s accepted, %d saved, p50 %v, p99 %v, longest %v; %.0f %% refused; at most %d MiB; front page and health within %v",
			f.rate, f.saved, f.at(0.5), f.at(0.99), f.at(1), 100*f.share(), f.peak>>10, time.Duration(slowest.Load()))
		if f.refused == 0 || f.saved == 0 || f.saved == len(f.accepted) {
			t.Errorf("%d refused, %d accepted, of which %d saved; want some of each, and some that only looked", f.refused, len(f.accepted), f.saved)
		}
	})
}

// watchOpen asks for what must always answer, until ctx ends, and returns how
// long it took at most.
func watchOpen(ctx context.Context, t *testing.T, w *writer) (slowest time.Duration) {
	base := w.url[:strings.Index(w.url, "/ansat/")]
	for ctx.Err() == nil {
		for _, path := range []string{"/", "/health"} {
			asked := time.Now()
			resp, err := w.client.Get(base + path)
			if err != nil {
				t.Error(err)
				return
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if slowest = max(slowest, time.Since(asked)); resp.StatusCode != http.StatusOK {
				t.Errorf("%s when there is too much to do: %s", path, resp.Status)
			}
		}
	}
	return slowest
}
