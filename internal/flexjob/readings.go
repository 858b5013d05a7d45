package flexjob

import (
	"maps"
	"slices"

	"ab325/internal/form"
)

// A Reading is what stood in a field of a file that a party filled in
// elsewhere and sent. It is no answer: it is shown beside the field until Blad
// 1 is signed, so that whoever's field it is sees where its text comes from, or
// that another one stands in the file.
type Reading struct {
	Value string
	By    By
}

// Readable reports whether a field of Blad 1 is taken from a file. Consent and
// signature are not: they are given here, by the employee, or not at all.
func Readable(f *form.Field) bool {
	return slices.Contains([]string{"employee", "company", "job"}, f.Step) && len(f.Sheets) > 0 && !isConsent(f.ID)
}

// Take keeps what was read from a file in place of what an earlier one had, and
// fills by's own fields that are empty, or stand as a new Blad 1 does. What
// somebody wrote stays, and so do the other party's fields. It returns the ids of
// the fields that were filled. Values are in normal form where they have one.
func (c *Case) Take(def *form.Definition, values form.Values, by By) (filled []string, err error) {
	sheet, err := c.openSheet(by)
	if err != nil {
		return nil, err
	}
	c.Read = map[string]Reading{}
	for _, id := range slices.Sorted(maps.Keys(values)) {
		f, ok := def.Field(id)
		if !ok || !Readable(f) {
			continue
		}
		c.Read[id] = Reading{values[id], by}
		is := sheet[id]
		untouched := is.Value == "" || is.By.Party == System
		if f.FilledBy(by.Party.Filler()) && untouched && is.Value != values[id] {
			sheet[id] = Entry{values[id], by}
			c.closeCorrections(id, by)
			filled = append(filled, id)
		}
	}
	return filled, nil
}
