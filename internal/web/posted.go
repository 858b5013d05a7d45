package web

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/form"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// A Posted is one field of the form as a page or the autosave script sent it.
type Posted struct {
	Field *form.Field
	Old   string // what the page had been made with
	Value string // as typed
}

// Changed reports whether the person changed the field.
func (p Posted) Changed() bool { return p.Old != p.Value }

// formOf reads the request's form. What is too large or cannot be read is a
// problem to show.
func formOf(c *gin.Context) (url.Values, error) {
	if read, ok := c.Get(sentKey); ok {
		return read.(sent).values, nil
	}
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		err = c.Request.ParseMultipartForm(maxUpload)
	} else {
		err = c.Request.ParseForm()
	}
	if err != nil {
		if p, ok := asProblem(err); ok {
			return nil, p
		}
		return nil, &problem.Error{Kind: problem.Invalid, Detail: "Det, du sendte, kunne ikke læses.", Err: err}
	}
	return c.Request.PostForm, nil
}

// posted picks the fields that were on the page: those whose old value was
// posted along. A tick that was on the page and is not posted is "nej". Where
// a conflict's button «Brug den andens tekst» was pressed, the value is the
// old one, which the page had set to the other's.
func posted(values url.Values, fields []*form.Field) []Posted {
	var out []Posted
	for _, f := range fields {
		old, ok := values["old."+f.ID]
		if !ok {
			continue
		}
		p := Posted{Field: f, Old: newlines(old[0]), Value: newlines(values.Get(f.ID))}
		if f.Kind == form.Tick && p.Value == "" {
			p.Value = "nej"
		}
		if values.Get("use") == f.ID {
			p.Value = p.Old
		}
		out = append(out, p)
	}
	return out
}

// newlines undoes what browsers do to line breaks in forms, so that a value
// equals what it was made from.
func newlines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// typed is what the person typed, to show again.
func typed(stored form.Values, posted []Posted) form.Values {
	out := form.Values{}
	for id, value := range stored {
		out[id] = value
	}
	for _, p := range posted {
		out[p.Field.ID] = p.Value
	}
	return out
}

// A Saved answers the autosave script.
type Saved struct {
	At     string                `json:"at"`     // «Gemt kl. 14.32»
	Fields map[string]SavedField `json:"fields"` // by id, those that were sent
}

// A SavedField is what became of one field.
type SavedField struct {
	Old      string  `json:"old"`                // the new old value
	Error    string  `json:"error,omitempty"`    // what to mend; it is saved as typed all the same
	Warning  string  `json:"warning,omitempty"`  // letters that cannot be printed
	Conflict *string `json:"conflict,omitempty"` // the other's text, which was not overwritten
	By       string  `json:"by,omitempty"`       // whose text that is
}

// answerSaved answers the autosave script.
func (s *Server) answerSaved(c *gin.Context, saved Saved) {
	saved.At = "Gemt kl. " + clockText(s.options.Now())
	c.JSON(http.StatusOK, saved)
}

// clockText writes the time of day as Danish does: "09.05".
func clockText(t time.Time) string { return t.In(ident.Copenhagen()).Format("15.04") }
