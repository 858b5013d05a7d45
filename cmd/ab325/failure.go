package main

// How a command says that it could not do what it was asked. The rules:
//
//   - What was asked for goes to standard output, and nothing else does.
//   - A failure is one line on standard error, "ab325: …", with no capital at
//     its beginning and no full stop at its end.
//   - Where the reader can do something about it, a second line says what:
//     "hint: …".
//   - Wrong values of a form are a line each, "field: what is wrong", in the
//     words that the pages use.

import (
	"errors"
	"fmt"
	"io"

	"ab325/internal/kv"
	"ab325/internal/problem"
)

// A failure is an error that knows what the reader can do about it.
type failure struct {
	text  string
	hint  string
	usage bool  // the arguments made no sense: exit status 2
	err   error // what caused it, if that is another error
}

func (f *failure) Error() string {
	switch {
	case f.err == nil:
		return f.text
	case f.text == "":
		return f.err.Error()
	}
	return f.text + ": " + f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// hinted returns err with a hint for the person who typed the command.
func hinted(err error, hint string) error { return &failure{err: err, hint: hint} }

// misuse returns the failure of arguments that command cannot be run with.
func misuse(command, format string, args ...any) error {
	hint := "ab325 -h lists the commands"
	if command != "" {
		hint = "ab325 " + command + " -h tells how it is used"
	}
	return &failure{text: fmt.Sprintf(format, args...), hint: hint, usage: true}
}

// text returns what err says to whoever runs the program: a problem in its own
// words and with its cause, which the pages would keep from a visitor; the cause
// alone where the words tell a visitor to wait.
func text(err error) string {
	p, ok := problem.As(err)
	switch {
	case !ok || p.Detail == "":
		return err.Error()
	case p.Kind == problem.Unavailable && p.Err != nil:
		return p.Err.Error()
	case p.Err != nil:
		return p.Detail + " (" + p.Err.Error() + ")"
	}
	return p.Detail
}

// report writes err to w and returns the exit status.
func report(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	if p, ok := problem.As(err); ok && len(p.Fields) > 0 {
		for _, field := range p.Fields {
			fmt.Fprintf(w, "%s: %s\n", field.ID, field.Text)
		}
		return 1
	}
	fmt.Fprintf(w, "ab325: %s\n", text(err))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintf(w, "hint: %s\n", hint)
	}
	if f, ok := errors.AsType[*failure](err); ok && f.usage {
		return 2
	}
	return 1
}

// hintOf returns what the reader of err can do about it, or "".
func hintOf(err error) string {
	if f, ok := errors.AsType[*failure](err); ok && f.hint != "" {
		return f.hint
	}
	if errors.Is(err, kv.ErrFull) {
		return "make room on the disk of the data, or move them to a larger one; what was saved is safe"
	}
	return ""
}
