package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/casework"
)

// publicRoutes are the pages that anybody may read.
var publicRoutes = []route{
	{"GET", "/", public, "", false, info("front", "Vurdering af arbejdsevnen i fleksjob", "")},
	{"GET", blankPath, public, "", false, (*Server).blank},
	{"GET", "/ansat", public, "", false, (*Server).showStart},
	{"GET", "/virksomhed", public, "", false, (*Server).showStart},
	{"GET", "/hjaelp", public, "", false, info("help", "Hjælp", "/")},
	{"GET", "/hjaelp/timer-og-intensitet", public, "", false, (*Server).helpHours},
	{"GET", "/hjaelp/samtykke", public, "", false, info("help-consent", "Samtykke", "/hjaelp")},
	{"GET", "/hjaelp/loen-og-vilkaar", public, "", false, info("help-pay", "Løn og vilkår", "/hjaelp")},
	{"GET", "/hjaelp/klage", public, "", false, info("help-complaint", "Klage og uenighed", "/hjaelp")},
	{"GET", "/hjaelp/regler", public, "", false, info("help-rules", "Reglerne nu", "/hjaelp")},
	{"GET", "/kontakt", public, "", false, info("contact", "Kontakt og rådgivning", "/")},
	{"GET", "/privatliv", public, "", false, info("privacy", "Dine oplysninger og cookies", "/")},
	{"GET", "/tilgaengelighed", public, "", false, info("accessibility", "Tilgængelighed", "/")},
	{"GET", casework.ControlPath, public, "", false, (*Server).showControl},
	{"POST", casework.ControlPath, public, "", true, (*Server).control},
	{"GET", casework.ControlPath + "/:code", public, "", false, (*Server).showControlled},
	{"GET", "/adgang", public, "", false, (*Server).showAccess},
	{"GET", "/health", public, "", false, (*Server).health},
	{"GET", "/static/:hash/*file", public, "", false, (*Server).serveStatic},
}

// An infoPage says something and asks nothing.
type infoPage struct{ Page }

// info returns a handler for a page that only says something; back is where
// its back link goes, or "".
func info(name, title, back string) func(*Server, *gin.Context) error {
	return func(s *Server, c *gin.Context) error {
		page := &infoPage{s.page(c, title)}
		page.Back = backTo(back)
		return s.render(c, http.StatusOK, name, page)
	}
}

// backTo returns the link back to one of the pages of this file.
func backTo(path string) *Link {
	switch path {
	case "/":
		return &Link{path, "Til forsiden"}
	case "/hjaelp":
		return &Link{path, "Til hjælp"}
	}
	return nil
}

// health answers whether the service can do its work, for whoever watches it.
func (s *Server) health(c *gin.Context) error {
	if s.options.Healthy != nil {
		if err := s.options.Healthy(c.Request.Context()); err != nil {
			s.options.Log.Error("unhealthy", "err", err)
			c.String(http.StatusServiceUnavailable, "unhealthy\n")
			return nil
		}
	}
	c.String(http.StatusOK, "ok\n")
	return nil
}
