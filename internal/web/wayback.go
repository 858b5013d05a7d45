package web

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// wayCookie holds a link and code between the POST that made them and the page
// that shows them, since the store has only their hashes. It is sent to that
// page alone.
const (
	wayCookie = "way"
	wayTime   = 10 * time.Minute
)

// showOnce sends the browser to the page at path that shows a link and code,
// with what else that page is to know.
func (s *Server) showOnce(c *gin.Context, path string, access casework.Access, more url.Values) {
	_, secret, _ := strings.Cut(access.Link, "#")
	value := url.Values{"l": {secret}, "k": {access.Code}, "t": {access.Ends.UTC().Format(time.RFC3339)}}
	maps.Copy(value, more)
	s.setCookie(c, wayCookie, path, value.Encode(), wayTime)
	c.Redirect(http.StatusSeeOther, path)
}

// toShow returns the link and code that the page is to show, if there are any,
// and what else it is to know: the address to ask about, where to go on.
func (s *Server) toShow(c *gin.Context) (access casework.Access, more url.Values, ok bool) {
	values, err := url.ParseQuery(s.cookie(c, wayCookie))
	if err != nil || values.Get("l") == "" {
		return casework.Access{}, nil, false
	}
	ends, err := time.Parse(time.RFC3339, values.Get("t"))
	return casework.Access{Link: s.link("/adgang#" + values.Get("l")), Code: values.Get("k"), Ends: ends}, values, err == nil
}

// A wayBackPage shows a party its own link and code, once.
type wayBackPage struct {
	partyPage
	Access  casework.Access
	Shown   bool       // there is something to show
	Ends    string     // the last day, in words
	Address string     // the registered address, or ""
	Ask     *TextInput // for the address that the invitation went to
	Next    string     // where to go on
}

func (s *Server) showWayBack(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page := &wayBackPage{partyPage: s.partyPage(c, "Gem dit link og din kode", v)}
	page.mark(0, false)
	var more url.Values
	page.Access, more, page.Shown = s.toShow(c)
	page.Ends = ident.DateOf(page.Access.Ends).Long()
	page.Address = ownAddress(actor(c), v)
	if proposed := more.Get("a"); page.Address == "" && proposed != "" {
		page.Ask = &TextInput{Control: Control{ID: "address", Label: "Din egen e-mailadresse"}, Value: proposed, Type: "email", Autocomplete: "email", Width: "width-l"}
	}
	page.Next = page.Place
	if more.Get("n") == readFilePart {
		page.Next += "/" + readFilePart
	}
	return s.render(c, http.StatusOK, "wayback", page)
}

// ownAddress returns the registered address of who, or "".
func ownAddress(who auth.Actor, v *casework.View) string {
	if m := v.Case.Member(who.Party); m != nil {
		return m.Address
	}
	return ""
}

// renewWayBack makes a new link and code, which ends the earlier ones, and
// goes on in a session of the new link.
func (s *Server) renewWayBack(c *gin.Context) error {
	entered, err := s.options.Cases.Renew(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.begin(c, entered)
}

// registerAddress sets the address that new links for the reader go to.
func (s *Server) registerAddress(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who, id, address := actor(c), c.Param("id"), values.Get("address")
	err = s.options.Cases.RegisterAddress(c.Request.Context(), who, id, who.Party, address)
	if p, ok := problem.As(err); ok && p.Kind == problem.Invalid {
		return s.caseAgain(c, func(page *partyCasePage) {
			page.Address.Value, page.Address.Error = address, p.Detail
			for _, f := range p.Fields {
				page.Address.Error = f.Text
			}
			page.Errors = []problem.Field{{ID: page.Address.ID, Text: page.Address.Error}}
		})
	} else if err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, placeOf(who)+"?nyt=adresse")
	return nil
}

func (s *Server) partySignOut(c *gin.Context) error {
	if err := s.closeSession(c, placeOf(actor(c))); err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, "/adgang?nyt=logget-ud")
	return nil
}

// begin begins a session for a party that has come in and shows its own way
// back where that is new.
func (s *Server) begin(c *gin.Context, entered casework.Entered) error {
	return s.beginAt(c, entered, "")
}

// beginAt is begin for a party that goes on to a page of its case after that,
// named by the last part of its address.
func (s *Server) beginAt(c *gin.Context, entered casework.Entered, next string) error {
	if entered.Access == nil {
		to, err := s.beginSession(c, entered.Actor, homeOf(entered.Actor))
		if err == nil {
			c.Redirect(http.StatusSeeOther, to)
		}
		return err
	}
	begun, err := s.options.Accounts.StartSession(c.Request.Context(), entered.Actor)
	if err != nil {
		return err
	}
	s.keepSession(c, begun)
	s.showOnce(c, placeOf(entered.Actor)+"/gem-link", *entered.Access, url.Values{"a": {entered.Proposed}, "n": {next}})
	return nil
}

// homeOf is the first page of somebody who has signed in.
func homeOf(who auth.Actor) string {
	if who.Staff() {
		return staffPlace
	}
	return placeOf(who)
}
