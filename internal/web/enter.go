package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

// enter lets a party in with the secret of a link or with a code. It alone
// uses an invitation up; showing the page does not.
func (s *Server) enter(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	secret, typedCode := values.Get("token"), strings.TrimSpace(values.Get("code"))
	if secret == "" {
		secret = secretIn(typedCode)
	}
	if secret == "" {
		return s.accessAgain(c, http.StatusUnprocessableEntity, "", "", "Indtast koden")
	}
	entered, err := s.options.Cases.Enter(c.Request.Context(), secret, client(c))
	p, ok := problem.As(err)
	switch {
	case err == nil:
		return s.begin(c, entered)
	case ok && p.Kind == problem.NotFound:
		return s.accessAgain(c, http.StatusUnprocessableEntity, typedCode, "", p.Detail)
	case ok && (p.Kind == problem.Expired || p.Kind == problem.Conflict):
		return s.accessAgain(c, http.StatusGone, typedCode, secret, p.Detail)
	}
	return err
}

// secretIn returns the secret in what somebody typed or pasted: a code, or a
// whole link.
func secretIn(text string) string {
	if _, secret, ok := strings.Cut(text, "#"); ok {
		return secret
	}
	return text
}

// accessAgain shows the page again with what is wrong. With old, the link or
// code that no longer works, a new one can be asked for at once.
func (s *Server) accessAgain(c *gin.Context, status int, code, old, fault string) error {
	page := s.accessPage(c)
	page.Code.Value, page.Code.Error = code, fault
	page.Errors = []problem.Field{{ID: page.Code.ID, Text: fault}}
	page.Resend.Value, page.Ended = old, old != ""
	return s.render(c, status, "access", page)
}

// resend sends a new link to the address that the party has registered. The
// answer is the same whether there is such a link or not.
func (s *Server) resend(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	old := secretIn(strings.TrimSpace(values.Get("old")))
	if old == "" {
		page := s.accessPage(c)
		page.Resend.Error = "Indtast dit gamle link eller din gamle kode"
		page.Errors = []problem.Field{{ID: page.Resend.ID, Text: page.Resend.Error}}
		return s.render(c, http.StatusUnprocessableEntity, "access", page)
	}
	if err := s.options.Cases.Resend(c.Request.Context(), old, client(c)); err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, "/adgang?nyt=sendt")
	return nil
}
