package casework

import "fmt"

// Blank returns the newest edition of the form as a PDF to be filled in on a
// computer or by hand. Anybody may have it: it says nothing of any case. The
// bytes must not be changed.
func (s *Service) Blank() ([]byte, error) {
	file, err := s.Editions[s.Current].Print.Blank()
	if err != nil {
		return nil, fmt.Errorf("draw the blank of %s: %w", s.Current, err)
	}
	return file, nil
}
