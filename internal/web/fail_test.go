package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

func TestFailures(t *testing.T) {
	type result struct {
		status int
		words  string
	}
	for _, test := range []struct {
		err  error
		want result
	}{
		{problem.New(problem.Invalid, "Skriv et tal."), result{422, "Skriv et tal."}},
		{problem.New(problem.NotFound, ""), result{404, "Siden findes ikke"}},
		{problem.New(problem.Forbidden, ""), result{403, "Du har ikke adgang"}},
		{problem.New(problem.Unknown, ""), result{401, "Log ind igen"}},
		{problem.New(problem.Conflict, ""), result{409, "En anden har rettet"}},
		{problem.New(problem.Expired, ""), result{410, "Linket gælder ikke længere"}},
		{problem.New(problem.NotNow, "Sagen er lukket."), result{409, "Sagen er lukket."}},
		{problem.New(problem.TooLarge, ""), result{413, "10 MB"}},
		{problem.New(problem.Unavailable, ""), result{503, "Prøv igen om lidt"}},
		{problem.New("no such kind", "hemmelig"), result{500, "Der opstod en fejl"}},
		{errors.New("hemmelig"), result{500, "Der opstod en fejl"}},
		{context.DeadlineExceeded, result{503, "Prøv igen om lidt"}},
	} {
		s, log := newServer(t, nil)
		h := s.with(route{"GET", "/x", public, "", false, func(*Server, *gin.Context) error { return test.err }})
		got := do(h, request("GET", "/x", ""))
		if got.Code != test.want.status || !strings.Contains(got.Body.String(), test.want.words) {
			t.Errorf("%v: %d %q, want %d with %q", test.err, got.Code, text(parse(t, got)), test.want.status, test.want.words)
		}
		if f := faults(got.Body.String()); f != nil {
			t.Errorf("%v: page: %q", test.err, f)
		}
		if strings.Contains(got.Body.String(), "hemmelig") {
			t.Errorf("%v: the page tells what only the log may", test.err)
		}
		if test.want.status == 500 {
			id := got.Header().Get("X-Request-Id")
			if !strings.Contains(got.Body.String(), id) || !strings.Contains(log.String(), "reference="+id+" err=") {
				t.Errorf("%v: reference %s is not on the page and in the log:\n%s", test.err, id, log)
			}
		}
		if again := strings.Contains(got.Body.String(), `href="">Prøv igen</a>`); again != (test.want.status == 503) {
			t.Errorf("%v: the page can be asked for again: %v", test.err, again)
		}
		js := do(h, request("GET", "/x", "", "Accept", "application/json"))
		if js.Code != test.want.status || !strings.HasPrefix(js.Header().Get("Content-Type"), "application/json") {
			t.Errorf("%v as JSON: %d %s", test.err, js.Code, js.Header().Get("Content-Type"))
		}
	}
}

// Each kind of problem that packages below may return has an answer.
func TestEveryKindHasAnAnswer(t *testing.T) {
	for _, kind := range []problem.Kind{
		problem.Invalid, problem.NotFound, problem.Forbidden, problem.Unknown, problem.Conflict,
		problem.Expired, problem.NotNow, problem.TooLarge, problem.Unavailable,
	} {
		f, ok := failures[kind]
		if !ok || f.Status < 400 || f.Heading == "" || f.Text == "" || f.Next == "" {
			t.Errorf("failures[%q] = %+v, want all of it", kind, f)
		}
	}
}

func TestSignInRedirect(t *testing.T) {
	s, _ := newServer(t, nil)
	unknown := func(*Server, *gin.Context) error { return problem.New(problem.Unknown, "") }
	for _, test := range []struct{ path, want string }{
		{"/ansat/1/sag", "/adgang"}, {"/virksomhed/1/sag", "/adgang"}, {"/jobcenter/sager", "/jobcenter/log-ind?til=/jobcenter/sager"},
		{"/jobcenter", "/jobcenter/log-ind"},
	} {
		got := do(s.with(route{"GET", test.path, public, "", false, unknown}), request("GET", test.path, ""))
		if got.Code != http.StatusSeeOther || got.Header().Get("Location") != test.want {
			t.Errorf("%s: %d to %q, want 303 to %q", test.path, got.Code, got.Header().Get("Location"), test.want)
		}
	}
	got := do(s.with(route{"POST", "/ansat/1/sag", public, "", false, unknown}), request("POST", "/ansat/1/sag", ""))
	if got.Code != http.StatusUnauthorized || !strings.Contains(got.Body.String(), `href="/adgang"`) {
		t.Errorf("a POST: %d, want 401 with a link to sign in", got.Code)
	}
}

// What fails after the answer has begun is logged and adds nothing to it.
func TestFailAfterAnswer(t *testing.T) {
	s, log := newServer(t, nil)
	h := s.with(route{"GET", "/x", public, "", false, func(_ *Server, c *gin.Context) error {
		c.String(200, "svaret")
		return errors.New("hemmelig")
	}})
	if got := do(h, request("GET", "/x", "")); got.Code != 200 || got.Body.String() != "svaret" || !strings.Contains(log.String(), "hemmelig") {
		t.Errorf("%d %q; log %s", got.Code, got.Body, log)
	}
}
