package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ab325/internal/flexjob"
	"ab325/internal/problem"
)

// A startPage says to one of the parties what happens, and begins a case.
type startPage struct {
	Page
	name    string // of the template
	Action  string
	Mails   bool // an address is of use: new links can be sent to it
	Address TextInput
}

func (s *Server) showStart(c *gin.Context) error {
	page := s.startPage(c)
	return s.render(c, http.StatusOK, page.name, page)
}

// startPage makes the page of the party whose part of the site this is.
func (s *Server) startPage(c *gin.Context) *startPage {
	page := &startPage{Page: s.page(c, "Til dig, der skal i fleksjob"), name: "employee-start", Action: "/" + employeeSide + "/start"}
	if strings.HasPrefix(page.Site.Path, "/"+companySide) {
		page.Title, page.name, page.Action = "Til virksomheden", "company-start", "/"+companySide+"/start"
	}
	page.Back = backTo("/")
	page.Mails = s.options.Cases != nil && s.options.Cases.Delivers
	page.Address = TextInput{
		Control: Control{ID: "address", Label: "Din e-mailadresse", Optional: true, Hint: "Så kan vi sende et nyt link, hvis du mister dit."},
		Type:    "email", Autocomplete: "email", Width: "width-l",
	}
	return page
}

// How many cases may be begun from one address: enough for a hall of people at
// once, and too few to fill a disk.
const (
	startsAtOnce = 100
	startsEvery  = 10 * time.Second
)

// start returns the handler that begins a case for a party.
func start(p flexjob.Party) func(*Server, *gin.Context) error {
	return func(s *Server, c *gin.Context) error {
		values, err := formOf(c)
		if err != nil {
			return err
		}
		if _, ok := s.starts.Take(client(c)); !ok {
			return problem.New(problem.Unavailable, "Der er begyndt usædvanlig mange blanketter fra det sted, hvor du sidder. Prøv igen om et øjeblik.")
		}
		address := strings.TrimSpace(values.Get("address"))
		entered, err := s.options.Cases.Start(c.Request.Context(), p, address)
		if p, ok := problem.As(err); ok && p.Kind == problem.Invalid {
			return s.startAgain(c, address, p)
		} else if err != nil {
			return err
		}
		if values.Get(readFilePart) != "" {
			return s.beginAt(c, entered, readFilePart)
		}
		return s.begin(c, entered)
	}
}

// startAgain shows the start page with what is wrong with the address.
func (s *Server) startAgain(c *gin.Context, address string, p *problem.Error) error {
	page := s.startPage(c)
	page.Address.Value, page.Errors = address, p.Fields
	for _, f := range p.Fields {
		page.Address.Error = f.Text
	}
	return s.render(c, http.StatusUnprocessableEntity, page.name, page)
}
