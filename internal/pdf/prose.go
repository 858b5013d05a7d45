package pdf

import (
	"fmt"

	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/stock"
	"ab325/internal/pdf/write"
)

// A Prose is a document of running text, such as a letter or a receipt. What
// it says stands in its own fields; a viewer shows its Title as the file's,
// which should name nobody.
type Prose = layout.Prose

// A Block is a part of a Prose.
type Block = layout.Block

// The kinds of blocks.
const (
	Paragraph = layout.Paragraph
	Heading   = layout.Heading
	Row       = layout.Row
	Item      = layout.Item
)

// ErrWindow says that an address is longer than an envelope's window shows.
var ErrWindow = layout.ErrWindow

// InText is what a RepertoireError names of a Prose.
const InText = "text"

// AppendProse appends a document of running text to dst and returns the
// longer slice. The same text makes the same bytes, and every letter of it is
// in them. The error is a *RepertoireError where the font lacks letters,
// ErrWindow where the address is too long; dst is then returned as it was.
func (e *Engine) AppendProse(dst []byte, text *Prose) ([]byte, error) {
	wide, err := e.checkProse(text)
	if err != nil {
		return dst, err
	}
	font := narrowFont
	if wide {
		font = wideFont
	}
	w, err := e.prose[font]()
	if err != nil {
		return dst, err
	}
	pages, err := layout.LayProse(e.letters.Fonts, text)
	if err != nil {
		return dst, fmt.Errorf("lay out %q: %w", text.Title, err)
	}
	return w.Append(dst, text.Title, pages), nil
}

// checkProse reports whether a text needs the wide font, or which letters it
// cannot have.
func (e *Engine) checkProse(text *Prose) (wide bool, err error) {
	parts := []string{text.Sender, text.Address, text.Date, text.Title, text.Reference}
	for _, b := range text.Blocks {
		parts = append(parts, b.Label, b.Text)
	}
	var lack *RepertoireError
	for _, part := range parts {
		w, ok := e.look(part)
		wide = wide || w
		if !ok {
			if lack == nil {
				lack = &RepertoireError{Fields: []string{InText}}
			}
			lack.Letters = e.lacks(lack.Letters, part)
		}
	}
	if lack != nil {
		return false, lack
	}
	return wide, nil
}

// drawProse draws what every running text has: no more than the fonts.
func (e *Engine) drawProse(wide bool) (*write.Prose, error) {
	s, err := stock.Draw(&layout.Plan{Fonts: e.letters.Fonts}, e.letters, wide)
	if err != nil {
		return nil, err
	}
	return write.NewProse(s), nil
}
