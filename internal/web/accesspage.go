package web

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// An accessPage lets a party in: with the secret of a link, which the script
// takes from behind the # of the address, or with a code typed from a letter.
// Only its POST uses anything up, so that a program that opens links in mails
// does no harm.
type accessPage struct {
	Page
	Code   TextInput // "code"; the script posts the link's secret as "token"
	Resend TextInput // "old": the link or code that no longer works
}

func (s *Server) showAccess(c *gin.Context) error {
	return s.render(c, http.StatusOK, "access", s.accessPage(c))
}

func (s *Server) accessPage(c *gin.Context) *accessPage {
	page := &accessPage{Page: s.page(c, "Åbn din sag")}
	page.Back = backTo("/")
	page.Code = TextInput{
		Control: Control{ID: "code", Label: "Kode", Hint: "Store og små bogstaver er lige gyldige, og du kan udelade bindestregerne."},
		Width:   "char-27", Autocomplete: "off",
	}
	page.Resend = TextInput{
		Control: Control{ID: "old", Label: "Dit gamle link eller din gamle kode"},
		Width:   "width-l", Autocomplete: "off",
	}
	return page
}
