package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

// passwordPath is the one page for those who have to choose a password first.
const passwordPath = staffPlace + "/adgangskode"

// errGiven answers who has to choose a password first, see [Server.chooseFirst].
var errGiven = problem.New(problem.Forbidden, "En anden kender din adgangskode. Vælg først din egen.")

// chooseFirst answers whoever signed in with a password that somebody else gave
// them, and so knows: until they have chosen another, who does something is not
// sure to be who the account is for. What was typed is kept, as after the end of a
// session.
func (s *Server) chooseFirst(c *gin.Context, r route) error {
	if err := s.park(c, r); problem.Of(err) != problem.Unknown {
		return err
	}
	return errGiven
}

// toPassword leads to the page for choosing a password, and from there to the page
// that was asked for.
func toPassword(c *gin.Context) {
	to := passwordPath
	if c.Request.Method == http.MethodGet {
		to += wanted(c.Request.URL.Path)
	}
	c.Redirect(http.StatusSeeOther, to)
}

// A passwordPage changes one's own password.
type passwordPage struct {
	Page
	Given    bool // by somebody else: nothing else can be done before
	Old, New TextInput
	To       string // where the person wanted to go before that, or ""
}

func (s *Server) showPassword(c *gin.Context) error {
	return s.render(c, http.StatusOK, "staff-password", s.passwordPage(c, c.Query("til"), nil))
}

// passwordPage makes the page; p is what was wrong with the last try, or nil.
func (s *Server) passwordPage(c *gin.Context, to string, p *problem.Error) *passwordPage {
	title, old := "Skift adgangskode", "Din nuværende adgangskode"
	given := session(c).Given
	if given {
		title, old = "Vælg din egen adgangskode", "Den adgangskode, du fik"
	}
	page := &passwordPage{Page: s.staffPage(c, title, partPassword), Given: given}
	if given {
		page.To, page.Nav = staffPath(to), nil // the menu would lead back here
	}
	page.Old = TextInput{Control: Control{ID: "old", Label: old}, Type: "password", Width: "width-m", Autocomplete: "current-password"}
	page.New = TextInput{Control: Control{ID: "password", Label: "Ny adgangskode", Hint: passwordHint}, Type: "password", Width: "width-m", Autocomplete: "new-password"}
	if p != nil {
		page.Errors = passwordFaults(p, map[string]*Control{"old": &page.Old.Control, "password": &page.New.Control})
	}
	return page
}

const passwordHint = "Mindst 12 tegn. Gerne flere ord efter hinanden, som du kan huske, og som ingen kan gætte"

// passwordFaults are what is wrong with a password: that which names no field
// is about the new one.
func passwordFaults(p *problem.Error, inputs map[string]*Control) []problem.Field {
	faults := p.Fields
	if len(faults) == 0 {
		faults = []problem.Field{{ID: "password", Text: p.Detail}}
	}
	return faultsOn(inputs, faults)
}

func (s *Server) changePassword(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	begun, err := s.options.Accounts.ChangePassword(c.Request.Context(), actor(c), values.Get("old"), values.Get("password"), client(c))
	if p, known := problem.As(err); known && (p.Kind == problem.Invalid || p.Kind == problem.Unavailable) {
		return s.render(c, failures[p.Kind].Status, "staff-password", s.passwordPage(c, values.Get("til"), p))
	} else if err != nil {
		return err
	}
	s.keepSession(c, begun)
	if session(c).Given {
		return s.goOn(c, begun.Actor, values.Get("til"), "adgangskode")
	}
	goTo(c, passwordPath, "adgangskode")
	return nil
}
