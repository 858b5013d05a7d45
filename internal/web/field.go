package web

import (
	"slices"
	"strings"

	"ab325/internal/flexjob"
	"ab325/internal/form"
	"ab325/internal/problem"
)

// A FieldView is a field of the form on a page, as the template "field" shows
// it: an input of the right kind, or the value alone where the reader may not
// change it. It is made by [FieldSet.Views].
type FieldView struct {
	Control
	Kind     form.Kind
	Value    string // as stored, or as just typed
	Old      string // what was stored when the page was made; posted along as "old.<id>"
	Readonly bool
	Conflict *Conflict
	Wishes   []Wish    // what the parties ask to have corrected here
	FromFile *FromFile // what a file says instead
	AskAt    string    // the page that asks the other party to correct it, or ""

	max          int
	autocomplete string
	width        string
	options      []form.Option
}

// A Conflict is a field that two people changed at once. The input keeps the
// reader's own text, and Old is the other's, so that saving again is a choice
// made with both in view.
type Conflict struct {
	Theirs string // what is stored now
	By     string // «virksomheden», «den ansatte», «en anden sagsbehandler»
}

// A FieldSet makes views of the form's fields for one page.
type FieldSet struct {
	Values form.Values     // what to show: stored, or as typed where a POST failed
	Stored form.Values     // what is stored; nil: the same as Values
	Errors []problem.Field // shown at their fields too
	Reader form.Filler     // who looks: other fillers' fields are read only, and marked
	Frozen bool            // nothing can be changed now
	Plain  bool            // without marks for who fills what

	// Lacks returns the letters that the printed form cannot show; nil: none.
	Lacks     func(string) []rune
	Conflicts map[string]Conflict
	Read      map[string]flexjob.Reading               // what a file says of fields
	Wrong     func(f *form.Field, value string) string // says what is wrong with such a text, or ""; nil: nothing ever is

	// Options are the answers to choices whose field has none of its own, by
	// the field's Source.
	Options map[string][]form.Option
}

// View makes the view of one field.
func (s FieldSet) View(f *form.Field) FieldView {
	v := FieldView{
		Control:  Control{ID: f.ID, Label: f.Ask, Hint: f.Hint, Optional: !f.Required && f.Kind != form.Tick},
		Kind:     f.Kind,
		Value:    s.Values[f.ID],
		Old:      s.Values[f.ID],
		Readonly: s.Frozen || (s.Reader != "" && !f.FilledBy(s.Reader)),
		max:      f.Max(), autocomplete: f.Autocomplete, width: f.Width, options: f.Options,
	}
	if v.Label == "" {
		v.Label = f.Label
	}
	v.Label = strings.TrimSuffix(v.Label, optionalMark) // Optional says so
	if len(v.options) == 0 {
		v.options = s.Options[f.Source]
	}
	if s.Stored != nil {
		v.Old = s.Stored[f.ID]
	}
	for _, e := range s.Errors {
		if e.ID == f.ID && v.Error == "" {
			v.Error = e.Text
		}
	}
	if v.Error != "" && v.Value == "" {
		v.Optional = false // it is asked for after all
	}
	if c, ok := s.Conflicts[f.ID]; ok {
		v.Conflict, v.Old = &c, c.Theirs
	}
	if s.Lacks != nil && !strings.HasPrefix(v.Error, cannotShow) {
		v.Warning = LettersWarning(s.Lacks(v.Value))
	}
	if !s.Plain && !s.Frozen {
		v.Marks = marks(f, s.Reader, v.Readonly)
	}
	s.takeReading(&v, f)
	return v
}

// answerLabel names a field where its answer is read: with its group, and by
// its question where its label is a group's name too.
func answerLabel(def *form.Definition, f *form.Field) string {
	if f.Group != "" {
		return f.Group + ": " + f.Label
	}
	named := func(other form.Field) bool { return other.Group == f.Label }
	if f.Ask != "" && slices.ContainsFunc(def.Fields, named) {
		return strings.TrimSuffix(f.Ask, optionalMark)
	}
	return f.Label
}

// optionalMark ends the questions of an edition that need no answer.
const optionalMark = " (frivilligt)"

// A FieldGroup is fields under one legend, or one field without.
type FieldGroup struct {
	Legend string
	ID     string // of the legend
	Fields []FieldView
}

// Views makes the views of the fields of a page, those that share a group
// together.
func (s FieldSet) Views(fields []*form.Field) []FieldGroup {
	var groups []FieldGroup
	for _, f := range fields {
		if n := len(groups); n > 0 && f.Group != "" && groups[n-1].Legend == f.Group {
			groups[n-1].Fields = append(groups[n-1].Fields, s.View(f))
			continue
		}
		g := FieldGroup{Legend: f.Group, Fields: []FieldView{s.View(f)}}
		if f.Group != "" {
			g.ID = f.ID + "-group"
		}
		groups = append(groups, g)
	}
	return groups
}

// marks say who fills a field where it is not the reader alone.
func marks(f *form.Field, reader form.Filler, readonly bool) []string {
	names := map[form.Filler]string{form.Employee: "den ansatte", form.Company: "virksomheden", form.Jobcenter: "kommunen"}
	switch {
	case reader == "":
		return nil
	case readonly:
		for _, by := range f.By {
			if names[by] != "" && by != reader {
				return []string{"Udfyldes af " + names[by]}
			}
		}
		return nil
	case len(f.By) > 1 && f.FilledBy(form.Employee) && f.FilledBy(form.Company):
		return []string{"I udfylder feltet sammen"}
	}
	return nil
}

// cannotShow begins what is said of letters that the printed form lacks, here
// and by package casework.
const cannotShow = "Blanketten kan ikke vise"

// LettersWarning names letters that the printed form cannot show, or is "".
func LettersWarning(lacks []rune) string {
	if len(lacks) == 0 {
		return ""
	}
	var names []string
	for _, r := range lacks {
		names = append(names, "«"+string(r)+"»")
	}
	what, them := "tegnet ", "det"
	if len(names) > 1 {
		what, them = "tegnene ", "dem"
	}
	return cannotShow + " " + what + strings.Join(names, ", ") + ". Skriv " + them + " på en anden måde, før blanketten bliver underskrevet. Din tekst er gemt, som du skrev den."
}

// Text is the view as the component for one line of text.
func (v FieldView) Text() TextInput {
	t := TextInput{Control: v.Control, Value: v.Value, Autocomplete: v.autocomplete, Width: v.width}
	switch v.Kind {
	case form.Date:
		t.fallback("char-11", "off")
		if t.Hint == "" {
			t.Hint = "For eksempel 1.12.2026"
		}
	case form.CPR:
		t.fallback("char-11", "off")
		t.InputMode = "numeric"
	case form.CVR:
		t.fallback("char-8", "off")
		t.InputMode = "numeric"
	case form.Phone:
		t.fallback("width-xs", "off")
		t.Type = "tel"
	case form.Hours:
		t.fallback("char-8", "off")
		t.InputMode, t.Suffix, t.Data = "decimal", "timer", "hours"
	case form.Percent:
		t.fallback("char-4", "off")
		t.InputMode, t.Suffix, t.Data = "numeric", "procent", "percent"
	default:
		t.fallback("width-l", "off")
		if v.autocomplete == "email" {
			t.Type = "email"
		}
	}
	return t
}

func (t *TextInput) fallback(width, autocomplete string) {
	if t.Width == "" {
		t.Width = width
	}
	if t.Autocomplete == "" {
		t.Autocomplete = autocomplete
	}
}

// Area is the view as the component for several lines.
func (v FieldView) Area() Textarea {
	t := Textarea{Control: v.Control, Value: v.Value, Rows: 4, Limit: v.max}
	if v.Kind == form.Long {
		t.Rows = 12
	}
	return t
}

// Tick is the view as one tick.
func (v FieldView) Tick() Checkbox { return Checkbox{v.Control, v.Value == "ja"} }

// fewOptions is how many answers are shown all at once.
const fewOptions = 6

// Few reports whether a choice's answers are few enough to show all at once.
func (v FieldView) Few() bool { return len(v.options) <= fewOptions }

// Radios is the view as a choice among few.
func (v FieldView) Radios() Radios { return Radios{v.Control, v.choices()} }

// Select is the view as a choice among many, in alphabetical order.
func (v FieldView) Select() Select {
	choices := v.choices()
	inDanishOrder(choices)
	return Select{Control: v.Control, Empty: "Vælg", Choices: choices, Width: v.width}
}

func (v FieldView) choices() []Choice {
	var out []Choice
	for _, o := range v.options {
		out = append(out, Choice{Value: o.Value, Label: o.Label, Chosen: o.Value == v.Value})
	}
	return out
}

// Shown is the value in words, for where it can only be read.
func (v FieldView) Shown() string {
	switch v.Kind {
	case form.Tick:
		if v.Value == "ja" {
			return "Ja"
		}
		return "Nej"
	case form.Choice:
		for _, o := range v.options {
			if o.Value == v.Value {
				return o.Label
			}
		}
	case form.Hours:
		if v.Value != "" {
			return v.Value + " timer"
		}
	case form.Percent:
		if v.Value != "" {
			return v.Value + " procent"
		}
	}
	return v.Value
}
