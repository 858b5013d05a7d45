package problem

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestError(t *testing.T) {
	for _, test := range []struct {
		err  error
		kind Kind
		text string
	}{
		{New(NotFound, "Sagen findes ikke."), NotFound, "not-found: Sagen findes ikke."},
		{&Error{Kind: Invalid, Fields: []Field{{"employee.name", "Indtast den ansattes navn"}}}, Invalid, "invalid"},
		{&Error{Kind: Unavailable, Detail: "Prøv igen om lidt.", Err: io.ErrUnexpectedEOF}, Unavailable, "unavailable: unexpected EOF"},
		{fmt.Errorf("open case: %w", New(Expired, "Linket er udløbet.")), Expired, "open case: expired: Linket er udløbet."},
		{&Error{Kind: Conflict, Err: New(NotNow, "Sagen er afsluttet.")}, Conflict, "conflict: not-now: Sagen er afsluttet."},
		{io.EOF, "", "EOF"},
	} {
		if got := Of(test.err); got != test.kind {
			t.Errorf("Of(%q) = %q, want %q", test.text, got, test.kind)
		}
		if got := test.err.Error(); got != test.text {
			t.Errorf("Error() = %q, want %q", got, test.text)
		}
	}
	if got := Of(nil); got != "" {
		t.Errorf("Of(nil) = %q, want none", got)
	}
}

func TestAs(t *testing.T) {
	want := New(Forbidden, "Du har ikke adgang til sagen.")
	if got, ok := As(fmt.Errorf("read: %w", want)); got != want || !ok {
		t.Errorf("As(wrapped) = %v, %t, want %v, true", got, ok, want)
	}
	if got, ok := As(io.EOF); got != nil || ok {
		t.Errorf("As(io.EOF) = %v, %t, want nil, false", got, ok)
	}
}

func TestUnwrap(t *testing.T) {
	if err := (&Error{Kind: Unavailable, Err: io.EOF}); !errors.Is(err, io.EOF) {
		t.Errorf("errors.Is(%v, io.EOF) = false, want true", err)
	}
}
