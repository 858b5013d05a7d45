package web

import (
	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/casework"
	"ab325/internal/form"
)

// autosave saves the fields that the script sends while somebody types, and
// answers with what became of each.
func (s *Server) autosave(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	who, id := actor(c), c.Param("id")
	v, err := s.options.Cases.Look(c.Request.Context(), who, id)
	if err != nil {
		return err
	}
	var own []*form.Field
	for _, st := range steps {
		own = append(own, ownFields(who, v, st.name)...)
	}
	fields := posted(values, own)
	saved, err := s.options.Cases.Save(c.Request.Context(), who, id, changes(fields))
	if err != nil && !repeated(err) {
		return err
	}
	s.answerSaved(c, Saved{Fields: savedFields(who, fields, saved, s.options.Cases.Editions[v.Form.ID].Print.Lacks)})
	return nil
}

// savedFields is what the script is told of each field that it sent.
func savedFields(who auth.Actor, fields []Posted, saved casework.Saved, lacks func(string) []rune) map[string]SavedField {
	out := map[string]SavedField{}
	for _, p := range fields {
		old, ok := saved.Values[p.Field.ID]
		if !ok {
			old = p.Old // nothing was changed
		}
		out[p.Field.ID] = SavedField{Old: old, Warning: LettersWarning(lacks(p.Value))}
	}
	for _, w := range saved.Warnings {
		if f, ok := out[w.ID]; ok && f.Warning == "" {
			f.Error = w.Text
			out[w.ID] = f
		}
	}
	for _, k := range saved.Conflicts {
		theirs := k.Theirs
		out[k.Field] = SavedField{Old: theirs, Conflict: &theirs, By: writer(who, k.By.Party)}
	}
	return out
}

// restore puts what somebody typed in a session that had ended into the page,
// as texts that are not saved yet.
func (s *Server) restore(c *gin.Context, v *casework.View, page *stepPage, set FieldSet) error {
	values, id, err := s.parked(c)
	if err != nil || values == nil || set.Frozen {
		return err
	}
	fields := posted(values, ownFields(actor(c), v, page.Step))
	if len(fields) == 0 {
		return nil
	}
	set.Stored = typed(set.Values, nil)
	set.Values = typed(set.Values, fields)
	for _, p := range fields {
		set.Stored[p.Field.ID] = p.Old
	}
	set.Errors = nil
	page.show(v, set.Views(askedOf(actor(c), v, page.Step)))
	page.Parked = id
	page.Notice = &Alert{Variant: "info", Heading: "Det, du skrev, er her stadig",
		Text: "Du var logget af, da du gemte. Din tekst står i felterne, men er ikke gemt endnu. Tryk på «Gem kladde» eller «Næste»."}
	return nil
}
