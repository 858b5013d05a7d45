package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
)

// A summaryPage shows all of Blad 1 as it stands, and what is missing.
type summaryPage struct {
	partyPage
	Sections []summarySection
	Files    []jobFile
	Own      []Link // what the reader has to do first, each with its field
	Others   []Link // what the other party has to do first
	Open     bool
	Ready    bool   // nothing is missing: the employee can sign
	Unserved string // the municipality, where it does not use the service
}

type summarySection struct {
	Title string
	Rows  []Row
}

func (s *Server) showSummary(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	who := actor(c)
	page := &summaryPage{partyPage: s.partyPage(c, "Opsummering", v), Open: v.Status.Open(), Unserved: s.unserved(v)}
	page.Back = &Link{page.Place, "Til sagen"}
	if page.Open {
		page.mark(1, false)
		page.Steps = s.indicator(who, v, "summary")
		page.Own, page.Others = s.leftToDo(who, v)
		page.Ready = len(page.Own)+len(page.Others) == 0
	}
	page.Sections = s.sections(who, v)
	page.Files = s.filesOnJob(who, v).Files
	return s.render(c, http.StatusOK, "summary", page)
}

// sections are the answers of Blad 1, step by step.
func (s *Server) sections(who auth.Actor, v *casework.View) (all []summarySection) {
	set := s.fields(who, v)
	for _, st := range steps {
		if st.name == "consent" || st.name == "sign" {
			continue
		}
		section := summarySection{Title: st.title}
		for _, f := range askedOf(who, v, st.name) {
			view := set.View(f)
			row := Row{Label: answerLabel(v.Form, f), Value: view.Shown()}
			if !view.Readonly {
				row.Edit = stepPath(placeOf(who), st.name) + "#" + f.ID
			}
			section.Rows = append(section.Rows, row)
		}
		if len(section.Rows) > 0 {
			all = append(all, section)
		}
	}
	rows := []Row{}
	for _, k := range consents(who, v) {
		row := Row{Label: k.Label, Value: k.State.Text}
		if who.Party == flexjob.Employee && v.Status.Open() {
			row.Edit = stepPath(placeOf(who), "consent") + "#" + string(k.Purpose)
		}
		rows = append(rows, row)
	}
	return append(all, summarySection{"Samtykke", rows})
}

// leftToDo lists what keeps Blad 1 from being signed: what the reader can do,
// and what only the other party can.
func (s *Server) leftToDo(who auth.Actor, v *casework.View) (own, others []Link) {
	for _, fault := range s.options.Cases.Unfinished(who, v) {
		f, ok := v.Form.Field(fault.ID)
		if !ok {
			continue
		}
		if f.FilledBy(who.Party.Filler()) {
			own = append(own, Link{stepPath(placeOf(who), f.Step) + "#" + f.ID, fault.Text})
		} else {
			others = append(others, Link{stepPath(placeOf(who), f.Step) + "#" + f.ID, f.Label})
		}
	}
	return own, others
}

// missing counts the fields that a party has to fill in or mend.
func missing(v *casework.View, p flexjob.Party) int {
	for _, part := range v.MissingParts {
		if part.Party == p {
			return part.Fields
		}
	}
	return 0
}

// printBlad1 answers with Blad 1 as it stands: for a municipality that does
// not use the service, to be signed by hand and posted.
func (s *Server) printBlad1(c *gin.Context) error {
	body, err := s.options.Cases.PrintBlad1(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	showPDF(c, "AB325-blad1-udkast.pdf", body)
	return nil
}
