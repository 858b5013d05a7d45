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

// A readFilePage takes the form that was filled in on a computer.
type readFilePage struct {
	partyPage
	Input  FileInput
	Frozen bool   // Blad 1 can no longer be changed
	Refuse bool   // the file could not be read
	Attach string // where it can be attached instead
}

// readFilePart is the last part of that page's address, and the name of the
// button that leads there.
const readFilePart = "fra-fil"

func (s *Server) showReadFile(c *gin.Context) error {
	v, err := s.options.Cases.Open(c.Request.Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "readfile", s.readFilePage(c, v))
}

func (s *Server) readFilePage(c *gin.Context, v *casework.View) *readFilePage {
	page := &readFilePage{partyPage: s.partyPage(c, "Har du udfyldt blanketten på din computer?", v), Frozen: !v.Status.Open()}
	page.mark(1, false)
	page.Back = &Link{page.Place, "Til sagen"}
	page.Attach = stepPath(page.Place, "job") + "#bilag"
	page.Input = FileInput{
		Control: Control{ID: fileInput, Label: "Den udfyldte blanket", Hint: "En PDF på højst 10 MB. Vi gemmer ikke filen, kun det, der står i felterne."},
		Accept:  "application/pdf,.pdf",
	}
	return page
}

// readFile takes the answers of the file that was posted, and goes on to the
// reader's own step, where they are to be checked.
func (s *Server) readFile(c *gin.Context) error {
	_, file, err := fileOf(c)
	if err != nil {
		return err
	}
	who, id := actor(c), c.Param("id")
	fault := unread(file)
	if fault == "" {
		_, err := s.options.Cases.ReadFile(c.Request.Context(), who, id, file.data)
		p, ok := problem.As(err)
		switch {
		case err == nil:
			c.Redirect(http.StatusSeeOther, stepPath(placeOf(who), string(who.Party))+"?gemt=fil")
			return nil
		case !ok || !slices.ContainsFunc(p.Fields, func(f problem.Field) bool { return f.ID == fileInput }):
			return err
		}
		fault = p.Detail
	}
	v, err := s.options.Cases.Look(c.Request.Context(), who, id)
	if err != nil {
		return err
	}
	page := s.readFilePage(c, v)
	page.Refuse, page.Input.Error = true, fault
	page.Errors = []problem.Field{{ID: fileInput, Text: fault}}
	return s.render(c, http.StatusUnprocessableEntity, "readfile", page)
}

// unread says why a posted file was not taken, or "".
func unread(file *upload) string {
	switch {
	case file == nil:
		return "Vælg den fil, du har udfyldt"
	case file.busy:
		return "Filen er ikke læst, fordi mange sender filer lige nu. Vælg den igen om et øjeblik"
	case file.tooLarge:
		return "Filens størrelse skal være under 10 MB"
	}
	return ""
}

// readNotice is said on the step that is shown after a file was read.
func readNotice(who auth.Actor) *Alert {
	return &Alert{Variant: "success", Heading: "Filen er læst", Text: "Kontrollér felterne med mærket «" + readMark + "», og ret det, der er forkert. " +
		"Stod der allerede noget andet, ser du begge dele ved feltet. " + upperFirst(partyName(who.Party.Other())) + " ser selv det, filen siger om sine felter."}
}

// readMark stands at a field whose text is the file's.
const readMark = "Læst fra filen"

// FromFile is what a file says of a field that says something else.
type FromFile struct {
	Shown string // in words
	By    string // who sent the file: «du», «den ansatte»
	Fault string // what is wrong with it, or ""
}

// takeReading shows what a file says of the field: an empty one is shown with
// the file's text, to be saved along with the page; in one with the same text
// that is said; beside another text stands the file's.
func (s FieldSet) takeReading(v *FieldView, f *form.Field) {
	r, ok := s.Read[f.ID]
	if !ok || v.Readonly {
		return
	}
	if v.Value == "" && s.Stored == nil {
		v.Value = r.Value
	}
	if v.Value == r.Value {
		v.Marks = append(v.Marks, readMark)
		return
	}
	file := FieldView{Kind: f.Kind, Value: r.Value, options: v.options}
	v.FromFile = &FromFile{Shown: file.Shown(), By: partyName(r.By.Party)}
	if r.By.Party.Filler() == s.Reader {
		v.FromFile.By = "du"
	}
	if s.Wrong != nil {
		v.FromFile.Fault = s.Wrong(f, r.Value)
	}
}

// wrongIn says what is wrong with what somebody would type into fields of a view.
func wrongIn(v *casework.View) func(*form.Field, string) string {
	return func(f *form.Field, value string) string {
		_, err := v.Form.Normal(f, value, v.Today)
		if p, ok := problem.As(err); ok {
			return p.Detail
		}
		return ""
	}
}

// useReading takes the file's text for the field whose button was pressed.
func useReading(fields []Posted, pressed string, readings map[string]flexjob.Reading) {
	for i := range fields {
		if r, ok := readings[pressed]; ok && fields[i].Field.ID == pressed {
			fields[i].Value = r.Value
		}
	}
}
