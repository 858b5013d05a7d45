package web

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"ab325/internal/audit"
	"ab325/internal/auth"
	"ab325/internal/store"
)

// An order is a post as a browser sends it: the same bytes each time.
type order struct {
	by     *browser
	path   string
	values url.Values
	file   string
	json   bool
}

func (o order) request(t *testing.T) *http.Request {
	t.Helper()
	r := request("POST", o.path, o.values.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	if o.file != "" {
		r = multipartRequest(t, o.path, o.values, o.file)
	}
	if o.json {
		r.Header.Set("Accept", "application/json")
	}
	return r
}

// A way is how an order reaches the service; it returns the answer that the
// browser has in the end.
type way func(*site, order) *httptest.ResponseRecorder

// ways are the ways in which an order comes more than once.
var ways = map[string]way{
	"once": func(_ *site, o order) *httptest.ResponseRecorder { return o.by.send(o.request(o.by.t)) },
	"again": func(_ *site, o order) *httptest.ResponseRecorder {
		before := o.by.twin() // whose answer was lost
		first := o.by.send(o.request(o.by.t))
		second, third := before.send(o.request(o.by.t)), o.by.twin().send(o.request(o.by.t))
		for _, other := range []*httptest.ResponseRecorder{second, third} {
			if other.Code != first.Code || other.Header().Get("Location") != first.Header().Get("Location") || other.Body.String() != first.Body.String() {
				o.by.t.Errorf("%s: answered %d %q, and then %d %q", o.path, first.Code, first.Header().Get("Location"), other.Code, other.Header().Get("Location"))
			}
		}
		return first
	},
	"at once": func(_ *site, o order) *httptest.ResponseRecorder {
		var all sync.WaitGroup
		twins, got := [3]*browser{}, [3]*httptest.ResponseRecorder{}
		for i := range twins {
			twins[i] = o.by.twin()
		}
		for i, twin := range twins {
			all.Go(func() { got[i] = twin.send(o.request(o.by.t)) })
		}
		all.Wait()
		for _, other := range got[1:] {
			if other.Code != got[0].Code || other.Header().Get("Location") != got[0].Header().Get("Location") {
				o.by.t.Errorf("%s: answered %d %q and %d %q", o.path, got[0].Code, got[0].Header().Get("Location"), other.Code, other.Header().Get("Location"))
			}
		}
		o.by.jar = twins[0].jar
		return got[0]
	},
	"after hanging up": func(st *site, o order) *httptest.ResponseRecorder {
		r := o.request(o.by.t)
		ctx, hangUp := context.WithCancel(r.Context())
		r.Body = hangingUp{r.Body, hangUp}
		o.by.twin().send(r.WithContext(ctx))
		done := st.count()
		got := o.by.send(o.request(o.by.t))
		if is := st.count(); is != done {
			o.by.t.Errorf("%s: left undone when nobody waited for the answer: %+v", o.path, is.minus(done))
		}
		return got
	},
	"after a restart": func(st *site, o order) *httptest.ResponseRecorder {
		before := o.by.twin()
		first := o.by.send(o.request(o.by.t))
		st.restart()
		second := before.send(o.request(o.by.t))
		if second.Code >= http.StatusInternalServerError || first.Code < 400 && second.Code >= 400 && second.Code != http.StatusUnauthorized && second.Code != http.StatusGone {
			o.by.t.Errorf("%s: answered %d, and after the restart %d", o.path, first.Code, second.Code)
		}
		return first
	},
}

// hangingUp hangs up when what was posted has been read.
type hangingUp struct {
	io.ReadCloser
	hangUp func()
}

func (h hangingUp) Read(b []byte) (int, error) {
	n, err := h.ReadCloser.Read(b)
	if err != nil {
		h.hangUp()
	}
	return n, err
}

// twin is the same browser as it is now.
func (b *browser) twin() *browser {
	return &browser{b.site, maps.Clone(b.jar)}
}

// restart stops the server and starts another on the same store. What New
// makes of the options alone is taken over: it is the same, and takes long.
func (st *site) restart() {
	was := st.server
	st.server = &Server{options: was.options, base: was.base, static: was.static, pages: was.pages, origin: was.origin, broken: was.broken, busy: was.busy,
		uploads: make(chan struct{}, maxUploads), starts: auth.NewMeter(was.options.Now, startsAtOnce, startsEvery), controls: auth.NewMeter(was.options.Now, controlsAtOnce, controlsEvery)}
	st.handler = st.server.Handler()
}

// A count is what is kept, in numbers.
type count struct{ cases, revisions, entries, messages, staff, links, files int }

func (st *site) count() (n count) {
	st.t.Helper()
	st.must(st.store.View(st.t.Context(), func(tx *store.Tx) error {
		n = count{}
		for row, err := range tx.Rows() {
			if err != nil {
				return err
			}
			c, err := tx.Case(row.ID)
			if err != nil {
				return err
			}
			links, err := tx.LinksOf(row.ID)
			if err != nil {
				return err
			}
			n.cases, n.revisions, n.links = n.cases+1, n.revisions+c.Revision, n.links+len(links)
		}
		for _, err := range tx.Audit(audit.ID{}) {
			if err != nil {
				return err
			}
			n.entries++
		}
		for _, err := range tx.Messages() {
			if err != nil {
				return err
			}
			n.messages++
		}
		for _, err := range tx.AllStaff() {
			if err != nil {
				return err
			}
			n.staff++
		}
		return nil
	}))
	for _, err := range st.store.Files.All() {
		st.must(err)
		n.files++
	}
	return n
}

func (n count) minus(m count) count {
	return count{n.cases - m.cases, n.revisions - m.revisions, n.entries - m.entries, n.messages - m.messages, n.staff - m.staff, n.links - m.links, n.files - m.files}
}

// A run does every kind of post in one way, and notes what each changed.
type run struct {
	*desk
	way     way
	tried   map[string]bool
	changes []string
	counts  []count
}

// post sends a post with a key, and notes what became of it.
func (r *run) post(by *browser, path string, fill ...string) *httptest.ResponseRecorder {
	r.t.Helper()
	return r.order(order{by: by, path: path, values: pairs(fill)})
}

func pairs(fill []string) url.Values {
	values := url.Values{}
	for i := 0; i < len(fill); i += 2 {
		values.Set(fill[i], fill[i+1])
	}
	return values
}

func (r *run) order(o order) *httptest.ResponseRecorder {
	r.t.Helper()
	key, err := r.server.newOnce()
	r.must(err)
	o.values.Set(onceField, key)
	before := r.count()
	w := r.way(r.site, o)
	if w.Code >= 400 {
		r.t.Errorf("POST %s: %d %s", o.path, w.Code, (&answer{root: parse(r.t, w)}).words())
	}
	r.changes = append(r.changes, o.path)
	r.counts = append(r.counts, r.count().minus(before))
	for _, route := range allRoutes() {
		if route.method == "POST" && sameRoute(route.path, o.path) {
			r.tried[route.path] = true
		}
	}
	return w
}

func sameRoute(route, path string) bool {
	want, got := strings.Split(route, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], ":") {
			return false
		}
	}
	return true
}

// act does an act of staff's, with the revision that the case has now.
func (r *run) act(by *browser, place, act string, fill ...string) {
	r.t.Helper()
	r.post(by, place+act, append(fill, "revision", strconv.Itoa(r.stored(strings.TrimPrefix(place, "/jobcenter/sager/")).Revision))...)
}

// in begins a case for one side and returns its browser and place.
func (r *run) in(side string) (*browser, string) {
	r.t.Helper()
	b := r.browser()
	w := r.post(b, "/"+side+"/start")
	return b, strings.TrimSuffix(w.Header().Get("Location"), "/gem-link")
}

// code returns the code on the page that shows a way in.
func (r *run) code(b *browser, w *httptest.ResponseRecorder) string {
	r.t.Helper()
	return b.get(w.Header().Get("Location")).value("way-code")
}
