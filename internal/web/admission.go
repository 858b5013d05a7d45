package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ab325/internal/problem"
)

// How much is done at a time. What is let in is answered within two seconds on
// a small machine; what there is no room for is told so at once, and when to
// come again, instead of waiting for an answer that comes too late.
const (
	waitTime   = time.Second / 2 // that a request waits for room, at most
	retryAfter = 5 * time.Second

	maxHeavy       = 24 // files that are sent and got
	maxConnections = 4096
	maxReading     = 1024     // small bodies that are being received, each
	smallBody      = 64 << 10 // of at most so many bytes
	bodyTime       = 10 * time.Second
	bodyPace       = 8 << 10 // bytes a second of a longer body, after that time
)

// A lane is a kind of requests, of which so many are carried out at a time and
// so many wait. Those of one kind never take the room of another: a flood of
// signing-in, which costs the most, keeps nobody from the pages.
type lane struct {
	working, waiting chan struct{}
}

func newLane(working, waiting int) *lane {
	return &lane{make(chan struct{}, working), make(chan struct{}, working+waiting)}
}

// enter reports whether the request may be carried out; then leave is to be
// called when it was.
func (l *lane) enter(ctx context.Context, wait time.Duration) bool {
	select {
	case l.waiting <- struct{}{}:
	default:
		return false
	}
	select {
	case l.working <- struct{}{}:
		return true
	default:
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case l.working <- struct{}{}:
		return true
	case <-patience.C:
	case <-ctx.Done():
	}
	<-l.waiting
	return false
}

func (l *lane) leave() {
	<-l.working
	<-l.waiting
}

// An admission stands in front of all pages and lets in as many requests as
// can be carried out.
type admission struct {
	pages    http.Handler
	pool     *lane           // most requests
	open     *lane           // what must answer even then: the front page, health, styles
	password *lane           // hashes a password, which takes a tenth of a second
	heavy    *lane           // sends or gets a file, which may take minutes on a slow line
	long     *lane           // sends what is long, or does not say how long, and is no file: anybody can
	files    map[string]bool // last parts of the paths that take files, from those alone who may
	reading  chan struct{}
	wait     time.Duration // for room
	slow     time.Duration // that a small body may take to arrive, and a longer one before it has a pace

	headers func(http.Header) // sets what every answer has
	page    []byte            // tells a person who asked for a page
	sent    []byte            // tells one who sent something
	told    []byte            // tells a script

	log      *slog.Logger
	now      func() time.Time
	mu       sync.Mutex
	refused  int       // since the log was last told
	reported time.Time // when that was
}

func (s *Server) admission(pages http.Handler) *admission {
	files := map[string]bool{}
	for _, r := range allRoutes() {
		if r.upload && r.access != public {
			files[path.Base(r.path)] = true
		}
	}
	return &admission{
		pages: pages, files: files, wait: waitTime, slow: bodyTime,
		pool: newLane(64, 128), open: newLane(32, 64), password: newLane(8, 8), heavy: newLane(maxHeavy, maxHeavy), long: newLane(16, 16),
		reading: make(chan struct{}, maxReading),
		headers: s.headers, page: s.busy, sent: s.busySent, told: busyAnswer(), log: s.options.Log, now: s.options.Now,
	}
}

func (a *admission) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	lane := a.lane(r)
	if lane == a.pool || lane == a.password {
		switch ok, err := a.receive(w, r); {
		case err != nil:
			w.Header().Set("Connection", "close")
			w.WriteHeader(http.StatusRequestTimeout)
			return
		case !ok:
			a.refuse(w, r)
			return
		}
	}
	if !lane.enter(r.Context(), a.wait) {
		a.refuse(w, r)
		return
	}
	defer lane.leave()
	if (lane == a.heavy || lane == a.long) && r.Body != nil && r.ContentLength != 0 {
		r.Body = a.pace(w, r.Body)
	}
	a.pages.ServeHTTP(w, r)
}

// lane returns the lane of a request, by what it will cost.
func (a *admission) lane(r *http.Request) *lane {
	p := path.Clean("/" + r.URL.Path)
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case reads && (p == "/" || p == "/health" || strings.HasPrefix(p, "/static/")):
		return a.open
	case strings.Contains(p, "/dokument/") || !reads && a.files[path.Base(p)] && (r.ContentLength < 0 || r.ContentLength > smallBody):
		return a.heavy
	case r.ContentLength < 0 || r.ContentLength > smallBody:
		return a.long
	case !reads && (p == staffPlace+"/log-ind" || p == passwordPath || strings.HasPrefix(p, staffPlace+"/brugere/")):
		return a.password
	}
	return a.pool
}

// receive takes the body of a request before the request takes anybody's room,
// so that a slow line, or somebody who sends a byte a minute, takes none. It is
// false where too many are being received.
func (a *admission) receive(w http.ResponseWriter, r *http.Request) (ok bool, err error) {
	if r.Body == nil || r.ContentLength == 0 {
		return true, nil
	}
	select {
	case a.reading <- struct{}{}:
		defer func() { <-a.reading }()
	default:
		return false, nil
	}
	// Without a connection there is no deadline: then nobody is slow either.
	line := http.NewResponseController(w)
	_ = line.SetReadDeadline(a.now().Add(a.slow))
	body, err := io.ReadAll(io.LimitReader(r.Body, smallBody))
	if err != nil {
		return false, err
	}
	_ = line.SetReadDeadline(time.Time{})
	r.Body = io.NopCloser(bytes.NewReader(body))
	return true, nil
}

// A paced body is read for as long as it comes at a pace: what a line can
// bring within the time for a request arrives, and who sends a byte a minute is
// cut off soon.
type paced struct {
	io.ReadCloser
	line  *http.ResponseController
	began time.Time
	slow  time.Duration
	got   int64
}

func (a *admission) pace(w http.ResponseWriter, body io.ReadCloser) *paced {
	return &paced{body, http.NewResponseController(w), a.now(), a.slow, 0}
}

func (p *paced) Read(b []byte) (int, error) {
	allowed := min(readTime, p.slow+time.Duration(p.got)*time.Second/bodyPace)
	_ = p.line.SetReadDeadline(p.began.Add(allowed)) // see receive
	n, err := p.ReadCloser.Read(b)
	p.got += int64(n)
	if err == io.EOF {
		_ = p.line.SetReadDeadline(time.Time{})
	}
	return n, err
}

// refuse answers a request that there is no room for. Nothing was done.
func (a *admission) refuse(w http.ResponseWriter, r *http.Request) {
	a.count()
	h := w.Header()
	a.headers(h)
	h.Set("Retry-After", strconv.Itoa(int(retryAfter/time.Second)))
	body := a.page
	h.Set("Content-Type", htmlType)
	switch {
	case strings.HasPrefix(r.Header.Get("Accept"), "application/json"):
		body = a.told
		h.Set("Content-Type", "application/json; charset=utf-8")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		body = a.sent
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(body) // nobody else can be told
}

// count counts a refusal, and tells the log of them now and then: a line for
// each would be work that there is no room for either.
func (a *admission) count() {
	const every = 10 * time.Second
	a.mu.Lock()
	a.refused++
	n := a.refused
	due := a.now().Sub(a.reported) >= every
	if due {
		a.refused, a.reported = 0, a.now()
	}
	a.mu.Unlock()
	if due {
		a.log.Warn("too many requests at a time", "refused", n)
	}
}

const (
	busyHeading = "Der er travlt lige nu"
	busyText    = "Flere bruger tjenesten, end den kan nå at svare."
	busyNext    = "Vent et øjeblik, og prøv igen."
	unsentText  = busyText + " Det, du sendte, er ikke gemt endnu."
	unsentNext  = "Bliv på siden. Vent et øjeblik, og genindlæs den: så sender browseren det, du skrev, igen, og det bliver kun gemt én gang."
)

// renderBusy renders the pages for those who are refused, at start: there is no
// time to do it then. Who sent something is not led away from it.
func (s *Server) renderBusy() (err error) {
	busy := &problemPage{
		Page:    Page{Title: busyHeading, Site: s.site("")},
		failure: failure{Heading: busyHeading, Next: busyNext},
		Detail:  busyText, Out: toFront(),
	}
	busy.stay(http.MethodGet)
	if s.busy, err = s.pages.execute("problem", busy); err != nil {
		return err
	}
	busy.Detail = unsentText
	busy.stay(http.MethodPost)
	s.busySent, err = s.pages.execute("problem", busy)
	return err
}

func busyAnswer() []byte {
	told, err := json.Marshal(problemAnswer{Kind: problem.Unavailable, Detail: unsentText, Next: busyNext})
	if err != nil {
		return nil // a struct of texts can be written
	}
	return told
}

// connections refuses connections when there are too many: each takes memory,
// whether it asks for anything or not.
func connections(most int64) func(net.Conn, http.ConnState) {
	const full = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
	var open atomic.Int64
	return func(c net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			if open.Add(1) > most {
				_, _ = io.WriteString(c, full) // there is nobody to tell if not
				c.Close()
			}
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
}
