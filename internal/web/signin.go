package web

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
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
	if begun.Given {
		c.Redirect(http.StatusSeeOther, passwordPath+wanted(values.Get("til")))
		return nil
	}
	return s.goOn(c, begun.Actor, values.Get("til"), "")
}

// goOn leads who has signed in to what they posted after an earlier session of
// theirs had ended, or to where they wanted to go, with the word of a notice.
func (s *Server) goOn(c *gin.Context, who auth.Actor, to, notice string) error {
	otherwise := cmp.Or(staffPath(to), staffPlace)
	place, err := s.resume(c, who, otherwise)
	if err != nil {
		return err
	}
	if place != otherwise {
		notice = ""
	}
	goTo(c, place, notice)
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
