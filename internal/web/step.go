package web

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
)

// A stepPage asks for the fields of one step of Blad 1. The fields are the
// edition's; those of the other party are shown and cannot be changed.
type stepPage struct {
	partyPage
	Step     string
	Groups   []FieldGroup
	Frozen   bool        // Blad 1 can no longer be changed
	Conflict bool        // there is a choice between two texts of a field
	Unserved string      // the chosen municipality, where it does not use the service
	Files    *filesOnJob // nil on steps without
	Parked   string      // id of the parked post that the texts come from, or ""
}

// showStep returns the handler that shows a step.
func showStep(name string) func(*Server, *gin.Context) error {
	return func(s *Server, c *gin.Context) error {
		v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
		if err != nil {
			return err
		}
		set := s.fields(actor(c), v)
		set.Errors = wrong(v, set, s.options.Cases.Unfinished(actor(c), v))
		page := s.stepPage(c, v, name, set)
		if err := s.restore(c, v, page, set); err != nil {
			return err
		}
		if c.Query("gemt") == "kladde" && page.Notice == nil {
			page.Notice = &Alert{Variant: "success", Heading: "Kladden er gemt", Text: "Du kan lukke siden og komme tilbage med dit link eller din kode."}
		}
		if c.Query("gemt") == "fil" && page.Notice == nil {
			page.Notice = readNotice(actor(c))
		}
		return s.render(c, http.StatusOK, "step", page)
	}
}

// stepPage makes the page of a step with a set of fields.
func (s *Server) stepPage(c *gin.Context, v *casework.View, name string, set FieldSet) *stepPage {
	who := actor(c)
	title := ""
	for _, st := range steps {
		if st.name == name {
			title = st.title
		}
	}
	page := &stepPage{partyPage: s.partyPage(c, title, v), Step: name, Frozen: set.Frozen}
	page.mark(1, false)
	page.Back = &Link{page.Place, "Til sagen"}
	if !set.Frozen {
		page.Steps = s.indicator(who, v, name)
	}
	page.show(v, set.Views(askedOf(who, v, name)))
	page.Unserved = s.unserved(v)
	page.Conflict = page.Conflict || len(set.Conflicts) > 0
	if name == "job" {
		page.Files = s.filesOnJob(who, v)
	}
	return page
}

// show puts the fields on the page. That the job's are both parties' is said
// once, above them.
func (page *stepPage) show(v *casework.View, groups []FieldGroup) {
	page.Groups = groups
	for i := range groups {
		for j := range groups[i].Fields {
			if f := &groups[i].Fields[j]; page.Step == "job" && !f.Readonly {
				f.Marks = slices.DeleteFunc(f.Marks, func(m string) bool { return m != readMark })
			}
			page.Conflict = page.Conflict || groups[i].Fields[j].FromFile != nil
		}
	}
	page.addCorrections(v)
}

// unserved returns the name of the chosen municipality where its jobcenter
// does not use the service, else "".
func (s *Server) unserved(v *casework.View) string {
	if v.Jobcenter.Code == "" || v.Jobcenter.Enabled {
		return ""
	}
	return s.options.Cases.Authority(v.Jobcenter.Code)
}

// wrong returns the faults of fields that have been filled in. What is empty
// is missed only when somebody wants to go on, and a letter that cannot be
// printed is a warning until then.
func wrong(v *casework.View, set FieldSet, faults []problem.Field) (out []problem.Field) {
	for _, f := range faults {
		if value := v.Case.Blad1[f.ID].Value; value != "" && len(set.Lacks(value)) == 0 {
			out = append(out, f)
		}
	}
	return out
}

// saveStep returns the handler that saves a step's fields as they were typed,
// whatever is wrong with them, and then goes on, stays, or says what to mend.
func saveStep(name string) func(*Server, *gin.Context) error {
	return func(s *Server, c *gin.Context) error {
		values, file, err := fileOf(c)
		if err != nil {
			return err
		}
		who, id := actor(c), c.Param("id")
		v, err := s.options.Cases.Look(c.Request.Context(), who, id)
		if err != nil {
			return err
		}
		own := ownFields(who, v, name)
		fields := posted(values, own)
		useReading(fields, values.Get(readFilePart), v.Case.Read)
		saved, err := s.options.Cases.Save(c.Request.Context(), who, id, changes(fields))
		if repeated(err) { // the file may yet be missing
			saved, err = casework.Saved{}, nil
		}
		if p, ok := problem.As(err); ok && (p.Kind == problem.NotNow || p.Kind == problem.TooLarge) {
			return s.showUnsaved(c, v, name, fields, p)
		} else if err != nil {
			return err
		}
		if err := s.forgetParked(c, values.Get(parkedQuery)); err != nil {
			return err
		}
		fileFault, err := s.saveFile(c, file, values.Get("remove"))
		if err != nil {
			return err
		}
		return s.afterSave(c, stepSaved{name: name, fields: own, posted: fields, saved: saved, fileFault: fileFault, next: values.Get("then") == "next"})
	}
}

// ownFields returns the fields of a step that who may fill.
func ownFields(who auth.Actor, v *casework.View, name string) (own []*form.Field) {
	for _, f := range v.Form.Asked(name) {
		if f.FilledBy(who.Party.Filler()) {
			own = append(own, f)
		}
	}
	return own
}

// changes are what the person changed. A tick that was never touched posts
// "nej" for nothing, which changes nothing.
func changes(fields []Posted) (out []flexjob.Change) {
	for _, p := range fields {
		untouched := p.Field.Kind == form.Tick && p.Old == "" && p.Value == "nej"
		if p.Changed() && !untouched {
			out = append(out, flexjob.Change{Field: p.Field.ID, Old: p.Old, New: p.Value})
		}
	}
	return out
}

// stepSaved is what became of a step that was posted.
type stepSaved struct {
	name      string
	fields    []*form.Field // that the person may fill
	posted    []Posted
	saved     casework.Saved
	fileFault []problem.Field
	next      bool // the person wants to go on
}

// afterSave goes on to the next step, or shows the page again.
func (s *Server) afterSave(c *gin.Context, st stepSaved) error {
	who, id := actor(c), c.Param("id")
	v, err := s.options.Cases.Look(c.Request.Context(), who, id)
	if err != nil {
		return err
	}
	set := s.fields(who, v)
	set.Stored, set.Conflicts = set.Values, conflicts(who, st.saved.Conflicts)
	faults := append(own(who, v, faultsAt(s.options.Cases.Unfinished(who, v), st.fields, "")), st.fileFault...)
	switch {
	case len(set.Conflicts) > 0:
		set.Values = keepMine(set.Stored, st.saved.Conflicts)
		page := s.stepPage(c, v, st.name, set)
		for _, k := range st.saved.Conflicts {
			page.Errors = append(page.Errors, problem.Field{ID: k.Field + "-conflict", Text: "Vælg, hvilken tekst der skal gælde i «" + label(v, k.Field) + "»"})
		}
		return s.render(c, http.StatusConflict, "step", page)
	case st.next && len(faults) > 0, len(st.fileFault) > 0:
		if !st.next {
			faults = st.fileFault
		}
		set.Errors = faults
		page := s.stepPage(c, v, st.name, set)
		page.Errors = faults
		page.Files.take(st.fileFault)
		return s.render(c, http.StatusUnprocessableEntity, "step", page)
	case st.next:
		c.Redirect(http.StatusSeeOther, stepPath(placeOf(who), nextStep(st.name)))
	default:
		c.Redirect(http.StatusSeeOther, stepPath(placeOf(who), st.name)+"?gemt=kladde")
	}
	return nil
}

// own returns the faults that keep who on the step: not those that are only
// empty fields of the job, which the other party may describe instead.
func own(who auth.Actor, v *casework.View, faults []problem.Field) (out []problem.Field) {
	for _, fault := range faults {
		f, ok := v.Form.Field(fault.ID)
		if ok && f.Step == "job" && v.Case.Blad1[f.ID].Value == "" && f.FilledBy(who.Party.Other().Filler()) {
			continue
		}
		out = append(out, fault)
	}
	return out
}

// label returns the words that a page has for a field.
func label(v *casework.View, id string) string {
	f, ok := v.Form.Field(id)
	if !ok {
		return id
	}
	return f.Label
}

// conflicts makes what the page shows of fields that two changed at once.
func conflicts(who auth.Actor, list []flexjob.Conflict) map[string]Conflict {
	out := map[string]Conflict{}
	for _, k := range list {
		out[k.Field] = Conflict{Theirs: k.Theirs, By: writer(who, k.By.Party)}
	}
	return out
}

// writer names who wrote a text, to who.
func writer(who auth.Actor, by flexjob.Party) string {
	if by == who.Side() {
		return "du i et andet vindue"
	}
	return partyName(by)
}

// keepMine returns what is stored with the writer's own texts over it.
func keepMine(stored form.Values, list []flexjob.Conflict) form.Values {
	out := typed(stored, nil)
	for _, k := range list {
		out[k.Field] = k.Yours
	}
	return out
}

// showUnsaved answers a save of a Blad 1 that was signed meanwhile, or of texts
// that are far too long: what was typed is shown once more, to be copied or
// shortened.
func (s *Server) showUnsaved(c *gin.Context, v *casework.View, name string, fields []Posted, p *problem.Error) error {
	set := unsaved(s.fields(actor(c), v), fields)
	set.Errors = p.Fields
	page := s.stepPage(c, v, name, set)
	page.Errors = p.Fields
	page.Notice = &Alert{Variant: "error", Heading: "Det, du skrev, er ikke gemt", Text: p.Detail + " Herunder ser du din egen tekst, så du kan kopiere den."}
	return s.render(c, failures[p.Kind].Status, "step", page)
}
