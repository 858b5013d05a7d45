package form

import (
	"cmp"
	"fmt"
	"slices"
)

// merge returns base with what diff changes. It may use up base.
func merge(base, diff *Definition) (*Definition, error) {
	out := *base
	out.ID, out.Extends = diff.ID, diff.Extends
	out.Code = cmp.Or(diff.Code, base.Code)
	out.Publisher = cmp.Or(diff.Publisher, base.Publisher)
	out.Title = cmp.Or(diff.Title, base.Title)
	if diff.Footer != nil {
		out.Footer = diff.Footer
	}
	seen := map[string]bool{}
	for _, f := range diff.Fields {
		if seen[f.ID] {
			return nil, fmt.Errorf("field %s: twice", f.ID)
		}
		seen[f.ID] = true
		if i := slices.IndexFunc(out.Fields, func(o Field) bool { return o.ID == f.ID }); i >= 0 {
			out.Fields[i] = f
		} else {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, p := range diff.Pages {
		i := slices.IndexFunc(out.Pages, func(o Page) bool { return o.Number == p.Number })
		if i < 0 {
			out.Pages = append(out.Pages, p)
			continue
		}
		if err := mergePage(&out.Pages[i], p); err != nil {
			return nil, fmt.Errorf("page %d: %w", p.Number, err)
		}
	}
	return &out, nil
}

func mergePage(page *Page, diff Page) error {
	page.Sheet = cmp.Or(diff.Sheet, page.Sheet)
	page.Title = cmp.Or(diff.Title, page.Title)
	for _, it := range diff.Items {
		place := len(page.Items)
		if it.After != "" {
			i := page.entry(it.After)
			if i < 0 {
				return fmt.Errorf("no item of field %s to stand after", it.After)
			}
			place = i + 1
		}
		it.After = ""
		if i := page.entry(it.Field); it.Kind == Entry && i >= 0 {
			page.Items[i] = it
			continue
		}
		page.Items = slices.Insert(page.Items, place, it)
	}
	return nil
}

// entry returns the index of the item of the field with the given id, or -1.
func (p *Page) entry(id string) int {
	return slices.IndexFunc(p.Items, func(it Item) bool { return it.Kind == Entry && it.Field == id })
}
