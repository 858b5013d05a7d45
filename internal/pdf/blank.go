package pdf

import (
	"ab325/internal/pdf/acro"
	"ab325/internal/pdf/stock"
	"ab325/internal/pdf/write"
)

// Blank returns the whole form with nothing in it, to be filled in with any
// program that fills in PDF forms, or printed and filled in by hand. Its
// fields are named by their ids. The same edition makes the same bytes, which
// must not be changed.
func (e *Engine) Blank() ([]byte, error) { return e.blank() }

func (e *Engine) drawBlank() ([]byte, error) {
	s, err := stock.DrawBlank(e.plan, e.letters)
	if err != nil {
		return nil, err
	}
	return write.Blank(nil, e.plan, s, acro.New(e.plan)), nil
}
