package web

import (
	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

// admit decides whether the request may use the route: nil, or a problem that
// says why not. It leaves who is asking in the context for the handler.
func (s *Server) admit(c *gin.Context, r route) error {
	switch r.access {
	case public:
		return nil
	case demo:
		if s.options.Demo {
			return nil
		}
		return errNoPage
	default:
		return problem.New(problem.Unknown, "Log ind for at se siden.")
	}
}
