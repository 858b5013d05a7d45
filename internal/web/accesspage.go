package web

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// An accessPage lets a party in: with the secret of a link, which the script
// takes from behind the # of the address, or with a number and a code typed
// from a letter. Only its POST uses anything up, so that a program that opens
// links in mails does no harm.
type accessPage struct {
	Page
	Action string
	Number TextInput
	Code   TextInput
}

func (s *Server) showAccess(c *gin.Context) error {
	return s.render(c, http.StatusOK, "access", s.accessPage(c, "", "", ""))
}

// accessPage makes the page; text is what is wrong with what was typed, or "".
func (s *Server) accessPage(c *gin.Context, number, numberError, codeError string) *accessPage {
	page := &accessPage{Page: s.page(c, "Åbn din sag"), Action: "/adgang"}
	page.Back = backTo("/")
	page.Number = TextInput{
		Control: Control{ID: "number", Label: "Sagens nummer", Hint: "Det står i brevet eller mailen.", Error: numberError},
		Value:   number, Width: "char-27", Autocomplete: "off",
	}
	page.Code = TextInput{
		Control: Control{ID: "code", Label: "Kode", Error: codeError},
		Width:   "char-27", Autocomplete: "one-time-code",
	}
	return page
}
