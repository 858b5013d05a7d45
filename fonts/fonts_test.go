package fonts

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"golang.org/x/image/font/sfnt"
)

// TestFaces holds the faces to what the layout relies on: the letters of
// Danish, and the same letters in both.
func TestFaces(t *testing.T) {
	regular, err := sfnt.Parse(Regular())
	if err != nil {
		t.Fatal(err)
	}
	bold, err := sfnt.Parse(Bold())
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	for _, r := range "AÅåÆæØøÉéÜüŁłŞşȘșǾǿ€§½•–«»„“”’Ωя" {
		for name, face := range map[string]*sfnt.Font{"regular": regular, "bold": bold} {
			if glyph, err := face.GlyphIndex(&buf, r); glyph == 0 || err != nil {
				t.Errorf("%s has no %q (%v)", name, r, err)
			}
		}
	}
}

// TestSRGB pins the profile: a changed one would change every document.
func TestSRGB(t *testing.T) {
	sum := sha256.Sum256([]byte(SRGB()))
	const want = "384b832de3412066743b52a75ee906b6fb9fb8d9e09e936fc2c43223815c6e0a"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("SHA-256 of the profile = %s, want %s", got, want)
	}
	if got := SRGB()[12:20]; got != "mntrRGB " {
		t.Errorf("class and colour space = %q, want %q", got, "mntrRGB ")
	}
}
