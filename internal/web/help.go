package web

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/ident"
)

// A helpHoursPage explains hours and intensity with examples that are worked
// out as the service works them out.
type helpHoursPage struct {
	Page
	Examples []hoursExample
}

type hoursExample struct{ Hours, Percent, Effective string }

func (s *Server) helpHours(c *gin.Context) error {
	page := &helpHoursPage{Page: s.page(c, "Timer og intensitet")}
	page.Back = backTo("/hjaelp")
	for _, e := range []hoursExample{{"10", "50", ""}, {"15", "80", ""}, {"12", "100", ""}, {"7,5", "67", ""}, {"20", "40", ""}} {
		hours, err := ident.ParseHours(e.Hours)
		if err != nil {
			return fmt.Errorf("example hours: %w", err)
		}
		percent, err := ident.ParsePercent(e.Percent)
		if err != nil {
			return fmt.Errorf("example percent: %w", err)
		}
		e.Effective = ident.DurationText(ident.Effective(hours, percent))
		page.Examples = append(page.Examples, e)
	}
	return s.render(c, http.StatusOK, "help-hours", page)
}
