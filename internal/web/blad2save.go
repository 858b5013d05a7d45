package web

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/form"
	"ab325/internal/problem"
)

// saveBlad2 saves Blad 2 as it was typed, whatever is wrong with it, and says
// what to mend; with the other button it goes on to issuing.
func (s *Server) saveBlad2(c *gin.Context) error {
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
	fields := posted(values, blad2Fields(v.Blad2Form))
	saved, err := s.options.Cases.Save(c.Request.Context(), actor(c), v.Case.ID, changes(fields))
	if repeated(err) {
		saved, err = casework.Saved{}, nil
	}
	if p, ok := problem.As(err); ok && p.Kind == problem.NotNow {
		return s.showBlad2TooLate(c, v, fields, p)
	} else if ok && p.Kind == problem.TooLarge {
		return s.showBlad2TooLong(c, v, fields, p)
	} else if err != nil {
		return err
	}
	if err := s.forgetParked(c, values.Get("parked")); err != nil {
		return err
	}
	return s.afterBlad2(c, saved, values)
}

// afterBlad2 goes on after a save, or shows the page again.
func (s *Server) afterBlad2(c *gin.Context, saved casework.Saved, values url.Values) error {
	v, err := s.look(c)
	if err != nil {
		return err
	}
	set := s.blad2Set(v)
	faults := s.options.Cases.UnfinishedBlad2(v)
	if len(saved.Conflicts) > 0 {
		return s.showBlad2Conflicts(c, v, set, saved)
	}
	wanted := values.Get("then") == "issue"
	wrong := filledIn(set.Values, faults)
	if !wanted {
		faults = wrong
	}
	if at := faultsAt(faults, blad2Fields(v.Blad2Form), ""); len(at) > 0 {
		set.Errors = at
		page := s.blad2Page(c, v, set)
		page.Errors = at
		page.Notice = &Alert{Variant: "info", Heading: "Kladden er gemt, som du skrev den", Text: "Ret det, der er nævnt ovenfor, før blad 2 kan udstedes."}
		return s.render(c, http.StatusUnprocessableEntity, "staff-blad2", page)
	}
	if wanted {
		goTo(c, casePath(v.Case.ID)+"/udsted", "")
	} else {
		goTo(c, casePath(v.Case.ID)+"/blad2", "kladde")
	}
	return nil
}

// showBlad2Conflicts shows the fields that two changed at once, with both
// texts.
func (s *Server) showBlad2Conflicts(c *gin.Context, v *casework.View, set FieldSet, saved casework.Saved) error {
	who := actor(c)
	_, named, err := s.colleagues(c)
	if err != nil {
		return err
	}
	set.Stored, set.Values = set.Values, keepMine(set.Values, saved.Conflicts)
	set.Conflicts = map[string]Conflict{}
	for _, k := range saved.Conflicts {
		set.Conflicts[k.Field] = Conflict{Theirs: k.Theirs, By: coauthor(who, named, k.By)}
	}
	page := s.blad2Page(c, v, set)
	for _, k := range saved.Conflicts {
		label := k.Field
		if f, ok := v.Blad2Form.Field(k.Field); ok {
			label = f.Label
		}
		page.Errors = append(page.Errors, problem.Field{ID: k.Field + "-conflict", Text: "Vælg, hvilken tekst der skal gælde i «" + label + "»"})
	}
	return s.render(c, http.StatusConflict, "staff-blad2", page)
}

// showBlad2TooLate answers a save of a Blad 2 that was issued, given up or
// sent back meanwhile: what was typed is shown once more, to be copied.
func (s *Server) showBlad2TooLate(c *gin.Context, v *casework.View, fields []Posted, p *problem.Error) error {
	set := s.blad2Set(v)
	set.Values, set.Frozen = typed(form.Values{}, fields), true
	page := s.blad2Page(c, v, set)
	page.Notice = &Alert{Variant: "error", Heading: "Det, du skrev, er ikke gemt", Text: p.Detail + " Herunder ser du din egen tekst, så du kan kopiere den."}
	return s.render(c, http.StatusConflict, "staff-blad2", page)
}

// showBlad2TooLong answers a save of texts that are far too long: what was
// typed is shown once more, to be shortened.
func (s *Server) showBlad2TooLong(c *gin.Context, v *casework.View, fields []Posted, p *problem.Error) error {
	set := unsaved(s.blad2Set(v), fields)
	set.Errors = p.Fields
	page := s.blad2Page(c, v, set)
	page.Errors = p.Fields
	page.Notice = &Alert{Variant: "error", Heading: "Det, du skrev, er ikke gemt", Text: p.Detail}
	return s.render(c, failures[p.Kind].Status, "staff-blad2", page)
}
