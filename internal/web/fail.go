package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ab325/internal/auth"
	"ab325/internal/problem"
)

var (
	errNoPage   = problem.New(problem.NotFound, "")
	errUnknown  = problem.New(problem.Unknown, "")
	errNoMethod = errors.New("method not allowed")
)

// A failure is how a kind of problem is answered.
type failure struct {
	Status  int
	Heading string
	Text    string // where the problem itself says nothing
	Next    string // what to do
}

var failures = map[problem.Kind]failure{
	problem.Invalid: {http.StatusUnprocessableEntity, "Noget skal rettes",
		"Noget af det, du sendte, kan ikke bruges.", "Gå tilbage til siden, ret det, og send igen."},
	problem.NotFound: {http.StatusNotFound, "Siden findes ikke",
		"Vi kan ikke finde siden. Måske er adressen skrevet forkert, eller siden er flyttet.",
		"Kontrollér adressen, eller begynd på forsiden. Kom du fra et link i en mail eller et brev, kan du bede om et nyt."},
	problem.Forbidden: {http.StatusForbidden, "Du har ikke adgang",
		"Du har ikke adgang til det, du prøvede at åbne eller gøre.",
		"Gå tilbage til din egen side. Mener du, at du skal have adgang, så spørg kommunen."},
	problem.Unknown: {http.StatusUnauthorized, "Log ind igen",
		"Du er ikke logget ind, eller du har været væk så længe, at du er logget af.",
		"Åbn dit link igen, eller log ind. Det, du har gemt, er der stadig."},
	problem.Expired: {http.StatusGone, "Linket gælder ikke længere",
		"Linket eller koden er brugt eller blevet for gammel.",
		"Bed om et nyt link. Det, der er gemt i sagen, er der stadig."},
	problem.Conflict: {http.StatusConflict, "En anden har rettet det samme imens",
		"Det, du ville ændre, er blevet ændret, siden du åbnede siden. Din ændring er ikke gemt.",
		"Åbn siden igen, se hvad der nu står, og ret det, hvis det stadig er nødvendigt."},
	problem.NotNow: {http.StatusConflict, "Det kan ikke lade sig gøre nu",
		"Sagen er nået til et sted, hvor det ikke længere, eller ikke endnu, kan lade sig gøre.",
		"Åbn sagen igen for at se, hvad der sker nu, og hvem der skal gøre noget."},
	problem.TooLarge: {http.StatusRequestEntityTooLarge, "Det fylder for meget",
		"Det, du sendte, fylder mere, end vi kan tage imod. En fil må højst fylde 10 MB.",
		"Gør filen mindre, for eksempel ved at scanne i lavere opløsning, eller skriv teksten på siden i stedet."},
	problem.Unavailable: {http.StatusServiceUnavailable, "Prøv igen om lidt",
		"Tjenesten har for travlt til at svare lige nu.",
		"Vent et øjeblik, og prøv igen. Det, du har fået at vide er gemt, er gemt."},
}

// A problemPage tells the person what went wrong and what to do next.
type problemPage struct {
	Page
	failure
	Detail    string
	SignIn    string // where to sign in, or ""
	Again     bool   // the page can be asked for again
	Out       *Link  // away from here; nil where that would lose what was typed
	Reference string // what to quote; only for faults
}

// An answer in JSON to a request that a script made.
type problemAnswer struct {
	Kind      problem.Kind    `json:"kind"`
	Detail    string          `json:"detail"`
	Next      string          `json:"next"`
	Fields    []problem.Field `json:"fields,omitempty"`
	Reference string          `json:"reference,omitempty"`
}

// fail answers for a handler that returned err. A problem is told as it is;
// everything else becomes a page with a reference, and is logged in full here
// and nowhere else.
func (s *Server) fail(c *gin.Context, err error) {
	if c.Writer.Written() {
		s.options.Log.Error("after the answer had begun", "reference", reference(c), "err", err)
		return
	}
	if repeated(err) {
		s.failRepeated(c)
		return
	}
	if errors.Is(err, errNoMethod) {
		s.failAs(c, failure{http.StatusMethodNotAllowed, "Det kan siden ikke",
			"Siden kan ikke bruges på den måde.", "Gå til forsiden, og begynd derfra."}, &problem.Error{Kind: problem.NotFound})
		return
	}
	p, known := asProblem(err)
	if !known {
		s.failBroken(c, err)
		return
	}
	if p == errGiven && !wantsJSON(c) {
		toPassword(c)
		return
	}
	if p.Kind == problem.Unknown && c.Request.Method == http.MethodGet && !wantsJSON(c) {
		if to := signInPath(c.Request.URL.Path); to != "" {
			c.Redirect(http.StatusSeeOther, to+wanted(c.Request.URL.Path))
			return
		}
	}
	if p.Err != nil {
		s.options.Log.Info("refused", "kind", p.Kind, "route", c.FullPath(), "reference", reference(c), "err", p.Err)
	}
	s.failAs(c, failures[p.Kind], p)
}

// asProblem finds the problem in err, and makes problems of the errors that
// the standard library has for them.
func asProblem(err error) (*problem.Error, bool) {
	if p, ok := problem.As(err); ok {
		_, known := failures[p.Kind]
		return p, known
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &problem.Error{Kind: problem.TooLarge, Err: err}, true
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &problem.Error{Kind: problem.Unavailable, Err: err}, true
	}
	return nil, false
}

func (s *Server) failAs(c *gin.Context, f failure, p *problem.Error) {
	if f.Status == http.StatusServiceUnavailable {
		c.Header("Retry-After", "30")
	}
	detail := p.Detail
	if detail == "" {
		detail = f.Text
	}
	if wantsJSON(c) {
		c.JSON(f.Status, problemAnswer{p.Kind, detail, f.Next, p.Fields, ""})
		return
	}
	page := &problemPage{Page: s.page(c, f.Heading), failure: f, Detail: detail, Out: toFront()}
	if who := actor(c); who.Staff() {
		page.Out = &Link{staffPlace, "Gå til jobcenterets sider"}
	}
	if p == auth.ErrNoCase {
		page.Next = noCaseNext(actor(c))
	}
	page.Errors = p.Fields
	switch p.Kind {
	case problem.Unavailable:
		page.stay(c.Request.Method)
	case problem.Unknown, problem.Expired:
		page.SignIn = signInPath(c.Request.URL.Path)
	}
	if page.SignIn == signInPath(staffPlace) {
		page.Next = "Log ind. Det, du har gemt, er der stadig."
	}
	if err := s.render(c, f.Status, "problem", page); err != nil {
		s.failBroken(c, err)
	}
}

// stay tells who can only try again how to: a page is asked for again, and what was
// posted is sent again from where it is. Who sent something is not led away from it.
func (p *problemPage) stay(method string) {
	if p.Again = method == http.MethodGet || method == http.MethodHead; !p.Again {
		p.Next, p.Out = unsentNext, nil
	}
}

// toFront leads whoever it is to the front page.
func toFront() *Link { return &Link{"/", "Gå til forsiden"} }

// noCaseNext says what to do where something of a case is not there: the case
// may have been erased, or be another's.
func noCaseNext(who auth.Actor) string {
	if who.Staff() {
		return "Find sagen på listen, eller søg efter dens nummer. Er den slettet, kan den ikke hentes tilbage, og det står i loggen, hvem der slettede den og hvorfor."
	}
	return "Brug dit link eller din kode igen. Virker de ikke, så spørg kommunen."
}

// failBroken answers a fault: the page made at start with the reference put in.
func (s *Server) failBroken(c *gin.Context, err error) {
	s.options.Log.Error("fault", "route", c.FullPath(), "case", caseID(c), "reference", reference(c), "err", err)
	if wantsJSON(c) {
		c.JSON(http.StatusInternalServerError, problemAnswer{Detail: brokenText, Next: brokenNext, Reference: reference(c)})
		return
	}
	body := bytes.ReplaceAll(s.broken, []byte(referenceMark), []byte(reference(c)))
	c.Data(http.StatusInternalServerError, htmlType, body)
}

const (
	referenceMark = "REFERENCE-MARK"
	brokenText    = "Der opstod en fejl hos os. Det er ikke noget, du har gjort."
	brokenNext    = "Prøv igen om lidt. Sker det igen, så kontakt kommunen, og sig referencen. Det, du har fået at vide er gemt, er gemt."
)

func (s *Server) renderBroken() ([]byte, error) {
	page := &problemPage{
		Page:      Page{Title: "Der opstod en fejl", Site: s.site("")},
		failure:   failure{Heading: "Der opstod en fejl", Next: brokenNext},
		Detail:    brokenText,
		Out:       toFront(),
		Reference: referenceMark,
	}
	return s.pages.execute("problem", page)
}

// signInPath says where one who is not signed in can do so, by where they
// wanted to go; "" where nobody signs in.
func signInPath(path string) string {
	switch strings.Split(strings.TrimPrefix(path, "/"), "/")[0] {
	case employeeSide, companySide:
		return "/adgang"
	case staffSide:
		return "/jobcenter/log-ind"
	}
	return ""
}

// wantsJSON reports whether a script of ours asks, as autosave does.
func wantsJSON(c *gin.Context) bool {
	return strings.HasPrefix(c.GetHeader("Accept"), "application/json")
}
