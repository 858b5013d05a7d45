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
	t.Run("letter", func(t *testing.T) {
		file := prose(t, exampleLetter())
		pdftest.Check(t, file, pdftest.Options{Flat: true})
		pdftest.Golden(t, "testdata/letter.txt", pdftest.Transcript(file))
		pdftest.Pictures(t, "testdata/letter", file)
	})
	t.Run("volume", func(t *testing.T) {
		file := volume(t, exampleVolume(t))
		pdftest.Check(t, file, pdftest.Options{})
		pdftest.Golden(t, "testdata/volume.txt", pdftest.Transcript(file))
	})
}
