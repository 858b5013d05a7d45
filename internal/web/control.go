package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
	"ab325/internal/ident"
	"ab325/internal/pdf/read"
	"ab325/internal/pdf/seal"
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
	stands := "Gælder"
	if k.Replaced {
		stands = "Erstattet af et senere"
		p.Result.Variant, p.Result.Text = "warning", "Dokumentet er herfra, men det er erstattet af et senere. Bed den, du har det fra, om det nye."
	}
	sealed := "Ikke endnu. Dokumentet gælder alligevel"
	if k.Seal != nil {
		sealed = k.Seal.By + ", " + stamp(k.Seal.At)
	}
	p.Rows = []Row{{Label: "Dokument", Value: what}, {Label: "Gælder det?", Value: stands}, {Label: "Forseglet", Value: sealed}}
}

// tellFile says what a file is: what the service knows of its content counts
// for more than what a seal says, which anybody can make.
func (p *controlPage) tellFile(f *casework.ControlledFile) {
	if f.Known != nil {
		p.tell(f.Known)
		if f.Whole {
			p.Result.Text += " Filen er, som den blev lavet. Intet er ændret."
		} else {
			p.Result = &Alert{Variant: "warning", Heading: "Der er føjet noget til filen", Text: "Den begynder som et dokument herfra, men noget er føjet til bagefter, og det kan ændre, hvad du ser. Bed den, du har filen fra, om den, de selv fik."}
		}
	} else {
		p.Result = foreign(f.Seals)
	}
	for i := range f.Seals {
		p.Rows = append(p.Rows, sealRows(&f.Seals[i])...)
	}
}

// foreign says of a file that is not known here what its seals tell.
func foreign(seals []read.Seal) *Alert {
	if len(seals) == 0 {
		return &Alert{Variant: "warning", Heading: "Filen er ikke forseglet", Text: "Vi kender den heller ikke. Den kan være en kladde, en udskrift gemt på ny, eller den er lavet et andet sted, og så kan vi ikke sige, om den er ændret. Er der en kontrolkode på den, så prøv med den."}
	}
	last := &seals[len(seals)-1]
	for i := range seals {
		if seals[i].State == seal.Changed {
			return &Alert{Variant: "error", Heading: "Filen er ændret", Text: "Den er ikke, som den var, da den blev forseglet. Stol ikke på den. Bed om en ny hos den, der har udstedt dokumentet."}
		}
	}
	switch {
	case last.State == seal.Extended:
		return &Alert{Variant: "warning", Heading: "Der er føjet noget til filen", Text: "Det, der blev forseglet, er i filen, men noget er føjet til bagefter, og det kan ændre, hvad du ser."}
	case last.State != seal.Intact:
		return &Alert{Variant: "warning", Heading: "Seglet kan ikke læses", Text: "Der er et segl på filen, men det kan ikke kontrolleres. Stol ikke på filen. Bed om en ny hos den, der har udstedt dokumentet."}
	case last.Trust == seal.Trusted:
		return &Alert{Variant: "success", Heading: "Filen er forseglet her og ikke ændret siden", Text: "Dokumentet er ikke blandt dem, vi har nu. Sagen kan være slettet."}
	}
	return &Alert{Variant: "warning", Heading: "Filen er ikke ændret, siden den blev forseglet, men vi kender den ikke", Text: "Alle kan lave et segl i et hvilket som helst navn, og vi kan ikke sige, hvem der har lavet det her."}
}

// sealRows says what is known of a seal.
func sealRows(k *read.Seal) []Row {
	state := map[seal.State]string{seal.Intact: "Ikke ændret siden", seal.Extended: "Noget er føjet til siden", seal.Changed: "Ændret siden", seal.Unreadable: "Kan ikke kontrolleres"}[k.State]
	rows := []Row{{Label: "Segl", Value: state}}
	if k.State == seal.Changed || k.State == seal.Unreadable { // it may say anything
		return rows
	}
	by := k.By
	switch {
	case k.Demo:
		by += " (demonstration: ikke et gyldigt segl)"
	case k.Trust == seal.Revoked:
		by += " (certifikatet var trukket tilbage)"
	case k.Trust == seal.Outdated:
		by += " (certifikatet er udløbet)"
	case k.Trust != seal.Trusted:
		by += " (siger seglet selv)"
	}
	at := "Det siger seglet ikke"
	if !k.At.IsZero() {
		at = stamp(k.At)
		if !k.Proven {
			at += " (siger seglet selv)"
		}
	}
	return append(rows, Row{Label: "Forseglet af", Value: by}, Row{Label: "Forseglet", Value: at})
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
