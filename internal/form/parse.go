package form

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ab325/internal/ident"
	"ab325/internal/problem"
)

// Normal returns the normal form of what was typed into the field: what is
// stored and printed. Nothing typed is "" and no error; whether the field may
// be empty is for Missing to say. A CPR number of somebody born after today is
// refused; the zero today refuses none.
//
// On error the value is the typed text, cleaned, so that a draft loses
// nothing. The error is a *problem.Error of kind Invalid with a Danish
// sentence. A normal form is its own normal form.
func (d *Definition) Normal(f *Field, typed string, today ident.Date) (value string, err error) {
	clean := Clean(f.Kind, typed)
	if clean == "" {
		return "", nil
	}
	if text := f.refuse(typed, clean); text != "" {
		return clean, problem.New(problem.Invalid, text)
	}
	value, err = f.normal(clean, today)
	if err == nil {
		return value, nil
	}
	if e, ok := errors.AsType[*ident.Error](err); ok {
		return clean, problem.New(problem.Invalid, e.Text)
	}
	return clean, err
}

// refuse returns what is wrong with the characters of a text, or "".
func (f *Field) refuse(typed, clean string) string {
	if !plain(typed) {
		if !utf8.ValidString(typed) {
			return "Skriv teksten igen: den har tegn, der ikke kan læses"
		}
		if text := unprintable(clean); text != "" {
			return text
		}
	}
	if len(clean) <= f.Max() { // which it has bytes of
		return ""
	}
	if n := utf8.RuneCountInString(clean); n > f.Max() {
		return fmt.Sprintf("Teksten må højst være på %s tegn. Der er %s", count(f.Max()), count(n))
	}
	return ""
}

// count writes a number as Danish does: 20.000.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

func (f *Field) normal(clean string, today ident.Date) (string, error) {
	switch f.Kind {
	case Date:
		v, err := ident.ParseDate(clean)
		return v.String(), err
	case CPR:
		v, err := ident.ParseCPR(clean, today)
		return v.String(), err
	case CVR:
		v, err := ident.ParseCVR(clean)
		return v.String(), err
	case Phone:
		v, err := ident.ParsePhone(clean)
		return v.String(), err
	case Hours:
		v, err := ident.ParseHours(clean)
		return v.String(), err
	case Percent:
		v, err := ident.ParsePercent(clean)
		return v.String(), err
	case Tick:
		return tick(clean)
	case Choice:
		return f.option(clean)
	}
	if f.Email() {
		v, err := ident.ParseEmail(clean)
		return v.String(), err
	}
	return clean, nil // text, lines, long: as typed
}

func tick(s string) (string, error) {
	switch strings.ToLower(s) {
	case "ja", "true":
		return "ja", nil
	case "nej", "false":
		return "nej", nil
	}
	return "", problem.New(problem.Invalid, "Svar ja eller nej")
}

func (f *Field) option(s string) (string, error) {
	if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == s }) {
		return "", problem.New(problem.Invalid, "Vælg et af svarene på listen")
	}
	return s, nil
}
