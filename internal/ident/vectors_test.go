package ident

import (
	"encoding/json"
	"errors"
	"os"
	"testing"
)

// A vector is a text that somebody may type and what must come of it. The CPR
// numbers are replacement numbers, which are nobody's.
type vector struct {
	Input, Why string

	// If it is valid.
	Digits                string
	Born                  Date
	Replacement, Checksum bool

	// If it is not.
	Code Code
}

type vectors struct{ Valid, Invalid []vector }

func read(t *testing.T, name string, v any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// code returns the code of err, or "" for nil.
func code(t *testing.T, err error) Code {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("error is a %T, want an *Error", err)
	}
	if e.Text == "" || e.Error() != string(e.Code) {
		t.Errorf("error %q has text %q, want a text for the person and the code alone for the log", e.Error(), e.Text)
	}
	return e.Code
}

// A value is what all types of the package have.
type value interface {
	comparable
	IsZero() bool
	String() string
	MarshalText() ([]byte, error)
}

// roundTrip checks that v, which a parser made, prints as what reads back
// equal, and likewise through its text form.
func roundTrip[T value, P interface {
	*T
	UnmarshalText([]byte) error
}](t *testing.T, v T, parse func(string) (T, error)) {
	t.Helper()
	if v.IsZero() {
		t.Fatalf("parsed value %v is none", v)
	}
	if got, err := parse(v.String()); got != v || err != nil {
		t.Errorf("parse(%q) = %v, %v, want what printed it", v, got, err)
	}
	text, err := v.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var got T
	if err := P(&got).UnmarshalText(text); got != v || err != nil {
		t.Errorf("UnmarshalText(%q) = %v, %v, want what wrote it", text, got, err)
	}
}

// TestNone: a zero value prints as nothing and is read back from it.
func TestNone(t *testing.T) {
	type all struct {
		Date    Date
		CPR     CPR
		CVR     CVR
		Phone   Phone
		Hours   Hours
		Percent Percent
	}
	const want = `{"Date":"","CPR":"","CVR":"","Phone":"","Hours":"","Percent":""}`
	got, err := json.Marshal(all{})
	if string(got) != want || err != nil {
		t.Errorf("Marshal(none) = %s, %v, want %s", got, err, want)
	}
	back := all{Date: NewDate(2026, 12, 1)}
	if err := json.Unmarshal(got, &back); back != (all{}) || err != nil {
		t.Errorf("Unmarshal(%s) = %v, %v, want none", got, back, err)
	}
	if s := (Date{}).Long() + (CPR{}).Masked() + (CPR{}).Digits() + (Phone{}).E164(); s != "" {
		t.Errorf("none prints %q, want nothing", s)
	}
	if (CPR{}).Replacement() || (CPR{}).ChecksumOK() || !(CPR{}).Born().IsZero() || (CPR{}).RequireRegistered() != nil {
		t.Error("no CPR number is neither a replacement nor a birth")
	}
}
