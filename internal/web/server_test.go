package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

// exampleMunicipality is invented.
var exampleMunicipality = Municipality{
	Name: "Eksempel Kommune", Unit: "Jobcenter Eksempel", Address: []string{"Rådhuspladsen 1", "9999 Eksempelby"},
	Phone: "12 34 56 78", Email: "jobcenter@eksempel.example", Hours: "mandag til fredag 9-15", Web: "https://eksempel.example",
	Protection: Officer{Name: "Karla Østergård", Phone: "12 34 56 79", Email: "dpo@eksempel.example", Address: "Rådhuspladsen 1"},
	Statement:  "https://was.example/eksempel",
}

// options are those of a test's server; its log goes to the returned buffer.
func options() (Options, *bytes.Buffer) {
	var log bytes.Buffer
	return Options{
		Log:     slog.New(slog.NewTextHandler(&log, nil)),
		Now:     func() time.Time { return time.Date(2026, 11, 22, 13, 5, 0, 0, time.UTC) },
		Random:  rand.Reader,
		BaseURL: "http://127.0.0.1:8325",
		Municipality: func(context.Context) (Municipality, error) {
			return exampleMunicipality, nil
		},
	}, &log
}

func newServer(t *testing.T, change func(*Options)) (*Server, *bytes.Buffer) {
	t.Helper()
	o, log := options()
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s, log
}

// request makes a request from this machine with the given headers.
func request(method, path, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:40000"
	r.Host = "127.0.0.1:8325"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func do(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestNewRefusesOptions(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Options)
	}{
		{"no log", func(o *Options) { o.Log = nil }},
		{"no clock", func(o *Options) { o.Now = nil }},
		{"no randomness", func(o *Options) { o.Random = nil }},
		{"no base url", func(o *Options) { o.BaseURL = "" }},
		{"base url with a path", func(o *Options) { o.BaseURL = "https://fleksjob.example/x" }},
		{"another scheme", func(o *Options) { o.BaseURL = "ftp://fleksjob.example" }},
		{"plain http to the world", func(o *Options) { o.BaseURL = "http://fleksjob.example" }},
	} {
		o, _ := options()
		test.change(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s: New succeeded", test.name)
		}
	}
	o, _ := options()
	o.BaseURL, o.BehindProxy = "http://fleksjob.example", true
	if _, err := New(o); err != nil {
		t.Errorf("plain http behind a proxy: %v", err)
	}
}

func TestHeaders(t *testing.T) {
	s, _ := newServer(t, nil)
	for _, path := range []string{"/", "/findes-ikke", "/adgang/", "/health", "/static/x/ours/app.css"} {
		h := do(s.Handler(), request("GET", path, "")).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": policy,
			"X-Content-Type-Options":  "nosniff",
			"X-Frame-Options":         "DENY",
			"Referrer-Policy":         "same-origin",
			"Cache-Control":           "no-store",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", path, name, got, want)
			}
		}
		if h.Get("Permissions-Policy") == "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v lack a policy or the reference", path, h)
		}
		if got := h.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: HSTS %q over http", path, got)
		}
	}
	s, _ = newServer(t, func(o *Options) { o.BaseURL = "https://fleksjob.example" })
	if h := do(s.Handler(), request("GET", "/", "")).Header(); h.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over https")
	}
}

func TestPlainHTTP(t *testing.T) {
	for _, test := range []struct {
		name, remote, proto string
		proxy               bool
		method              string
		want                int
	}{
		{"this machine", "127.0.0.1:4", "", false, "GET", 200},
		{"this machine, IPv6", "[::1]:4", "", false, "GET", 200},
		{"another machine", "10.0.0.9:4", "", false, "GET", 403},
		{"another machine that says it is a proxy", "10.0.0.9:4", "https", false, "GET", 403},
		{"behind a proxy", "10.0.0.9:4", "https", true, "GET", 200},
		{"behind a proxy by http", "10.0.0.9:4", "http", true, "GET", 308},
		{"behind a proxy by http, a form", "10.0.0.9:4", "http", true, "POST", 403},
	} {
		s, _ := newServer(t, func(o *Options) {
			o.BehindProxy = test.proxy
			if test.proxy {
				o.BaseURL = "https://fleksjob.example"
			}
		})
		r := request(test.method, "/", "", "X-Forwarded-Proto", test.proto)
		r.RemoteAddr = test.remote
		if got := do(s.Handler(), r); got.Code != test.want {
			t.Errorf("%s: %d, want %d", test.name, got.Code, test.want)
		}
	}
}

// A route for tests of what surrounds handlers.
func (s *Server) with(r route) http.Handler {
	g := gin.New()
	g.Use(s.observe, s.recover, s.secure, s.refusePlain, s.refuseCrossSite)
	g.Handle(r.method, r.path, s.serve(r))
	return g
}

func TestCrossSitePosts(t *testing.T) {
	s, _ := newServer(t, nil)
	h := s.with(route{"POST", "/x", public, "", false, func(_ *Server, c *gin.Context) error {
		c.String(200, "done")
		return nil
	}})
	for _, test := range []struct {
		name, value string
		want        int
	}{
		{"Sec-Fetch-Site", "same-origin", 200},
		{"Sec-Fetch-Site", "none", 200},
		{"Sec-Fetch-Site", "cross-site", 403},
		{"Sec-Fetch-Site", "same-site", 403},
		{"Origin", "http://127.0.0.1:8325", 200},
		{"Origin", "https://evil.example", 403},
		{"Origin", "null", 403},
	} {
		if got := do(h, request("POST", "/x", "", test.name, test.value)); got.Code != test.want {
			t.Errorf("%s: %s: %d, want %d", test.name, test.value, got.Code, test.want)
		}
	}
}

func TestBodyLimits(t *testing.T) {
	read := func(_ *Server, c *gin.Context) error {
		_, file, err := fileOf(c)
		if err == nil && file != nil && file.tooLarge {
			err = problem.New(problem.TooLarge, "")
		}
		if err != nil {
			return err
		}
		c.String(200, "ok")
		return nil
	}
	s, _ := newServer(t, nil)
	for _, test := range []struct {
		upload bool
		size   int
		want   int
	}{
		{false, maxBody - 100, 200}, {false, maxBody + 1, 413}, {true, maxBody + 1, 200}, {true, maxUpload + 1, 413},
	} {
		h := s.with(route{"POST", "/x", public, "", test.upload, read})
		r := request("POST", "/x", "a="+strings.Repeat("b", test.size), "Content-Type", "application/x-www-form-urlencoded")
		if test.upload {
			r.Header.Set("Content-Type", "multipart/form-data; boundary=B")
			r = request("POST", "/x", "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.pdf\"\r\n\r\n"+
				strings.Repeat("b", test.size)+"\r\n--B--\r\n", "Content-Type", "multipart/form-data; boundary=B")
		}
		if got := do(h, r); got.Code != test.want {
			t.Errorf("upload %v, %d bytes: %d, want %d", test.upload, test.size, got.Code, test.want)
		}
	}
}

func TestPanicIsAnswered(t *testing.T) {
	s, log := newServer(t, nil)
	h := s.with(route{"GET", "/x", public, "", false, func(*Server, *gin.Context) error { panic("hemmelig") }})
	got := do(h, request("GET", "/x", ""))
	if got.Code != 500 || strings.Contains(got.Body.String(), "hemmelig") || !strings.Contains(log.String(), "hemmelig") {
		t.Errorf("%d %s; log %s", got.Code, got.Body, log)
	}
}

func TestInjection(t *testing.T) {
	s, _ := newServer(t, nil)
	for _, path := range []string{"/%3Cem%3EUHOH%3C/em%3E", "/adgang?x=%3Cem%3EUHOH", "/static/x/%3Cem%3EUHOH"} {
		if got := do(s.Handler(), request("GET", path, "")); strings.Contains(got.Body.String(), "<em>UHOH") {
			t.Errorf("%s comes back unescaped", path)
		}
	}
}

// TestLogLine: the log tells the route and never what a person typed.
func TestLogLine(t *testing.T) {
	s, log := newServer(t, nil)
	h := s.with(route{"GET", "/ansat/:id/x", public, "", false, func(_ *Server, c *gin.Context) error {
		c.String(200, "ok")
		return nil
	}})
	const id = "0a5723a426061548ed636ca5af00fa09"
	do(h, request("GET", "/ansat/"+id+"/x?navn=610170-0559", ""))
	for _, want := range []string{"route=/ansat/:id/x", "method=GET", "status=200", "case=" + id} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log %q lacks %s", log, want)
		}
	}
	for _, path := range []string{"/610170-0559", "/ansat/610170-0559", "/jobcenter/sager/610170-0559", "/jobcenter/sager/610170-0559/", "/virksomhed/610170-0559/x"} {
		do(s.Handler(), request("GET", path, ""))
		do(s.Handler(), request("A610170", path, ""))
	}
	if strings.Contains(log.String(), "610170") {
		t.Errorf("log %q tells what was typed", log)
	}
}

func TestMethodNotAllowed(t *testing.T) {
	s, _ := newServer(t, nil)
	if got := do(s.Handler(), request("DELETE", "/", "")); got.Code != http.StatusMethodNotAllowed {
		t.Errorf("DELETE /: %d, want 405", got.Code)
	}
}

func TestHealth(t *testing.T) {
	s, _ := newServer(t, func(o *Options) { o.Healthy = func(context.Context) error { return errors.New("disk") } })
	if got := do(s.Handler(), request("GET", "/health", "")); got.Code != 503 || strings.Contains(got.Body.String(), "disk") {
		t.Errorf("unhealthy: %d %s", got.Code, got.Body)
	}
	s, _ = newServer(t, nil)
	if got := do(s.Handler(), request("GET", "/health", "")); got.Code != 200 {
		t.Errorf("healthy: %d", got.Code)
	}
}

// A slash too many leads to the page that is meant, and never to another site,
// whatever a proxy passes on.
func TestSlashes(t *testing.T) {
	s, _ := newServer(t, nil)
	for path, want := range map[string]string{
		"/adgang/":           "/adgang",
		"/adgang/?nyt=sendt": "/adgang?nyt=sendt",
		"//evil.example/":    "/evil.example",
		"//evil.example":     "/evil.example",
		"/\\evil.example/":   "/%5Cevil.example",
		"/findes-ikke":       "",
	} {
		r := request("GET", "/", "", "X-Forwarded-Prefix", "/evil")
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
		if got := do(s.Handler(), r).Header().Get("Location"); got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
}

// Who guesses is known by the address that the connection or a trusted proxy
// tells, never by what anybody can send, and by the network of IPv6.
func TestClient(t *testing.T) {
	for _, test := range []struct {
		remote, forwarded string
		proxy             bool
		want              string
	}{
		{"127.0.0.1:4", "", false, "127.0.0.1"},
		{"127.0.0.1:4", "203.0.113.9", false, "127.0.0.1"},
		{"127.0.0.1:4", "203.0.113.9", true, "203.0.113.9"},
		{"127.0.0.1:4", "198.51.100.1, 203.0.113.9", true, "203.0.113.9"},
		{"203.0.113.7:4", "198.51.100.1", true, "203.0.113.7"},
		{"[2001:db8:1:2:3:4:5:6]:4", "", true, "2001:db8:1:2::/64"},
		{"[2001:db8:1:2:ffff::1]:4", "", true, "2001:db8:1:2::/64"},
		{"[::ffff:203.0.113.7]:4", "", true, "203.0.113.7"},
	} {
		o, _ := options()
		o.BehindProxy = test.proxy
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		g, got := s.engine(), ""
		g.GET("/client", func(c *gin.Context) { got = client(c) })
		r := request("GET", "/client", "", "X-Forwarded-For", test.forwarded)
		r.RemoteAddr = test.remote
		do(g, r)
		if got != test.want {
			t.Errorf("from %s for %q, proxy %v: %q, want %q", test.remote, test.forwarded, test.proxy, got, test.want)
		}
	}
}
