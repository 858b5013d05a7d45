package web

import (
	"github.com/gin-gonic/gin"

	"ab325/internal/problem"
)

// The form to fill in elsewhere.
const (
	blankName = "ab325.pdf"
	blankPath = "/" + blankName
)

// blank answers with the form to be filled in on a computer, or by hand. It is
// a file to keep: what is filled in within a browser's own window is gone with
// that.
func (s *Server) blank(c *gin.Context) error {
	if s.options.Cases == nil {
		return problem.New(problem.NotFound, "")
	}
	file, err := s.options.Cases.Blank()
	if err != nil {
		return err
	}
	download(c, blankName, "application/pdf", file)
	return nil
}
