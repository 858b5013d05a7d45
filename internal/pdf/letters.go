package pdf

import (
	"fmt"
	"slices"
	"strings"
)

// What a RepertoireError names beside the ids of fields.
const (
	InReference = "reference"
	InNotes     = "notes"
)

// A RepertoireError says which letters no font face has.
type RepertoireError struct {
	// Fields are the ids of the fields that hold them, in the edition's order,
	// and InReference or InNotes.
	Fields []string
	// Letters are the letters, in the order found, each once.
	Letters []rune
}

// Error names the fields and the letters' code points, not the values.
func (e *RepertoireError) Error() string {
	codes := make([]string, len(e.Letters))
	for i, r := range e.Letters {
		codes[i] = fmt.Sprintf("U+%04X", r)
	}
	return fmt.Sprintf("no font face has %s, in %s", strings.Join(codes, " "), strings.Join(e.Fields, ", "))
}

// Lacks returns the letters of s that no document can show, in the order
// found, each once: those that Liberation Sans lacks, scripts written from
// right to left, and invisible signs. A newline is no letter.
func (e *Engine) Lacks(s string) []rune { return e.lacks(nil, s) }

func (e *Engine) lacks(found []rune, s string) []rune {
	for _, r := range s {
		if r != '\n' && !e.letters.Has(r) && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	return found
}

// check reports whether the document needs the wide font, or which letters
// it cannot have.
func (e *Engine) check(s *scratch) (wide bool, err error) {
	var lack *RepertoireError
	look := func(where, text string) {
		w, ok := e.look(text)
		wide = wide || w
		if !ok {
			if lack == nil {
				lack = &RepertoireError{}
			}
			lack.Fields = append(lack.Fields, where)
			lack.Letters = e.lacks(lack.Letters, text)
		}
	}
	for i, value := range s.values {
		if value != "" {
			look(e.def.Fields[i].ID, value)
		}
	}
	look(InReference, s.in.Reference)
	look(InNotes, s.in.Notes)
	if lack != nil {
		return false, lack
	}
	return wide, nil
}

// look reports whether s needs the wide font, and whether that has all of it.
func (e *Engine) look(s string) (wide, ok bool) {
	for _, r := range s {
		if r == '\n' || e.letters.Narrow(r) {
			continue
		}
		if !e.letters.Has(r) {
			return wide, false
		}
		wide = true
	}
	return wide, true
}
