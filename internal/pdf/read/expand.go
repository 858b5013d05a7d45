package read

import (
	"errors"

	"github.com/pdfcpu/pdfcpu/pkg/filter"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// What the streams of a file may become when they are decoded: far more than
// ten megabytes of pages need, and what any program that shows them bears.
const (
	maxExpanded    = 32 << 20  // bytes of one
	maxExpandedAll = 256 << 20 // bytes of all of them
	maxPicture     = 200e6     // picture elements: A4 at 1 200 dpi has 139 million
)

// expands returns demanding where a stream of the file becomes too large, or
// all of them together do.
func (d *document) expands() fault {
	total := 0
	for _, e := range d.ctx.Table {
		s, ok := e.Object.(types.StreamDict)
		if !ok || e.Free {
			continue
		}
		if d.isPicture(s) {
			if d.number(entry(s.Dict, "Width"))*d.number(entry(s.Dict, "Height")) > maxPicture {
				return demanding
			}
			continue // viewers take from it no more than it says it has
		}
		s.Content = nil // s is a copy: what is decoded is let go again
		if err := s.DecodeWithLimit(maxExpanded); errors.Is(err, filter.ErrDecodeLimitExceeded) {
			return demanding
		}
		if total += len(s.Content); total > maxExpandedAll {
			return demanding
		}
	}
	return ""
}

// isPicture reports whether s is a picture whose data are encoded once. Twice
// is not what makes one smaller.
func (d *document) isPicture(s types.StreamDict) bool {
	return d.name(entry(s.Dict, "Subtype")) == "Image" && len(s.FilterPipeline) <= 1
}

// number returns the number that o is or refers to, or 0.
func (d *document) number(o types.Object) float64 {
	switch n := d.get(o).(type) {
	case types.Integer:
		return float64(n)
	case types.Float:
		return float64(n)
	}
	return 0
}
