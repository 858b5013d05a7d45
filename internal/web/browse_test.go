package web

import (
	"bytes"
	"crypto/rand"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"ab325/forms"
	"ab325/internal/accounts"
	"ab325/internal/auth"
	"ab325/internal/caselist"
	"ab325/internal/casework"
	"ab325/internal/form"
	"ab325/internal/pdf"
	"ab325/internal/pdf/read"
	"ab325/internal/pdf/seal"
	"ab325/internal/sandbox"
	"ab325/internal/store"
	"ab325/internal/store/storetest"
)

// The municipalities of the tests: home is served, away is not.
const (
	home = "0492"
	away = "0482"
)

// edition is compiled once for all tests: it does not change.
var edition = sync.OnceValue(func() casework.Edition {
	def, err := form.Load(forms.FS, "ab325/2020-03")
	if err != nil {
		panic(err)
	}
	engine, err := pdf.Compile(def)
	if err != nil {
		panic(err)
	}
	return casework.Edition{Form: def, Print: engine}
})

// A site is a whole service in memory, on a clock that a test moves.
type site struct {
	t        *testing.T
	now      time.Time
	server   *Server
	handler  http.Handler
	cases    *casework.Service
	accounts *accounts.Service
	store    *store.Store
	log      *bytes.Buffer
	asked    func() // called when somebody asks what the time is
}

func newSite(t *testing.T) *site {
	t.Helper()
	st := &site{t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), log: &bytes.Buffer{}}
	clock := func() time.Time {
		if st.asked != nil {
			st.asked()
		}
		return st.now
	}
	municipalities, err := form.Municipalities(forms.FS)
	if err != nil {
		t.Fatal(err)
	}
	st.store = storetest.New(t)
	list := caselist.New()
	if err := list.Load(t.Context(), st.store); err != nil {
		t.Fatal(err)
	}
	st.accounts = accounts.New(accounts.Options{Store: st.store, Municipalities: municipalities, Now: clock, Rand: rand.Reader,
		Hasher: auth.NewHasher(rand.Reader, auth.Cost{Memory: 64, Time: 1, Threads: 1}, 2)})
	st.must(st.accounts.PutSettings(t.Context(), auth.System(), store.Municipality{Code: home, Enabled: true,
		Address: "Jobcenteret\nStatene 2\n5970 Ærøskøbing", Contact: "Fleksjobteamet", Phone: "12 34 56 78", Hours: "kl. 9-14",
		ServiceGoalDays: 14, DPOName: "Karla Østergård", DPOContact: "dpo@eksempel.example"}))
	st.cases, err = casework.New(casework.Options{
		Store: st.store, Directory: list, Accounts: st.accounts, Editions: map[string]casework.Edition{"ab325/2020-03": edition()}, Current: "ab325/2020-03",
		Municipalities: municipalities, BaseURL: "http://127.0.0.1:8325", Delivers: true, PDFs: read.New(sandbox.Inline(read.Tasks())), Sealer: demoSeal(t, st.now), Now: clock, Rand: rand.Reader,
	})
	st.must(err)
	st.server, err = New(Options{Log: slog.New(slog.NewTextHandler(st.log, nil)), Now: clock, Random: rand.Reader,
		BaseURL: "http://127.0.0.1:8325", Cases: st.cases, Accounts: st.accounts, Demo: true})
	st.must(err)
	st.handler = st.server.Handler()
	return st
}

// demoSeal returns the seal of a demonstration.
func demoSeal(t *testing.T, now time.Time) func() *seal.Sealer {
	t.Helper()
	id, err := seal.NewDemo(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := seal.New(seal.Options{Identity: id, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return func() *seal.Sealer { return s }
}

func (st *site) must(err error) {
	st.t.Helper()
	if err != nil {
		st.t.Fatal(err)
	}
}

// A browser keeps cookies by their paths, follows redirects, and posts forms
// as they stand on the page. It runs no scripts.
type browser struct {
	*site
	jar map[[2]string]*http.Cookie // by name and path
}

func (st *site) browser() *browser {
	return &browser{st, map[[2]string]*http.Cookie{}}
}

// An answer is a page as a browser has it.
type answer struct {
	*httptest.ResponseRecorder
	path string
	root *html.Node
}

func (a *answer) words() string { return strings.Join(strings.Fields(text(a.root)), " ") }

// says fails the test unless the page says each of the texts.
func (a *answer) says(t *testing.T, texts ...string) {
	t.Helper()
	for _, want := range texts {
		if !strings.Contains(a.words(), want) {
			t.Errorf("%s does not say %q:\n%s", a.path, want, a.words())
		}
	}
}

// hides fails the test if the page says any of the texts.
func (a *answer) hides(t *testing.T, texts ...string) {
	t.Helper()
	for _, banned := range texts {
		if strings.Contains(a.Body.String(), banned) {
			t.Errorf("%s says %q", a.path, banned)
		}
	}
}

// send makes one request with the cookies that belong to its path.
func (b *browser) send(r *http.Request) *httptest.ResponseRecorder {
	for key, cookie := range b.jar {
		if path := key[1]; r.URL.Path == path || strings.HasPrefix(r.URL.Path, strings.TrimSuffix(path, "/")+"/") {
			r.AddCookie(cookie)
		}
	}
	w := do(b.handler, r)
	for _, cookie := range w.Result().Cookies() {
		key := [2]string{cookie.Name, cookie.Path}
		if cookie.MaxAge < 0 {
			delete(b.jar, key)
		} else {
			b.jar[key] = cookie
		}
	}
	return w
}

// follow sends a request and follows redirects. Every page that it meets must
// be sound.
func (b *browser) follow(r *http.Request) *answer {
	b.t.Helper()
	w := b.send(r)
	for n := 0; w.Code == http.StatusSeeOther; n++ {
		if n == 5 {
			b.t.Fatalf("%s redirects without end", r.URL.Path)
		}
		to, err := url.Parse(w.Header().Get("Location"))
		b.must(err)
		to.Fragment = ""
		r = request("GET", to.String(), "")
		w = b.send(r)
	}
	a := &answer{ResponseRecorder: w, path: r.URL.Path}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		if f := faults(w.Body.String()); f != nil {
			b.t.Errorf("%s: %q", r.URL.Path, f)
		}
		root, err := html.Parse(strings.NewReader(w.Body.String()))
		b.must(err)
		a.root = root
	}
	return a
}

func (b *browser) get(path string) *answer {
	b.t.Helper()
	a := b.follow(request("GET", path, ""))
	if a.Code != http.StatusOK {
		b.t.Errorf("GET %s: %d", path, a.Code)
	}
	return a
}

// press posts the form whose button has the given text, with some inputs
// filled in. A file is posted as the input named "attachment".
func (b *browser) press(on *answer, button string, fill map[string]string, file ...string) *answer {
	b.t.Helper()
	f, pressed := formWith(on.root, button)
	if f == nil {
		b.t.Fatalf("%s has no button %q:\n%s", on.path, button, on.words())
	}
	values := controls(f)
	for name, value := range fill {
		if value == "" {
			values.Del(name)
		} else {
			values.Set(name, value)
		}
	}
	if name, ok := attr(pressed, "name"); ok {
		value, _ := attr(pressed, "value")
		values.Set(name, value)
	}
	action, _ := attr(f, "action")
	if enctype, _ := attr(f, "enctype"); enctype == "multipart/form-data" {
		return b.follow(multipartRequest(b.t, action, values, file...))
	}
	return b.follow(request("POST", action, values.Encode(), "Content-Type", "application/x-www-form-urlencoded"))
}

func multipartRequest(t *testing.T, action string, values url.Values, file ...string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, list := range values {
		for _, value := range list {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, content := range file {
		part, err := w.CreateFormFile(fileInput, `C:\jobs\beskrivelse.pdf`)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return request("POST", action, body.String(), "Content-Type", w.FormDataContentType())
}

// formWith returns the first form that has a button with the given text, and
// that button.
func formWith(root *html.Node, button string) (form, pressed *html.Node) {
	for f := range root.Descendants() {
		if f.Type != html.ElementNode || f.Data != "form" {
			continue
		}
		for n := range f.Descendants() {
			if n.Type == html.ElementNode && n.Data == "button" && strings.Join(strings.Fields(text(n)), " ") == button {
				return f, n
			}
		}
	}
	return nil, nil
}

// controls are what a browser would post of the inputs in a form.
func controls(f *html.Node) url.Values {
	values := url.Values(submit(f))
	for n := range f.Descendants() {
		if n.Type != html.ElementNode || n.Data != "select" {
			continue
		}
		name, _ := attr(n, "name")
		for o := range n.Descendants() {
			if _, selected := attr(o, "selected"); selected {
				value, _ := attr(o, "value")
				values.Set(name, value)
			}
		}
		if !values.Has(name) {
			values.Set(name, "")
		}
	}
	for name := range values {
		if name == fileInput {
			values.Del(name)
		}
	}
	return values
}

// value is what an input of the page with the given id has.
func (a *answer) value(id string) string {
	for n := range a.root.Descendants() {
		if got, _ := attr(n, "id"); got != id || n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "textarea":
			return strings.TrimPrefix(text(n), "\n")
		case "select":
			for o := range n.Descendants() {
				if _, ok := attr(o, "selected"); ok {
					value, _ := attr(o, "value")
					return value
				}
			}
			return ""
		case "input":
			if kind, _ := attr(n, "type"); kind == "checkbox" {
				if _, ok := attr(n, "checked"); ok {
					return "ja"
				}
				return "nej"
			}
			value, _ := attr(n, "value")
			return value
		}
		return text(n)
	}
	return "(no such id)"
}

// location is where a page is: its path below the case.
func (a *answer) below(place string) string { return strings.TrimPrefix(a.path, place) }
