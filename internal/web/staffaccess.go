package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// A giveAccessPage gives a party a new way in, shown once.
type giveAccessPage struct {
	staffCase
	Party  string // «den ansatte»
	Inside bool   // it has been in before
	Action string
	Access *casework.Access // once it is made
	Ends   string

	Entrance string // the address of the page that takes a code
}

// giveAccessPage makes the page for the party in the address.
func (s *Server) giveAccessPage(c *gin.Context, v *casework.View) (*giveAccessPage, flexjob.Party, error) {
	party, ok := sides[c.Param("party")]
	if !ok {
		return nil, "", errNoPage
	}
	if err := actor(c).Allow(flexjob.RegisterAddressName, v.Case); err != nil {
		return nil, "", err
	}
	p := &giveAccessPage{staffCase: s.staffCase(c, "Giv "+partyName(party)+" ny adgang", v), Party: partyName(party), Inside: v.Case.Member(party) != nil}
	p.Entrance = s.link("/adgang")
	p.Action = p.Place + "/adgang/" + c.Param("party")
	return p, party, nil
}

func (s *Server) showGiveAccess(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page, _, err := s.giveAccessPage(c, v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "staff-access", page)
}

// giveAccess makes the link and the code and shows them: nothing keeps them,
// so the answer to the post is the only page that has them.
func (s *Server) giveAccess(c *gin.Context) error {
	v, err := s.look(c)
	if err != nil {
		return err
	}
	page, party, err := s.giveAccessPage(c, v)
	if err != nil {
		return err
	}
	access, err := s.options.Cases.GiveAccess(c.Request.Context(), actor(c), v.Case.ID, party)
	if err != nil {
		return err
	}
	page.Access, page.Ends = &access, ident.DateOf(access.Ends).Long()
	return s.render(c, http.StatusOK, "staff-access", page)
}

func emailAct(c *gin.Context) (*actPage, flexjob.Party, error) {
	party, ok := sides[c.Param("party")]
	if !ok {
		return nil, "", errNoPage
	}
	return &actPage{
		Lead:   "Nye links til " + partyName(party) + " bliver sendt til adressen. Vær sikker på, at det er partens egen adresse, og at det er parten selv, der har bedt om den.",
		Button: Button{Text: "Gem e-mailadressen"},
	}, party, nil
}

func (s *Server) showPartyEmail(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.emailPage(c, v, http.StatusOK, "", nil)
}

// emailPage renders the page that asks for a party's e-mail address; with a
// problem, what was typed stays.
func (s *Server) emailPage(c *gin.Context, v *casework.View, status int, typed string, p *problem.Error) error {
	page, party, err := emailAct(c)
	if err != nil {
		return err
	}
	m := v.Case.Member(party)
	if m == nil {
		return problem.New(problem.NotNow, "Parten er ikke inde i sagen endnu. Giv parten adgang først.")
	}
	page.staffCase = s.staffCase(c, "Ret e-mailadressen for "+partyName(party), v)
	page.Action, page.Cancel = page.Place+"/e-mail/"+c.Param("party"), page.Place
	if p == nil {
		typed = m.Address
	}
	page.Line = &TextInput{Control: Control{ID: "address", Label: "E-mailadresse", Hint: "Lad feltet være tomt, hvis der ikke skal sendes links"},
		Value: typed, Type: "email", Width: "width-l", Autocomplete: "off"}
	if p != nil {
		page.take(p.Fields)
	}
	return s.render(c, status, "staff-act", page)
}

func (s *Server) putPartyEmail(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	party, ok := sides[c.Param("party")]
	if !ok {
		return errNoPage
	}
	err = s.options.Cases.RegisterAddress(c.Request.Context(), actor(c), c.Param("id"), party, values.Get("address"))
	if p, known := problem.As(err); known && p.Kind == problem.Invalid {
		v, err := s.look(c)
		if err != nil {
			return err
		}
		return s.emailPage(c, v, http.StatusUnprocessableEntity, values.Get("address"), p)
	} else if err != nil {
		return err
	}
	goTo(c, casePath(c.Param("id")), "e-mail")
	return nil
}

// showStaffDocument shows a document of the case; an attachment comes from
// people and is downloaded.
func (s *Server) showStaffDocument(c *gin.Context) error {
	file, err := s.options.Cases.Fetch(c.Request.Context(), actor(c), c.Param("id"), c.Param("document"))
	if err != nil {
		return err
	}
	if file.Kind == casework.JobAttachment {
		download(c, file.Filename, "application/pdf", file.Bytes)
	} else {
		showPDF(c, file.Filename, file.Bytes)
	}
	return nil
}
