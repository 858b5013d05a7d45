package pdf

import (
	"fmt"
	"strings"

	"rsc.io/qr/coding"

	"ab325/internal/pdf/layout"
)

// A Code is what a printed document is checked by: letters to type on a page
// of the service, and a picture that leads a camera there.
type Code = layout.Code

// NewCode returns the code of a document, checked at address: the page's URL,
// to which "/" and the code are added. It is an error if a camera could not be
// sure to read the picture of so long an address; eighty letters are fine.
func (e *Engine) NewCode(address, code string) (*Code, error) {
	_, seen, _ := strings.Cut(address, "://")
	c := &Code{Code: code}
	if _, ok := e.look(seen); !ok {
		return nil, fmt.Errorf("code of a document: no font has all of %q", seen)
	}
	if err := e.pictures.draw(c, coding.String(address+"/"), coding.Alpha(code)); err != nil {
		return nil, fmt.Errorf("code of a document: %w", err)
	}
	if !e.plan.Take(c, seen) {
		return nil, fmt.Errorf("code of a document: %q is too long to be printed", address)
	}
	return c, nil
}
