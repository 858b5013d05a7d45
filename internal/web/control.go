package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/ident"
	"ab325/internal/problem"
)

// A controlPage tells anybody what a document is: of one on paper by the code
// that is printed on it, of a file by its seal. It names nobody and no case.
type controlPage struct {
	Page
	Input  FileInput
	Code   TextInput
	Result *Alert // what it is, in a sentence
	Rows   []Row
	Staff  string // where staff are led to the case, or ""
}

// The ids of the page's two inputs.
const (
	controlFile = "file"
	controlCode = "code"
)

// maxControlled is how large a file may be that is checked: several times the
// longest document of the service.
const maxControlled = 5 << 20

// How many documents may be checked from one address: a whole office's pile,
// and too few to keep the processes that read them busy.
const (
	controlsAtOnce = 30
	controlsEvery  = 3 * time.Second
)

func (s *Server) controlPage(c *gin.Context) *controlPage {
	page := &controlPage{Page: s.page(c, "Kontrollér et dokument")}
	page.Back = backTo("/")
	page.Input = FileInput{
		Control: Control{ID: controlFile, Label: "Dokumentet som fil", Hint: "En PDF på højst 5 MB. Vi læser den og gemmer den ikke."},
		Accept:  "application/pdf,.pdf",
	}
	page.Code = TextInput{
		Control: Control{ID: controlCode, Label: "Kontrolkode", Hint: "16 tegn, fx ABCD-EFGH-JKMN-PQRS. Store og små bogstaver er lige gyldige, og du kan udelade bindestregerne."},
		Width:   "char-27", Autocomplete: "off",
	}
	return page
}

func (s *Server) showControl(c *gin.Context) error {
	return s.render(c, http.StatusOK, "control", s.controlPage(c))
}

// showControlled answers the address in a document's picture: the page with
// the code, as if it had been typed.
func (s *Server) showControlled(c *gin.Context) error { return s.lookUp(c, c.Param("code")) }

// control checks what was posted: a code, or else a file.
func (s *Server) control(c *gin.Context) error {
	values, file, err := fileOf(c)
	if err != nil {
		return err
	}
	if code := strings.TrimSpace(values.Get(controlCode)); code != "" {
		return s.lookUp(c, code)
	}
	fault := ""
	switch {
	case file == nil && values.Has("typed"):
		return s.controlAgain(c, controlCode, "", "Skriv koden, der står på dokumentet")
	case file == nil:
		fault = "Vælg den fil, du vil kontrollere"
	case file.busy:
		fault = "Filen er ikke læst, fordi mange sender filer lige nu. Vælg den igen om et øjeblik"
	case file.tooLarge || len(file.data) > maxControlled:
		fault = "Filens størrelse skal være under 5 MB"
	}
	if fault != "" {
		return s.controlAgain(c, controlFile, "", fault)
	}
	if _, ok := s.controls.Take(client(c)); !ok {
		return tooManyControls()
	}
	found, err := s.options.Cases.ControlFile(c.Request.Context(), file.data)
	if p, ok := problem.As(err); ok && (p.Kind == problem.Invalid || p.Kind == problem.TooLarge || p.Kind == problem.Unavailable) {
		return s.controlAgain(c, controlFile, "", p.Detail)
	} else if err != nil {
		return err
	}
	page := s.controlPage(c)
	page.tellFile(&found)
	return s.render(c, http.StatusOK, "control", page)
}

func tooManyControls() error {
	return problem.New(problem.Unavailable, "Der er kontrolleret usædvanlig mange dokumenter fra det sted, hvor du sidder. Prøv igen om et øjeblik.")
}

// lookUp shows what the document with a code is.
func (s *Server) lookUp(c *gin.Context, code string) error {
	if _, ok := s.controls.Take(client(c)); !ok {
		return tooManyControls()
	}
	found, err := s.options.Cases.ControlCode(c.Request.Context(), code, client(c))
	if p, ok := problem.As(err); ok && p.Kind == problem.NotFound {
		return s.controlAgain(c, controlCode, code, p.Detail)
	} else if err != nil {
		return err
	}
	page := s.controlPage(c)
	page.Code.Value = code
	page.Staff = staffPlace + casework.ControlPath
	page.tell(&found)
	page.Result.Text += " Sammenlign selv det, der står på papiret, med filen, hvis du har den: koden siger ikke, om papiret er ændret."
	return s.render(c, http.StatusOK, "control", page)
}

func (s *Server) controlAgain(c *gin.Context, id, code, fault string) error {
	page := s.controlPage(c)
	page.Errors = []problem.Field{{ID: id, Text: fault}}
	page.Code.Value = code
	if id == controlCode {
		page.Code.Error = fault
	} else {
		page.Input.Error = fault
	}
	return s.render(c, http.StatusUnprocessableEntity, "control", page)
}

// sealedLabel stands before when a document was sealed.
const sealedLabel = "Forseglet"

// tell says what a kept document is.
func (p *controlPage) tell(k *casework.Control) {
	day := ident.DateOf(k.At).Long()
	what := "Blad 1, underskrevet " + day
	if k.Kind == casework.IssuedBlad2 {
		what = "Blad 2, udstedt " + day
		if k.Authority != "" {
			what += " af " + k.Authority
		}
	}
	p.Result = &Alert{Variant: "success", Heading: what, Text: "Dokumentet er herfra, og det gælder."}
	stands, sealed := "Ja", "Ikke endnu. Dokumentet gælder alligevel"
	if fallen, next := fallen(k); fallen != "" {
		stands, sealed = "Nej, det er "+fallen, "Ikke endnu"
		p.Result.Variant, p.Result.Text = "warning", "Dokumentet er herfra, men det er "+fallen+". "+next
	}
	if k.Seal != nil {
		sealed = k.Seal.By + ", " + stamp(k.Seal.At)
	}
	p.Rows = []Row{{Label: "Dokument", Value: what}, {Label: "Gælder det?", Value: stands}, {Label: sealedLabel, Value: sealed}}
}

// fallen says why a kept document does not stand, and what its reader can do; ""
// where it does.
func fallen(k *casework.Control) (why, next string) {
	switch {
	case k.Replaced:
		return "erstattet af et senere", "Bed den, du har det fra, om det nye."
	case k.Withdrawn:
		return "trukket tilbage", "Spørg den, du har det fra, hvis du er i tvivl."
	case k.Returned:
		return "sendt tilbage for at blive rettet", "Bed den, du har det fra, om det nye, når det er underskrevet."
	}
	return "", ""
}

// controlCase leads staff from a document's code to its case.
func (s *Server) controlCase(c *gin.Context) error {
	values, err := formOf(c)
	if err != nil {
		return err
	}
	id, err := s.options.Cases.CaseOfCode(c.Request.Context(), actor(c), values.Get(controlCode))
	if err != nil {
		return err
	}
	c.Redirect(http.StatusSeeOther, casePath(id))
	return nil
}
