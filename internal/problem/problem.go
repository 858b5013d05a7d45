// Package problem defines the one error type whose text a person may see.
//
// Every other error is a fault of the program or its surroundings: it is
// logged in full, and the person sees only a reference to the log line.
package problem

import "errors"

// A Kind says what went wrong, in the terms of whoever asked.
type Kind string

const (
	Invalid     Kind = "invalid"     // the input; see Error.Fields
	NotFound    Kind = "not-found"   // or not visible to the asker
	Forbidden   Kind = "forbidden"   // known asker, not allowed
	Unknown     Kind = "unknown"     // the asker must sign in
	Conflict    Kind = "conflict"    // someone else changed it first
	Expired     Kind = "expired"     // link, code or session
	NotNow      Kind = "not-now"     // the state of the case does not allow it
	TooLarge    Kind = "too-large"   // more bytes than the service takes
	Unavailable Kind = "unavailable" // try again later
)

// An Error is a problem to show. Detail and the texts of Fields are in Danish
// and say what to do next; neither holds personal data that the person who
// sees them did not type.
type Error struct {
	Kind   Kind
	Detail string
	Fields []Field // what to mend, in the order of the page; for Invalid and Conflict
	Err    error   // the cause: logged, never shown
}

// A Field is one line of an error summary: the field to go to and what to do
// there.
type Field struct {
	ID   string // the field's id in the form, such as "employee.name"
	Text string
}

// New returns an Error of the given kind with a text for the person.
func New(kind Kind, detail string) *Error { return &Error{Kind: kind, Detail: detail} }

// Error returns a text for the log: the kind, with the cause where there is
// one. It leaves the fields' texts out, since they may repeat what was typed.
func (e *Error) Error() string {
	switch {
	case e.Err != nil:
		return string(e.Kind) + ": " + e.Err.Error()
	case e.Detail != "":
		return string(e.Kind) + ": " + e.Detail
	default:
		return string(e.Kind)
	}
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.Err }

// As returns the outermost problem in err's tree; ok is false if err is not a
// problem to show.
func As(err error) (e *Error, ok bool) { return errors.AsType[*Error](err) }

// Of returns the kind of err, or "" if err is not a problem to show.
func Of(err error) Kind {
	if e, ok := As(err); ok {
		return e.Kind
	}
	return ""
}
