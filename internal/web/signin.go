package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

// A signInPage lets a member of staff in with a user name and a password.
type signInPage struct {
	Page
	Username TextInput
	Password TextInput
	To       string // where the person wanted to go
}

func (s *Server) showSignIn(c *gin.Context) error {
	return s.render(c, http.StatusOK, "staff-signin", s.signInPage(c, "", c.Query("til"), nil))
}

// signInPage makes the page; p is what was wrong with the last try, or nil.
// Which of the two was wrong is never told.
func (s *Server) signInPage(c *gin.Context, username, to string, p *problem.Error) *signInPage {
	page := &signInPage{Page: s.page(c, "Log ind for medarbejdere"), To: staffPath(to)}
	page.Back = backTo("/")
	page.Notice = staffNotices[c.Query("nyt")].alert()
	page.Username = TextInput{Control: Control{ID: "username", Label: "Brugernavn"}, Value: username, Width: "width-m", Autocomplete: "username"}
	page.Password = TextInput{Control: Control{ID: "password", Label: "Adgangskode"}, Type: "password", Width: "width-m", Autocomplete: "current-password"}
	switch {
	case p == nil:
	case len(p.Fields) > 0:
		page.Errors = faultsOn(map[string]*Control{"username": &page.Username.Control}, p.Fields)
	default:
		page.Errors = []problem.Field{{ID: "username", Text: p.Detail}}
	}
	return page
}

// staffPath returns an address that somebody signed in may be sent to: a plain
// path of the staff's pages, or "" for none. Anything else could lead to
// another site.
func staffPath(to string) string {
	if to != staffPlace && !strings.HasPrefix(to, staffPlace+"/") || strings.ContainsAny(to, "\\?#%\r\n") || strings.Contains(to, "//") || strings.Contains(to, "..") {
		return ""
	}
	if to == staffPlace+"/log-ind" || to == staffPlace+"/log-ud" {
		return ""
	}
	return to
}

// wanted is what the address of the page for signing in says of where somebody
// wanted to go, or "".
func wanted(path string) string {
	if to := staffPath(path); to != "" && to != staffPlace {
		return "?til=" + to
	}
	return ""
}

func (s *Server) signIn(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	begun, err := s.options.Accounts.SignIn(c.Request.Context(), values.Get("username"), values.Get("password"), client(c))
	if p, known := problem.As(err); known && (p.Kind == problem.Invalid || p.Kind == problem.Unavailable) {
		f := failures[p.Kind]
		if p.Kind == problem.Unavailable {
			c.Header("Retry-After", "60")
		}
		return s.render(c, f.Status, "staff-signin", s.signInPage(c, values.Get("username"), values.Get("til"), p))
	} else if err != nil {
		return err
	}
	s.keepSession(c, begun)
	otherwise := staffPath(values.Get("til"))
	if otherwise == "" {
		otherwise = staffPlace
	}
	to, err := s.resume(c, begun.Actor, otherwise)
	if err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, to)
	return nil
}

// signOut ends the session. It does so for whoever asks, so that the button
// also works when the session has ended by itself.
func (s *Server) signOut(c *gin.Context) error {
	if err := s.closeSession(c, staffPlace); err != nil {
		return err
	}
	goTo(c, staffPlace+"/log-ind", "logget-af")
	return nil
}

// A passwordPage changes one's own password.
type passwordPage struct {
	Page
	Old, New TextInput
}

func (s *Server) showPassword(c *gin.Context) error {
	return s.render(c, http.StatusOK, "staff-password", s.passwordPage(c, nil))
}

func (s *Server) passwordPage(c *gin.Context, p *problem.Error) *passwordPage {
	page := &passwordPage{Page: s.staffPage(c, "Skift adgangskode", partPassword)}
	page.Old = TextInput{Control: Control{ID: "old", Label: "Din nuværende adgangskode"}, Type: "password", Width: "width-m", Autocomplete: "current-password"}
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
		return s.render(c, failures[p.Kind].Status, "staff-password", s.passwordPage(c, p))
	} else if err != nil {
		return err
	}
	s.keepSession(c, begun)
	goTo(c, staffPlace+"/adgangskode", "adgangskode")
	return nil
}
