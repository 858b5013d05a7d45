package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"go.uber.org/goleak"

	"ab325/internal/problem"
)

func TestLanes(t *testing.T) {
	s, _ := newServer(t, nil)
	a := s.admission(nil)
	name := map[*lane]string{a.pool: "pool", a.open: "open", a.password: "password", a.heavy: "heavy", a.long: "long"}
	for _, test := range []struct {
		method, path string
		size         int64
		want         string
	}{
		{"GET", "/", 0, "open"}, {"GET", "//", 0, "open"}, {"HEAD", "/health", 0, "open"}, {"GET", "/static/x/app.css", 0, "open"}, {"POST", "/", 9, "pool"},
		{"GET", "/ansat/1", 0, "pool"}, {"POST", "/ansat/1/gem", 900, "pool"}, {"POST", "/ansat/1/gem", smallBody + 1, "long"}, {"POST", "/adgang", -1, "long"}, {"POST", "/jobcenter/log-ind", -1, "long"}, {"GET", "/ansat/1/jobindhold", 0, "pool"}, {"POST", "/ansat/1/jobindhold", 90, "pool"}, {"POST", "/ansat/1/jobindhold", -1, "heavy"},
		{"GET", "/ansat/1/dokument/blad1-1", 0, "heavy"}, {"GET", "/jobcenter/sager/1/dokument/bilag-2", 0, "heavy"},
		{"POST", "/jobcenter/log-ind", 50, "password"}, {"GET", "/jobcenter/log-ind", 0, "pool"}, {"POST", "/jobcenter/brugere/ny", 50, "password"}, {"POST", "/jobcenter/adgangskode", 50, "password"},
		{"POST", "/static/../jobcenter/log-ind", 50, "password"},
	} {
		r := request(test.method, "/", "")
		r.URL.Path, r.ContentLength = test.path, test.size
		if got := name[a.lane(r)]; got != test.want {
			t.Errorf("lane(%s %s, %d bytes) = %s, want %s", test.method, test.path, test.size, got, test.want)
		}
	}
}

func TestLane(t *testing.T) {
	l := newLane(1, 1)
	if !l.enter(t.Context(), 0) {
		t.Fatal("no room in an empty lane")
	}
	if l.enter(t.Context(), time.Millisecond) {
		t.Error("two work where there is room for one")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if l.enter(ctx, time.Hour) {
		t.Error("let in somebody who has gone")
	}
	in := make(chan bool)
	go func() { in <- l.enter(t.Context(), time.Hour) }()
	for len(l.waiting) < 2 {
		time.Sleep(time.Millisecond)
	}
	if l.enter(t.Context(), time.Hour) {
		t.Error("two wait where there is room for one")
	}
	l.leave()
	if !<-in {
		t.Error("the one that waited is not let in")
	}
	if l.leave(); len(l.working)+len(l.waiting) != 0 {
		t.Errorf("%d work and %d are in an empty lane", len(l.working), len(l.waiting))
	}
}

// A crowd is a server whose pool is small, and full as long as hold is open.
type crowd struct {
	*admission
	server *httptest.Server
	hold   chan struct{}
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	s, _ := newServer(t, func(o *Options) { o.Now = time.Now })
	c := &crowd{hold: make(chan struct{})}
	g := s.engine()
	g.Any("/hold", func(g *gin.Context) { <-c.hold })
	c.admission = s.admission(g)
	c.pool, c.wait, c.slow = newLane(1, 1), 20*time.Millisecond, 200*time.Millisecond
	c.server = httptest.NewServer(c.admission)
	t.Cleanup(c.server.Close)
	return c
}

func (c *crowd) get(t *testing.T, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", c.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// Who finds no room is told so, in words, and when to come again; the front
// page and the check of health answer all the same, and nothing is left behind.
func TestTooManyRequests(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	c := newCrowd(t)
	done := make(chan error)
	go func() {
		resp, err := c.server.Client().Get(c.server.URL + "/hold")
		if err == nil {
			err = resp.Body.Close()
		}
		done <- err
	}()
	for len(c.pool.working) == 0 {
		time.Sleep(time.Millisecond)
	}
	resp, body := c.get(t, "/ansat")
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "5" || resp.Header.Get("Content-Security-Policy") != policy || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("no room: %d %v", resp.StatusCode, resp.Header)
	}
	if f := faults(body); f != nil || !strings.Contains(body, busyHeading) || !strings.Contains(body, "Vent et øjeblik") {
		t.Errorf("the page for no room: %q %s", f, body)
	}
	if !strings.Contains(body, `href="">Prøv igen</a>`) {
		t.Error("who asked for a page cannot ask for it again")
	}
	posted := httptest.NewRecorder()
	c.refuse(posted, request("POST", "/ansat/1/gem", ""))
	if body := posted.Body.String(); !strings.Contains(body, "er ikke gemt endnu") || !strings.Contains(body, "Bliv på siden") || strings.Contains(body, `class="button`) {
		t.Errorf("who sent something is told %s, want to stay and no button away from it", body)
	}
	if resp, body := c.get(t, "/ansat", "Accept", "application/json"); resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, `"kind":"unavailable"`) {
		t.Errorf("a script is told %d %s", resp.StatusCode, body)
	}
	for _, path := range []string{"/", "/health"} {
		if resp, _ := c.get(t, path); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	close(c.hold)
	if err := <-done; err != nil {
		t.Errorf("the one that was let in: %v", err)
	}
	if resp, _ := c.get(t, "/ansat"); resp.StatusCode != http.StatusOK {
		t.Errorf("when there is room again: %d", resp.StatusCode)
	}
	c.server.Client().CloseIdleConnections()
	c.server.Close()
}

// A body that comes slowly takes nobody's room, and is not waited for long.
func TestSlowBody(t *testing.T) {
	c := newCrowd(t)
	slow, err := net.Dial("tcp", c.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	fmt.Fprintf(slow, "POST /adgang HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ncode=")
	for len(c.reading) == 0 {
		time.Sleep(time.Millisecond)
	}
	if resp, _ := c.get(t, "/ansat"); resp.StatusCode != http.StatusOK {
		t.Errorf("beside a slow body: %d", resp.StatusCode)
	}
	resp, err := http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil || resp.StatusCode != http.StatusRequestTimeout {
		t.Errorf("a body that never comes: %v, %v", resp, err)
	}
}

// Of too many connections the last are closed, with a word why.
func TestConnections(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = connections(2)
	server.Start()
	defer server.Close()
	for i, want := range []int{404, 404, 503, 404} {
		if i == 3 { // the first has gone
			server.CloseClientConnections()
			for done := false; !done; time.Sleep(time.Millisecond) {
				conn, err := net.Dial("tcp", server.Listener.Addr().String())
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
				resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
				done = err == nil && resp.StatusCode == want
				conn.Close()
			}
			return
		}
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if want == 404 {
			fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || resp.StatusCode != want || want == 503 && resp.Header.Get("Retry-After") == "" {
			t.Errorf("connection %d: %v, %v, want %d", i+1, resp, err, want)
		}
	}
}

// Also what the store has no room for is told when to come again.
func TestUnavailableSaysWhen(t *testing.T) {
	s, _ := newServer(t, nil)
	for _, err := range []error{problem.New(problem.Unavailable, "Der er ikke plads"), context.DeadlineExceeded} {
		got := do(s.with(route{"GET", "/x", public, "", false, func(*Server, *gin.Context) error { return err }}), request("GET", "/x", ""))
		if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" {
			t.Errorf("%v: %d, Retry-After %q", err, got.Code, got.Header().Get("Retry-After"))
		}
	}
}

// Strangers who send without an end, a byte now and then, keep nobody from
// documents and files: what takes files asks who sends it first.
func TestSlowStrangersKeepNobodyFromFiles(t *testing.T) {
	c := newCrowd(t)
	c.heavy = newLane(2, 2)
	for _, path := range []string{"/adgang", "/ansat/start", "/jobcenter/log-ind", "/ansat/0123456789abcdef0123456789abcdef/jobindhold"} {
		for range 5 {
			conn, err := net.Dial("tcp", c.server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", path)
		}
	}
	for range 50 {
		time.Sleep(2 * time.Millisecond)
		if resp, _ := c.get(t, "/jobcenter/sager/1/dokument/bilag-1"); resp.StatusCode == http.StatusServiceUnavailable {
			t.Fatal("a document is refused because strangers send slowly")
		}
	}
}
