package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// people are who the tokens of the tests stand for.
var people = map[string]auth.Actor{
	"employee1": {Provider: auth.PartyLink, Subject: "l1", Party: flexjob.Employee, Case: "1"},
	"company1":  {Provider: auth.PartyLink, Subject: "l2", Party: flexjob.Company, Case: "1"},
	"employee2": {Provider: auth.PartyLink, Subject: "l3", Party: flexjob.Employee, Case: "2"},
	"worker":    {Provider: auth.StaffAccount, Subject: "s1", Roles: []auth.Role{auth.Caseworker}, Municipality: "999"},
	"admin":     {Provider: auth.StaffAccount, Subject: "s2", Roles: []auth.Role{auth.Administrator}, Municipality: "999"},
}

func withPeople(o *Options) {
	o.Session = func(_ context.Context, token string) (Session, error) {
		who, ok := people[token]
		if !ok {
			return Session{}, problem.New(problem.Unknown, "")
		}
		return Session{Actor: who, Name: "Ida Ødegård", Ends: o.Now().Add(30 * time.Minute)}, nil
	}
}

// Every kind of access is tried by everyone; only those listed may succeed.
func TestAdmit(t *testing.T) {
	for _, test := range []struct {
		access access
		path   string
		roles  string
		may    string
	}{
		{public, "/x/:id", "", "nobody employee1 company1 employee2 worker admin"},
		{employee, "/ansat/:id", "", "employee1"},
		{company, "/virksomhed/:id", "", "company1"},
		{staff, "/jobcenter/sag/:id", "", "worker admin"},
		{staff, "/jobcenter/sag/:id", "caseworker leader", "worker"},
		{demo, "/demo/:id", "", ""},
		{access("misspelt"), "/x/:id", "", ""},
	} {
		s, _ := newServer(t, withPeople)
		h := s.with(route{"POST", test.path, test.access, test.roles, false, func(_ *Server, c *gin.Context) error {
			c.String(200, actor(c).Subject)
			return nil
		}})
		for token := range people {
			r := request("POST", strings.Replace(test.path, ":id", "1", 1), "")
			r.AddCookie(&http.Cookie{Name: "ab325", Value: token})
			got := do(h, r)
			if may := strings.Contains(" "+test.may+" ", " "+token+" "); (got.Code == 200) != may {
				t.Errorf("%s %q as %s: %d, want may %v", test.access, test.roles, token, got.Code, may)
			} else if may && test.access != public && got.Body.String() != people[token].Subject {
				t.Errorf("%s as %s: the handler sees %q", test.access, token, got.Body)
			}
		}
		for _, token := range []string{"", "forged"} {
			r := request("POST", strings.Replace(test.path, ":id", "1", 1), "")
			r.AddCookie(&http.Cookie{Name: "ab325", Value: token})
			if got := do(h, r); got.Code == 200 && test.access != public {
				t.Errorf("%s with token %q: 200", test.access, token)
			}
		}
	}
}

func TestDemoRoutes(t *testing.T) {
	s, _ := newServer(t, func(o *Options) { o.Demo = true })
	h := s.with(route{"GET", "/demo", demo, "", false, func(_ *Server, c *gin.Context) error { c.String(200, ""); return nil }})
	if got := do(h, request("GET", "/demo", "")); got.Code != 200 {
		t.Errorf("in a demonstration: %d", got.Code)
	}
}

// Routes of either party are two routes, each for its own party.
func TestPartyRoutes(t *testing.T) {
	got := route{"GET", "/:side/:id/sag", party, "", false, nil}.expand()
	if len(got) != 2 || got[0].path != "/ansat/:id/sag" || got[0].access != employee ||
		got[1].path != "/virksomhed/:id/sag" || got[1].access != company {
		t.Errorf("expand() = %+v", got)
	}
}

func TestWhoIsShown(t *testing.T) {
	s, _ := newServer(t, withPeople)
	h := s.with(route{"GET", "/ansat/:id", employee, "", false, info("front", "Sag", "")})
	r := request("GET", "/ansat/1", "")
	r.AddCookie(&http.Cookie{Name: "ab325", Value: "employee1"})
	got := do(h, r).Body.String()
	for _, want := range []string{"Ida Ødegård, Den ansatte", `action="/ansat/1/log-ud"`, `data-session-ends="1800"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// Sessions of several cases and roles do not meet: each cookie has its own
// path, and over https the browser refuses it elsewhere.
func TestSessionCookie(t *testing.T) {
	for _, test := range []struct{ base, place, want string }{
		{"http://127.0.0.1:8325", partyPlace(employeeSide, "7"), "ab325=hemmelig; Path=/ansat/7; Expires=Mon, 23 Nov 2026 13:05:00 GMT; HttpOnly; SameSite=Lax"},
		{"https://fleksjob.example", staffPlace, "__Secure-ab325=hemmelig; Path=/jobcenter; Expires=Mon, 23 Nov 2026 13:05:00 GMT; HttpOnly; Secure; SameSite=Lax"},
	} {
		s, _ := newServer(t, func(o *Options) { o.BaseURL = test.base })
		h := s.with(route{"GET", "/x", public, "", false, func(s *Server, c *gin.Context) error {
			s.setSession(c, test.place, "hemmelig", s.options.Now().Add(24*time.Hour))
			c.String(200, "")
			return nil
		}})
		if got := do(h, request("GET", "/x", "")).Header().Get("Set-Cookie"); got != test.want {
			t.Errorf("cookie %q, want %q", got, test.want)
		}
	}
}
