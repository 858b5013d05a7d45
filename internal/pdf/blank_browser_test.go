package pdf

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ab325/internal/pdf/acro"
	"ab325/internal/pdf/pdftest"
)

// TestBlankInChromium fills in the first two fields in a browser, from the
// keyboard alone: what is typed is seen in their boxes, and nowhere else.
func TestBlankInChromium(t *testing.T) {
	pdftest.Need(t, "chromium", "chromium")
	path := pdftest.Save(t, blank(t))
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.Flag("headless", "new"), chromedp.WindowSize(900, 1300))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatal(err)
		}
	}
	do(chromedp.Navigate("file://" + path + "#toolbar=0&zoom=100"))
	before, sheet := settled(ctx, t)
	do(chromedp.MouseClickXY(float64(sheet.X+500), float64(sheet.Y+45)), chromedp.KeyEvent("\t"), chromedp.KeyEvent("Jobcenter Ærø"),
		chromedp.KeyEvent("\t"), chromedp.KeyEvent("1.12.2026"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("Åse Bjørn"), chromedp.KeyEvent("\t"))
	time.Sleep(500 * time.Millisecond) // the viewer has drawn what was typed
	after, _ := settled(ctx, t)
	plan := engine(t).plan
	widgets := acro.New(plan).Widgets
	const typed = 3 // and the field after them has the focus, which is seen too
	inked := map[int]int{}
	for y := range before.Bounds().Dy() {
		for x := range before.Bounds().Dx() {
			if before.At(x, y) == after.At(x, y) {
				continue
			}
			in := -1
			for i := range widgets[:typed+1] {
				const px = 75 // hundredths of a point
				w, at := widgets[i].Rect, image.Pt((x-sheet.X)*px, (y-sheet.Y)*px)
				if at.In(image.Rect(int(w.X)-2*px, int(w.Y)-2*px, int(w.X+w.W)+2*px, int(w.Y+w.H)+2*px)) {
					in = i
				}
			}
			if in < 0 {
				t.Fatalf("the page changed at %d, %d, where nothing was typed", x-sheet.X, y-sheet.Y)
			}
			if grey := color.GrayModel.Convert(after.At(x, y)).(color.Gray); grey.Y < 150 {
				inked[in]++
			}
		}
	}
	for i := range typed {
		if inked[i] < 40 {
			t.Errorf("%d dark points in the box of %s, want those of a text", inked[i], plan.Slots[widgets[i].Slot].Label)
		}
	}
}

// settled waits until the viewer shows a page and what it shows does not
// change, and returns it and where the page's top left corner is.
func settled(ctx context.Context, t *testing.T) (image.Image, image.Point) {
	t.Helper()
	var last []byte
	for {
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		p, err := png.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatal(err)
		}
		if corner, ok := paper(p); ok && bytes.Equal(picture, last) {
			return p, corner
		}
		last = picture
		time.Sleep(300 * time.Millisecond)
	}
}

// paper returns where the page begins on the viewer's dark ground.
func paper(p image.Image) (corner image.Point, ok bool) {
	white := func(x, y int) bool { return color.GrayModel.Convert(p.At(x, y)).(color.Gray).Y > 250 }
	r := p.Bounds()
	for corner.X < r.Dx() && !white(corner.X, 20) {
		corner.X++
	}
	for corner.Y < r.Dy() && !white(r.Dx()/2, corner.Y) {
		corner.Y++
	}
	return corner, corner.X > 0 && corner.X < r.Dx()/2 && corner.Y < 20
}
