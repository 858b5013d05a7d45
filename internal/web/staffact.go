package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// A staffAct is something that staff do to a case on a page of its own, which
// says what will happen and asks for what the act needs. The acts stand in
// staffActs; actRoutes makes two routes of each.
type staffAct struct {
	path   string // below the case
	name   flexjob.ActName
	roles  string // "": every role that sees cases
	title  string
	lead   string
	button string
	grave  bool // it cannot be undone

	// ask puts the inputs and facts on the page, with what was typed before.
	// Nil: the act asks for nothing.
	ask func(s *Server, c *gin.Context, v *casework.View, p *actPage, typed url.Values) error

	// do carries it out.
	do func(ctx context.Context, s *Server, a doing) error

	done string // the notice's word
	away bool   // afterwards the case can no longer be opened, so the list is shown
	to   string // where else to go below the case
}

// doing is what an act is done with.
type doing struct {
	who      auth.Actor
	id       string
	revision int // of the case, as its page was made from it
	reason   string
	typed    url.Values
}

// actRoutes returns the routes of the acts.
func actRoutes() []route {
	var all []route
	for i := range staffActs {
		a := &staffActs[i]
		roles := a.roles
		if roles == "" {
			roles = caseRoles
		}
		all = append(all,
			route{"GET", "/jobcenter/sager/:id/" + a.path, staff, roles, false, a.show},
			route{"POST", "/jobcenter/sager/:id/" + a.path, staff, roles, false, a.post})
	}
	return all
}

// An actPage asks before an act is done.
type actPage struct {
	staffCase
	Lead    string
	Facts   []Row
	Texts   []string
	Warning *Alert
	Choice  *Select
	Line    *TextInput
	Area    *Textarea
	Button  Button
	Action  string
	Cancel  string
}

// show is the page that asks.
func (a *staffAct) show(s *Server, c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	typed, _, err := s.parked(c)
	if err != nil {
		return err
	}
	if typed == nil {
		typed = url.Values{}
	}
	return a.render(s, c, v, http.StatusOK, typed, nil)
}

// post does it.
func (a *staffAct) post(s *Server, c *gin.Context) error {
	typed, err := formOf(c)
	if err != nil {
		return err
	}
	who, id := actor(c), c.Param("id")
	reason, err := casework.Reason(typed.Get("reason"))
	if err == nil {
		err = a.do(c.Request.Context(), s, doing{who, id, revision(typed), reason, typed})
	}
	p, known := problem.As(err)
	switch {
	case err == nil:
		a.leave(s, c)
		return nil
	case known && (p.Kind == problem.Invalid || p.Kind == problem.Conflict):
		v, err := s.look(c)
		if err != nil {
			return err
		}
		return a.render(s, c, v, failures[p.Kind].Status, typed, p)
	}
	return err
}

// leave goes on after the act was done.
func (a *staffAct) leave(s *Server, c *gin.Context) {
	path, done := casePath(c.Param("id"))+a.to, a.done
	switch v, err := s.look(c); {
	case a.away || err != nil:
		path = staffPlace
	case v.Status == flexjob.Forwarded: // it still lies here, to be posted
		done = "papir"
	}
	goTo(c, path, done)
}

// render makes the page; p is what keeps the act from being done, or nil.
func (a *staffAct) render(s *Server, c *gin.Context, v *casework.View, status int, typed url.Values, p *problem.Error) error {
	if err := mayAct(actor(c), v, a.name); err != nil {
		return err
	}
	page := &actPage{staffCase: s.staffCase(c, a.title, v), Lead: a.lead, Action: casePath(v.Case.ID) + "/" + a.path}
	page.Cancel = page.Place
	page.Button = Button{Text: a.button}
	if a.grave {
		page.Button.Variant = "warning"
	}
	if a.ask != nil {
		if err := a.ask(s, c, v, page, typed); err != nil {
			return err
		}
	}
	if p != nil && p.Kind == problem.Conflict {
		page.Notice = changedAlert(page.Place)
	} else if p != nil {
		page.take(p.Fields)
	}
	return s.render(c, status, "staff-act", page)
}

// changedAlert explains that somebody else was first. What was typed is still
// on the page.
func changedAlert(place string) *Alert {
	return &Alert{Variant: "warning", Heading: "Sagen er ændret af en anden imens",
		Text:  "Derfor er der ikke sket noget endnu. Se, hvad der er nyt i sagen. Tryk på knappen igen, hvis det stadig skal gøres.",
		Links: []Link{{place, "Se sagen, som den er nu"}}}
}

// take puts what is wrong at its inputs and in the summary.
func (p *actPage) take(faults []problem.Field) {
	inputs := map[string]*Control{}
	if p.Choice != nil {
		inputs[p.Choice.ID] = &p.Choice.Control
	}
	if p.Line != nil {
		inputs[p.Line.ID] = &p.Line.Control
	}
	if p.Area != nil {
		inputs[p.Area.ID] = &p.Area.Control
	}
	p.Errors = faultsOn(inputs, faults)
}

// faultsOn marks the inputs that faults are about, and returns the faults for
// the summary; what is about no input there has no link.
func faultsOn(inputs map[string]*Control, faults []problem.Field) []problem.Field {
	var summary []problem.Field
	for _, f := range faults {
		if input, ok := inputs[f.ID]; ok {
			input.Error = f.Text
		} else {
			f.ID = ""
		}
		summary = append(summary, f)
	}
	return summary
}

// mayAct returns a problem unless who may do the named act to the case now.
func mayAct(who auth.Actor, v *casework.View, name flexjob.ActName) error {
	if err := who.Allow(name, v.Case); err != nil {
		return err
	}
	if !v.Case.May(who.Side(), name) {
		return problem.New(problem.NotNow, "Det kan ikke lade sig gøre nu: sagen er "+v.Status.Danish()+".")
	}
	return nil
}

// revision is that of the case which the page was made from; of a page that
// names none, one that no case has.
func revision(typed url.Values) int {
	n, err := strconv.Atoi(typed.Get("revision"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// A staffCase is the base of staff's pages of a case.
type staffCase struct {
	Page
	Place    string // the address of the case
	Number   string
	Employee string
	Company  string
	Revision int
}

// staffCase returns the base of a page of the case in v.
func (s *Server) staffCase(c *gin.Context, title string, v *casework.View) staffCase {
	p := staffCase{Page: s.staffPage(c, title, partCases), Place: casePath(v.Case.ID), Number: v.Case.Number, Revision: v.Case.Revision}
	values := blad1(v)
	p.Employee, p.Company = values["employee.name"], values["company.name"]
	p.Back = &Link{p.Place, "Til sag " + v.Case.Number}
	return p
}
