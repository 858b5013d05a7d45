package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// An invitePage lets a party bring the other one in: with a link or a code to
// hand over, by an e-mail, or on the same screen.
type invitePage struct {
	partyPage
	Possible bool // the other party is not in yet, and Blad 1 is open
	HasOther bool
	Mails    bool
	Address  TextInput
}

func (s *Server) showInvite(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "invite", s.invitePage(c, v))
}

func (s *Server) invitePage(c *gin.Context, v *casework.View) *invitePage {
	page := &invitePage{partyPage: s.partyPage(c, "", v), HasOther: v.HasOther, Mails: s.options.Cases.Delivers}
	page.Title = "Invitér " + page.Other()
	page.mark(0, false)
	page.Back = &Link{page.Place, "Til sagen"}
	page.Possible = !v.HasOther && v.Status.Open()
	page.Address = TextInput{
		Control: Control{ID: "address", Label: upperFirst(page.Other()) + "s e-mailadresse"},
		Type:    "email", Autocomplete: "off", Width: "width-l",
	}
	if page.Employee() {
		page.Address.Label = "Virksomhedens e-mailadresse"
		page.Address.Hint = "Helst direkte til den person, der kender jobbet."
	}
	return page
}

// invite makes an invitation. With «mail» it is sent to an address; else, or
// as well, the link and code are shown to be handed over.
func (s *Server) invite(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who, id := actor(c), c.Param("id")
	address := strings.TrimSpace(values.Get("address"))
	byMail := values.Get("how") == "mail"
	switch {
	case byMail && address == "":
		return s.inviteAgain(c, address, "Indtast den e-mailadresse, som invitationen skal sendes til")
	case !byMail:
		address = ""
	}
	access, err := s.options.Cases.Invite(c.Request.Context(), who, id, address)
	if p, ok := problem.As(err); ok && p.Kind == problem.Invalid && len(p.Fields) > 0 {
		return s.inviteAgain(c, address, p.Fields[0].Text)
	} else if err != nil {
		return err
	}
	if byMail {
		c.Redirect(http.StatusSeeOther, placeOf(who)+"?nyt=inviteret")
		return nil
	}
	s.showOnce(c, placeOf(who)+"/invitation", access, nil)
	return nil
}

func (s *Server) inviteAgain(c *gin.Context, address, fault string) error {
	v, err := s.options.Cases.Look(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page := s.invitePage(c, v)
	page.Address.Value, page.Address.Error = address, fault
	page.Errors = []problem.Field{{ID: page.Address.ID, Text: fault}}
	return s.render(c, http.StatusUnprocessableEntity, "invite", page)
}

// An invitationPage shows an invitation, to be copied, read aloud or printed.
type invitationPage struct {
	partyPage
	Access casework.Access
	Shown  bool
	Ends   string
	Enter  string // the address where a code is typed
}

func (s *Server) showInvitation(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page := &invitationPage{partyPage: s.partyPage(c, "", v), Enter: s.link("/adgang")}
	page.Title = "Invitation til " + page.Other()
	page.mark(0, false)
	page.Back = &Link{page.Place, "Til sagen"}
	page.Access, _, page.Shown = s.toShow(c)
	page.Ends = ident.DateOf(page.Access.Ends).Long()
	return s.render(c, http.StatusOK, "invitation", page)
}

// handOver lets the other party in on this device: the reader is signed out,
// and the other gets a link and a code of its own.
func (s *Server) handOver(c *gin.Context) error {
	who := actor(c)
	entered, err := s.options.Cases.HandOver(c.Request.Context(), who, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.closeSession(c, placeOf(who)); err != nil {
		return err
	}
	return s.begin(c, entered)
}
