package web

import (
	"net/http"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
)

// A withdrawPage asks whether the party really wants to withdraw the request.
type withdrawPage struct {
	partyPage
	Reason Textarea
	Sent   bool // a jobcenter has it
}

func (s *Server) showWithdraw(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page, err := s.withdrawPage(c, v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "withdraw", page)
}

func (s *Server) withdrawPage(c *gin.Context, v *casework.View) (*withdrawPage, error) {
	if !v.Case.May(actor(c).Party, flexjob.WithdrawName) {
		return nil, problem.New(problem.NotNow, "Blanketten kan ikke trækkes tilbage nu. Kontakt kommunen, hvis jobbet ikke bliver til noget.")
	}
	page := &withdrawPage{partyPage: s.partyPage(c, "Træk blanketten tilbage", v), Sent: !v.Status.Open()}
	page.mark(0, false)
	page.Back = &Link{page.Place, "Til sagen"}
	page.Reason = Textarea{Control: Control{ID: "reason", Label: "Hvorfor trækker du den tilbage?", Optional: true, Hint: "Skriv ikke om sygdom."}, Rows: 3, Limit: casework.MaxComment}
	return page, nil
}

func (s *Server) withdraw(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who, id := actor(c), c.Param("id")
	reason := form.Clean(form.Lines, values.Get("reason"))
	if utf8.RuneCountInString(reason) > casework.MaxComment {
		return s.withdrawAgain(c, reason, "Teksten må højst være på "+thousands(casework.MaxComment)+" tegn")
	}
	if err := s.options.Cases.Do(c.Request.Context(), who, id, casework.Any, flexjob.Withdraw{Reason: reason}); err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, placeOf(who)+"?nyt=trukket-tilbage")
	return nil
}

func (s *Server) withdrawAgain(c *gin.Context, reason, fault string) error {
	v, err := s.options.Cases.Look(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	page, err := s.withdrawPage(c, v)
	if err != nil {
		return err
	}
	page.Reason.Value, page.Reason.Error = reason, fault
	page.Errors = []problem.Field{{ID: page.Reason.ID, Text: fault}}
	return s.render(c, http.StatusUnprocessableEntity, "withdraw", page)
}
