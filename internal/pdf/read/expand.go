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
	total, other := 0, d.usedOtherwise()
	for n, e := range d.ctx.Table {
		s, ok := e.Object.(types.StreamDict)
		if !ok || e.Free {
			continue
		}
		if d.isPicture(s) && !other[n] {
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

// usedOtherwise returns the objects that are referred to where no picture
// stands: what such a reference leads to is read whole, whatever it says that it
// is.
func (d *document) usedOtherwise() map[int]bool {
	lists, other := map[int]bool{}, map[int]bool{} // lists are of pictures, each under its name
	var look func(o types.Object, key string)
	look = func(o types.Object, key string) {
		switch o := o.(type) {
		case types.IndirectRef:
			if !pictureKey(key) {
				other[o.ObjectNumber.Value()] = true
			}
		case types.Array:
			for _, item := range o {
				look(item, "")
			}
		case types.Dict:
			for k, item := range o {
				if key != "XObject" {
					look(item, plainName(k))
				}
			}
		case types.StreamDict:
			look(o.Dict, key)
		}
	}
	for _, e := range d.ctx.Table {
		d.pictureLists(e.Object, lists)
	}
	for n, e := range d.ctx.Table {
		if !e.Free && !lists[n] {
			look(e.Object, "")
		}
	}
	for n := range lists {
		if e, ok := d.ctx.Table[n]; ok && !e.Free && other[n] { // a page, too
			look(e.Object, "")
		}
	}
	return other
}

// pictureKey reports whether what has that key is a picture, a list of them by
// their names, or what a reader is told of one.
func pictureKey(key string) bool {
	switch key {
	case "XObject", "SMask", "Mask", "Thumb", "Image", "Obj":
		return true
	}
	return false
}

// pictureLists notes the objects that o has as its lists of pictures.
func (d *document) pictureLists(o types.Object, lists map[int]bool) {
	switch o := o.(type) {
	case types.Array:
		for _, item := range o {
			d.pictureLists(item, lists)
		}
	case types.StreamDict:
		d.pictureLists(o.Dict, lists)
	case types.Dict:
		for k, item := range o {
			if ref, ok := item.(types.IndirectRef); ok && plainName(k) == "XObject" {
				lists[ref.ObjectNumber.Value()] = true
			}
			d.pictureLists(item, lists)
		}
	}
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
