package main

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/chromedp/cdproto/page"
)

var pictures = flag.Bool("pictures", false, "write the pictures of the README anew")

// pictures keeps a picture of the top of the page for the README.
func (p *person) pictures(name string) {
	p.t.Helper()
	evaluate[any](p, `window.scrollTo(0, 0)`)
	beyond := true // the window
	shot := call(p, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Clip: &page.Viewport{Width: wide, Height: 1100, Scale: 1}, CaptureBeyondViewport: &beyond,
	})
	img, err := png.Decode(bytes.NewReader(shot.Data))
	if err != nil {
		p.t.Fatal(err)
	}
	var small bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&small, fewColours(img)); err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(repository, "testdata", "pictures", name+".png")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, small.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// fewColours returns a picture in the 256 colours that it has most of.
func fewColours(img image.Image) image.Image {
	count := map[color.RGBA]int{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			count[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
		}
	}
	most := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int { return cmp.Compare(count[b], count[a]) })
	var palette color.Palette
	for _, c := range most[:min(256, len(most))] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(img.Bounds(), palette)
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out
}
