package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/store"
)

// An access says who may use a route.
type access string

const (
	public   access = "public"   // anybody
	employee access = "employee" // the employee of the case :id
	company  access = "company"  // the company of the case :id
	party    access = "party"    // either of them: the path begins with /:side/:id
	staff    access = "staff"    // signed-in staff of a municipality with one of the roles
	demo     access = "demo"     // anybody, in a demonstration only
)

// A route is one line of the table of all pages.
type route struct {
	method, path string
	access       access
	roles        string // staff: the roles that may, separated by spaces; "" is every role
	upload       bool   // takes a file
	handle       func(*Server, *gin.Context) error
}

// The parts of paths that say which party a page is for. A session's cookie
// has the path of the part and the case, so that several cases, and both
// parties, work side by side in one browser.
const (
	employeeSide = "ansat"
	companySide  = "virksomhed"
	staffSide    = "jobcenter"
)

// allRoutes returns every route of the service. Routes of either party are
// written once and listed twice, once for each side.
func allRoutes() []route {
	var all []route
	for _, table := range [][]route{publicRoutes, partyRoutes, staffRoutes} {
		for _, r := range table {
			all = append(all, r.expand()...)
		}
	}
	return all
}

// file reports whether a file goes one way or the other.
func (r route) file() bool { return r.upload || strings.HasSuffix(r.path, "/dokument/:document") }

func (r route) expand() []route {
	rest, ok := strings.CutPrefix(r.path, "/:side/")
	if !ok {
		return []route{r}
	}
	one, two := r, r
	one.path, one.access = "/"+employeeSide+"/"+rest, employee
	two.path, two.access = "/"+companySide+"/"+rest, company
	return []route{one, two}
}

// Limits on what a request may send: a page's text fields, each of them long,
// and an attachment of 10 MB with what a form wraps around it.
const (
	maxBody   = 1 << 20
	maxUpload = 11 << 20
)

// serve wraps a route's handler: limits, then who may, then the answer to its
// error. What changes something is carried out once, see [Server.post].
func (s *Server) serve(r route) gin.HandlerFunc {
	limit := int64(maxBody)
	if r.upload {
		limit = maxUpload
	}
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(store.Act(c.Request.Context()), handleTime)
		defer cancel()
		c.Request = c.Request.WithContext(ctx)
		if c.Request.Body != nil {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
		}
		answer := s.carryOut
		if r.method == http.MethodPost {
			answer = s.post
		}
		if err := answer(c, r); err != nil {
			s.fail(c, err)
		}
	}
}
