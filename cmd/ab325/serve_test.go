package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ab325/internal/store"
	"ab325/internal/web"
)

func TestListenAddressInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = listen(t.Context(), &config{addr: taken.Addr().String()})
	if f, ok := errors.AsType[*failure](err); !ok || !strings.Contains(f.hint, "-addr") {
		t.Errorf("listen = %v, want a failure with a hint about -addr", err)
	}
}

// Without a base URL links begin with the address that was opened, whose port
// may have been left to the system.
func TestListenTellsBaseURL(t *testing.T) {
	for _, test := range []struct{ base, want string }{
		{"", "http://127.0.0.1:"},
		{"https://x.example", "https://x.example"},
	} {
		c := config{addr: "127.0.0.1:0", baseURL: test.base}
		listener, err := listen(t.Context(), &c)
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
		if !strings.HasPrefix(c.baseURL, test.want) || strings.HasSuffix(c.baseURL, ":0") {
			t.Errorf("listen with base URL %q made it %q, want it to begin with %q", test.base, c.baseURL, test.want)
		}
	}
}

// serving runs together with one server and returns its address and what it
// returns.
func serving(t *testing.T, ctx context.Context, handler http.Handler) (string, chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		done <- together(ctx, running{&http.Server{Handler: handler}, listener})
	}()
	return "http://" + listener.Addr().String(), done
}

// To be told to stop is no failure, and whoever is served is served to the end.
func TestTogetherStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	url, done := serving(t, ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stop()
		time.Sleep(50 * time.Millisecond) // so that the stop is seen while this is under way
		io.WriteString(w, "whole")
	}))
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "whole" {
		t.Errorf("the request under way got %q, %v; want whole", body, err)
	}
	if err := <-done; err != nil {
		t.Errorf("together = %v, want nil", err)
	}
}

func TestTogetherEndsWithAServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := together(t.Context(), running{new(http.Server), listener}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("together on a closed listener = %v, want net.ErrClosed", err)
	}
}

func TestProbe(t *testing.T) {
	for _, test := range []struct {
		status int
		want   bool
	}{{200, true}, {503, false}, {404, false}} {
		ctx, stop := context.WithCancel(t.Context())
		var path string
		url, done := serving(t, ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			path = r.URL.Path
			w.WriteHeader(test.status)
		}))
		addr, err := net.ResolveTCPAddr("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if err := probe(addr)(t.Context()); (err == nil) != test.want || path != "/health" {
			t.Errorf("probe of %s that answers %d = %v", path, test.status, err)
		}
		stop()
		<-done
		if err := probe(addr)(t.Context()); err == nil {
			t.Error("probe of a service that has gone = nil, want an error")
		}
	}
}

// Pages name the municipality whose settings are these.
func TestShown(t *testing.T) {
	set := store.Municipality{Code: "0492", Address: "Jobcenter Ærø\nStatene 2\n5970 Ærøskøbing", Phone: "12 34 56 78", Email: "a@example.dk", Hours: "kl. 9-14", DPOName: "Rita"}
	want := web.Municipality{Name: "Ærø Kommune", Unit: "Jobcenter Ærø", Address: []string{"Statene 2", "5970 Ærøskøbing"}, Phone: "12 34 56 78", Email: "a@example.dk", Hours: "kl. 9-14"}
	for _, test := range []struct {
		contact string
		officer web.Officer
	}{
		{"dpo@example.dk", web.Officer{Name: "Rita", Email: "dpo@example.dk"}},
		{"+45 12 34 56 78", web.Officer{Name: "Rita", Phone: "+45 12 34 56 78"}},
		{"Torvet 1, 5970 Ærøskøbing", web.Officer{Name: "Rita", Address: "Torvet 1, 5970 Ærøskøbing"}},
	} {
		set.DPOContact, want.Protection = test.contact, test.officer
		if diff := cmp.Diff(want, shown("Ærø Kommune", set)); diff != "" {
			t.Errorf("shown with %q (-want +got):\n%s", test.contact, diff)
		}
	}
}
