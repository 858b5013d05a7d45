package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reports collects what a runner reports.
type reports struct {
	mu  sync.Mutex
	all []string
}

func (r *reports) add(name string, err error) {
	text, _, _ := strings.Cut(fmt.Sprint(err), "\n")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, name+": "+text)
}

// during runs jobs for a while and returns what was reported. What hangs is
// an error.
func during(t *testing.T, d time.Duration, all ...Job) (*Runner, []string) {
	t.Helper()
	var told reports
	r := New(time.Now, told.add, all...)
	ctx, stop := context.WithTimeout(t.Context(), d)
	defer stop()
	if hanging := r.Run(ctx, time.Minute); hanging != nil {
		t.Errorf("%v hang", hanging)
	}
	return r, told.all
}

// When a job runs, counted from the beginning: the next run is Every after the
// beginning of the last, and never at the same time as it.
func TestEvery(t *testing.T) {
	for _, test := range []struct {
		name string
		job  Job
		took time.Duration
		want []time.Duration
	}{
		{"at once", Job{Every: 3 * time.Second}, 0, []time.Duration{0, 3, 6, 9}},
		{"later", Job{Every: 4 * time.Second, First: time.Second}, 0, []time.Duration{1, 5, 9}},
		{"slowly", Job{Every: 3 * time.Second}, 2 * time.Second, []time.Duration{0, 3, 6, 9}},
		{"too slowly", Job{Every: 3 * time.Second}, 4 * time.Second, []time.Duration{0, 4, 8}},
		{"not within the time", Job{Every: time.Hour, First: time.Hour}, 0, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			var got []time.Duration
			var at atomic.Int32
			test.job.Run = func(ctx context.Context) error {
				if at.Add(1) != 1 {
					t.Errorf("%s: it runs twice at once", test.name)
				}
				defer at.Add(-1)
				got = append(got, time.Since(began)/time.Second)
				select {
				case <-time.After(test.took):
				case <-ctx.Done():
				}
				return nil
			}
			during(t, 10*time.Second+500*time.Millisecond, test.job)
			if !slices.Equal(got, test.want) {
				t.Errorf("%s: it began after %d seconds, want %d", test.name, got, test.want)
			}
		})
	}
}

// A job that fails is tried again after Retry, and reported when it begins to
// fail, when the reason changes, once an hour, and when it goes well again.
func TestFailing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var beside int
		results := []error{nil, errors.New("full"), errors.New("full"), errors.New("gone"), nil, nil}
		n := 0
		r, told := during(t, 50*time.Second,
			Job{Name: "backup", Every: 10 * time.Second, Retry: time.Second, Run: func(context.Context) error {
				n++
				return results[min(n, len(results))-1]
			}},
			Job{Name: "mad", Every: 10 * time.Second, Run: func(context.Context) error { panic("at night") }},
			Job{Name: "sound", Every: time.Second, Run: func(context.Context) error { beside++; return nil }})
		slices.Sort(told)
		want := []string{"backup: <nil>", "backup: full", "backup: gone", "mad: panic: at night"}
		if !slices.Equal(told, want) {
			t.Errorf("reported %q, want %q", told, want)
		}
		if n != 8 || beside < 49 {
			t.Errorf("backup ran %d times and the job beside %d, want 8 and 50", n, beside)
		}
		states := r.States()
		if s := states[0]; s.Failing() || s.Running || s.Err == nil || s.Success.IsZero() || !s.Next.After(s.Started) {
			t.Errorf("backup's state = %+v, want that it is well now and knows its last failure", s)
		}
		if s := states[1]; !s.Failing() || !strings.Contains(s.Err.Error(), "jobs_test.go") {
			t.Errorf("mad's state = %+v, want that it fails, and where", s)
		}
	})
}

func TestFailingIsReportedEachHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, told := during(t, 150*time.Minute, Job{Name: "log", Every: time.Second, Run: func(context.Context) error { return errors.New("full") }})
		if len(told) != 3 {
			t.Errorf("%d reports of one failure in two and a half hours, want 3", len(told))
		}
	})
}

func TestSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		r := New(time.Now, func(string, error) {},
			Job{Name: "compact", Every: time.Hour, First: time.Hour, Run: func(context.Context) error {
				runs.Add(1)
				time.Sleep(time.Second)
				return nil
			}})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan []string)
		go func() { done <- r.Run(ctx, time.Minute) }()
		for _, step := range []struct {
			wishes int
			after  time.Duration
			want   int
		}{
			{0, time.Minute, 0},
			{1, 100 * time.Millisecond, 1},
			{3, 2 * time.Second, 2}, // asked for thrice while it ran: once more is enough
			{0, time.Minute, 2},
		} {
			for range step.wishes {
				r.Soon("compact")
			}
			r.Soon("nothing of that name")
			time.Sleep(step.after)
			if runs := int(runs.Load()); runs != step.want {
				t.Errorf("after %d wishes it ran %d times, want %d", step.wishes, runs, step.want)
			}
		}
		stop()
		<-done
	})
}

// To be told to stop is no failure, and a job that does not end does not keep
// the program.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told reports
		free := make(chan struct{})
		r := New(time.Now, told.add,
			Job{Name: "hangs", Run: func(context.Context) error { <-free; return nil }, Every: time.Hour},
			Job{Name: "heeds", Run: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, Every: time.Hour})
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		began := time.Now()
		hanging := r.Run(ctx, 5*time.Second)
		if took := time.Since(began); took != 6*time.Second || !slices.Equal(hanging, []string{"hangs"}) {
			t.Errorf("Run returned %q after %v, want the one that hangs after 6 s", hanging, took)
		}
		if len(told.all) > 0 || r.States()[1].Failing() {
			t.Errorf("reported %q of jobs that were told to stop", told.all)
		}
		if !r.States()[0].Running {
			t.Error("the job that hangs is said to have ended")
		}
		close(free)
	})
}
