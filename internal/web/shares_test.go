package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ab325/internal/auth"
	"ab325/internal/pdf/read/readtest"
)

func TestShares(t *testing.T) {
	var s shares
	one, ok1 := s.take("a", 2)
	two, ok2 := s.take("a", 2)
	_, ok3 := s.take("a", 2)
	_, other := s.take("b", 2)
	if !ok1 || !ok2 || ok3 || !other {
		t.Errorf("take = %v, %v, %v and of another %v; want two for each", ok1, ok2, ok3, other)
	}
	one()
	one()
	if _, ok := s.take("a", 2); !ok {
		t.Error("what was given back is not there")
	}
	if _, ok := s.take("a", 2); ok {
		t.Error("what was given back twice is there twice")
	}
	two()
	if s.held["a"] != 1 || s.held["b"] != 1 {
		t.Errorf("held = %v, want one each", s.held)
	}
}

// A line is a connection to the service on which a browser sends by hand.
type line struct {
	net.Conn
	answer *bufio.Reader
}

// serveLines serves the site's pages on real connections, where a body may be
// that slow.
func (st *site) serveLines(slow time.Duration) *httptest.Server {
	st.t.Helper()
	pages := st.server.admission(st.server.engine())
	pages.now, pages.slow = time.Now, slow
	server := httptest.NewServer(pages)
	st.t.Cleanup(server.Close)
	return server
}

// upload begins to send a file to path, and sends no more than its beginning.
func (b *browser) upload(to *httptest.Server, path string) *line {
	b.t.Helper()
	conn, err := net.Dial("tcp", to.Listener.Addr().String())
	b.must(err)
	b.t.Cleanup(func() { conn.Close() })
	var cookies []string
	for key, c := range b.jar {
		if strings.HasPrefix(path, key[1]) {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
	}
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:8325\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000000\r\n\r\n"+
		"--x\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"job.pdf\"\r\n\r\n%%PDF", path, strings.Join(cookies, "; "))
	b.must(err)
	return &line{conn, bufio.NewReader(conn)}
}

// status is what the service answers.
func (l *line) status() int {
	resp, err := http.ReadResponse(l.answer, nil)
	if err != nil {
		return 0
	}
	return resp.StatusCode
}

func (s *shares) all() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, held := range s.held {
		n += held
	}
	return n
}

// waitFor waits until so many files are under way.
func (st *site) waitFor(files int) {
	for st.server.files.all() != files {
		time.Sleep(time.Millisecond)
	}
}

// A party that sends files slowly has a small share of the room and no more,
// with another session neither; the other party, and other cases, send theirs
// meanwhile. What comes too slowly is cut off, and leaves the room.
func TestSlowFilesKeepNobodyFromSending(t *testing.T) {
	p := inCase(t)
	server := p.serveLines(time.Hour)
	path := p.companyPlace + "/jobindhold"
	var slow []*line
	for range filesOfOne {
		slow = append(slow, p.company.upload(server, path))
	}
	p.waitFor(filesOfOne)
	again := p.browser()
	who, err := p.accounts.Session(t.Context(), p.company.jar[[2]string{"ab325", p.companyPlace}].Value)
	p.must(err)
	begun, err := p.accounts.StartSession(t.Context(), who)
	p.must(err)
	again.jar[[2]string{"ab325", p.companyPlace}] = &http.Cookie{Name: "ab325", Value: begun.Token}
	for name, b := range map[string]*browser{"the same session": p.company, "another session of the party": again} {
		if got := b.upload(server, path).status(); got != http.StatusServiceUnavailable {
			t.Errorf("%s sends one more: %d, want 503 at once", name, got)
		}
	}
	if got := p.company.send(request("GET", p.companyPlace+"/dokument/x", "")); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "flere filer på én gang") {
		t.Errorf("the same party gets a file: %d, want 503 that says why", got.Code)
	}
	sent := multipartRequest(t, p.employeePlace+"/jobindhold", map[string][]string{"old.job.title": {""}, "job.title": {"Gartner"}}, string(readtest.Page("job")))
	if got := p.employee.send(sent); got.Code != http.StatusSeeOther {
		t.Errorf("the other party sends a file meanwhile: %d, want 303", got.Code)
	}
	for _, l := range slow {
		l.Close()
	}
	p.waitFor(0)
	if got := p.company.upload(p.serveLines(100*time.Millisecond), path).status(); got != http.StatusUnprocessableEntity {
		t.Errorf("a file that never comes: %d, want 422", got)
	}
	p.waitFor(0)
	if len(p.server.uploads) != 0 || p.server.clients.all() != 0 {
		t.Errorf("%d places and %d shares are held by nobody", len(p.server.uploads), p.server.clients.all())
	}
}

// The parties at one address, in however many cases, leave room for others.
func TestOneAddressLeavesRoom(t *testing.T) {
	p := inCase(t)
	for range filesOfClient {
		p.server.clients.take("127.0.0.1", filesOfClient)
	}
	send := func(from string) int {
		r := multipartRequest(t, p.companyPlace+"/jobindhold", map[string][]string{"old.job.title": {""}}, string(readtest.Page("job")))
		r.RemoteAddr = from + ":40000"
		return p.company.send(r).Code
	}
	if got := send("127.0.0.1"); got != http.StatusServiceUnavailable {
		t.Errorf("one more from the address: %d, want 503", got)
	}
	if got := send("127.0.0.2"); got != http.StatusSeeOther {
		t.Errorf("from another address: %d, want 303", got)
	}
	worker := p.hire("Mille Nørgaard", home, auth.Caseworker)
	if got := worker.send(request("GET", "/jobcenter/sager/"+p.id+"/dokument/x", "")); got.Code != http.StatusNotFound {
		t.Errorf("staff at the address: %d, want 404 as always", got.Code)
	}
	if p.server.files.all() != 0 {
		t.Errorf("%d shares are held by nobody", p.server.files.all())
	}
}

// Who has no session, and had none, is told so before the body has come; who
// had one until a moment ago has the share of the party that it was of.
func TestNothingIsReadOfStrangers(t *testing.T) {
	p := inCase(t)
	server := p.serveLines(time.Hour)
	stranger := p.browser()
	stranger.jar[[2]string{"ab325", "/"}] = &http.Cookie{Name: "ab325", Value: "garbage"}
	if got := stranger.upload(server, p.companyPlace+"/jobindhold").status(); got != http.StatusUnauthorized {
		t.Errorf("a stranger's file that never comes: %d, want 401 at once", got)
	}
	p.must(p.accounts.EndSession(t.Context(), p.company.jar[[2]string{"ab325", p.companyPlace}].Value))
	for range filesOfOne {
		p.company.upload(server, p.companyPlace+"/jobindhold")
	}
	p.waitFor(filesOfOne)
	if got := p.company.upload(server, p.companyPlace+"/jobindhold").status(); got != http.StatusServiceUnavailable {
		t.Errorf("one more after the session's end: %d, want 503 at once", got)
	}
}

// A longer body may take its time as long as it comes at a pace.
func TestPace(t *testing.T) {
	began := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	a := &admission{now: func() time.Time { return began }, slow: 10 * time.Second}
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	body := a.pace(w, io.NopCloser(io.MultiReader(strings.NewReader(strings.Repeat("x", 80<<10)), strings.NewReader(strings.Repeat("x", 10<<20)))))
	for _, test := range []struct {
		read int
		want time.Duration
	}{{80 << 10, 10 * time.Second}, {1 << 20, 20 * time.Second}, {9 << 20, readTime}} {
		if _, err := io.ReadFull(body, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		if got := w.last.Sub(began); got != test.want {
			t.Errorf("after %d bytes more the deadline is %v, want %v", test.read, got, test.want)
		}
		if _, err := io.CopyN(io.Discard, body, int64(test.read)-1); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.Copy(io.Discard, body); err != nil || !w.last.IsZero() {
		t.Errorf("when all was read the deadline is %v, %v; want none", w.last, err)
	}
}

// deadlines remembers the last deadline that was set.
type deadlines struct {
	*httptest.ResponseRecorder
	last time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error { d.last = t; return nil }
