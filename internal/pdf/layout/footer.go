package layout

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ab325/internal/form"
)

// A footer is one text that stands on every page, split at the page numbers:
// parts[0] {page} parts[1] {pages} parts[2].
type footer struct {
	x, y, w, size Unit
	align         string
	bold          bool
	parts         []string
	numbers       []string // "{page}", "{pages}" or codeNumber, after each part but the last
}

// footers splits the edition's footer into what is constant on a page and
// what is not.
func (b *builder) footers() error {
	b.bottom = PageHeight - MM(15)
	for i := range b.Def.Footer {
		it := &b.Def.Footer[i]
		b.bottom = min(b.bottom, MM(it.Box.Y-5))
		if it.Kind == form.Line || it.Kind == form.Frame {
			for b.at = range b.Pages {
				b.shape(it)
			}
			continue
		}
		runs, err := b.set(it, it.Text, it.Box)
		if err != nil || len(runs) != 1 {
			return fmt.Errorf("footer %d of %s is not one line: %w", i+1, b.Def.ID, err)
		}
		r := rect(it.Box)
		f := footer{x: r.X, y: runs[0].Y, w: r.W, size: runs[0].Size, align: it.Align, bold: it.Bold}
		f.parts, f.numbers = split(it.Text)
		b.footer = append(b.footer, f)
		if len(f.numbers) == 0 {
			for p := range b.Pages {
				b.Pages[p].Footer = append(b.Pages[p].Footer, runs...)
			}
		}
	}
	b.footCode()
	return nil
}

func split(text string) (parts, numbers []string) {
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			return append(parts, text), numbers
		}
		parts = append(parts, text[:i])
		n := strings.IndexByte(text[i:], '}') + i + 1
		numbers, text = append(numbers, text[i:n]), text[n:]
	}
}

// foot appends the footer of a page: only what varies, or all of it for a
// bilag, which has no constant part.
func (p *Plan) foot(runs []Run, page, pages int, code *Code, all bool) []Run {
	for i := range p.footer {
		f := &p.footer[i]
		if len(f.numbers) == 0 && !all || code == nil && slices.Contains(f.numbers, codeNumber) {
			continue
		}
		from := len(runs)
		x := f.x
		add := func(s string) {
			if s != "" {
				runs = append(runs, Run{X: x, Y: f.y, Size: f.size, Bold: f.bold, Text: s})
				x += p.Fonts.face(f.bold).Width(s, f.size)
			}
		}
		for k, part := range f.parts {
			add(part)
			if k < len(f.numbers) {
				switch f.numbers[k] {
				case codeNumber:
					add(code.Code)
				case "{pages}":
					add(strconv.Itoa(pages))
				default:
					add(strconv.Itoa(page))
				}
			}
		}
		by := shift(f.align, f.w-(x-f.x))
		for k := range runs[from:] {
			runs[from+k].X += by
		}
	}
	return runs
}
