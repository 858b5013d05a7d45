package pdf

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"slices"
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
	plan := engine(t).plan
	widgets := acro.New(plan).Widgets[:4] // the three that are typed in, and the one that has the focus then, which is seen too
	for picture := 1; ; picture++ {
		after, _ := settled(ctx, t)
		inked, stray := changes(before, after, sheet, widgets)
		if slices.Min(inked[:3]) < 40 && picture < 20 { // not drawn yet
			continue
		}
		for i, n := range inked[:3] {
			if n < 40 {
				t.Errorf("%d dark points in the box of %s, want those of a text", n, plan.Slots[widgets[i].Slot].Label)
			}
		}
		if stray > 0 {
			t.Errorf("%d points of the page changed where nothing was typed", stray)
		}
		return
	}
}

// changes compares two pictures of a page whose top left corner is given. It
// returns how many points became dark in each widget, and how many of the page
// changed outside them all. What the viewer draws around the page is its own.
func changes(before, after image.Image, corner image.Point, widgets []acro.Widget) (inked []int, stray int) {
	const px = 75 // hundredths of a point
	inked = make([]int, len(widgets))
	page := image.Rect(0, 0, 59500/px, 84100/px).Add(corner).Intersect(before.Bounds())
	for y := page.Min.Y; y < page.Max.Y; y++ {
		for x := page.Min.X; x < page.Max.X; x++ {
			if before.At(x, y) == after.At(x, y) {
				continue
			}
			in := slices.IndexFunc(widgets, func(of acro.Widget) bool {
				w := of.Rect
				box := image.Rect(int(w.X)-2*px, int(w.Y)-2*px, int(w.X+w.W)+2*px, int(w.Y+w.H)+2*px)
				return image.Pt(x-corner.X, y-corner.Y).Mul(px).In(box)
			})
			if in < 0 {
				stray++
			} else if color.GrayModel.Convert(after.At(x, y)).(color.Gray).Y < 150 {
				inked[in]++
			}
		}
	}
	return inked, stray
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
