package pdf

import (
	"fmt"
	"slices"
	"strconv"

	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/write"
)

// Entry is a line of an index; [Engine.AppendVolume] writes them.
const Entry = layout.Entry

// A Volume is several documents in one file: a case's, or a letter with what
// it carries.
type Volume struct {
	Title string // what a viewer shows; it should name nobody

	// Head stands on every page before its number in the volume; "" leaves
	// the pages with their own numbers alone.
	Head string

	// Front comes first, with an index of the parts behind its text. nil: the
	// parts alone.
	Front *Prose

	Parts []Part
}

// A Part is a document of a volume.
type Part struct {
	Title string // in the index and the outline
	File  []byte // made by this package, now or by an earlier version; sealed or not
}

// indexTitle is the heading of the index.
const indexTitle = "Indeks"

// AppendVolume appends the documents bound in one file to dst and returns the
// longer slice. Each has its pages as they are, its place in the outline, and
// its own part of one structure tree; a seal on it does not come along. The
// same parts make the same bytes. On an error dst is returned as it was.
func (e *Engine) AppendVolume(dst []byte, v *Volume) ([]byte, error) {
	if _, ok := e.look(v.Head); !ok || len(v.Parts) == 0 {
		return dst, fmt.Errorf("bind %d parts below %q", len(v.Parts), v.Head)
	}
	bound := write.Volume{Title: v.Title, Head: v.Head}
	for i := range v.Parts {
		s, err := write.Open(v.Parts[i].File)
		if err != nil {
			return dst, fmt.Errorf("open part %d: %w", i+1, err)
		}
		bound.Parts = append(bound.Parts, write.BoundPart{Title: v.Parts[i].Title, Source: s})
	}
	if v.Front != nil {
		front, links, err := e.front(v.Front, bound.Parts)
		if err != nil {
			return dst, err
		}
		bound.Parts = slices.Insert(bound.Parts, 0, write.BoundPart{Title: v.Front.Title, Source: front})
		bound.Links = links
	}
	return write.Bind(dst, e.letters.Fonts, &bound)
}

// front makes the first part, with the index of the others. How many pages it
// has decides where they begin; the numbers are as wide as any, so that it has
// as many pages whatever they are.
func (e *Engine) front(text *Prose, parts []write.BoundPart) (*write.Source, []layout.Link, error) {
	with := *text
	with.Blocks = append(slices.Clone(text.Blocks), Block{Kind: Heading, Text: indexTitle})
	at := len(with.Blocks)
	for i := range parts {
		with.Blocks = append(with.Blocks, Block{Kind: Entry, Label: strconv.Itoa(i + 1), Text: parts[i].Title})
	}
	first, err := layout.LayProse(e.letters.Fonts, &with)
	if err != nil {
		return nil, nil, err
	}
	page := len(first.Pages) + 1
	for i := range parts {
		with.Blocks[at+i].Page = page
		page += parts[i].Pages()
	}
	file, err := e.AppendProse(nil, &with)
	if err != nil {
		return nil, nil, err
	}
	pages, err := layout.LayProse(e.letters.Fonts, &with)
	if err != nil {
		return nil, nil, err
	}
	source, err := write.Open(file)
	return source, pages.Links, err
}
