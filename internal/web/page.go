package web

import (
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

// A Page is what every page has. Page structs embed it; its zero value renders.
type Page struct {
	Title string // of the page, also its h1 unless Heading says otherwise; no personal data
	Site  Site

	// Who is signed in; nil on public pages.
	Who *Who

	// Nav are the links of the main menu, the current one marked.
	Nav []NavLink

	// Municipality is whom the person can ask; zero where none is known.
	Municipality Municipality

	Back   *Link           // the link back, above everything
	Steps  Steps           // the step indicator beside the page; none: no column for it
	Errors []problem.Field // the error summary; its links go to the fields
	Notice *Alert          // said once, after something was done
	Wide   bool            // the page uses the whole width: lists, Blad 2
}

func (p *Page) base() *Page { return p }

// Site is what the layout needs to know of the service.
type Site struct {
	Styled bool   // the design system is built in
	Demo   bool   // everything here is invented
	Path   string // of this page, for marking it in the menu
}

// Who is signed in, as the page's head shows it.
type Who struct {
	Name    string        // shown, never logged; "" shows the role alone
	Role    string        // «Den ansatte», «Virksomheden», «Sagsbehandler»
	SignOut string        // where the form for signing out posts; "" shows none
	Ends    time.Duration // until the session ends unless something is done; 0: no warning is given
}

// EndsSeconds is Ends in whole seconds, for the script that warns.
func (w *Who) EndsSeconds() int { return int(w.Ends / time.Second) }

// A Link goes somewhere.
type Link struct{ Href, Text string }

// A NavLink is a link of the main menu.
type NavLink struct {
	Link
	Current bool // this very page
	Active  bool // the part of the site that this page belongs to
}

// Municipality is whom people can ask, as pages name it.
//
// The municipality has «pligt til at rådgive» (R49), so whom to ask is on
// every page.
type Municipality struct {
	Name    string   // "Eksempel Kommune"; "" where none is known
	Unit    string   // "Jobcenter Eksempel", who answers
	Address []string // lines
	Phone   string
	Email   string
	Hours   string // when the phone is answered
	Web     string // https address of its own pages

	// Protection is the data protection officer (R31).
	Protection Officer

	// Statement is the address of the accessibility statement that the
	// municipality published with the authorities' tool; "" where it has not.
	Statement string
}

// An Officer is a data protection officer.
type Officer struct{ Name, Phone, Email, Address string }

// Known reports whether the municipality is known.
func (m Municipality) Known() bool { return m.Name != "" }

// Named is its name, or «din kommune».
func (m Municipality) Named() string {
	if m.Name == "" {
		return "din kommune"
	}
	return m.Name
}

// Known reports whether there is a way to reach the officer.
func (o Officer) Known() bool { return o.Phone != "" || o.Email != "" || o.Address != "" }

// page returns the base of a page for this request.
func (s *Server) page(c *gin.Context, title string) Page {
	p := Page{Title: title, Site: s.site(c.Request.URL.Path), Who: s.who(c)}
	if s.options.Municipality != nil {
		m, err := s.options.Municipality(c.Request.Context())
		if err != nil && c.Request.Context().Err() == nil { // somebody still waits for the page
			// The page is useful without it; whoever runs the service sees why.
			s.options.Log.Error("municipality", "reference", reference(c), "err", err)
		}
		p.Municipality = m
	}
	return p
}

func (s *Server) site(path string) Site {
	return Site{Styled: s.static.built, Demo: s.options.Demo, Path: path}
}
