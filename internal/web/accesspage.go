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
	Ended  bool      // the link or code was right once, and no longer works
	Mails  bool      // a new link can be sent
}

func (s *Server) showAccess(c *gin.Context) error {
	page := s.accessPage(c)
	if n, ok := accessNotices[c.Query("nyt")]; ok {
		page.Notice = &n
	}
	return s.render(c, http.StatusOK, "access", page)
}

// accessNotices are what is said once, by the word that the address carries.
var accessNotices = map[string]Alert{
	"gentaget":  {Variant: "info", Heading: "Det, du sendte, har vi modtaget én gang", Text: "Forbindelsen blev afbrudt, så det kom to gange. Brug dit link eller din kode. Har du ikke fået dem, så begynd igen."},
	"logget-ud": {Variant: "success", Heading: "Du er logget ud", Text: "Brug dit link eller din kode, når du vil tilbage til sagen."},
	"sendt":     {Variant: "info", Heading: "Se i din indbakke", Text: "Passer linket eller koden til en sag, og er der oplyst en e-mailadresse, har vi sendt et nyt link dertil. Får du ikke noget, så kontakt kommunen."},
}

func (s *Server) accessPage(c *gin.Context) *accessPage {
	page := &accessPage{Page: s.page(c, "Åbn din sag")}
	page.Back, page.Mails = backTo("/"), s.options.Cases != nil && s.options.Cases.Delivers
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
