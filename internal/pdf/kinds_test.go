package pdf

import (
	"testing"

	"ab325/internal/pdf/pdftest"
)

// TestKinds has every kind of document judged.
func TestKinds(t *testing.T) {
	for title, r := range records() {
		t.Run(title, func(t *testing.T) {
			pdftest.Check(t, render(t, r), pdftest.Options{Flat: true})
		})
	}
}
