package pdftest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Resolution is that of golden pictures, in dots an inch: enough to see each
// word, and few bytes.
const resolution = 50

// Pictures compares each page with its golden picture in dir, page-1.png and
// so on, as poppler draws it. Letters may be drawn a little differently by
// another version of it; a word or line that is missing, new or elsewhere is
// a fault. A page that looks like one of the same number in another folder, but
// for such little things as a figure in its foot, needs no picture of its own.
// With the test's flag -update the pictures are written anew.
func Pictures(t testing.TB, dir string, file []byte, others ...string) {
	t.Helper()
	pictures(t, dir, Draw(t, file, resolution), others)
}

// Cover compares a file's first page with its golden picture in dir, as
// Pictures does all: those behind it are another kind's, or never the same.
func Cover(t testing.TB, dir string, file []byte) {
	t.Helper()
	drawn := Draw(t, file, resolution)
	pictures(t, dir, drawn[:min(1, len(drawn))], nil)
}

func pictures(t testing.TB, dir string, drawn []*image.Gray, others []string) {
	t.Helper()
	if updating() {
		writePictures(t, dir, drawn, others)
	}
	golden, err := filepath.Glob(filepath.Join(dir, "page-*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range drawn {
		path := picturePath(dir, i)
		if slices.Contains(golden, path) {
			golden = slices.DeleteFunc(golden, func(p string) bool { return p == path })
		} else {
			path = likePicture(t, got, others, i)
		}
		if path == "" {
			t.Errorf("page %d has no picture in %s; if there should be one, run with -update", i+1, dir)
			continue
		}
		if at, ok := Differ(readPicture(t, path), got); ok {
			const mm = 25.4 / resolution
			t.Errorf("page %d is not as in %s, first %.0f mm from the left and %.0f mm from the top; if it should be so, run with -update",
				i+1, path, float64(at.X)*mm, float64(at.Y)*mm)
		}
	}
	if len(golden) > 0 {
		t.Errorf("%q are of pages that are not there; if that should be so, run with -update", golden)
	}
}

func picturePath(dir string, page int) string {
	return filepath.Join(dir, fmt.Sprintf("page-%d.png", page+1))
}

// likePicture returns the picture of a page in another folder that it looks
// like, or "".
func likePicture(t testing.TB, got image.Image, others []string, page int) string {
	t.Helper()
	for _, dir := range others {
		path := picturePath(dir, page)
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if _, differ := Differ(readPicture(t, path), got); !differ {
			return path
		}
	}
	return ""
}

func readPicture(t testing.TB, path string) image.Image {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return p
}

func writePictures(t testing.TB, dir string, drawn []*image.Gray, others []string) {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(dir, "page-*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range drawn {
		if likePicture(t, p, others, i) != "" {
			continue
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&b, coarse(p)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(picturePath(dir, i), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// coarse returns the picture in sixteen shades, which take half the bytes.
func coarse(p *image.Gray) image.Image {
	var shades color.Palette
	for i := range 16 {
		shades = append(shades, color.Gray{uint8(17 * i)})
	}
	out := image.NewPaletted(p.Rect, shades)
	for i, v := range p.Pix {
		out.Pix[i] = uint8((int(v) + 8) / 17)
	}
	return out
}

// Differ compares two pictures of a page and returns where they first differ
// by more than the way of drawing letters. Each is looked at in squares of a
// millimetre or two, which overlap: their grounds may differ by a few shades.
func Differ(a, b image.Image) (at image.Point, differ bool) {
	if a.Bounds().Size() != b.Bounds().Size() {
		return image.Point{}, true
	}
	const side, step, tolerance = 6, 3, 26
	grey := func(p image.Image, x, y int) int { return int(color.GrayModel.Convert(p.At(x, y)).(color.Gray).Y) }
	r := a.Bounds()
	for y := r.Min.Y; y+side <= r.Max.Y; y += step {
		for x := r.Min.X; x+side <= r.Max.X; x += step {
			sum := 0
			for dy := range side {
				for dx := range side {
					sum += grey(a, x+dx, y+dy) - grey(b, x+dx, y+dy)
				}
			}
			if max(sum, -sum) > tolerance*side*side {
				return image.Pt(x, y), true
			}
		}
	}
	return image.Point{}, false
}

// missing returns where one picture has ink and the other none. Two programs
// draw letters so differently that no more can be asked.
func missing(a, b *image.Gray) (at image.Point, ok bool) {
	const side, slack, ink, paper = 8, 2, 110, 12
	for y := 0; y+side <= a.Rect.Dy(); y += side {
		for x := 0; x+side <= a.Rect.Dx(); x += side {
			cell := image.Rect(x, y, x+side, y+side)
			grown := cell.Inset(-slack)
			if contrast(a, cell) > ink && contrast(b, grown) < paper || contrast(b, cell) > ink && contrast(a, grown) < paper {
				return cell.Min, true
			}
		}
	}
	return image.Point{}, a.Rect != b.Rect
}

// contrast returns how much lighter the lightest point is than the darkest.
func contrast(p *image.Gray, r image.Rectangle) int {
	r = r.Intersect(p.Rect)
	low, high := 255, 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			v := int(p.GrayAt(x, y).Y)
			low, high = min(low, v), max(high, v)
		}
	}
	return high - low
}

// Draw returns the pages as poppler draws them, in shades of grey.
func Draw(t testing.TB, file []byte, dpi int) []*image.Gray {
	t.Helper()
	path := Save(t, file)
	prefix := filepath.Join(filepath.Dir(path), "poppler")
	if out := Run(t, "pdftoppm", "-r", fmt.Sprint(dpi), "-gray", path, prefix); out != "" {
		t.Errorf("pdftoppm: %s", out)
	}
	return greys(t, prefix+"-*.pgm")
}

// greys reads pictures in the order of their names.
func greys(t testing.TB, pattern string) (all []*image.Gray) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var w, h int
		if _, err := fmt.Sscanf(string(b[:min(len(b), 20)]), "P5\n%d %d\n255\n", &w, &h); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, &image.Gray{Pix: b[len(b)-w*h:], Stride: w, Rect: image.Rect(0, 0, w, h)})
	}
	return all
}
