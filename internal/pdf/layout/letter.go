package layout

import "errors"

// Window is the part of a page that a C5 or M65 envelope with a window shows.
func Window() Rect { return Rect{MM(20), MM(40), MM(90), MM(35)} }

// ErrWindow says that an address is longer than an envelope's window shows.
var ErrWindow = errors.New("the address does not fit the window")

// head places sender, address and date, and leaves the pen where the title
// goes.
func (s *typesetter) head(text *Prose) error {
	right := column{MM(125), MM(65)}
	if text.Sender == "" && text.Address == "" && text.Date == "" {
		return nil
	}
	if text.Sender != "" {
		s.element(0, P, text.Sender, right, 900)
	}
	y := s.y
	if text.Address != "" {
		if err := s.address(text.Address); err != nil {
			return err
		}
	}
	s.y = y
	if text.Date != "" {
		s.y += leading(900)
		s.element(0, P, text.Date, right, 900)
	}
	s.y += leading(proseSize)
	if below := Window().Y + Window().H + MM(15); text.Address != "" {
		s.y = max(s.y, below)
	}
	return nil
}

// address sets the lines of an address in the window, in the largest type
// that it holds them in, with room for the sheet to slide in the envelope.
func (s *typesetter) address(text string) error {
	const slide, slip = 2.5, 1.5 // mm on each side, above and below
	room := Window()
	in := column{room.X + MM(slide), room.W - 2*MM(slide)}
	for size := Unit(1100); size >= MinSize; size -= 50 {
		runs := s.Fonts.Regular.lines(text, in.x, room.Y+MM(slip), in.w, size, false)
		if leading(size)*Unit(len(runs)) <= room.H-2*MM(slip) {
			s.mark(s.node(0, P), runs)
			return nil
		}
	}
	return ErrWindow
}
