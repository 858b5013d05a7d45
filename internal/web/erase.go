package web

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/problem"
)

// An erasePage asks a team leader before a case is erased for ever.
//
// R30: «Kommunen sletter oplysningerne når opbevaringspligten udløber og et
// eventuelt arkiveringskrav er opfyldt»
type erasePage struct {
	staffCase
	Loose   []string // what is not settled
	Reason  Radios
	Despite *Checkbox // erase all the same; nil where everything is settled
	Action  string
}

func (s *Server) showErase(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.erasePage(c, v, http.StatusOK, url.Values{}, nil)
}

func (s *Server) erasePage(c *gin.Context, v *casework.View, status int, typed url.Values, p *problem.Error) error {
	page := &erasePage{staffCase: s.staffCase(c, "Slet sagen for altid", v), Action: casePath(v.Case.ID) + "/slet"}
	page.Reason = Radios{Control: Control{ID: "reason", Label: "Hvorfor skal sagen slettes?"}}
	for _, r := range casework.EraseReasons() {
		page.Reason.Choices = append(page.Reason.Choices, Choice{Value: string(r), Label: r.Danish(), Chosen: typed.Get("reason") == string(r)})
	}
	inputs := map[string]*Control{"reason": &page.Reason.Control}
	for _, end := range s.options.Cases.LooseEnds(v) {
		page.Loose = append(page.Loose, end.Danish())
	}
	if len(page.Loose) > 0 {
		page.Despite = &Checkbox{Control{ID: "unfinished", Label: "Slet sagen, selv om noget ikke er færdigt"}, typed.Get("unfinished") == "ja"}
		inputs["unfinished"] = &page.Despite.Control
	}
	switch {
	case p != nil && p.Kind == problem.Conflict:
		page.Notice = changedAlert(page.Place)
	case p != nil:
		page.Errors = faultsOn(inputs, p.Fields)
	}
	return s.render(c, status, "erase", page)
}

// erase erases the case, and says so when no backup has its key either, or that
// that will follow.
func (s *Server) erase(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	decision := casework.Erasure{Reason: casework.EraseReason(values.Get("reason")), Unfinished: values.Get("unfinished") == "ja"}
	err = s.options.Cases.Erase(c.Request.Context(), actor(c), c.Param("id"), revision(values), decision)
	if p, known := problem.As(err); known && (p.Kind == problem.Invalid || p.Kind == problem.Conflict) {
		v, err := s.look(c)
		if err != nil {
			return err
		}
		return s.erasePage(c, v, failures[p.Kind].Status, values, p)
	} else if err != nil {
		return err
	}
	done := "slettet"
	if wait := s.options.KeysFollowed; wait != nil && !wait(c.Request.Context()) {
		done = "slettet-kopi"
	}
	goTo(c, staffPlace, done)
	return nil
}
