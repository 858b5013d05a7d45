package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
)

// A blad2Page is Blad 2 beside the Blad 1 that it is about.
type blad2Page struct {
	staffCase
	Blad1     []Row
	Files     []fileLine
	Parts     []blad2Part
	Replaces  string // the day of the assessment that it replaces, or ""
	Conflict  bool
	Frozen    bool // it can no longer be written on: what was typed can be copied
	MayIssue  bool
	Parked    string // id of the post that the fields were filled from
	Confirm   []Link // what issuing waits for besides the fields
	Autosaves string // where the script saves; "" where nothing can be saved
}

// startBlad2 begins the first Blad 2 of a case.
func (s *Server) startBlad2(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	id := c.Param("id")
	if err := s.options.Cases.StartBlad2(c.Request.Context(), actor(c), id, revision(values), ""); err != nil {
		return err
	}
	goTo(c, casePath(id)+"/blad2", "")
	return nil
}

// blad2Fields are the fields of Blad 2 that staff fill in.
func blad2Fields(def *form.Definition) (own []*form.Field) {
	for _, step := range []string{"receive", "assessment", "issue"} {
		for _, f := range def.Asked(step) {
			if f.FilledBy(form.Jobcenter) && !f.FilledBy(form.System) {
				own = append(own, f)
			}
		}
	}
	return own
}

// noDraft tells that nothing is being written.
func noDraft() error {
	return problem.New(problem.NotNow, "Der er ikke et blad 2 under udarbejdelse i sagen.")
}

func (s *Server) showBlad2(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	if v.Case.Assessment() == nil {
		return noDraft()
	}
	set := s.blad2Set(v)
	set.Errors = filledIn(set.Values, s.options.Cases.UnfinishedBlad2(v))
	page := s.blad2Page(c, v, set)
	parked, id, err := s.parked(c)
	if err != nil {
		return err
	}
	if fields := posted(parked, blad2Fields(v.Blad2Form)); len(fields) > 0 {
		page = s.blad2Page(c, v, unsaved(set, fields))
		page.Parked = id
		page.Notice = &Alert{Variant: "info", Heading: "Det, du skrev, er her stadig",
			Text: "Du var logget af, da du gemte. Din tekst står i felterne, men er ikke gemt endnu. Tryk på «Gem kladde»."}
	}
	return s.render(c, http.StatusOK, "staff-blad2", page)
}

// unsaved puts texts that are not saved into a set, each with the old value
// that it was typed over.
func unsaved(set FieldSet, fields []Posted) FieldSet {
	stored := typed(set.Values, nil)
	set.Values = typed(set.Values, fields)
	for _, p := range fields {
		stored[p.Field.ID] = p.Old
	}
	set.Stored, set.Errors = stored, nil
	return set
}

// filledIn returns the faults of fields that have been filled in. What is
// empty is missed when somebody wants to issue.
func filledIn(values form.Values, faults []problem.Field) (out []problem.Field) {
	for _, f := range faults {
		if values[f.ID] != "" {
			out = append(out, f)
		}
	}
	return out
}

// blad2Set makes views of the fields of the Blad 2 being written.
func (s *Server) blad2Set(v *casework.View) FieldSet {
	set := FieldSet{Reader: form.Jobcenter, Plain: true, Lacks: s.options.Cases.Editions[v.Blad2Form.ID].Print.Lacks}
	if b := v.Case.Assessment(); b != nil {
		set.Values = b.Values.Values()
	}
	return set
}

func (s *Server) blad2Page(c *gin.Context, v *casework.View, set FieldSet) *blad2Page {
	who := actor(c)
	p := &blad2Page{staffCase: s.staffCase(c, "Blad 2", v), MayIssue: who.Allow(flexjob.IssueName, v.Case) == nil, Conflict: len(set.Conflicts) > 0}
	p.Wide = true
	p.Blad1 = factRows(v.Form, blad1(v), "job", "employee", "company") // the job first: it is what is assessed
	for _, f := range fileLines(v, p.Place) {
		if f.Badge == nil {
			p.Files = append(p.Files, f)
		}
	}
	p.Parts = blad2Parts(v, set)
	p.Frozen = set.Frozen
	if !p.Frozen {
		p.Autosaves = p.Place + "/blad2/gem"
	}
	if b := v.Case.Assessment(); b != nil {
		if old := v.Case.Replaced(b); old != nil {
			p.Replaces = old.Date.Long() + old.Clock(v.Today)
		}
	}
	p.Confirm = confirmLinks(v.Case, p.Place)
	return p
}

// confirmLinks lead to what issuing waits for.
func confirmLinks(c *flexjob.Case, place string) (links []Link) {
	for _, f := range c.Unconfirmed() {
		path := map[string]string{"confirm-identity": "/bekraeft-identitet", "confirm-grant": "/bekraeft-bevilling"}[f.ID]
		links = append(links, Link{place + path, f.Text})
	}
	return links
}

// autosaveBlad2 saves what the script sends while somebody types.
func (s *Server) autosaveBlad2(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	v, err := s.look(c)
	if err != nil {
		return err
	}
	if v.Blad2Form == nil {
		return noDraft()
	}
	who := actor(c)
	fields := posted(values, blad2Fields(v.Blad2Form))
	saved, err := s.options.Cases.Save(c.Request.Context(), who, v.Case.ID, changes(fields))
	if err != nil {
		return err
	}
	_, named, err := s.colleagues(c)
	if err != nil {
		return err
	}
	answer := savedFields(who, fields, saved, s.options.Cases.Editions[v.Blad2Form.ID].Print.Lacks)
	for _, k := range saved.Conflicts {
		f := answer[k.Field]
		f.By = coauthor(who, named, k.By)
		answer[k.Field] = f
	}
	s.answerSaved(c, Saved{Fields: answer})
	return nil
}

// coauthor names who of the staff wrote a text, to who.
func coauthor(who auth.Actor, n names, by flexjob.By) string {
	if by.Actor == who.Subject {
		return "du i et andet vindue"
	}
	return n.by(by)
}
