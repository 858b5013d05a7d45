package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// A Wish is one party's wish that the other look at a field again, as a page
// shows it at the field and on the case's page.
type Wish struct {
	Field   string // its label
	Comment string
	By      string // who asks: «virksomheden», «du»
	Mine    bool   // the reader asked
	Href    string // the field's page; "" at the field itself
	Close   string // where the form that closes it posts
}

// wishes returns the open wishes of a case, oldest first.
func (p *partyPage) wishes(v *casework.View) (all []fieldWish) {
	if !v.Status.Open() {
		return nil
	}
	for _, k := range v.Case.Corrections {
		f, ok := v.Form.Field(k.Field)
		if k.Closed != nil || !ok {
			continue
		}
		w := Wish{Field: f.Label, Comment: k.Comment, By: partyName(k.Asked.Party), Mine: k.Asked.Party == p.Side,
			Href: stepPath(p.Place, f.Step) + "#" + f.ID, Close: p.Place + "/rettelse/" + k.ID + "/luk"}
		if w.Mine {
			w.By = "du"
		}
		all = append(all, fieldWish{f.ID, w})
	}
	return all
}

type fieldWish struct {
	id string
	Wish
}

// addCorrections puts the open wishes at their fields, and at each field of
// the other party the way to a new one.
func (page *stepPage) addCorrections(v *casework.View) {
	if page.Frozen {
		return
	}
	all := page.wishes(v)
	for i := range page.Groups {
		for j := range page.Groups[i].Fields {
			f := &page.Groups[i].Fields[j]
			for _, w := range all {
				if w.id == f.ID {
					w.Href = page.Place + "#rettelser"
					f.Wishes = append(f.Wishes, w.Wish)
				}
			}
			if f.Readonly {
				f.AskAt = page.Place + "/ret/" + f.ID
			}
		}
	}
}

// A correctionPage asks what the other party is to correct.
type correctionPage struct {
	partyPage
	Field   string // its label
	Value   string
	Comment Textarea
	Cancel  string
}

func (s *Server) showAskCorrection(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.correctionPage(c, v, http.StatusOK, "", nil)
}

// correctionPage renders the page for the field in the address; it must be
// one that the other party alone fills in and that the reader sees.
func (s *Server) correctionPage(c *gin.Context, v *casework.View, status int, comment string, faults []problem.Field) error {
	who := actor(c)
	f, ok := v.Form.Field(c.Param("field"))
	if !ok || !casework.CanAskCorrection(who, f) {
		return errNoPage
	}
	page := &correctionPage{partyPage: s.partyPage(c, "Bed om en rettelse", v), Field: f.Label}
	page.mark(1, false)
	page.Value = s.fields(who, v).View(f).Shown()
	page.Cancel = stepPath(page.Place, f.Step) + "#" + f.ID
	page.Back = &Link{page.Cancel, "Tilbage til blad 1"}
	page.Comment = Textarea{
		Control: Control{ID: "comment", Label: "Hvad skal rettes?", Hint: "Skriv det, så " + page.Other() + " kan forstå det. Skriv ikke om sygdom."},
		Value:   comment, Rows: 4, Limit: casework.MaxComment,
	}
	page.Errors = faults
	for _, fault := range faults {
		page.Comment.Error = fault.Text
	}
	return s.render(c, status, "correction", page)
}

func (s *Server) askCorrection(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who, id, field := actor(c), c.Param("id"), c.Param("field")
	comment := newlines(values.Get("comment"))
	err = s.options.Cases.AskCorrection(c.Request.Context(), who, id, field, comment)
	if p, ok := problem.As(err); ok && p.Kind == problem.Invalid {
		v, err := s.options.Cases.Look(c.Request.Context(), who, id)
		if err != nil {
			return err
		}
		return s.correctionPage(c, v, http.StatusUnprocessableEntity, comment, p.Fields)
	} else if err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, placeOf(who)+"?nyt=rettelse#rettelser")
	return nil
}

func (s *Server) closeCorrection(c *gin.Context) error {
	who, id := actor(c), c.Param("id")
	if err := s.options.Cases.Do(c.Request.Context(), who, id, casework.Any, flexjob.CloseCorrection{ID: c.Param("correction")}); err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, placeOf(who)+"?nyt=rettelse-lukket#rettelser")
	return nil
}
